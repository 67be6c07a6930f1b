package drill

import (
	"fmt"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// Decide gives the events that a command leads to in this state, or a
// *Refusal. It is pure.
func Decide(s *State, c Command, g Given) ([]Body, error) {
	d := decision{s: s, g: g}
	switch c := c.(type) {
	case finish:
		return d.finish(c)
	case lose:
		return d.finish(finish{task: c.task, result: Result{
			Unknown: true, Error: c.why,
			Hint: "look at the target before you run it again: it may have done all, part or none of its work",
		}})
	case AddNote:
		return []Body{Noted(c)}, nil
	}
	if s.Ended() || s.Concluded() {
		return nil, refuse(RefuseNow, "this run has ended: "+string(s.Verdict), "")
	}
	switch c := c.(type) {
	case Answer:
		return []Body{Answered{Name: c.Name, Value: c.Value, Secret: c.secret}}, nil
	case Hold:
		return d.hold(c)
	case Release:
		if s.HeldSince.IsZero() {
			return nil, refuse(RefuseNow, "the clock is not held", "")
		}
		return []Body{ClockResumed{}}, nil
	}
	if t := s.Running(); t != nil {
		return nil, refuse(RefuseNow, t.Task.Title+" is running", "wait for its end, or interrupt it")
	}
	return d.operator(c)
}

// decision is Decide's working state.
type decision struct {
	s *State
	g Given
}

// operator decides what needs a walk that stands still.
func (d decision) operator(c Command) ([]Body, error) {
	switch c := c.(type) {
	case Next:
		return d.next()
	case Retry:
		return d.retry(c)
	case RunEdited:
		return d.runUnit(c.Script, c.Typed)
	case Allow:
		return d.runUnit("", c.Typed)
	case ConfirmPlan:
		return d.confirmPlan(c)
	case ByHand:
		return d.byHand(c)
	case SkipUnit:
		return d.skipUnit(c)
	case SkipStep:
		return d.skipStep(c)
	case Choose:
		return d.choose(c)
	case Rollback:
		return d.rollback()
	case Conclude:
		v, why := Judge(d.s)
		return d.conclude(v, why), nil
	case Abort:
		why := []string{"aborted by the operator"}
		if c.Reason != "" {
			why = []string{c.Reason}
		}
		return d.conclude(VerdictAborted, why), nil
	}
	return nil, fmt.Errorf("command %T is not known", c)
}

func (d decision) hold(c Hold) ([]Body, error) {
	switch {
	case d.s.Info.Mode == ModeIncident:
		return nil, refuse(RefuseNow, "an incident's clock never stops", "")
	case !d.s.HeldSince.IsZero():
		return nil, refuse(RefuseNow, "the clock is held already", "release it first")
	case d.s.Began.IsZero():
		return nil, refuse(RefuseNow, "the clock has not started", "")
	}
	return []Body{ClockHeld(c)}, nil
}

// next does the one obvious thing.
func (d decision) next() ([]Body, error) {
	if !d.s.HeldSince.IsZero() {
		return nil, refuse(RefuseNow, "the clock is held", "release it to go on")
	}
	st := d.s.Step()
	if st == nil {
		if len(d.s.Steps) == 0 {
			return nil, refuse(RefuseNow, "the runbook has no step", "")
		}
		return []Body{StepStarted{Step: 0}}, nil
	}
	if st.Next() < 0 {
		return d.leaveStep(StepDone, ""), nil
	}
	return d.runUnit("", "")
}

// leaveStep closes the current step and opens the next one; after the last
// it concludes.
func (d decision) leaveStep(status StepStatus, reason string) []Body {
	out := []Body{StepEnded{Step: d.s.Current, Status: status, Reason: reason}}
	if d.s.Current+1 < len(d.s.Steps) {
		return append(out, StepStarted{Step: d.s.Current + 1})
	}
	after := d.s.after(d.g.Now, out...)
	v, why := Judge(&after)
	return append(out, decision{s: &after, g: d.g}.conclude(v, why)...)
}

// after is the state as it will be once these events are in it.
func (s *State) after(now time.Time, bodies ...Body) State {
	next := *s
	for _, b := range bodies {
		e := Event{Run: s.Info.ID, Seq: next.Seq + 1, At: now, Body: b}
		if n, err := Apply(next, e); err == nil {
			next = n
		}
	}
	return next
}

// runUnit starts or ticks the next unit of the current step.
func (d decision) runUnit(script, typed string) ([]Body, error) {
	st := d.s.Step()
	if st == nil || st.Next() < 0 {
		return nil, refuse(RefuseNow, "there is nothing to run here", "press enter to go on")
	}
	i := st.Next()
	u := &st.Units[i]
	switch u.Status {
	case UnitFailed, UnitUnknown:
		return nil, refuse(RefuseNow, "the last attempt needs your decision", "retry, edit, by hand, skip, rollback or abort")
	case UnitConfirm:
		return nil, refuse(RefuseConfirm, "the plan waits for its confirmation", "type the workload's name")
	case UnitPending, UnitRunning, UnitDone, UnitByHand, UnitSkipped:
	}
	return d.start(i, script, typed)
}

// start begins a unit, whatever its status was.
func (d decision) start(i int, script, typed string) ([]Body, error) {
	st := d.s.Step()
	switch st.Units[i].Kind {
	case UnitItem:
		note := ""
		if d.s.Info.Unattended {
			note = "unattended: nobody looked"
		}
		return []Body{UnitEnded{Step: d.s.Current, Unit: i, Status: UnitDone, Note: note}}, nil
	case UnitAction:
		return d.action(i)
	default:
		return d.shell(i, script, typed)
	}
}

func (d decision) retry(c Retry) ([]Body, error) {
	i, _, ok := d.s.Failed()
	if !ok {
		return nil, refuse(RefuseNow, "nothing has failed here", "")
	}
	return d.start(i, c.Script, c.Typed)
}

func (d decision) byHand(c ByHand) ([]Body, error) {
	st := d.s.Step()
	if st == nil {
		return nil, refuse(RefuseNow, "the walk has not started", "press enter")
	}
	i := st.Next()
	if i < 0 {
		return d.leaveStep(StepByHand, c.Note), nil
	}
	return []Body{UnitEnded{Step: d.s.Current, Unit: i, Status: UnitByHand, Note: c.Note}}, nil
}

func (d decision) skipUnit(c SkipUnit) ([]Body, error) {
	st := d.s.Step()
	switch {
	case st == nil || st.Next() < 0:
		return nil, refuse(RefuseNow, "there is nothing to skip", "")
	case strings.TrimSpace(c.Reason) == "":
		return nil, refuse(RefuseNow, "skipping needs a reason", "say why: it stands in the report")
	}
	return []Body{UnitEnded{Step: d.s.Current, Unit: st.Next(), Status: UnitSkipped, Note: c.Reason}}, nil
}

func (d decision) skipStep(c SkipStep) ([]Body, error) {
	switch {
	case d.s.Step() == nil:
		return nil, refuse(RefuseNow, "the walk has not started", "press enter")
	case strings.TrimSpace(c.Reason) == "":
		return nil, refuse(RefuseNow, "skipping needs a reason", "say why: it stands in the report")
	}
	return d.leaveStep(StepSkipped, c.Reason), nil
}

// choose takes a point. What was verified, restored or checked of another
// point is open again.
func (d decision) choose(c Choose) ([]Body, error) {
	p, why := d.find(c.Point, c.Copy)
	if p == nil {
		return nil, refuse(RefusePoint, why, "")
	}
	out := []Body{PointChosen{Point: *p, Why: why}}
	return append(out, d.reopen()...), nil
}

// reopen closes a waiting choose unit. Otherwise the walk goes back to the
// first step that has done something with the point before.
func (d decision) reopen() []Body {
	st := d.s.Step()
	if st == nil {
		return nil
	}
	if i := st.Next(); i >= 0 {
		if a := st.StepDef.Step.Blocks[st.Units[i].Block].Action; a != nil && a.Name == "choose" {
			return []Body{UnitEnded{Step: d.s.Current, Unit: i, Status: UnitDone}}
		}
	}
	var out []Body
	first := d.s.Current
	for i := d.s.Current; i >= 0; i-- {
		if d.s.Steps[i].Section != d.s.Steps[d.s.Current].Section {
			break
		}
		for u := range d.s.Steps[i].Units {
			if d.usesPoint(i, u) {
				out = append(out, UnitReopened{Step: i, Unit: u})
				first = i
			}
		}
	}
	if first == d.s.Current {
		return out
	}
	back := StepEnded{Step: d.s.Current, Status: StepPending, Reason: "another recovery point was chosen"}
	return append(append([]Body{back}, out...), StepStarted{Step: first})
}

// usesPoint says that a unit has worked on the chosen point.
func (d decision) usesPoint(step, unit int) bool {
	st := &d.s.Steps[step]
	a := st.StepDef.Step.Blocks[st.Units[unit].Block].Action
	if a == nil || st.Units[unit].Status == UnitPending {
		return false
	}
	return a.Name == "verify" || a.Name == "provision" || a.Name == "restore" || a.Name == "check"
}

func (d decision) rollback() ([]Body, error) {
	switch {
	case d.s.Rolled:
		return nil, refuse(RefuseNow, "this run is being rolled back already", "")
	case len(d.s.Info.Rollback) == 0:
		return nil, refuse(RefuseNow, "the runbook has no rollback section", "abort, or end the run")
	case d.s.Step() == nil:
		return nil, refuse(RefuseNow, "nothing has been done yet", "abort instead")
	}
	return []Body{
		RollbackStarted{Steps: d.s.Info.Rollback},
		StepStarted{Step: d.s.Current + 1},
	}, nil
}

// find looks a point up by id, or by latest, random or a time.
func (d decision) find(id, copyName string) (p *drivers.RecoveryPoint, why string) {
	return FindPoint(d.s.Points, id, copyName, d.g.ID)
}
