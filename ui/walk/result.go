package walk

import (
	"fmt"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// result says under a unit what came of it. What failed is in the failure
// panel while it is the current one; here it is a line.
func (m *Model) result(u *drill.Unit, w int) []string {
	st := m.env.Styles
	switch u.Status {
	case drill.UnitByHand:
		return hang("  ", st.Muted.Render(clean("done by hand"+noted(u.Note))), w)
	case drill.UnitSkipped:
		return append(hang("  ", st.Muted.Render(clean("skipped"+noted(u.Note))), w), m.failedBefore(u, w)...)
	case drill.UnitConfirm:
		return append([]string{""}, m.planLines(m.s.Plan, w)...)
	case drill.UnitDone, drill.UnitFailed, drill.UnitUnknown, drill.UnitRunning, drill.UnitPending:
	}
	var out []string
	if u.Note != "" {
		out = hang("  ", st.Muted.Render(clean(u.Note)), w)
	}
	if len(u.Tasks) == 0 {
		return append(out, m.chosen(u, w)...)
	}
	t := m.s.Task(u.Tasks[len(u.Tasks)-1])
	if t == nil || t.Result == nil {
		return out
	}
	return append(out, m.taskResult(t, w)...)
}

// failedBefore says under what was skipped that it had failed.
func (m *Model) failedBefore(u *drill.Unit, w int) []string {
	if len(u.Tasks) == 0 {
		return nil
	}
	t := m.s.Task(u.Tasks[len(u.Tasks)-1])
	if t == nil || t.Result == nil || t.Result.OK {
		return nil
	}
	st := m.env.Styles
	return hang("  ", st.Bad.Render(st.Glyph.Fail+" before that: "+clean(t.Result.Error)), w)
}

// taskResult says what came of a task that has ended.
func (m *Model) taskResult(t *drill.TaskState, w int) []string {
	st, r := m.env.Styles, t.Result
	var out []string
	now, failing := m.failing()
	switch {
	case failing && now != nil && now.Task.ID == t.Task.ID:
		// the panel beside it says it
	case !r.OK:
		out = hang("  ", st.Bad.Render(st.Glyph.Fail+" "+clean(r.Error)), w)
	default:
		out = hang("  ", st.Muted.Render(clean(ended(t)+found(&m.s, t))), w)
	}
	for _, warn := range r.Warnings {
		if r.Verification != nil {
			break // the grades say it
		}
		out = append(out, hang("  ", st.Warn.Render(st.Glyph.Warn+" "+clean(warn)), w)...)
	}
	out = append(out, m.grades(r.Verification, w)...)
	return append(out, m.checkLines(r.Checks, w)...)
}

func noted(note string) string {
	if note == "" {
		return ""
	}
	return ": " + note
}

// ended says how a task went, in a few words.
func ended(t *drill.TaskState) string {
	text := "took " + took(t)
	if t.Task.Kind == drill.TaskShell {
		text += fmt.Sprintf(", exit %d", t.Result.Code)
	}
	if t.Result.Lines > 0 {
		text += ", " + widget.Count(int(t.Result.Lines), "line", "lines")
	}
	return text
}

// took is how long a task ran.
func took(t *drill.TaskState) string {
	d := t.Ended.Sub(t.Started)
	if d < time.Second {
		return "under 1s"
	}
	return widget.Clock(d)
}

// found says what a task found.
func found(s *drill.State, t *drill.TaskState) string {
	r := t.Result
	switch {
	case r.Points != nil:
		copies := map[string]bool{}
		for i := range r.Points {
			copies[r.Points[i].Copy] = true
		}
		return "; " + widget.Count(len(r.Points), "recovery point", "recovery points") + " in " +
			widget.Count(len(copies), "copy", "copies")
	case r.Evidence != nil:
		text := "; restored " + widget.Bytes(r.Evidence.Bytes)
		if r.Evidence.Items > 0 {
			text += fmt.Sprintf(", %d %s", r.Evidence.Items, r.Evidence.Unit)
		}
		return text + " into " + r.Evidence.Target.Name
	case r.Captured != nil:
		return "; " + t.Task.Capture + " = " + *r.Captured
	case r.Made != nil:
		return "; made " + r.Made.ID
	}
	return ""
}

// chosen says which recovery point was taken, under the action that asked.
func (m *Model) chosen(u *drill.Unit, w int) []string {
	st, p := m.env.Styles, m.s.Point
	if u.Kind != drill.UnitAction || u.Status != drill.UnitDone || p == nil || u.Note != "" {
		return nil
	}
	text := st.Text.Render(clean(p.ID)) + st.Muted.Render(fmt.Sprintf(" of %s, copy %s, %s; %s",
		shortTime(p.Time, m.env.Now()), clean(p.Copy), widget.Bytes(p.Size), clean(pointWhy(&m.s))))
	return hang("  ", text, w)
}

// grades lists what a verification proved.
func (m *Model) grades(v *drivers.Verification, w int) []string {
	if v == nil {
		return nil
	}
	st := m.env.Styles
	var out []string
	for _, g := range v.Results {
		state := outcome(g.Outcome)
		if v.Stale() && state == widget.Failed {
			state = widget.Warned // old, but good: the RPO says what that costs
		}
		head := "  " + state.Glyph(st) + " " + widget.Fit(string(g.Grade), 9, "") + "  "
		out = append(out, hang(head, st.Muted.Render(clean(g.Detail)), w)...)
	}
	return out
}

// checkLines lists checks with what was got and wanted.
func (m *Model) checkLines(checks []drivers.CheckResult, w int) []string {
	st := m.env.Styles
	var out []string
	for i := range checks {
		c := &checks[i]
		text := st.Text.Render(clean(c.Name)) + "  " + st.Muted.Render(clean(checkText(c)))
		out = append(out, hang("  "+outcome(c.Outcome).Glyph(st)+" ", text, w)...)
	}
	return out
}

// checkText says what a check got, and what was wanted.
func checkText(c *drivers.CheckResult) string {
	text := ""
	if c.Got != "" {
		text = "got " + c.Got
	}
	if c.Want != "" {
		text = joined(text, "want "+c.Want)
	}
	if c.Source != "" {
		text = joined(text, "source "+c.Source)
	}
	return joined(text, c.Detail)
}

func joined(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + ", " + b
}
