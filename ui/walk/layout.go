package walk

import (
	"fmt"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// rect is a part of the screen, in its own coordinates.
type rect struct{ x, y, w, h int }

const (
	paneZone   = "pane"
	stepZone   = "step"
	promptZone = "prompt"

	clockRows  = 2
	spareFrom  = 22  // rows
	oneColumn  = 76  // below: one pane at a time
	threeColum = 170 // from here on: output beside the step
)

// plan is where the panes are.
type layout struct {
	steps, step, output rect // w 0: not shown
}

// shows says whether a pane is on the screen, or can be turned to.
func (m *Model) shows(p pane) bool {
	if p != paneOutput {
		return true
	}
	if u := nextUnit(&m.s); u != nil && u.Status == drill.UnitConfirm && !m.away() {
		return false // the step shows the plan, and needs the room
	}
	_, bad := m.failing()
	return m.sees != "" || bad
}

// arrange shares the room under the clocks.
func (m *Model) arrange(w, h int) layout {
	var l layout
	m.one = w < oneColumn
	switch {
	case m.one:
		all := rect{0, clockRows, w, h}
		switch {
		case m.focus == paneSteps:
			l.steps = all
		case m.focus == paneOutput && m.shows(paneOutput):
			l.output = all
		default:
			l.step = all
		}
		return l
	case w >= threeColum:
		left := 46
		l.steps = rect{0, clockRows, left, h}
		l.step = rect{left, clockRows, w - left, h}
		if m.shows(paneOutput) {
			l.step.w = (w - left) / 2
			l.output = rect{left + l.step.w, clockRows, w - left - l.step.w, h}
		}
		return l
	}
	left := max(30, min(w*36/100, 46))
	l.steps = rect{0, clockRows, left, h}
	l.step = rect{left, clockRows, w - left, h}
	if m.shows(paneOutput) {
		l.step.h, l.output.h = m.share(w-left, h)
		l.output = rect{left, clockRows + l.step.h, w - left, l.output.h}
	}
	return l
}

// share divides a column between the step and its output: the step gets what
// it needs up to half, more where there is room left.
func (m *Model) share(w, h int) (step, output int) {
	need := len(m.document(w-4).lines) + 2
	if m.away() {
		need++
	}
	least := 9
	if t, bad := m.failing(); bad {
		ways, _ := m.wayLines(w - 4)
		least = min(h*2/3, len(m.failureHead(t, w-4))+len(ways)+8)
	} else if m.s.Running() == nil {
		least = 7
	}
	step = max(min(need, h-max(least, h/2)), min(6, h/3))
	return step, h - step
}

// View implements screen.Screen.
func (m *Model) View(w, h int) string {
	m.zones.Reset()
	if !m.have {
		return m.opening(w, h)
	}
	room := h - clockRows - 1
	if h >= spareFrom {
		room-- // a blank line under the bar, where toasts come and go
	}
	var body string
	switch m.view {
	case viewLog:
		body = m.logView(w, room)
	case viewOutput:
		body = m.pageView(w, room)
	case viewPlan:
		body = m.planView(w, room)
	case viewVerdict:
		body = m.verdictView(w, room)
	case viewWalk:
		body = m.walkView(w, room)
	}
	m.zones.Add(promptZone, 0, 0, clockRows+room, w, 1)
	return strings.Join([]string{m.rto(w), m.rpo(w), body, m.promptBar(w)}, "\n")
}

// opening is what is shown before the run is there.
func (m *Model) opening(w, h int) string {
	if m.broken != nil {
		return widget.Empty(m.env.Styles, "This run can't be opened",
			[]string{clean(m.broken.Error()), "q goes back."}, w, h)
	}
	return widget.Empty(m.env.Styles, "Opening the run", []string{"Its journal is being read."}, w, h)
}

func (m *Model) walkView(w, h int) string {
	l := m.arrange(w, h)
	var left, mid, right string
	if l.steps.w > 0 {
		left = m.stepsPane(l.steps)
	}
	if l.step.w > 0 {
		mid = m.stepPane(l.step)
	}
	if l.output.w > 0 {
		m.zones.Add(paneZone, int(paneOutput), l.output.x, l.output.y, l.output.w, l.output.h)
		if t, bad := m.failing(); bad {
			right = m.failurePane(t, l.output)
		} else {
			right = m.outputPane(l.output)
		}
	}
	if right != "" && mid != "" && l.output.x == l.step.x {
		mid, right = mid+"\n"+right, ""
	}
	var blocks []string
	for _, b := range []string{left, mid, right} {
		if b != "" {
			blocks = append(blocks, b)
		}
	}
	return widget.Beside(blocks...)
}

// stepsPane is the list of steps.
func (m *Model) stepsPane(r rect) string {
	m.zones.Add(paneZone, int(paneSteps), r.x, r.y, r.w, r.h)
	items, at := m.stepItems()
	p := widget.Pane{Title: "Steps", Focused: m.focus == paneSteps, Count: m.done()}
	if m.one {
		p.Count += ", " + m.turnHint()
	}
	iw, ih := p.Inner(r.w, r.h)
	m.steps.SetLen(len(items))
	for row, step := range at {
		if step == m.at() {
			m.steps.Cursor = row
		}
	}
	p.Body = widget.Steps{Items: items, List: &m.steps, Focused: m.focus == paneSteps}.Render(m.env.Styles, iw, ih)
	p.Scroll = m.steps.Scroll()
	for y := range ih {
		if row := m.steps.At(y); row >= 0 && at[row] >= 0 {
			m.zones.Add(stepZone, at[row], r.x+1, r.y+1+y, iw, 1)
		}
	}
	return p.Render(m.env.Styles, r.w, r.h)
}

// done counts the steps that are over; one that was skipped is not done.
func (m *Model) done() string {
	n, out := 0, 0
	for i := range m.s.Steps {
		switch st := &m.s.Steps[i]; {
		case skipped(st):
			out++
		case st.Status != drill.StepPending && st.Status != drill.StepActive:
			n++
		}
	}
	text := fmt.Sprintf("%d of %d done", n, len(m.s.Steps))
	if out > 0 {
		text += fmt.Sprintf(", %d skipped", out)
	}
	return text
}

// stepPane is the step that is looked at.
func (m *Model) stepPane(r rect) string {
	st := m.env.Styles
	m.zones.Add(paneZone, int(paneStep), r.x, r.y, r.w, r.h)
	p := widget.Pane{Focused: m.focus == paneStep, Pad: 1}
	if m.at() < len(m.s.Steps) {
		p.Title = clean(stepTitle(&m.s, m.at()))
		p.Extra = m.timing(&m.s.Steps[m.at()])
	}
	if m.one {
		p.Count = m.turnHint()
	}
	iw, ih := p.Inner(r.w, r.h)
	var top []string
	if m.away() {
		text := fmt.Sprintf("looking at step %s; current is %s: press . to return",
			m.place(m.at()), m.place(max(m.s.Current, 0)))
		top = append(top, widget.Fit(st.ChipWarn.Render(" "+text+" "), iw, st.Glyph.Ellipsis))
	}
	d := m.document(iw)
	lines := m.step.fit(d.lines, max(0, ih-len(top)), d.from, d.to)
	p.Scroll = m.step.scroll()
	p.Body = strings.Join(append(top, lines...), "\n")
	return p.Render(st, r.w, r.h)
}

// turnHint says where tab leads when one pane is shown.
func (m *Model) turnHint() string {
	next := map[pane]string{paneSteps: "steps", paneStep: "step", paneOutput: "output"}
	for by := pane(1); by < panes; by++ {
		if p := (m.focus + by) % panes; m.shows(p) {
			return "tab: " + next[p]
		}
	}
	return ""
}

// place names a step by its number and, outside the main part, its section.
func (m *Model) place(i int) string {
	if i >= len(m.s.Steps) {
		return "none"
	}
	if sec := m.s.Steps[i].Section; sec != drill.SectionMain {
		return stepNumber(&m.s, i) + " of " + strings.ToLower(sectionTitle(sec))
	}
	return stepNumber(&m.s, i)
}

// timing is a step's time and budget, over its pane.
func (m *Model) timing(step *drill.Step) string {
	now := m.instant()
	budget := step.Step.Budget
	switch {
	case step.Started.IsZero() && step.Expected >= time.Second:
		return "about " + widget.Clock(step.Expected)
	case step.Started.IsZero():
		return ""
	case budget > 0 && step.Spent(now) > budget:
		return widget.Clock(step.Spent(now)) + " of " + widget.Clock(budget) + ", over budget"
	case budget > 0:
		return widget.Clock(step.Spent(now)) + " of " + widget.Clock(budget)
	}
	return widget.Clock(step.Spent(now))
}
