package drill_test

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
)

func (o *ordeal) judge() {
	events, err := o.mem.Events(o.t.Context(), o.id)
	if err != nil {
		o.t.Fatal(err)
	}
	s, err := drill.Fold(events)
	if err != nil {
		o.errorf("%v", err)
		return
	}
	if diff := diffJSON(o.r.State(), s); diff != "" {
		o.errorf("replay differs from live:\n%s", diff)
	}
	o.judgeEnds(events, &s)
	o.judgeBegins()
	o.judgeScratch(&s)
	o.judgeTimes(events, &s)
	if s.Verdict == drill.VerdictPassed {
		o.judgePassed(&s)
	}
}

// judgePassed proves that nothing is open in what passed.
func (o *ordeal) judgePassed(s *drill.State) {
	if s.Restored.IsZero() || s.CheckedAt.IsZero() {
		o.errorf("passed, restored %s, checked %s", s.Restored, s.CheckedAt)
	}
	for i := range s.Steps {
		for _, u := range s.Steps[i].Units {
			if u.Status == drill.UnitUnknown || u.Status == drill.UnitFailed {
				o.errorf("passed, with a unit that is %s in %q", u.Status, s.Steps[i].StepDef.Step.Title)
			}
		}
	}
}

// judgeEnds proves that each task has one end.
func (o *ordeal) judgeEnds(events []drill.Event, s *drill.State) {
	ends := map[string]int{}
	for _, e := range events {
		if b, ok := e.Body.(drill.TaskEnded); ok {
			ends[b.Task]++
		}
	}
	for i := range s.Tasks {
		if n := ends[s.Tasks[i].Task.ID]; n != 1 {
			o.errorf("%s has %d ends", s.Tasks[i].Task.Title, n)
		}
	}
}

// judgeBegins proves that no command was begun again without the operator.
func (o *ordeal) judgeBegins() {
	begun, ids := o.hands.did, map[string]bool{}
	if o.shims != nil {
		begun = o.shims.Begun()
	}
	n := map[string]int{}
	for _, t := range begun {
		if ids[t.ID] {
			o.errorf("task %s was begun twice", t.ID)
		}
		ids[t.ID] = true
		if t.Kind == drill.TaskShell {
			n[unitName(t.Script == "echo back", t.Step, t.Unit)]++
		}
	}
	for unit, times := range n {
		if times > 1+o.retries[unit] {
			o.errorf("the command of unit %s was begun %d times, and retried %d times", unit, times, o.retries[unit])
		}
	}
}

// judgeScratch proves that what was made is gone, or named as kept and found
// by its slip.
func (o *ordeal) judgeScratch(s *drill.State) {
	kept := map[string]bool{}
	for _, sc := range s.Scratch {
		switch {
		case sc.Status == drill.ScratchRecorded, sc.Status == drill.ScratchReady:
			o.errorf("the run has ended, and %s is %s", sc.Record.ID, sc.Status)
		case sc.Status == drill.ScratchLeft && !sc.Until.IsZero():
			kept[sc.Record.ID] = true
		}
	}
	for _, path := range o.fake.LeftOver() {
		if id := filepath.Base(filepath.Dir(path)); !kept[id] {
			o.errorf("%s was left, and nobody names it", id)
		}
	}
	for _, id := range o.slips() {
		if !kept[id] {
			o.errorf("the slip of %s was left", id)
		}
	}
}

func (o *ordeal) slips() []string {
	files, _ := filepath.Glob(filepath.Join(filepath.Dir(o.base.RunsDir), "scratch", "*.json"))
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".json")
	}
	return files
}

// judgeSlips proves that a run that has ended keeps slips only of what it says
// that it kept, before any sweep.
func (o *ordeal) judgeSlips(s *drill.State) {
	for _, id := range o.slips() {
		left := func(sc drill.Scratch) bool { return sc.Record.ID == id && sc.Status == drill.ScratchLeft }
		if !slices.ContainsFunc(s.Scratch, left) {
			o.errorf("the run has ended, and the slip of %s is there", id)
		}
	}
}

// judgeTimes proves that time goes on, whatever was done to the clocks.
func (o *ordeal) judgeTimes(events []drill.Event, s *drill.State) {
	for i := 1; i < len(events); i++ {
		if events[i].At.Before(events[i-1].At) {
			o.errorf("event %d is at %s, the one before at %s", i+1, events[i].At, events[i-1].At)
		}
	}
	whole := events[len(events)-1].At.Sub(events[0].At)
	if s.Info.Mode == drill.ModeIncident {
		whole = events[len(events)-1].At.Sub(s.Info.Since)
	}
	sane := func(what string, d time.Duration) {
		if d < 0 || d > whole+1 { // RTO is never 0
			o.errorf("%s took %s of %s", what, d, whole)
		}
	}
	for i := range s.Tasks {
		sane(s.Tasks[i].Task.Title, s.Tasks[i].Ended.Sub(s.Tasks[i].Started))
	}
	for i := range s.Steps {
		sane(s.Steps[i].StepDef.Step.Title, s.Steps[i].Spent(s.Closed))
		sane(s.Steps[i].StepDef.Step.Title+" (machine)", s.Steps[i].Machine)
	}
	sane("holds", s.Held)
	sane("RTO", s.Measure.RTO)
	sane("the run", s.Elapsed(s.Closed))
}
