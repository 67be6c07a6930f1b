package evidence

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

func TestProved(t *testing.T) {
	b := sealedBench(t)
	p := b.check.Run(t.Context(), testRun)
	proved(t, p)
	var links []string
	for _, l := range p.Links {
		links = append(links, l.Link)
	}
	if want := []string{LinkJournal, LinkSeal, LinkOutputs, LinkSummary, LinkDatabase}; !slices.Equal(links, want) {
		t.Errorf("links %v, want %v", links, want)
	}
	// Sealing again changes nothing.
	before, _ := os.ReadFile(b.seal())
	if err := b.sealer.Seal(t.Context(), testRun); err != nil {
		t.Error(err)
	}
	if after, _ := os.ReadFile(b.seal()); string(before) != string(after) || len(after) == 0 {
		t.Error("a seal was replaced")
	}
}

// rechain makes the hashes anew, as somebody can who may write the database.
func (m *memory) rechain() {
	prev := Start(testRun)
	for i := range m.records {
		m.records[i].Hash = Link(prev, m.records[i])
		prev = m.records[i].Hash
	}
}

func TestBroken(t *testing.T) {
	last := func(b *bench) *Record { return &b.records[len(b.records)-1] }
	for _, c := range []struct {
		name, link, place string
		do                func(b *bench)
	}{
		{"nothing left", LinkJournal, "holds no event", func(b *bench) { b.records = nil }},
		{"a body", LinkJournal, "event 3 (task.started, 2026-11-21T09:00:03.000000000Z): its text does not match its hash", func(b *bench) { b.records[2].Body += " " }},
		{"a hash in capitals", LinkJournal, "event 3 ", func(b *bench) { b.records[2].Hash = strings.ToUpper(b.records[2].Hash) }},
		{"the first is missing", LinkJournal, "event 1: it is missing", func(b *bench) { b.records = b.records[1:] }},
		{"one is missing", LinkJournal, "event 4: it is missing", func(b *bench) { b.records = slices.Delete(b.records, 3, 4) }},
		{"the last is missing", LinkSeal, "lost off its end", func(b *bench) { b.records = b.records[:len(b.records)-1] }},
		{"the last is missing and nothing shows it", LinkSeal, "not ended, so it is not sealed", func(b *bench) {
			b.unseal(t)
			kept := b.records[:len(b.records)-1]
			b.records = nil
			for _, r := range kept {
				e, _ := decode(r)
				b.append(t, e.Body)
			}
		}},
		{"doubled", LinkJournal, "event 4 (task.ended, 2026-11-21T09:00:04.000000000Z): it is there twice", func(b *bench) { b.records = slices.Insert(b.records, 4, b.records[3]) }},
		{"swapped", LinkJournal, "event 3 ", func(b *bench) {
			b.records[2].Body, b.records[3].Body = b.records[3].Body, b.records[2].Body
			b.records[2].Type, b.records[3].Type = b.records[3].Type, b.records[2].Type
		}},
		{"rewritten", LinkSeal, "written anew", func(b *bench) {
			b.records[10].Body = strings.Replace(b.records[10].Body, "no check", "a check", 1)
			b.rechain()
		}},
		{"one more", LinkSeal, "event 13 and what follows came later", func(b *bench) { b.append(t, drill.Noted{Text: "later"}) }},
		{"a time that is none", LinkJournal, "its time is none", func(b *bench) { last(b).At = "yesterday"; b.rechain() }},
		{"an unknown type", LinkJournal, "can't be read", func(b *bench) { last(b).Type = "moon.risen"; b.rechain() }},
		{"a step that is not there", LinkJournal, "make no run", func(b *bench) { b.records[1].Body = `{"step":99}`; b.rechain() }},
		{"an output", LinkOutputs, "output t2.out: byte content differs from the digest kept when it ended", func(b *bench) { b.write("t2.out", "second\nand mode\n") }},
		{"a longer output", LinkOutputs, "output t0.out: it holds 7 bytes, 6", func(b *bench) { b.write("t0.out", "first\n\n") }},
		{"an output away", LinkOutputs, "output t1.out: it is missing", func(b *bench) { _ = os.Remove(filepath.Join(b.run(), "t1.out")) }},
		{"an output elsewhere", LinkOutputs, "output t0.out: it is no file", func(b *bench) {
			p := filepath.Join(b.run(), "t0.out")
			_ = os.Rename(p, p+".away")
			_ = os.Symlink("t0.out.away", p)
		}},
		{"outputs of elsewhere", LinkOutputs, "output t0.out: it is missing", func(b *bench) {
			b.check.RunsDir = filepath.Join(b.dir, "other")
			_ = os.MkdirAll(filepath.Join(b.check.RunsDir, testRun), 0o700)
			_ = os.Rename(b.seal(), filepath.Join(b.check.RunsDir, testRun, SealName))
		}},
		{"no row", LinkSummary, "missing from the list", func(b *bench) { b.row = nil }},
		{"the row's verdict", LinkSummary, `the verdict of its summary is "passed"; the events say "inconclusive"`, func(b *bench) { b.row.Summary = strings.Replace(b.row.Summary, "inconclusive", "passed", 1) }},
		{"the row's end", LinkSummary, "its ended is", func(b *bench) { b.row.Ended = "" }},
		{"a space in the row", LinkSummary, "the text of its summary", func(b *bench) { b.row.Summary += " " }},
		{"a page", LinkDatabase, "page 7", func(b *bench) { b.sick = errSick }},
		{"no seal", LinkSeal, "has ended and is not sealed", func(b *bench) { b.unseal(t) }},
		{"no key", LinkSeal, "the public key", func(b *bench) { _ = os.RemoveAll(b.sealer.KeyDir) }},
		{"another key", LinkSeal, "signed with another key", func(b *bench) {
			_ = os.RemoveAll(b.sealer.KeyDir)
			if _, err := LocalKey(b.sealer.KeyDir); err != nil {
				t.Fatal(err)
			}
		}},
		{"another run's seal", LinkSeal, "is of run ffffffff", func(b *bench) {
			b.resign(t, func(st *Statement) { st.Predicate.Run = "ffffffff" })
		}},
		{"a seal of fewer outputs", LinkSeal, "the outputs that were signed", func(b *bench) {
			b.resign(t, func(st *Statement) { st.Subject = st.Subject[:2] })
		}},
		{"a seal of another kind", LinkSeal, "what was signed is", func(b *bench) {
			b.resign(t, func(st *Statement) { st.PredicateType = ReportPredicate })
		}},
	} {
		b := sealedBench(t)
		c.do(b)
		b.broken(t, c.name, b.check.Run(t.Context(), testRun), c.link, c.place)
	}
}

func (b *bench) write(name, text string) {
	_ = os.WriteFile(filepath.Join(b.run(), name), []byte(text), 0o600)
}

func (b *bench) unseal(t *testing.T) {
	t.Helper()
	if err := os.Remove(b.seal()); err != nil {
		t.Fatal(err)
	}
}

// resign makes a seal that says something else.
func (b *bench) resign(t *testing.T, change func(*Statement)) {
	t.Helper()
	k, err := LocalKey(b.sealer.KeyDir)
	if err != nil {
		t.Fatal(err)
	}
	st, broken := readSeal(b.sealer.RunsDir, testRun, b.check.Key)
	if broken != nil {
		t.Fatal(broken)
	}
	change(st)
	data, err := seal(k, *st)
	if err == nil {
		err = os.WriteFile(b.seal(), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A summary that an older lifeboat made of the same events is right as long as
// it is the one that was signed.
func TestSummaryOfAnotherVersion(t *testing.T) {
	b := newBench(t)
	b.end(t)
	b.row.Summary = strings.Replace(b.row.Summary, `"tier":"",`, "", 1)
	if err := b.sealer.Seal(t.Context(), testRun); err != nil {
		t.Fatal(err)
	}
	proved(t, b.check.Run(t.Context(), testRun))
	b.row.Summary = strings.Replace(b.row.Summary, `"host":"",`, "", 1)
	b.broken(t, "changed since", b.check.Run(t.Context(), testRun), LinkSummary, "host")
}

func TestSealRefuses(t *testing.T) {
	b := newBench(t)
	if err := b.sealer.Seal(t.Context(), testRun); err == nil || !contains(err.Error(), "has not ended") {
		t.Errorf("a run that goes on: %v", err)
	}
	b.end(t)
	whole := b.records[3]
	b.records[3].Body += " "
	if err := b.sealer.Seal(t.Context(), testRun); err == nil || !contains(err.Error(), "event 4 ") {
		t.Errorf("a broken journal: %v", err)
	}
	if _, err := os.Stat(b.seal()); err == nil {
		t.Error("it was sealed")
	}
	b.records[3] = whole
	if err := b.sealer.Seal(t.Context(), testRun); err != nil {
		t.Fatal(err)
	}
	b.append(t, drill.Noted{Text: "later"})
	if err := b.sealer.Seal(t.Context(), testRun); err == nil || !contains(err.Error(), "came later") {
		t.Errorf("a seal of something else: %v", err)
	}
}

// The document of --json has every key, always.
func TestProofDocument(t *testing.T) {
	b := sealedBench(t)
	b.write("t0.out", "changed")
	data, err := json.Marshal(b.check.Run(t.Context(), testRun))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{`"format":1`, `"run":"7f3a90c2"`, `"proved":false`, `"links":[{"link":"journal"`, `"broken":{"link":"outputs","place":"output t0.out"`, `"unseen":[]`} {
		if !contains(string(data), key) {
			t.Errorf("%s is not in %s", key, data)
		}
	}
}

// A journal that names files elsewhere gets no answer about them.
func TestOutputOutside(t *testing.T) {
	b := newBench(t)
	b.task(t, "../secret", "text")
	b.task(t, "sub/t9", "text")
	b.end(t)
	if err := b.sealer.Seal(t.Context(), testRun); err != nil {
		t.Fatal(err)
	}
	b.broken(t, "outside", b.check.Run(t.Context(), testRun), LinkOutputs, "output ../secret.out: event 10 ")
	b = newBench(t)
	b.task(t, "sub/t9", "text")
	b.end(t)
	if err := b.sealer.Seal(t.Context(), testRun); err != nil {
		t.Fatal(err)
	}
	proved(t, b.check.Run(t.Context(), testRun))
}

// A run of 200 events is checked well within a second.
func BenchmarkCheck(b *testing.B) {
	w := newBench(b)
	for i := range 95 {
		w.task(b, "more"+string(rune('a'+i%26))+string(rune('a'+i/26)), strings.Repeat("a line of output\n", 1000))
	}
	w.end(b)
	if err := w.sealer.Seal(b.Context(), testRun); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		proved(b, w.check.Run(b.Context(), testRun))
	}
	b.ReportMetric(float64(len(w.records)), "events")
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*float64(time.Second/time.Millisecond), "ms/check")
}
