package walk

import (
	"fmt"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// result says under a unit what came of it. What failed is in the failure
// panel while it is the current one; here it is a line.
func (m *Model) result(u *drill.Unit, w int) []string {
	st := m.env.Styles
	var out []string
	add := func(style func(...string) string, text string) {
		if text != "" {
			out = append(out, hang("  ", style(clean(text)), w)...)
		}
	}
	switch u.Status {
	case drill.UnitByHand:
		add(st.Muted.Render, "done by hand"+noted(u.Note))
		return out
	case drill.UnitSkipped:
		add(st.Muted.Render, "skipped"+noted(u.Note))
		return out
	case drill.UnitConfirm:
		out = append(out, "")
		return append(out, m.planLines(m.s.Plan, w)...)
	case drill.UnitDone, drill.UnitFailed, drill.UnitUnknown, drill.UnitRunning, drill.UnitPending:
	}
	if u.Note != "" {
		add(st.Muted.Render, u.Note)
	}
	if len(u.Tasks) == 0 {
		return append(out, m.chosen(u)...)
	}
	t := m.s.Task(u.Tasks[len(u.Tasks)-1])
	if t == nil || t.Result == nil {
		return out
	}
	r := t.Result
	now, failing := m.failing()
	switch {
	case failing && now != nil && now.Task.ID == t.Task.ID:
		// the panel beside it says it
	case !r.OK:
		add(st.Bad.Render, st.Glyph.Fail+" "+r.Error)
	default:
		add(st.Muted.Render, ended(t)+found(&m.s, t))
	}
	for _, warn := range r.Warnings {
		add(st.Warn.Render, st.Glyph.Warn+" "+warn)
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
	text := "took " + widget.Clock(t.Ended.Sub(t.Started))
	if t.Task.Kind == drill.TaskShell {
		text += fmt.Sprintf(", exit %d", t.Result.Code)
	}
	if t.Result.Lines > 0 {
		text += ", " + widget.Count(int(t.Result.Lines), "line", "lines")
	}
	return text
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
func (m *Model) chosen(u *drill.Unit) []string {
	st, p := m.env.Styles, m.s.Point
	if u.Kind != drill.UnitAction || u.Status != drill.UnitDone || p == nil || u.Note != "" {
		return nil
	}
	return []string{"  " + st.Text.Render(clean(p.ID)) + st.Muted.Render(fmt.Sprintf("  %s, copy %s, %s: %s",
		shortTime(p.Time, m.env.Now()), clean(p.Copy), widget.Bytes(p.Size), clean(m.s.PointWhy)))}
}

// grades lists what a verification proved.
func (m *Model) grades(v *drivers.Verification, w int) []string {
	if v == nil {
		return nil
	}
	st := m.env.Styles
	var out []string
	for _, g := range v.Results {
		head := "  " + outcome(g.Outcome).Glyph(st) + " " + widget.Fit(string(g.Grade), 9, "") + "  "
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
