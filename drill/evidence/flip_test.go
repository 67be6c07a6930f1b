package evidence

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// flips calls try with each byte of data changed in one bit, another one each
// time, and puts the file back.
func flips(t *testing.T, path string, try func(at int)) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil || len(data) == 0 {
		t.Fatalf("%d bytes of %s: %v", len(data), path, err)
	}
	for i := range data {
		data[i] ^= 1 << (i % 8)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		try(i)
		data[i] ^= 1 << (i % 8)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestEveryByteOfOutputsCounts(t *testing.T) {
	b := sealedBench(t)
	for _, name := range []string{"t0.out", "t2.out"} {
		flips(t, filepath.Join(b.run(), name), func(int) {
			b.broken(t, name, b.check.Run(t.Context(), testRun), LinkOutputs, "output "+name)
		})
	}
	proved(t, b.check.Run(t.Context(), testRun))
}

func TestEveryByteOfTheSealCounts(t *testing.T) {
	b := sealedBench(t)
	flips(t, b.seal(), func(int) {
		b.broken(t, "seal", b.check.Run(t.Context(), testRun), LinkSeal, "the seal "+testRun+"/"+SealName)
	})
	proved(t, b.check.Run(t.Context(), testRun))
}

// Every byte of every stored text counts, and the event that holds it is named.
func TestEveryByteOfTheJournalCounts(t *testing.T) {
	b := sealedBench(t)
	for i := range b.records {
		r := &b.records[i]
		for _, field := range []*string{&r.At, &r.Type, &r.Body, &r.Hash} {
			whole := *field
			for k := range whole {
				flipped := []byte(whole)
				flipped[k] ^= 1 << (k % 8)
				*field = string(flipped)
				b.broken(t, whole, b.check.Run(t.Context(), testRun), LinkJournal, place(*r)+": its text does not match its hash")
			}
			*field = whole
		}
	}
	proved(t, b.check.Run(t.Context(), testRun))
}

func TestEveryByteOfTheRowCounts(t *testing.T) {
	b := sealedBench(t)
	for _, field := range []*string{&b.row.Workload, &b.row.Mode, &b.row.Started, &b.row.Ended, &b.row.Summary} {
		whole := *field
		for k := range whole {
			flipped := []byte(whole)
			flipped[k] ^= 1 << (k % 8)
			*field = string(flipped)
			b.broken(t, whole, b.check.Run(t.Context(), testRun), LinkSummary, "the row of run "+testRun)
		}
		*field = whole
	}
	proved(t, b.check.Run(t.Context(), testRun))
}

// signed writes a signed report as the program does.
func (b *bench) signed(t testing.TB, text string) (path string) {
	t.Helper()
	path = filepath.Join(b.dir, "report.md")
	data, _, err := b.sealer.Sign(t.Context(), testRun, func(s *drill.State) (Report, error) {
		return Report{Name: "report.md", Data: []byte(text + string(s.Verdict))}, nil
	})
	if err == nil {
		err = WriteFile(path, []byte(text+"inconclusive"), 0o600)
	}
	if err == nil {
		err = WriteFile(path+EnvelopeSuffix, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEveryByteOfASignedReportCounts(t *testing.T) {
	b := sealedBench(t)
	path := b.signed(t, "# Restore drill\n\nverdict: ")
	proved(t, b.check.File(t.Context(), path))
	flips(t, path, func(int) {
		b.broken(t, "report", b.check.File(t.Context(), path), LinkReport, path)
		b.broken(t, "report, by its envelope", b.check.File(t.Context(), path+EnvelopeSuffix), LinkReport, path)
	})
	flips(t, path+EnvelopeSuffix, func(at int) {
		b.broken(t, "envelope", b.check.File(t.Context(), path), LinkSignature, path+EnvelopeSuffix)
		if at%7 > 0 {
			return
		}
		b.broken(t, "envelope by itself", b.check.File(t.Context(), path+EnvelopeSuffix), LinkSignature, path+EnvelopeSuffix)
	})
	proved(t, b.check.File(t.Context(), path))
}

func TestSignedReport(t *testing.T) {
	b := newBench(t)
	b.end(t)
	path := b.signed(t, "verdict: ")
	if _, err := os.Stat(b.seal()); err != nil {
		t.Error("a run without a seal was not sealed:", err)
	}
	p := b.check.File(t.Context(), path)
	proved(t, p)
	if p.Run != testRun || len(p.Unseen) != 0 {
		t.Errorf("%+v", p)
	}
	// The envelope stands in for a seal that somebody took away.
	b.unseal(t)
	proved(t, b.check.File(t.Context(), path))
	// Elsewhere only the file and its signature can be looked at.
	away := &Checker{Source: &memory{}, RunsDir: t.TempDir(), Key: b.check.Key}
	p = away.File(t.Context(), path)
	proved(t, p)
	if len(p.Unseen) != 1 || !contains(p.Unseen[0], "is not in this store") {
		t.Errorf("unseen: %q", p.Unseen)
	}
	// A journal that was emptied here is no journal of elsewhere.
	if err := b.sealer.Seal(t.Context(), testRun); err != nil {
		t.Fatal(err)
	}
	b.records = nil
	b.broken(t, "an emptied journal", b.check.File(t.Context(), path), LinkJournal, "holds no event")
}

func TestEnvelopeByItself(t *testing.T) {
	b := sealedBench(t)
	path := filepath.Join(b.dir, "anything.json")
	data, late, err := b.sealer.Sign(t.Context(), testRun, func(*drill.State) (Report, error) {
		return Report{JSON: json.RawMessage(`{"run":"7f3a90c2"}`)}, nil
	})
	if err != nil || late {
		t.Fatal(late, err)
	}
	b.put(t, path, data)
	p := b.check.File(t.Context(), path)
	proved(t, p)
	if p.Links[1].Detail != "it is inside the envelope" {
		t.Errorf("%+v", p.Links)
	}
	// A copy of the seal that was kept elsewhere shows what was done here.
	seal, _ := os.ReadFile(b.seal())
	b.put(t, path, seal)
	proved(t, b.check.File(t.Context(), path))
	b.records[10].Body = strings.Replace(b.records[10].Body, "no check", "a check", 1)
	b.rechain()
	b.unseal(t)
	b.broken(t, "rewritten", b.check.File(t.Context(), path), LinkSeal, "written anew")
}

func (b *bench) put(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// What is not proved is not signed, and a broken run is not sealed late.
func TestSignRefuses(t *testing.T) {
	for name, do := range map[string]func(b *bench){
		"event 4":       func(b *bench) { b.records[3].Body += " " },
		"output t0.out": func(b *bench) { b.write("t0.out", "other\n") },
		"the row":       func(b *bench) { b.row.Mode = "incident" },
	} {
		b := newBench(t)
		b.end(t)
		do(b)
		data, _, err := b.sealer.Sign(t.Context(), testRun, func(*drill.State) (Report, error) { return Report{}, nil })
		if err == nil || !contains(err.Error(), name) || data != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(b.seal()); err == nil {
			t.Errorf("%s: it was sealed", name)
		}
	}
	b := newBench(t)
	_, _, err := b.sealer.Sign(t.Context(), testRun, func(*drill.State) (Report, error) { return Report{}, nil })
	if err == nil || !contains(err.Error(), "has not ended") {
		t.Errorf("a run that goes on: %v", err)
	}
}

func TestFileThatIsNone(t *testing.T) {
	b := sealedBench(t)
	path := filepath.Join(b.dir, "x.md")
	b.broken(t, "missing", b.check.File(t.Context(), path), LinkFile, path)
	b.put(t, path, []byte("text"))
	b.broken(t, "without an envelope", b.check.File(t.Context(), path), LinkFile, "envelope that was signed can't be read")
	b.put(t, path+EnvelopeSuffix, []byte("text"))
	b.broken(t, "text for an envelope", b.check.File(t.Context(), path), LinkSignature, "not an envelope")
	other := b.signed(t, "x")
	envelope, _ := os.ReadFile(other + EnvelopeSuffix)
	b.put(t, path+EnvelopeSuffix, envelope)
	b.broken(t, "another's envelope", b.check.File(t.Context(), path), LinkReport, "not the text that was signed")
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	p := b.check.File(t.Context(), other+EnvelopeSuffix)
	proved(t, p)
	if len(p.Unseen) != 1 || !contains(p.Unseen[0], "report.md is not beside") {
		t.Errorf("%q", p.Unseen)
	}
}
