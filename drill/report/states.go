package report

import (
	"fmt"
	"slices"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
)

// restoring says how far bringing data back came: the newest attempt counts.
func restoring(s *drill.State) Progress {
	var last *drill.TaskState
	for i := range s.Tasks {
		if s.Tasks[i].Task.Kind == drill.TaskRestore {
			last = &s.Tasks[i]
		}
	}
	if last == nil {
		return restoredElsewhere(s)
	}
	title := line(last.Task.Title)
	switch r := last.Result; {
	case r == nil:
		return Progress{State: inProgress, Detail: title}
	case r.Unknown:
		return Progress{State: "unknown", Detail: title + ": nobody saw its end"}
	case !r.OK:
		return Progress{State: "failed", Detail: title + ": " + line(r.Error)}
	}
	detail := title
	if s.Evidence != nil && s.Evidence.Items > 0 {
		detail = fmt.Sprintf("%s: %d %s", title, s.Evidence.Items, line(s.Evidence.Unit))
	}
	return Progress{State: "done", Detail: detail}
}

// restoredElsewhere looks for a restore that no driver did.
func restoredElsewhere(s *drill.State) Progress {
	for i := range s.Steps {
		st := &s.Steps[i]
		if st.Phase != drill.PhaseRestore || st.Section != drill.SectionMain {
			continue
		}
		if s.Info.Mode == drill.ModeTabletop {
			break // what was shown was not done
		}
		hand := slices.ContainsFunc(st.Units, func(u drill.Unit) bool { return u.Status == drill.UnitByHand })
		where := fmt.Sprintf("in step %q; no driver of lifeboat saw it", line(st.Step.Title))
		switch {
		case hand || st.Status == drill.StepByHand:
			return Progress{State: "by hand", Detail: where}
		case st.Status == drill.StepDone && len(st.StepDef.Step.Commands()) > 0:
			return Progress{State: "by command", Detail: where}
		}
	}
	return Progress{State: "not attempted"}
}

// validating says what the checks have shown.
func validating(s *drill.State) Progress {
	if t := s.Running(); t != nil && t.Task.Kind == drill.TaskCheck {
		return Progress{State: inProgress, Detail: line(t.Task.Title)}
	}
	if len(s.Checks) == 0 {
		return Progress{State: "not attempted", Detail: "no check looked at restored data"}
	}
	count := map[drivers.Outcome]int{}
	proved := 0
	for _, c := range s.Checks {
		count[c.Outcome]++
		if c.Proves && (c.Outcome == drivers.Passed || c.Outcome == drivers.Warned) {
			proved++
		}
	}
	detail := fmt.Sprintf("%d of %s held on restored data", proved, counted(len(s.Checks), "check"))
	switch {
	case count[drivers.Failed] > 0:
		return Progress{State: "failed", Detail: fmt.Sprintf("%s, %d failed", detail, count[drivers.Failed])}
	case proved == 0, count[drivers.Unknown] > 0:
		return Progress{State: "inconclusive", Detail: detail}
	}
	return Progress{State: "done", Detail: detail}
}

// cleaning says what became of the scratch targets.
func cleaning(s *drill.State) Progress {
	var left, waiting []string
	for _, sc := range s.Scratch {
		switch {
		case sc.Status == drill.ScratchRemoved:
		case sc.Status == drill.ScratchLeft, s.Ended():
			left = append(left, line(sc.Record.Dir))
		default:
			waiting = append(waiting, line(sc.Record.Dir))
		}
	}
	switch {
	case len(s.Scratch) == 0:
		return Progress{State: "nothing to do", Detail: "no scratch target was made"}
	case len(left) > 0:
		return Progress{State: "left behind", Detail: list(left)}
	case len(waiting) > 0:
		return Progress{State: inProgress, Detail: "to be removed: " + list(waiting)}
	}
	return Progress{State: "done", Detail: counted(len(s.Scratch), "scratch target") + " removed"}
}
