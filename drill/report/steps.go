package report

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

func steps(s *drill.State) []Step {
	out := []Step{}
	for i := range s.Steps {
		st := &s.Steps[i]
		step := Step{
			Title: line(st.Step.Title), Status: status(s, st), Section: string(st.Section), Phase: string(st.Phase),
			Started: moment(st.Started), Ended: moment(st.Ended), Machine: seconds(st.Machine),
			Budget: known(st.Step.Budget), Reason: line(st.Reason), Items: items(st), Tasks: tasksOf(s, i),
		}
		if !st.Started.IsZero() && !st.Ended.IsZero() {
			spent := seconds(st.Spent(st.Ended))
			step.Spent = &spent
		}
		out = append(out, step)
	}
	return out
}

// status is a step's; one that a run ended in is not active any more.
func status(s *drill.State, st *drill.Step) string {
	if s.Concluded() && st.Status == drill.StepActive {
		return "unfinished"
	}
	return string(st.Status)
}

// items are the entries of the checklist, and what else of the step was done
// by hand or left out.
func items(st *drill.Step) []Item {
	out := []Item{}
	for i := range st.Units {
		u, b := &st.Units[i], block(st, i)
		if b.Item != nil || u.Status == drill.UnitByHand || u.Status == drill.UnitSkipped {
			out = append(out, Item{Text: wording(b), Status: string(u.Status), Note: line(u.Note)})
		}
	}
	return out
}

// block is what the runbook has for a unit.
func block(st *drill.Step, unit int) runbook.Block {
	if unit < 0 || unit >= len(st.Units) {
		return runbook.Block{}
	}
	if i := st.Units[unit].Block; i >= 0 && i < len(st.Step.Blocks) {
		return st.Step.Blocks[i]
	}
	return runbook.Block{}
}

// tasksOf are the tasks of a step, or of the run itself with step -1.
func tasksOf(s *drill.State, step int) []Task {
	out := []Task{}
	for i := range s.Tasks {
		if s.Tasks[i].Task.Step == step {
			out = append(out, task(s, &s.Tasks[i]))
		}
	}
	return out
}

func task(s *drill.State, ts *drill.TaskState) Task {
	t := Task{
		Kind: string(ts.Task.Kind), Title: line(ts.Task.Title), Command: strings.TrimSpace(clean(ts.Task.Script)),
		Started: moment(ts.Started), Ended: moment(ts.Ended), Result: "running", Warnings: []string{},
	}
	if written, edited := edit(s, ts.Task); edited {
		t.Edited, t.Written = true, strings.TrimSpace(clean(written))
	}
	r := ts.Result
	if r == nil {
		return t
	}
	took := seconds(ts.Ended.Sub(ts.Started))
	t.Took, t.Result = &took, result(r)
	t.Error, t.Hint, t.Signal, t.Warnings = line(r.Error), line(r.Hint), line(r.Signal), lines(r.Warnings)
	if !r.Unknown {
		ok := r.OK
		t.OK = &ok
		if ts.Task.Script != "" && ts.Task.Kind == drill.TaskShell && r.Signal == "" {
			code := r.Code
			t.Exit = &code
		}
	}
	if r.Output != "" {
		t.Output = &Output{File: line(r.Output), Bytes: r.Bytes, Lines: r.Lines, SHA256: r.SHA256}
	}
	return t
}

func result(r *drill.Result) string {
	switch {
	case r.Unknown:
		return "unknown"
	case r.OK:
		return "ok"
	case r.Canceled:
		return "interrupted"
	case r.Refused:
		return "refused"
	}
	return "failed"
}

// edit says whether a command ran otherwise than the runbook has it, once its
// placeholders are filled with the answers of that moment, and how it is there.
func edit(s *drill.State, t drill.Task) (written string, edited bool) {
	if t.Script == "" || t.Step < 0 || t.Step >= len(s.Steps) {
		return "", false
	}
	c := block(&s.Steps[t.Step], t.Unit).Command
	if c == nil {
		return "", false
	}
	written, _ = c.Fill(t.Vars)
	return written, strings.TrimSpace(written) != strings.TrimSpace(t.Script)
}

// deviations lists where the walk left the runbook, step by step.
func deviations(s *drill.State, d *Document) []Deviation {
	out := []Deviation{}
	for i := range s.Steps {
		st, title := &s.Steps[i], d.Steps[i].Title
		if st.Status == drill.StepSkipped || st.Status == drill.StepByHand {
			out = append(out, Deviation{Step: title, What: string(st.Status), Text: "the step", Why: line(st.Reason)})
		}
		for u := range st.Units {
			unit := &st.Units[u]
			if unit.Status == drill.UnitSkipped || unit.Status == drill.UnitByHand {
				out = append(out, Deviation{Step: title, What: string(unit.Status), Text: wording(block(st, u)), Why: line(unit.Note)})
			}
		}
		for _, t := range d.Steps[i].Tasks {
			if t.Edited {
				out = append(out, Deviation{Step: title, What: "edited", Text: t.Command, Why: "the runbook has: " + t.Written})
			}
		}
	}
	return out
}

// wording is what a unit asks for, on one line.
func wording(b runbook.Block) string {
	switch {
	case b.Command != nil:
		return line(b.Command.Script)
	case b.Item != nil:
		return line(b.Item.Text)
	case b.Action != nil:
		return line(b.Action.Name)
	}
	return ""
}
