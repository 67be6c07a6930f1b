package drill_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/drilltest"
)

// TestAnyFault throws random commands, kills and journal faults at runs.
// Whatever happens: the journal tells the same as the live state, no task ends
// twice, no command is done again unasked, and no scratch target is forgotten.
// LIFEBOAT_FAULTS says with how many seeds, or, as =N, with which one.
func TestAnyFault(t *testing.T) {
	seeds := []uint64{}
	n, env := 150, os.Getenv("LIFEBOAT_FAULTS")
	if one, ok := strings.CutPrefix(env, "="); ok {
		seed, err := strconv.ParseUint(one, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seeds = append(seeds, seed)
	} else {
		if env != "" {
			var err error
			if n, err = strconv.Atoi(env); err != nil {
				t.Fatal(err)
			}
		}
		for i := range n {
			seeds = append(seeds, uint64(i))
		}
	}
	verdicts := map[drill.Verdict]int{}
	for _, seed := range seeds {
		o := newOrdeal(t, seed)
		o.run()
		if o.r != nil {
			verdicts[o.r.State().Verdict]++
		}
		if t.Failed() {
			t.Fatalf("to see it again: LIFEBOAT_FAULTS==%d", seed)
		}
	}
	t.Log(verdicts)
}

func (o *ordeal) run() {
	o.process()
	w := o.base.Workloads()[0]
	r, err := o.d.StartFor(o.t.Context(), drill.StartRequest{
		Workload: w, Mode: []drill.Mode{drill.ModeDrill, drill.ModeIncident}[o.rnd.IntN(2)], Runbook: book(faultBook), KeepOnFailure: o.rnd.IntN(4) == 0,
	})
	if err != nil {
		o.t.Fatal(err)
	}
	o.r, o.id = r, r.ID()
	for range 40 {
		o.act()
		o.owned()
		if o.r != nil {
			if s := o.r.State(); s.Ended() {
				break
			}
		}
	}
	o.end()
	if !o.t.Failed() {
		o.judge()
	}
}

// A journal that can't take a run's beginning leaves nothing of it.
func TestARunThatCouldNotBeginIsNotThere(t *testing.T) {
	for _, supervised := range []bool{true, false} {
		d, mem := drilltest.Desk(t, fake(), nil)
		j := &drilltest.Flaky{Journal: mem}
		d.Journal = j
		if supervised {
			d.Supervisor = &drilltest.Shims{Executor: d.Executor, Dir: t.TempDir()}
		}
		j.Down(errFull)
		r, err := d.StartFor(t.Context(), drill.StartRequest{Workload: d.Workloads()[0], Mode: drill.ModeDrill})
		if !errors.Is(err, errFull) || r != nil {
			t.Errorf("got %v, %v", r, err)
		}
		if n := len(d.Driving()); n > 0 {
			t.Errorf("it drives %d runs", n)
		}
		if left, _ := os.ReadDir(d.RunsDir); len(left) > 0 {
			t.Errorf("left %v", left)
		}
		if err := d.Release("end of the test"); err != nil {
			t.Errorf("the program's end: %v", err)
		}
	}
}

// A run that could not be picked up is free for the next try.
func TestARunThatCouldNotBePickedUpIsFree(t *testing.T) {
	for _, resume := range []bool{true, false} {
		f := fake()
		release := f.Hold("locate")
		defer release()
		d, mem := drilltest.Desk(t, f, nil)
		r := start(t, d, drill.StartRequest{})
		for range 2 { // locate begins, and goes on
			if err := r.Do(t.Context(), drill.Next{}); err != nil {
				t.Fatal(err)
			}
		}
		r.Die()
		j := &drilltest.Flaky{Journal: mem}
		next := &drill.Engine{Journal: j, History: mem, Executor: d.Executor, Estate: d.Estate, Now: d.Now, RunsDir: d.RunsDir, Host: d.Host}
		open := func() (*drill.Run, error) {
			if resume {
				return next.Resume(t.Context(), r.ID(), true)
			}
			return next.Open(t.Context(), r.ID())
		}
		j.Down(errFull)
		if again, err := open(); !errors.Is(err, errFull) || again != nil || len(next.Driving()) > 0 {
			t.Errorf("resume %v: got %v, %v, driving %d", resume, again, err, len(next.Driving()))
		}
		j.Down(nil)
		again, err := open()
		if err != nil {
			t.Fatalf("resume %v: %v", resume, err)
		}
		if err := again.Close("end of the test"); err != nil {
			t.Error(err)
		}
	}
}

// What a process that was thought dead still says of a task is not kept: who
// has picked the run up says it.
func TestATaskHasOneEnd(t *testing.T) {
	f := fake()
	release := f.Hold("locate")
	d, mem := drilltest.Desk(t, f, nil)
	shims := &drilltest.Shims{Executor: d.Executor, Dir: t.TempDir()}
	d.Supervisor = shims
	r := start(t, d, drill.StartRequest{})
	for range 2 {
		if err := r.Do(t.Context(), drill.Next{}); err != nil {
			t.Fatal(err)
		}
	}
	for len(f.Calls()) == 0 {
		time.Sleep(100 * time.Microsecond)
	}
	r.Die()
	next := &drill.Engine{
		Journal: mem, History: mem, Executor: d.Executor, Estate: d.Estate, Now: d.Now, RunsDir: d.RunsDir,
		ScratchDir: d.ScratchDir, Host: d.Host, Supervisor: shims,
	}
	again, err := next.Resume(t.Context(), r.ID(), true)
	if err != nil {
		t.Fatal(err)
	}
	release() // both see the end
	if err := drill.Walk(t.Context(), again, nil); err != nil {
		t.Fatal(err)
	}
	if err := r.Settle(t.Context()); err == nil {
		t.Error("the first one kept an end too")
	}
	s := again.State()
	if s.Verdict != drill.VerdictPassed {
		t.Errorf("verdict %s %v", s.Verdict, s.Reasons)
	}
	if n := slices.IndexFunc(shims.Begun(), func(x drill.Task) bool { return x.Kind == drill.TaskLocate && x.ID != s.Tasks[0].Task.ID }); n >= 0 {
		t.Error("it was located twice")
	}
	sameAfterReplay(t, mem, again)
}

// A scratch target that the journal could not plan leaves no slip: nothing was
// made, and nothing is to be told of it later.
func TestUnplannedScratchHasNoSlip(t *testing.T) {
	f := fake()
	d, mem := drilltest.Desk(t, f, nil)
	j := &drilltest.Flaky{Journal: mem}
	d.Journal = j
	r := start(t, d, drill.StartRequest{})
	until(t, r, func(s *drill.State) bool { return s.Step() != nil && s.Step().StepDef.Step.Title == "Restore" })
	j.Plan(1, drilltest.Fault{Err: errFull})
	if err := r.Do(t.Context(), drill.Next{}); !errors.Is(err, errFull) {
		t.Fatalf("got %v", err)
	}
	slips := func() []string {
		out, _ := filepath.Glob(filepath.Join(filepath.Dir(d.RunsDir), "scratch", "*"))
		return out
	}
	if left := slips(); len(left) > 0 || len(f.LeftOver()) > 0 {
		t.Errorf("left %v, %v", left, f.LeftOver())
	}
	until(t, r, func(s *drill.State) bool { return !s.Restored.IsZero() }) // with space again
	there := slips()
	if len(there) != 1 {
		t.Fatalf("the slips of a target that is there: %v", there)
	}
	// Who is killed between the slip and the journal leaves a slip.
	text, err := os.ReadFile(there[0])
	if err != nil {
		t.Fatal(err)
	}
	id := strings.TrimSuffix(filepath.Base(there[0]), ".json")
	others := filepath.Join(filepath.Dir(there[0]), "lifeboat-scratch-0002.json")
	for file, run := range map[string]string{filepath.Join(filepath.Dir(there[0]), "lifeboat-scratch-0001.json"): r.ID(), others: "0123cdef"} {
		planned := strings.NewReplacer(id, strings.TrimSuffix(filepath.Base(file), ".json"), r.ID(), run).Replace(string(text))
		if err := os.WriteFile(file, []byte(planned), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close("end of the test"); err != nil || len(slips()) != 1 || slips()[0] != others {
		t.Errorf("%v, left %v", err, slips())
	}
}

// A removal whose end nobody saw is done again, once; then the target is named
// as left.
func TestUnseenRemovalIsDoneAgain(t *testing.T) {
	for _, times := range []int{1, 2} {
		f := fake()
		d, mem := drilltest.Desk(t, f, nil)
		n := 0
		d.Supervisor = &drilltest.Shims{Executor: d.Executor, Dir: t.TempDir(), Mishap: func(task drill.Task) drilltest.Mishap {
			if task.Kind != drill.TaskDestroy || n == times {
				return ""
			}
			n++
			return drilltest.KilledEarly
		}}
		r := start(t, d, drill.StartRequest{Unattended: true})
		if err := drill.Walk(t.Context(), r, nil); err != nil {
			t.Fatal(err)
		}
		s := r.State()
		want := map[int]drill.ScratchStatus{1: drill.ScratchRemoved, 2: drill.ScratchLeft}[times]
		if s.Verdict != drill.VerdictPassed || !s.Ended() || s.Scratch[0].Status != want || (len(f.LeftOver()) > 0) != (want == drill.ScratchLeft) {
			t.Errorf("%d: %s, %+v, left %v", times, s.Verdict, s.Scratch[0], f.LeftOver())
		}
		sameAfterReplay(t, mem, r)
	}
}

// A journal that is slow holds everything up, and nothing is lost.
func TestSlowJournal(t *testing.T) {
	d, mem := drilltest.Desk(t, fake(), nil)
	j := &drilltest.Flaky{Journal: mem}
	for n := range 100 {
		j.Plan(n, drilltest.Fault{Takes: time.Millisecond})
	}
	d.Journal = j
	r := start(t, d, drill.StartRequest{Unattended: true})
	if err := drill.Walk(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	if s := r.State(); s.Verdict != drill.VerdictPassed {
		t.Errorf("verdict %s %v", s.Verdict, s.Reasons)
	}
	if slips, _ := filepath.Glob(filepath.Join(filepath.Dir(d.RunsDir), "scratch", "*")); len(slips) > 0 {
		t.Errorf("slips of what is gone: %v", slips)
	}
	sameAfterReplay(t, mem, r)
}
