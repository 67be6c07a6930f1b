package walk

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// stepItems makes the rows of the step list; at gives each row's step, -1 for
// a heading.
func (m *Model) stepItems() (items []widget.Step, at []int) {
	heads := sections(m.s.Steps) > 1
	var last drill.Section
	for i := range m.s.Steps {
		step := &m.s.Steps[i]
		first := i == 0 && step.Section == drill.SectionMain // the pane's own title says it
		if heads && step.Section != last && !first {
			items, at = append(items, widget.Step{Section: true, Title: sectionTitle(step.Section)}), append(at, -1)
		}
		last = step.Section
		items, at = append(items, m.stepItem(i)), append(at, i)
	}
	return items, at
}

func sections(steps []drill.Step) int {
	seen := map[drill.Section]bool{}
	for i := range steps {
		seen[steps[i].Section] = true
	}
	return len(seen)
}

func (m *Model) stepItem(i int) widget.Step {
	step := &m.s.Steps[i]
	it := widget.Step{
		Number: stepNumber(&m.s, i), Title: clean(step.Step.Title), State: m.stepState(i),
		Elapsed: step.Spent(m.instant()), Budget: step.Step.Budget,
	}
	if step.Section != drill.SectionMain {
		it.Number = ""
	}
	if it.Budget == 0 && step.Status == drill.StepPending {
		it.Budget = step.Expected
	}
	if step.Status == drill.StepByHand || byHand(step) {
		it.Note = "by hand"
	}
	if why, ok := leftOut(step); ok && it.State != widget.Skipped {
		it.Note = strings.TrimSuffix("skipped: "+clean(why), ": ")
	}
	return it
}

// leftOut gives the reason of the first unit of a step that was skipped.
func leftOut(step *drill.Step) (why string, ok bool) {
	for i := range step.Units {
		if step.Units[i].Status == drill.UnitSkipped {
			return step.Units[i].Note, true
		}
	}
	return "", false
}

// skipped says that nothing in a step that is over was done.
func skipped(step *drill.Step) bool {
	if step.Status != drill.StepDone || len(step.Units) == 0 {
		return step.Status == drill.StepSkipped
	}
	for i := range step.Units {
		if step.Units[i].Status != drill.UnitSkipped {
			return false
		}
	}
	return true
}

// byHand says that everything in a step was done elsewhere.
func byHand(step *drill.Step) bool {
	for i := range step.Units {
		if step.Units[i].Status != drill.UnitByHand {
			return false
		}
	}
	return len(step.Units) > 0
}

func (m *Model) stepState(i int) widget.State {
	step := &m.s.Steps[i]
	if skipped(step) {
		return widget.Skipped
	}
	switch step.Status {
	case drill.StepDone, drill.StepByHand:
		return widget.Done
	case drill.StepSkipped:
		return widget.Skipped
	case drill.StepFailed:
		return widget.Failed
	case drill.StepPending:
		return widget.Todo
	case drill.StepActive:
	}
	switch {
	case m.failed():
		return widget.Failed
	case !m.s.HeldSince.IsZero():
		return widget.Held
	case m.s.Concluded():
		return widget.Unknown // the walk ended in it
	}
	return widget.Running
}

func (m *Model) failed() bool {
	_, _, ok := m.s.Failed()
	return ok
}
