package evidence

import "testing"

// The values were made by another program, from docs/evidence.md: a journal of
// today must be checkable in ten years.
func TestChainStaysAsItIs(t *testing.T) {
	start := Start(testRun)
	if start != "30dda62d507ff972c807fbeb1d9936d2ace3b5fc8cef9e4c2964d3c221b78c2e" {
		t.Errorf("start: %s", start)
	}
	r := Record{Run: testRun, Seq: 1, At: "2026-11-21T09:00:00.000000000Z", Type: "noted", Body: `{"text":"línea"}`}
	if got := Link(start, r); got != "6d5e8177840a761cdd765ff786bc74a6ba0cba3e165693191f37868d458bc1d0" {
		t.Errorf("link: %s", got)
	}
}

// No text can move from one field to the next, and each field counts.
func TestLinkIsUnambiguous(t *testing.T) {
	base := Record{Run: "a", Seq: 11, At: "b", Type: "c", Body: "d"}
	seen := map[string]Record{}
	for _, r := range []Record{
		base,
		{Run: "ab", Seq: 11, At: "", Type: "c", Body: "d"},
		{Run: "a", Seq: 1, At: "1b", Type: "c", Body: "d"},
		{Run: "a1", Seq: 1, At: "b", Type: "c", Body: "d"},
		{Run: "a", Seq: 11, At: "bc", Type: "", Body: "d"},
		{Run: "a", Seq: 11, At: "b", Type: "", Body: "cd"},
		{Run: "a", Seq: 11, At: "b", Type: "cd", Body: ""},
		{Run: "a", Seq: 12, At: "b", Type: "c", Body: "d"},
	} {
		h := Link("p", r)
		if other, ok := seen[h]; ok {
			t.Errorf("%+v and %+v have one hash", r, other)
		}
		seen[h] = r
	}
	if Link("q", base) == Link("p", base) || Start("p") == Link("p", Record{}) {
		t.Error("what it chains from does not count")
	}
	base.Hash = "anything"
	if _, ok := seen[Link("p", base)]; !ok {
		t.Error("the stored hash counts")
	}
}
