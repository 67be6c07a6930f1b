package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestQuantiles(t *testing.T) {
	var s sample
	for i := range 200 {
		s = append(s, time.Duration(200-i)*time.Millisecond)
	}
	if s.least() != time.Millisecond || s.median() != 101*time.Millisecond || s.quantile(0.99) != 199*time.Millisecond {
		t.Error(s.least(), s.median(), s.quantile(0.99))
	}
	if (sample{}).least() != 0 {
		t.Error("an empty sample")
	}
}

func TestInterleaveTakesTurns(t *testing.T) {
	var order strings.Builder
	m := func(name string) measure {
		return func() (time.Duration, error) { order.WriteString(name); return 1, nil }
	}
	if _, err := interleave(3, m("a"), m("b")); err != nil || order.String() != "ababab" {
		t.Error(order.String(), err)
	}
}

// The judgement of each kind of goal, on both sides of it.
func TestRowsAreJudged(t *testing.T) {
	ms := func(n int) sample { return sample{time.Duration(n) * time.Millisecond} }
	for name, c := range map[string]struct {
		row  row
		want bool
	}{
		"ratio held":        {against("", "", ms(13), ms(10), 1.3), true},
		"ratio missed":      {against("", "", ms(14), ms(10), 1.3), false},
		"limit held":        {within("", "", ms(12), ms(1), 12*time.Millisecond), true},
		"limit missed":      {within("", "", ms(13), ms(1), 12*time.Millisecond), false},
		"overhead held":     {overhead("", "", ms(11_100), ms(10_000)), true},
		"overhead missed":   {overhead("", "", ms(11_300), ms(10_000)), false},
		"throughput held":   {throughput("", "", ms(10), ms(10), 95, 100, 0.95), true},
		"throughput missed": {throughput("", "", ms(10), ms(10), 94, 100, 0.95), false},
		"memory held":       {memory([]int64{1, 64 << 20}), true},
		"memory missed":     {memory([]int64{1, 65 << 20}), false},
		"memory unknown":    {memory(nil), false},
	} {
		if c.row.OK == nil || *c.row.OK != c.want {
			t.Errorf("%s: %+v", name, c.row)
		}
	}
}

func TestTableNamesWhatIsMissing(t *testing.T) {
	var b bytes.Buffer
	print(&b, []row{missing("first frame", "lazygit", "-", "lazygit", "go install it"), {What: "x", Measured: "1 ms", Goal: "≤ 1 ms", OK: verdict(false)}})
	for _, want := range []string{"lazygit is not installed: go install it", " NO"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("not in the table: %s\n%s", want, b.String())
		}
	}
}
