package drill_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/drilltest"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

func fake() *drivertest.Fake {
	return drivertest.NewFake(drivertest.WithPoints(drivertest.Points(drilltest.Now.Add(-7*time.Hour), 3)...))
}

// start begins a run of the desk's one workload.
func start(t *testing.T, d *drill.Desk, req drill.StartRequest) *drill.Run {
	t.Helper()
	req.Workload = d.Workloads()[0]
	if req.Mode == "" {
		req.Mode = drill.ModeDrill
	}
	r, err := d.StartFor(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func book(text string) *runbook.Runbook { return runbook.Parse("test.md", []byte(text)) }

// sameAfterReplay proves that the journal tells all that the live state knows.
func sameAfterReplay(t *testing.T, mem *drilltest.Memory, r *drill.Run) {
	t.Helper()
	live := r.State()
	events, err := mem.Events(t.Context(), live.Info.ID)
	if err != nil {
		t.Fatal(err)
	}
	replayed, err := drill.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	if diff := diffJSON(live, replayed); diff != "" {
		t.Errorf("replay differs from live:\n%s", diff)
	}
}

func TestWalkPasses(t *testing.T) {
	f := fake()
	d, mem := drilltest.Desk(t, f, nil)
	r := start(t, d, drill.StartRequest{Unattended: true})
	if err := drill.Walk(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	s := r.State()
	if s.Verdict != drill.VerdictPassed {
		t.Fatalf("verdict %s: %v", s.Verdict, s.Reasons)
	}
	if !s.Ended() || s.Point == nil || s.Measure.RTO == 0 || s.Measure.RPO != 7*time.Hour {
		t.Errorf("ended %v, point %v, measure %+v", s.Ended(), s.Point, s.Measure)
	}
	if left := f.LeftOver(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	sameAfterReplay(t, mem, r)
}

func TestCorruptPointFailsBeforeRestore(t *testing.T) {
	f := fake()
	id := drivertest.Points(drilltest.Now.Add(-7*time.Hour), 3)[1].ID
	f.Spoil(id, drivers.GradeReadable, drivers.Failed, "page 12 of orders is damaged", "choose another")
	d, _ := drilltest.Desk(t, f, nil)
	r := start(t, d, drill.StartRequest{Point: id})
	if err := drill.Walk(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	s := r.State()
	if s.Verdict != drill.VerdictFailed || !strings.Contains(strings.Join(s.Reasons, " "), "page 12 of orders") {
		t.Errorf("verdict %s: %v", s.Verdict, s.Reasons)
	}
	for _, c := range f.Calls() {
		if strings.HasPrefix(c, "restore") || strings.HasPrefix(c, "provision") {
			t.Errorf("%s after a failed verification", c)
		}
	}
}

func TestChooseAnotherPointAfterFailure(t *testing.T) {
	f := fake()
	ps := drivertest.Points(drilltest.Now.Add(-7*time.Hour), 3)
	f.Spoil(ps[0].ID, drivers.GradeReadable, drivers.Failed, "damaged", "")
	d, mem := drilltest.Desk(t, f, nil)
	r := start(t, d, drill.StartRequest{})
	until(t, r, func(s *drill.State) bool { _, _, bad := s.Failed(); return bad })
	if err := r.Do(t.Context(), drill.Choose{Point: ps[2].ID}); err != nil {
		t.Fatal(err)
	}
	if err := drill.Walk(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	s := r.State()
	if s.Verdict != drill.VerdictPassed || s.Point.ID != ps[2].ID {
		t.Errorf("verdict %s of %s: %v", s.Verdict, s.Point.ID, s.Reasons)
	}
	sameAfterReplay(t, mem, r)
}

func TestChooseAnotherPointAfterTheChecksFailed(t *testing.T) {
	f := fake()
	checks(drivers.Failed)(f)
	ps := drivertest.Points(drilltest.Now.Add(-7*time.Hour), 3)
	d, mem := drilltest.Desk(t, f, nil)
	r := start(t, d, drill.StartRequest{})
	until(t, r, func(s *drill.State) bool { _, _, bad := s.Failed(); return bad })
	f.Edit(func(s *drivertest.Script) { s.Checks = nil })
	if err := r.Do(t.Context(), drill.Choose{Point: ps[1].ID}); err != nil {
		t.Fatal(err)
	}
	if s := r.State(); s.Step().StepDef.Step.Title != "Verify" || len(s.Checks) > 0 || !s.Restored.IsZero() {
		t.Fatalf("at %q with checks %v", s.Step().StepDef.Step.Title, s.Checks)
	}
	if err := drill.Walk(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	if s := r.State(); s.Verdict != drill.VerdictPassed || s.Evidence.Detail["point"] != ps[1].ID || len(s.Scratch) != 2 {
		t.Errorf("verdict %s of %v with %d scratch targets: %v", s.Verdict, s.Evidence, len(s.Scratch), s.Reasons)
	}
	if left := f.LeftOver(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	sameAfterReplay(t, mem, r)
}

// until presses Next until the state is as wanted.
func until(t *testing.T, r *drill.Run, ok func(*drill.State) bool) {
	t.Helper()
	for range 50 {
		if err := r.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		s := r.State()
		if ok(&s) {
			return
		}
		if err := r.Do(t.Context(), drill.Next{}); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("not reached in 50 steps")
}

func TestVerdictIsEarned(t *testing.T) {
	skip := drill.SkipStep{Reason: "no time"}
	cases := map[string]struct {
		spoil func(*drivertest.Fake)
		at    string // step title at which do is done instead of Next
		do    drill.Command
		want  drill.Verdict
	}{
		"all well":             {want: drill.VerdictPassed},
		"check skipped":        {at: "Validate", do: skip, want: drill.VerdictInconclusive},
		"verify skipped":       {at: "Verify", do: skip, want: drill.VerdictPassed},
		"check by hand":        {at: "Validate", do: drill.ByHand{Note: "looked"}, want: drill.VerdictInconclusive},
		"concluded early":      {at: "Restore", do: drill.Conclude{}, want: drill.VerdictInconclusive},
		"aborted":              {at: "Restore", do: drill.Abort{}, want: drill.VerdictAborted},
		"rolled back":          {at: "Validate", do: drill.Rollback{}, want: drill.VerdictFailed},
		"check fails":          {spoil: checks(drivers.Failed), want: drill.VerdictFailed},
		"check can't be known": {spoil: checks(drivers.Unknown), want: drill.VerdictInconclusive},
		"check proves nothing": {spoil: proofless, want: drill.VerdictInconclusive},
		"restore fails":        {spoil: func(f *drivertest.Fake) { f.Fail("restore", errors.New("disk")) }, want: drill.VerdictFailed},
		"verification unknown": {spoil: unreadable(drivers.Unknown), want: drill.VerdictInconclusive},
		"verification bad":     {spoil: unreadable(drivers.Failed), want: drill.VerdictFailed},
		"no recovery point":    {spoil: func(f *drivertest.Fake) { f.Edit(func(s *drivertest.Script) { s.Points = nil }) }, want: drill.VerdictFailed},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := fake()
			if c.spoil != nil {
				c.spoil(f)
			}
			d, mem := drilltest.Desk(t, f, nil)
			r := start(t, d, drill.StartRequest{})
			if c.do != nil {
				until(t, r, func(s *drill.State) bool { return s.Step() != nil && s.Step().StepDef.Step.Title == c.at })
				if err := r.Do(t.Context(), c.do); err != nil {
					t.Fatal(err)
				}
			}
			if err := drill.Walk(t.Context(), r, nil); err != nil {
				t.Fatal(err)
			}
			if s := r.State(); s.Verdict != c.want {
				t.Errorf("verdict %s, want %s: %v", s.Verdict, c.want, s.Reasons)
			}
			if left := f.LeftOver(); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			sameAfterReplay(t, mem, r)
		})
	}
}

func checks(o drivers.Outcome) func(*drivertest.Fake) {
	return func(f *drivertest.Fake) {
		f.Edit(func(s *drivertest.Script) {
			s.Checks = map[string]drivers.CheckResult{"rows orders": {Name: "rows orders", Outcome: o, Detail: "as scripted", Proves: o == drivers.Failed}}
		})
	}
}

func proofless(f *drivertest.Fake) {
	f.Edit(func(s *drivertest.Script) {
		s.Checks = map[string]drivers.CheckResult{"rows orders": {Name: "rows orders", Outcome: drivers.Passed}}
	})
}

func unreadable(o drivers.Outcome) func(*drivertest.Fake) {
	return func(f *drivertest.Fake) {
		f.Spoil(drivertest.Points(drilltest.Now.Add(-7*time.Hour), 3)[0].ID, drivers.GradeReadable, o, "as scripted", "")
	}
}

func TestJournalFailureStopsEverything(t *testing.T) {
	f := fake()
	d, mem := drilltest.Desk(t, f, nil)
	r := start(t, d, drill.StartRequest{})
	full := errors.New("no space left on device")
	mem.Fail(full)
	if err := r.Do(t.Context(), drill.Next{}); !errors.Is(err, full) {
		t.Fatalf("got %v", err)
	}
	if s := r.State(); s.Current != -1 {
		t.Error("the state went on without the journal")
	}
	if calls := f.Calls(); len(calls) > 0 {
		t.Errorf("did %v without a journal", calls)
	}
}

func TestInterruptedWalkCleansUp(t *testing.T) {
	f := fake()
	release := f.Hold("restore")
	defer release()
	d, mem := drilltest.Desk(t, f, nil)
	r := start(t, d, drill.StartRequest{Unattended: true})
	ctx, cancel := context.WithCancel(t.Context())
	changed, stop := r.Watch()
	defer stop()
	go func() {
		for range changed {
			s := r.State()
			if run := s.Running(); run != nil && run.Task.Kind == drill.TaskRestore {
				cancel()
				return
			}
		}
	}()
	if err := drill.Walk(ctx, r, nil); err != nil {
		t.Fatal(err)
	}
	s := r.State()
	if s.Verdict != drill.VerdictAborted || !s.Ended() {
		t.Errorf("verdict %q, ended %v", s.Verdict, s.Ended())
	}
	if left := f.LeftOver(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	sameAfterReplay(t, mem, r)
}

func TestLostTaskIsNeverRunAgain(t *testing.T) {
	f := fake()
	release := f.Hold("verify")
	d, _ := drilltest.Desk(t, f, nil)
	r := start(t, d, drill.StartRequest{})
	for range 6 { // three steps begun; the third has its verify running
		if err := r.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := r.Do(t.Context(), drill.Next{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Open(t.Context(), r.ID()); err == nil {
		t.Error("two drive one run")
	}
	r.Die()
	again, err := d.Open(t.Context(), r.ID()) // as another process would, after a crash
	if err != nil {
		t.Fatal(err)
	}
	s := again.State()
	if _, task, bad := s.Failed(); !bad || !task.Result.Unknown {
		t.Fatalf("the lost task is not shown as unknown: %+v", s.Step())
	}
	if err := again.Do(t.Context(), drill.Next{}); err == nil {
		t.Error("it went on by itself")
	}
	release()
}

func TestSweepEndsWhatTheDeadLeftOpen(t *testing.T) {
	f := fake()
	release := f.Hold("restore")
	defer release()
	d, mem := drilltest.Desk(t, f, nil)
	r := start(t, d, drill.StartRequest{})
	for {
		if s := r.State(); s.Running() != nil && s.Running().Task.Kind == drill.TaskRestore {
			break
		}
		if err := r.Do(t.Context(), drill.Next{}); err != nil && errors.As(err, new(*drill.Refusal)) {
			continue // a task is still running
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if told, err := d.Sweep(t.Context(), ""); err != nil || len(told) > 0 {
		t.Fatalf("swept a living run: %v %v", told, err)
	}
	r.Die()
	told, err := d.Sweep(t.Context(), "")
	if err != nil || len(told) != 1 || !strings.Contains(told[0], "scratch target was removed") {
		t.Fatalf("told %q, %v", told, err)
	}
	sum, err := mem.FindRun(t.Context(), r.ID())
	if err != nil || sum.Verdict != drill.VerdictAborted || sum.Ended.IsZero() {
		t.Errorf("the journal says %+v, %v", sum, err)
	}
	if told, err := d.Sweep(t.Context(), ""); err != nil || len(told) > 0 {
		t.Errorf("swept twice: %v %v", told, err)
	}
}

func TestBrokenJournalLeavesNoScratchTarget(t *testing.T) {
	f := fake()
	d, mem := drilltest.Desk(t, f, nil)
	r := start(t, d, drill.StartRequest{})
	until(t, r, func(s *drill.State) bool { return !s.Restored.IsZero() })
	if len(f.LeftOver()) == 0 {
		t.Fatal("there is no scratch target to begin with")
	}
	full := errors.New("no space left on device")
	mem.Fail(full)
	if err := r.Close("end of the test"); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	if left := f.LeftOver(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestPartOfTheDataIsNoRestoreTest(t *testing.T) {
	d, _ := drilltest.Desk(t, fake(), nil)
	w := d.Workloads()[0]
	r := start(t, d, drill.StartRequest{Runbook: book(strings.Replace(drilltest.Walk, "to: scratch", "to: scratch\nselect: orders", 1))})
	if err := drill.Walk(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	if st, err := d.Tests(t.Context(), w); err != nil || st.LastTest != nil || st.Proven != nil {
		t.Errorf("a single table counts as the test: %+v %v", st.LastTest, err)
	}
	r = start(t, d, drill.StartRequest{})
	if err := drill.Walk(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	if st, err := d.Tests(t.Context(), w); err != nil || st.Proven == nil {
		t.Errorf("the whole does not: %v", err)
	}
}

func TestLiveRestoreIsNotComparedWithItself(t *testing.T) {
	f := fake()
	d, _ := drilltest.Desk(t, f, nil)
	d.Workloads()[0].Checks = []inventory.Check{{Name: "rows orders", Rows: "orders", Expect: "== source"}}
	d.Workloads()[0].Source.Path = "/fake/live/shop"
	live := strings.Replace(drilltest.Walk, "to: scratch", "to: live", 1)
	r := start(t, d, drill.StartRequest{Runbook: book(live), Mode: drill.ModeIncident})
	typed := func(drill.State, *drill.Refusal) drill.Command { return drill.ConfirmPlan{Typed: "shop"} }
	if err := drill.Walk(t.Context(), r, typed); err != nil {
		t.Fatal(err)
	}
	if s := r.State(); s.Verdict != drill.VerdictInconclusive || s.Restored.IsZero() {
		t.Errorf("verdict %s, restored %v: %v %v", s.Verdict, s.Restored, s.Checks, s.Reasons)
	}
}

func TestAFailedRunMeetsNoObjective(t *testing.T) {
	f := fake()
	checks(drivers.Failed)(f)
	d, _ := drilltest.Desk(t, f, nil)
	r := start(t, d, drill.StartRequest{})
	if err := drill.Walk(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	if m := r.State().Measure; m.RTOMet != nil || m.RPOMet != nil {
		t.Errorf("measure %+v", m)
	}
}
