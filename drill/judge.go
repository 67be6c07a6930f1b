package drill

import (
	"fmt"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// Judge gives the verdict that the run has earned so far, and why. Passed
// needs data that was restored in this run and at least one check that looked
// at it and held; nothing may have failed, and nothing that was to prove
// something may be unknown or left out.
func Judge(s *State) (Verdict, []string) {
	if bad := failures(s); len(bad) > 0 {
		return VerdictFailed, bad
	}
	if open := doubts(s); len(open) > 0 {
		return VerdictInconclusive, open
	}
	return VerdictPassed, nil
}

// failures lists what is known to be bad.
func failures(s *State) []string {
	var out []string
	if s.Rolled {
		out = append(out, "rolled back")
	}
	if v := s.Verification; v != nil && !v.OK() && !v.Stale() {
		if f := v.Failure(); f != nil && f.Outcome == drivers.Failed {
			out = append(out, fmt.Sprintf("recovery point %s: %s: %s", v.Point, f.Grade, f.Detail))
		}
	}
	if s.Point == nil && len(s.Points) > 0 && Suggest(s.Points) == nil {
		out = append(out, noneGood(s.Points))
	}
	for _, c := range s.Checks {
		if c.Outcome == drivers.Failed {
			out = append(out, "check "+c.Name+": "+checkDetail(c))
		}
	}
	for i := range s.Steps {
		out = append(out, stepFailures(s, i)...)
	}
	return out
}

func stepFailures(s *State, i int) []string {
	st := &s.Steps[i]
	var out []string
	for u := range st.Units {
		if st.Units[u].Status != UnitFailed {
			continue
		}
		t := s.LastTask(i, u)
		if t == nil || t.Result == nil || t.Task.Kind == TaskVerify || t.Task.Kind == TaskCheck {
			continue // told above, better
		}
		out = append(out, fmt.Sprintf(`step "%s": %s: %s`, st.StepDef.Step.Title, t.Task.Title, t.Result.Error))
	}
	return out
}

// doubts lists what was not proved.
func doubts(s *State) []string {
	var out []string
	proved := false
	for _, c := range s.Checks {
		switch c.Outcome {
		case drivers.Passed, drivers.Warned:
			proved = proved || c.Proves
		case drivers.Unknown:
			out = append(out, "check "+c.Name+" could not be answered: "+c.Detail)
		case drivers.Skipped:
			if c.Detail == "" {
				out = append(out, "check "+c.Name+" was skipped without a reason")
			}
		case drivers.Failed:
		}
	}
	if v := s.Verification; v != nil && !v.OK() && !v.Stale() {
		if f := v.Failure(); f == nil || f.Outcome == drivers.Unknown {
			out = append(out, fmt.Sprintf("recovery point %s could not be verified to %s", v.Point, v.Asked))
		}
	}
	if !restoredHere(s) {
		out = append(out, "nothing was restored in this run")
	}
	if !proved {
		out = append(out, "no check looked at restored data and held")
	}
	return append(out, unfinished(s)...)
}

// restoredHere says that data was brought back in this run: by a driver, or by
// a step of the walk that is named for it, run or done by hand.
func restoredHere(s *State) bool {
	if !s.Restored.IsZero() {
		return true
	}
	for i := range s.Steps {
		st := &s.Steps[i]
		if st.Phase != PhaseRestore || len(st.StepDef.Step.Actions()) > 0 {
			continue
		}
		if st.Status == StepDone || st.Status == StepByHand {
			return true
		}
	}
	return false
}

// unfinished lists what of the walk is not over.
func unfinished(s *State) []string {
	var out, open []string
	for i := range s.Steps {
		st := &s.Steps[i]
		title := `"` + st.StepDef.Step.Title + `"`
		out = append(out, unknownUnits(s, i)...)
		switch st.Status {
		case StepPending, StepActive:
			if st.Section == SectionMain && st.Next() >= 0 {
				open = append(open, title)
			}
		case StepSkipped:
			if st.Reason == "" {
				out = append(out, "step "+title+" was skipped without a reason")
			}
		case StepDone, StepByHand, StepFailed:
		}
	}
	switch len(open) {
	case 0:
	case 1:
		out = append(out, "step "+open[0]+" was not finished")
	default:
		out = append(out, fmt.Sprintf("%d steps were not finished, from %s on", len(open), open[0]))
	}
	return out
}

// unknownUnits lists the units of a step of which nobody knows what they did.
func unknownUnits(s *State, i int) []string {
	st := &s.Steps[i]
	var out []string
	for u := range st.Units {
		t := s.LastTask(i, u)
		switch {
		case st.Units[u].Status == UnitUnknown:
			out = append(out, fmt.Sprintf(`step "%s": the end of a command is unknown`, st.StepDef.Step.Title))
		case st.Units[u].Status == UnitFailed && couldNotTell(t):
			out = append(out, fmt.Sprintf(`step "%s": %s`, st.StepDef.Step.Title, t.Result.Error))
		}
	}
	return out
}

// couldNotTell says that a proof was tried and gave no answer at all.
func couldNotTell(t *TaskState) bool {
	return t != nil && t.Result != nil &&
		(t.Task.Kind == TaskVerify && t.Result.Verification == nil ||
			t.Task.Kind == TaskCheck && t.Result.Checks == nil)
}

func checkDetail(c drivers.CheckResult) string {
	if c.Detail != "" {
		return c.Detail
	}
	return fmt.Sprintf("got %s, want %s", c.Got, c.Want)
}
