package evidence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

const testRun = "7f3a90c2"

var nine = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// memory is a Source that tests may tamper with.
type memory struct {
	records []Record
	row     *Row
	sick    error
}

func (m *memory) Records(_ context.Context, run string) ([]Record, error) {
	return slices.DeleteFunc(slices.Clone(m.records), func(r Record) bool { return r.Run != run }), nil
}

func (m *memory) Row(_ context.Context, run string) (Row, bool, error) {
	if m.row == nil || m.row.ID != run {
		return Row{}, false, nil
	}
	return *m.row, true, nil
}

func (m *memory) Sound(context.Context) error { return m.sick }

// append journals as the store does.
func (m *memory) append(t testing.TB, bodies ...drill.Body) {
	t.Helper()
	var events []drill.Event
	prev := Start(testRun)
	for _, r := range m.records {
		e, err := decode(r)
		if err != nil {
			t.Fatal(err)
		}
		events, prev = append(events, e), r.Hash
	}
	for _, b := range bodies {
		seq := int64(len(m.records)) + 1
		e := drill.Event{Run: testRun, Seq: seq, At: nine.Add(time.Duration(seq) * time.Second), Body: b}
		kind, body, err := drill.EncodeBody(b)
		if err != nil {
			t.Fatal(err)
		}
		r := Record{Run: testRun, Seq: seq, At: stamp(e.At), Type: kind, Body: string(body)}
		r.Hash = Link(prev, r)
		prev, events, m.records = r.Hash, append(events, e), append(m.records, r)
	}
	s, err := drill.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	sum := drill.Summarise(&s)
	text, err := json.Marshal(sum)
	if err != nil {
		t.Fatal(err)
	}
	m.row = &Row{ID: sum.ID, Workload: sum.Workload, Mode: string(sum.Mode), Started: stamp(sum.Started), Summary: string(text)}
	if !sum.Ended.IsZero() {
		m.row.Ended = stamp(sum.Ended)
	}
}

// bench is a state directory with one run, which passed and is sealed.
type bench struct {
	*memory
	dir    string
	sealer *Sealer
	check  *Checker
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{memory: &memory{}, dir: t.TempDir()}
	runs, keys := filepath.Join(b.dir, "runs"), filepath.Join(b.dir, "keys")
	b.sealer = &Sealer{Source: b.memory, RunsDir: runs, KeyDir: keys, Version: "test", Now: func() time.Time { return nine.Add(time.Minute) }}
	b.check = &Checker{Source: b.memory, RunsDir: runs, Key: func() (PublicKey, error) { return LocalPublicKey(keys) }}
	if err := os.MkdirAll(b.run(), 0o700); err != nil {
		t.Fatal(err)
	}
	b.append(t, drill.RunStarted{
		Info:  drill.RunInfo{ID: testRun, Workload: "shop", Mode: drill.ModeDrill, Version: "v0.1.0", RTO: time.Hour, RPO: time.Hour},
		Steps: []drill.StepDef{{Section: drill.SectionMain, Step: runbook.Step{ID: "one", Title: "One", Blocks: []runbook.Block{{Command: &runbook.Command{}}}}}},
	}, drill.StepStarted{Step: 0})
	for i, text := range []string{"first\n", "", "second\nand more\n"} {
		b.task(t, fmt.Sprint("t", i), text)
	}
	return b
}

// sealed is a bench whose run has ended.
func sealedBench(t testing.TB) *bench {
	t.Helper()
	b := newBench(t)
	b.end(t)
	if err := b.sealer.Seal(t.Context(), testRun); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) end(t testing.TB) {
	t.Helper()
	met := true
	b.append(t, drill.Noted{Text: "it's \"done\" – 日本"}, drill.StepEnded{Step: 0, Status: drill.StepDone},
		drill.Concluded{Verdict: drill.VerdictInconclusive, Reasons: []string{"no check"}, Measure: drill.Measure{RTO: time.Minute, RTOMet: &met, RPOHow: "recovery point"}},
		drill.RunEnded{})
}

// task journals a task with its output.
func (b *bench) task(t testing.TB, id, text string) {
	t.Helper()
	out, err := drill.NewOutput(filepath.Join(b.run(), id+".out"), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = out.Write([]byte(text))
	size, lines, sum, err := out.Close()
	if err != nil {
		t.Fatal(err)
	}
	b.append(t, drill.TaskStarted{Task: drill.Task{ID: id, Run: testRun, Kind: drill.TaskShell, Script: "true"}},
		drill.TaskEnded{Task: id, Result: drill.Result{
			OK: true, Output: id + ".out", Bytes: size, Lines: lines, SHA256: sum,
			Checks: []drivers.CheckResult{{Name: "rows", Outcome: drivers.Passed}},
		}})
}

func (b *bench) run() string  { return filepath.Join(b.dir, "runs", testRun) }
func (b *bench) seal() string { return filepath.Join(b.run(), SealName) }

// proved is a proof whose every link holds.
func proved(t testing.TB, p Proof) {
	t.Helper()
	if !p.Proved || p.Broken != nil {
		t.Fatalf("not proved: %v", p.Broken)
	}
}

// broken is a proof that names a place.
func (b *bench) broken(t testing.TB, name string, p Proof, link, place string) {
	t.Helper()
	switch {
	case p.Proved || p.Broken == nil:
		t.Errorf("%s: it was proved", name)
	case p.Broken.Link != link || !contains(p.Broken.Error(), place):
		t.Errorf("%s: broken is %s (%s), want %s of %s", name, p.Broken, p.Broken.Link, place, link)
	}
}

var errSick = errors.New("tree 3 page 7: btreeInitPage() returns error code 11")
