package drill

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// Fold replays a journal.
func Fold(events []Event) (State, error) {
	var s State
	for _, e := range events {
		var err error
		if s, err = Apply(s, e); err != nil {
			return s, err
		}
	}
	return s, nil
}

// Apply folds one event into the state. It is pure: the state it was given
// stays as it was. An event out of order is an error.
func Apply(s State, e Event) (State, error) {
	if e.Seq != s.Seq+1 {
		return s, fmt.Errorf("journal of run %s: event %d follows %d", e.Run, e.Seq, s.Seq)
	}
	s = s.clone()
	s.Seq, s.At = e.Seq, e.At
	switch b := e.Body.(type) {
	case RunStarted:
		s.begin(b, e.At)
	case Answered:
		s.answer(b)
	case StepStarted:
		s.startStep(b.Step, e.At)
	case StepEnded:
		st := &s.Steps[b.Step]
		st.Status, st.Reason, st.Ended = b.Status, b.Reason, e.At
	case TaskStarted:
		s.startTask(b.Task, e.At)
	case TaskEnded:
		s.endTask(b, e.At)
	case PointChosen:
		s.choose(b)
	case UnitEnded:
		u := &s.Steps[b.Step].Units[b.Unit]
		u.Status, u.Note = b.Status, b.Note
	case UnitReopened:
		s.Steps[b.Step].Units[b.Unit].Status = UnitPending
	case PlanShown:
		s.Steps[b.Step].Units[b.Unit].Status = UnitConfirm
	case Confirmed:
		// The task that follows tells the rest.
	case Noted:
		s.Notes = append(s.Notes, Note{At: e.At, Step: s.Current, Text: b.Text})
	case ClockHeld:
		s.HeldSince = e.At
	case ClockResumed:
		s.resumeClock(e.At)
	case RollbackStarted:
		s.rollBack(b, e.At)
	case ScratchPlanned:
		s.Scratch = append(s.Scratch, Scratch{Record: b.Record, Status: ScratchRecorded})
	case ScratchKept:
		s.setScratch(b.ID, ScratchLeft, b.Why, b.Until)
	case Concluded:
		s.resumeClock(e.At)
		s.Verdict, s.Reasons, s.Measure, s.Over = b.Verdict, b.Reasons, b.Measure, e.At
	case Resumed:
		s.Info.Unattended = b.Unattended
		s.Resumes = append(slices.Clip(s.Resumes), Resume{At: e.At, Resumed: b})
	case RunEnded:
		s.Closed = e.At
	default:
		return s, fmt.Errorf("journal of run %s: event %d is of no known type", e.Run, e.Seq)
	}
	return s, nil
}

// clone copies what Apply changes in place.
func (s State) clone() State {
	s.Vars = maps.Clone(s.Vars)
	s.Steps = slices.Clone(s.Steps)
	for i := range s.Steps {
		s.Steps[i].Units = slices.Clone(s.Steps[i].Units)
		for u := range s.Steps[i].Units {
			s.Steps[i].Units[u].Tasks = slices.Clip(s.Steps[i].Units[u].Tasks)
		}
	}
	s.Tasks = slices.Clone(s.Tasks)
	s.Scratch = slices.Clone(s.Scratch)
	s.Checks = slices.Clone(s.Checks)
	s.Notes = slices.Clip(s.Notes)
	return s
}

func (s *State) begin(b RunStarted, at time.Time) {
	s.Info, s.Created, s.Current, s.Hidden = b.Info, at, -1, b.Info.Hidden
	s.Vars = maps.Clone(b.Info.Vars)
	if s.Vars == nil {
		s.Vars = map[string]string{}
	}
	s.Steps = stepsOf(b.Steps)
}

// answer keeps an answer, or that there was one.
func (s *State) answer(b Answered) {
	s.Hidden = slices.DeleteFunc(slices.Clone(s.Hidden), func(n string) bool { return n == b.Name })
	switch {
	case b.Forgotten:
		delete(s.Vars, b.Name)
	case b.Secret:
		s.Vars[b.Name], s.Hidden = Hidden, append(s.Hidden, b.Name)
	default:
		s.Vars[b.Name] = b.Value
	}
}

func stepsOf(defs []StepDef) []Step {
	out := make([]Step, len(defs))
	for i, d := range defs {
		out[i] = Step{StepDef: d, Status: StepPending, Units: units(&d.Step)}
	}
	return out
}

func (s *State) startStep(i int, at time.Time) {
	s.Current = i
	if s.Began.IsZero() {
		s.Began = at
	}
	st := &s.Steps[i]
	st.Before, st.Held, st.Ended, st.Reason = st.Spent(at), 0, time.Time{}, ""
	st.Status, st.Started = StepActive, at
}

func (s *State) startTask(t Task, at time.Time) {
	s.Tasks = append(s.Tasks, TaskState{Task: t, Started: at})
	if t.Step < 0 {
		return
	}
	u := &s.Steps[t.Step].Units[t.Unit]
	u.Status = UnitRunning
	u.Tasks = append(u.Tasks, t.ID)
	if t.Script != "" {
		u.Script = t.Script
	}
}

func (s *State) endTask(b TaskEnded, at time.Time) {
	ts := s.Task(b.Task)
	if ts == nil || ts.Result != nil {
		return // a second end of the same task tells nothing new
	}
	r := b.Result
	if r.Ended.After(ts.Started) && r.Ended.Before(at) {
		at = r.Ended // nobody was there to see it
	}
	ts.Ended, ts.Result = at, &r
	s.learn(ts.Task, r, at)
	if ts.Task.Step < 0 {
		return
	}
	st := &s.Steps[ts.Task.Step]
	st.Machine += at.Sub(ts.Started)
	u := &st.Units[ts.Task.Unit]
	switch {
	case r.Unstarted:
		u.Status = UnitPending
	case r.Unknown:
		u.Status = UnitUnknown
	case !r.OK && !ts.Task.Optional:
		u.Status = UnitFailed
	case ts.Task.Final:
		u.Status = UnitDone
	}
}

// learn keeps what a task found.
func (s *State) learn(t Task, r Result, at time.Time) {
	if r.Captured != nil {
		s.Vars[t.Capture] = *r.Captured
	}
	if r.Points != nil {
		s.Points = r.Points
	}
	if r.Verification != nil {
		s.Verification = r.Verification
	}
	if r.Plan != nil {
		s.Plan = r.Plan
	}
	if r.Target != nil {
		s.Target = r.Target
		maps.Copy(s.Vars, r.Target.Vars)
		s.Vars["LIFEBOAT_TARGET"] = r.Target.Name
		s.Vars["LIFEBOAT_TARGET_DSN"] = r.Target.DSN
		s.Vars["LIFEBOAT_TARGET_PATH"] = r.Target.Path
	}
	switch {
	case t.Kind == TaskRestore && r.OK:
		s.Evidence, s.Restored, s.RestoredAfter = r.Evidence, at, max(s.Elapsed(at), 1)
		s.Selected = t.Plan.Request.Select
		s.Checks, s.CheckedAt, s.CheckedAfter = nil, time.Time{}, 0 // of what was there before
	case t.Kind == TaskDestroy && r.OK:
		s.setScratch(t.Scratch.ID, ScratchRemoved, "", time.Time{})
	case t.Kind == TaskProvision && r.OK:
		s.setScratch(t.Scratch.ID, ScratchReady, "", time.Time{})
	}
	s.learnChecks(r.Checks, at)
}

// learnChecks keeps the newest answer of each check.
func (s *State) learnChecks(checks []drivers.CheckResult, at time.Time) {
	for _, c := range checks {
		i := slices.IndexFunc(s.Checks, func(o drivers.CheckResult) bool { return o.Name == c.Name })
		if i < 0 {
			s.Checks = append(s.Checks, c)
		} else {
			s.Checks[i] = c
		}
		if c.Proves && (c.Outcome == drivers.Passed || c.Outcome == drivers.Warned) {
			s.CheckedAt, s.CheckedAfter = at, max(s.Elapsed(at), 1)
		}
	}
}

func (s *State) choose(b PointChosen) {
	p := b.Point
	s.Point, s.PointWhy = &p, b.Why
	// What was proved and restored was of another point.
	s.Verification, s.Plan, s.Evidence, s.Checks, s.Selected = nil, nil, nil, nil, nil
	s.Restored, s.RestoredAfter, s.CheckedAt, s.CheckedAfter = time.Time{}, 0, time.Time{}, 0
	s.Vars["LIFEBOAT_POINT"] = p.ID
	s.Vars["LIFEBOAT_POINT_TIME"] = p.Time.UTC().Format(time.RFC3339)
	s.Vars["LIFEBOAT_COPY"] = p.Copy
	s.Vars["LIFEBOAT_FILE"] = ""
	if len(p.Files) > 0 {
		s.Vars["LIFEBOAT_FILE"] = p.Files[0]
	}
}

func (s *State) resumeClock(at time.Time) {
	if s.HeldSince.IsZero() {
		return
	}
	d := at.Sub(s.HeldSince)
	s.Held += d
	if st := s.Step(); st != nil {
		st.Held += d
	}
	s.HeldSince = time.Time{}
}

func (s *State) rollBack(b RollbackStarted, at time.Time) {
	if st := s.Step(); st != nil && st.Status == StepActive {
		st.Status, st.Ended, st.Reason = StepFailed, at, "rolled back"
	}
	s.Rolled = true
	s.Steps = append(slices.Clip(s.Steps[:s.Current+1]), stepsOf(b.Steps)...)
}

func (s *State) setScratch(id string, st ScratchStatus, why string, until time.Time) {
	for i := range s.Scratch {
		if s.Scratch[i].Record.ID == id {
			s.Scratch[i].Status, s.Scratch[i].Why, s.Scratch[i].Until = st, why, until
		}
	}
	if st == ScratchRemoved && s.Target != nil && s.Target.Scratch != nil && s.Target.Scratch.ID == id {
		s.Target = nil
	}
}
