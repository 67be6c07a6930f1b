package drill_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

const hidden = "hunter2-s3cret"

// bodies are one of each event that holds text, full of the secret.
func bodies() []drill.Body {
	text, captured := "a "+hidden+" b", hidden
	point := drivers.RecoveryPoint{ID: "orders-1", Files: []string{"/nas/a"}, Detail: map[string]string{"k": text}, Problems: []string{text}}
	parallel := &drivers.Target{Kind: drivers.TargetParallel, Name: text, DSN: "postgres://u:" + hidden + "@h/db", Vars: map[string]string{"PGPASSWORD": hidden}}
	step := drill.StepDef{Step: runbook.Step{Title: text, Blocks: []runbook.Block{
		{Prose: text}, {Command: &runbook.Command{Script: text, Attrs: map[string]string{hidden: text}}}, {Item: &runbook.Item{Text: text}},
	}}}
	return []drill.Body{
		drill.RunStarted{Info: drill.RunInfo{Title: text, Source: text, Vars: map[string]string{"p": hidden}, Rollback: []drill.StepDef{step}}, Steps: []drill.StepDef{step}},
		drill.Answered{Name: "p", Value: hidden},
		drill.StepEnded{Reason: text},
		drill.TaskStarted{Task: drill.Task{Title: text, Script: text, Vars: map[string]string{"x": hidden}, Point: &point, Target: parallel}},
		drill.TaskEnded{Result: drill.Result{
			Error: text, Hint: text, Warnings: []string{text}, Captured: &captured, Points: []drivers.RecoveryPoint{point}, Target: parallel,
			Checks: []drivers.CheckResult{{Name: text, Got: text, Want: text, Source: text, Detail: text}},
			Plan:   &drivers.Plan{Steps: []drivers.PlanStep{{Title: text, Command: text}}, Request: drivers.RestoreRequest{Target: *parallel, Select: []string{"orders"}}},
		}},
		drill.PointChosen{Point: point, Why: text},
		drill.UnitEnded{Note: text},
		drill.Confirmed{What: text},
		drill.Noted{Text: text},
		drill.ClockHeld{Reason: text},
		drill.RollbackStarted{Steps: []drill.StepDef{step}},
		drill.ScratchKept{ID: "x", Why: text},
		drill.Concluded{Reasons: []string{text}},
	}
}

func TestMaskBody(t *testing.T) {
	mask := command.MaskText([]string{hidden})
	for _, b := range bodies() {
		before := stored(t, b)
		got := stored(t, drill.MaskBody(b, mask))
		if !strings.Contains(before, hidden) {
			t.Errorf("%s: the test's own body has no secret", b.EventType())
		}
		if strings.Contains(got, hidden) {
			t.Errorf("%s: %s", b.EventType(), got)
		}
		if want := strings.ReplaceAll(before, hidden, "[masked]"); got != want {
			t.Errorf("%s: %s", b.EventType(), cmp.Diff(want, got))
		}
		if after := stored(t, b); after != before {
			t.Errorf("%s: the body itself was changed: %s", b.EventType(), cmp.Diff(before, after))
		}
	}
}

// A place that happens to be called like a secret stays where it is.
func TestMaskBodyKeepsPlaces(t *testing.T) {
	mask := command.MaskText([]string{hidden})
	place := "/nas/" + hidden + "/a.dump"
	b := drill.PointChosen{Point: drivers.RecoveryPoint{Files: []string{place}, Manifest: place, Requires: []string{hidden}}}
	if got := stored(t, drill.MaskBody(b, mask)); got != stored(t, b) {
		t.Errorf("it became %s", got)
	}
}

func stored(t testing.TB, b drill.Body) string {
	t.Helper()
	_, data, err := drill.EncodeBody(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A secret that is a word of the program changes nothing that it goes by.
func TestMaskBodyKeepsWords(t *testing.T) {
	at := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	scratch := drivers.ScratchRecord{ID: "lifeboat-scratch-abc", Dir: "/tmp/lifeboat-scratch-abc", Made: at}
	words := []drill.Body{
		drill.RunStarted{Info: drill.RunInfo{ID: "abc", Workload: "orders", Kind: "postgresql", Mode: drill.ModeDrill, SHA256: "abc"}},
		drill.TaskStarted{Task: drill.Task{ID: "abc", Kind: drill.TaskShell, Workload: "orders", Scratch: &scratch}},
		drill.TaskEnded{Task: "abc", Result: drill.Result{Target: &drivers.Target{
			Kind: drivers.TargetScratch, DSN: "user=postgres", Scratch: &scratch, Vars: map[string]string{"PGUSER": "postgres"},
		}}},
		drill.Concluded{Verdict: drill.VerdictPassed},
		drill.ScratchPlanned{Record: scratch},
		drill.UnitEnded{Status: drill.UnitDone},
	}
	mask := command.MaskText([]string{"postgres", "orders", "abc", "drill", "passed", "shell", "scratch", "done", "2026", "tmp"})
	for _, b := range words {
		if got := drill.MaskBody(b, mask); !reflect.DeepEqual(got, b) {
			t.Errorf("%s: %s", b.EventType(), cmp.Diff(b, got))
		}
	}
}

// FuzzMaskBody: whatever a body holds, what is stored of it has no secret in
// a text, and reads back.
func FuzzMaskBody(f *testing.F) {
	for _, b := range bodies() {
		kind, data, err := drill.EncodeBody(b)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(kind, data)
	}
	mask := command.MaskText([]string{hidden})
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		b, err := drill.DecodeBody(kind, data)
		if err != nil {
			return
		}
		kind, data, err = drill.EncodeBody(drill.MaskBody(b, mask))
		if err != nil {
			t.Fatal(err)
		}
		again, err := drill.DecodeBody(kind, data)
		if err != nil {
			t.Fatal(err)
		}
		if twice := stored(t, drill.MaskBody(again, mask)); twice != string(data) {
			t.Fatalf("masked twice: %s", cmp.Diff(string(data), twice))
		}
	})
}

// A run with a long runbook starts without a delay that anybody notices.
func BenchmarkMaskBody(b *testing.B) {
	var src strings.Builder
	src.WriteString("# Long\n\n## Steps\n")
	for i := 0; src.Len() < 20<<10; i++ {
		fmt.Fprintf(&src, "\n%d. Step %d\n\n   Words about what this does, and why it is done now.\n\n   ```sh\n   psql -c 'select count(*) from orders' \"$LIFEBOAT_TARGET_DSN\"\n   ```\n", i+1, i+1)
	}
	rb := runbook.Parse("long.md", []byte(src.String()))
	started := drill.RunStarted{Info: drill.RunInfo{Source: rb.Source}}
	for _, st := range rb.Steps {
		started.Steps = append(started.Steps, drill.StepDef{Step: st})
	}
	if len(rb.Steps) < 50 {
		b.Fatalf("%d steps", len(rb.Steps))
	}
	mask := command.MaskText([]string{hidden, "another/one+9", "s3cr3t/p@ss+word", "0123456789abcdef", "tok_ABCDEFGHIJKLMNOP"})
	b.ReportAllocs()
	for b.Loop() {
		if got := drill.MaskBody(started, mask); len(got.(drill.RunStarted).Steps) != len(rb.Steps) {
			b.Fatal("lost")
		}
	}
}
