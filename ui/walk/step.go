package walk

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/runbook"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// docCache keeps the laid-out step until something that it shows changes.
type docCache struct {
	seq   int64
	step  int
	w     int
	st    *theme.Styles
	lines []string
	from  int // the lines of the unit that is next
	to    int
}

// document lays the step out that is looked at.
func (m *Model) document(w int) *docCache {
	d := &m.doc
	if d.st == m.env.Styles && d.seq == m.s.Seq && d.step == m.at() && d.w == w && d.lines != nil {
		return d
	}
	*d = docCache{seq: m.s.Seq, step: m.at(), w: w, st: m.env.Styles}
	if len(m.s.Steps) == 0 {
		d.lines = []string{d.st.Muted.Render("The runbook has no step.")}
		return d
	}
	if m.s.Current < 0 && m.look < 0 {
		d.lines = append(d.lines, m.intro(w)...)
	}
	step := &m.s.Steps[d.step]
	next := step.Next()
	if next < 0 {
		next = len(step.Units) - 1 // what came of it is what matters now
	}
	for b := range step.Step.Blocks {
		if len(d.lines) > 0 && d.lines[len(d.lines)-1] != "" && !itemPair(step.Step.Blocks, b) {
			d.lines = append(d.lines, "")
		}
		u := unitOf(step, b)
		from := len(d.lines)
		d.lines = append(d.lines, m.block(step, b, u, w)...)
		if u >= 0 && u == next && d.step == m.s.Current {
			d.from, d.to = from, len(d.lines)-1
		}
	}
	if len(step.Step.Blocks) == 0 {
		d.lines = append(d.lines, d.st.Muted.Render("The runbook says no more about this step."))
	}
	d.lines = append(d.lines, m.epilogue(step, w)...)
	return d
}

// itemPair says that a block and the one before it are both checklist items,
// which stand close.
func itemPair(blocks []runbook.Block, b int) bool {
	return b > 0 && blocks[b].Item != nil && blocks[b-1].Item != nil
}

func unitOf(step *drill.Step, block int) int {
	for i := range step.Units {
		if step.Units[i].Block == block {
			return i
		}
	}
	return -1
}

// intro is what stands before the first step: what this run will do.
func (m *Model) intro(w int) []string {
	st := m.env.Styles
	text := map[drill.Mode]string{
		drill.ModeDrill:    "This is a drill. It restores into a scratch target that lifeboat makes and removes; the live system is not touched. Nothing has been run yet.",
		drill.ModeIncident: "This is an incident. It can reach the live system, behind guard rails: what is destructive asks for the workload's name. Nothing has been run yet.",
		drill.ModeTabletop: "This is a tabletop. Commands are shown and discussed; nothing is run.",
	}[m.s.Info.Mode]
	out := []string{}
	for _, l := range widget.Wrap(text, w) {
		out = append(out, st.Text.Render(l))
	}
	if missing := m.s.Missing(); len(missing) > 0 {
		out = append(out, "")
		names := make([]string, len(missing))
		for i := range missing {
			names[i] = clean(missing[i].Name)
		}
		for _, l := range widget.Wrap("The walk will ask for: "+strings.Join(names, ", "), w) {
			out = append(out, st.Muted.Render(l))
		}
	}
	return append(out, "", st.Header.Render("First: "+clean(stepTitle(&m.s, 0))), "")
}

// epilogue says how the step ended.
func (m *Model) epilogue(step *drill.Step, w int) []string {
	st := m.env.Styles
	var text string
	switch step.Status {
	case drill.StepSkipped:
		text = st.Glyph.Skip + " skipped: " + step.Reason
	case drill.StepByHand:
		text = st.Glyph.OK + " done by hand"
		if step.Reason != "" {
			text += ": " + step.Reason
		}
	case drill.StepFailed:
		text = st.Glyph.Fail + " " + step.Reason
	case drill.StepPending, drill.StepActive, drill.StepDone:
	}
	if strings.TrimSpace(text) == "" {
		return m.notes(w)
	}
	out := []string{""}
	for _, l := range widget.Wrap(clean(text), w) {
		out = append(out, st.Muted.Render(l))
	}
	return append(out, m.notes(w)...)
}

// notes are the operator's remarks on the step.
func (m *Model) notes(w int) []string {
	st := m.env.Styles
	var out []string
	for _, n := range m.s.Notes {
		if n.Step != m.at() && (n.Step >= 0 || m.at() != 0) {
			continue
		}
		if out == nil {
			out = append(out, "")
		}
		at := n.At.In(m.env.Now().Location()).Format("15:04")
		for _, l := range widget.Wrap(fmt.Sprintf("note %s  %s", at, clean(n.Text)), w) {
			out = append(out, st.Note.Render(l))
		}
	}
	return out
}

// block lays one block of the step out.
func (m *Model) block(step *drill.Step, b, u, w int) []string {
	st := m.env.Styles
	blk := &step.Step.Blocks[b]
	switch {
	case blk.Sample != nil:
		return m.code(blk.Sample.Language, blk.Sample.Text, w, false)
	case u < 0:
		return widget.Markdown(st, blk.Prose, w, 1).Lines
	}
	unit := &step.Units[u]
	due := m.at() == m.s.Current && u == step.Next()
	head := unitState(unit, due).Glyph(st)
	switch {
	case blk.Item != nil:
		return m.item(unit, blk.Item, w, due)
	case blk.Action != nil:
		out := hang(head+" ", st.Strong.Render(clean(actionTitle(&m.s, blk.Action))), w)
		return append(out, m.result(unit, w)...)
	}
	text := script(&m.s, unit, blk.Command)
	out := []string{head + " " + st.Muted.Render(commandHead(blk.Command, unit))}
	out = append(out, m.code(blk.Command.Language, text, w, true)...)
	return append(out, m.result(unit, w)...)
}

// commandHead says what kind of command it is.
func commandHead(c *runbook.Command, u *drill.Unit) string {
	parts := []string{c.Language}
	if c.Name != "" {
		parts = append(parts, clean(c.Name))
	}
	if c.Timeout > 0 {
		parts = append(parts, "timeout "+inventory.FormatDuration(c.Timeout))
	}
	if c.Capture != "" {
		parts = append(parts, "sets "+clean(c.Capture))
	}
	if c.Danger {
		parts = append(parts, "destructive")
	}
	if len(u.Tasks) > 1 {
		parts = append(parts, fmt.Sprintf("attempt %d", len(u.Tasks)))
	}
	return strings.Join(parts, ", ")
}

// code draws a script in a gutter, every cell of it.
func (m *Model) code(lang, text string, w int, run bool) []string {
	st := m.env.Styles
	text = widget.Script(strings.TrimRight(text, "\n"))
	lines := strings.Join(wrapAll(strings.Split(text, "\n"), w-4), "\n")
	gutter := st.Code.Gutter.Render(st.Glyph.Gutter)
	var out []string
	for _, l := range widget.Highlight(st, lang, lines) {
		if !run {
			l = st.Muted.Render(l)
		}
		out = append(out, "  "+gutter+" "+l)
	}
	return out
}

// item draws a checklist item with its box.
func (m *Model) item(u *drill.Unit, it *runbook.Item, w int, next bool) []string {
	st := m.env.Styles
	box, style := "☐", st.Text
	if u.Status.Over() {
		box, style = st.Good.Render(st.Glyph.OK), st.Muted
	}
	if u.Status == drill.UnitSkipped {
		box = st.Muted.Render(st.Glyph.Skip)
	}
	if !st.Unicode && !u.Status.Over() {
		box = "o"
	}
	if next {
		box, style = st.Accent.Render(box), st.Strong
	}
	out := hang(box+" ", style.Render(clean(it.Text)), w)
	if u.Note != "" {
		out = append(out, hang("  ", st.Muted.Render(string(u.Status)+": "+clean(u.Note)), w)...)
	}
	return out
}

// hang wraps a styled text after a head, its further lines under its first.
func hang(head, text string, w int) []string {
	n := widget.Width(head)
	out := strings.Split(lipgloss.Wrap(text, max(w-n, 8), ""), "\n")
	for i := range out {
		if i == 0 {
			out[i] = head + out[i]
		} else {
			out[i] = widget.Blank(n) + out[i]
		}
	}
	return out
}

// unitState is a unit's mark.
func unitState(u *drill.Unit, next bool) widget.State {
	switch u.Status {
	case drill.UnitRunning:
		return widget.Running
	case drill.UnitConfirm:
		return widget.Warned
	case drill.UnitDone, drill.UnitByHand:
		return widget.Done
	case drill.UnitSkipped:
		return widget.Skipped
	case drill.UnitFailed:
		return widget.Failed
	case drill.UnitUnknown:
		return widget.Unknown
	case drill.UnitPending:
	}
	if next {
		return widget.Waiting
	}
	return widget.Todo
}

// outcome is a check's or a grade's mark.
func outcome(o drivers.Outcome) widget.State {
	switch o {
	case drivers.Passed:
		return widget.Done
	case drivers.Failed:
		return widget.Failed
	case drivers.Warned:
		return widget.Warned
	case drivers.Skipped:
		return widget.Skipped
	case drivers.Unknown:
	}
	return widget.Unknown
}
