package walk

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

const wayZone = "way"

// failing gives the task that failed in the current step, if that is what is
// looked at.
func (m *Model) failing() (*drill.TaskState, bool) {
	if !m.have || m.away() || m.s.Concluded() {
		return nil, false
	}
	_, t, ok := m.s.Failed()
	return t, ok
}

// failurePane says what went wrong, what can be done about it, and what was
// printed last. Its ways on can be clicked.
func (m *Model) failurePane(t *drill.TaskState, r rect) string {
	st := m.env.Styles
	p := widget.Pane{Title: st.Glyph.Fail + " Failed", Danger: true, Focused: m.focus == paneOutput, Pad: 1}
	if m.one {
		p.Count = m.turnHint()
	}
	iw, ih := p.Inner(r.w, r.h)
	head := m.failureHead(t, iw)
	ways, at := m.wayLines(iw)
	if most := max(0, ih-min(len(head), 3)); len(ways) > most {
		ways = ways[:most] // what is wrong comes first; the keys work all the same
	}
	head = head[:min(len(head), max(0, ih-len(ways)))]
	lines := append(append([]string{}, head...), m.lastLines(ih-len(ways)-len(head))...)
	for len(lines) < ih-len(ways) {
		lines = append(lines, "")
	}
	for _, z := range at {
		m.zones.Add(wayZone, z.index, r.x+2+z.x, r.y+1+len(lines)+z.y, z.w, 1)
	}
	p.Title = st.Glyph.Fail + " " + failureTitle(t)
	p.Body = strings.Join(append(lines, ways...), "\n")
	return p.Render(st, r.w, r.h)
}

// lastLines is the end of the output in at most room lines; its heading and
// the gap after it go first where that is short.
func (m *Model) lastLines(room int) []string {
	if m.tail.ring == nil || m.tail.ring.Len() == 0 || room < 1 {
		return nil
	}
	st := m.env.Styles
	var out []string
	n := max(1, room-1) // a gap before the ways on
	if n > 2 {
		out, n = append(out, st.Muted.Render("last lines of its output (o shows all)")), n-1
	}
	m.tail.h = n
	m.tail.clamp()
	for _, l := range m.tail.ring.Tail(n, m.tail.up) {
		out = append(out, st.Code.Gutter.Render(st.Glyph.Gutter)+" "+st.Text.Render(l))
	}
	return out
}

func failureTitle(t *drill.TaskState) string {
	if t == nil {
		return "Failed"
	}
	word := "Failed: "
	if r := t.Result; r != nil {
		switch {
		case r.Unknown:
			word = "Its end was not seen: "
		case r.Canceled:
			word = "Interrupted: "
		case r.Refused:
			word = "Refused by a guard rail: "
		}
	}
	return word + clean(t.Task.Title)
}

// failureHead is the error and the hint.
func (m *Model) failureHead(t *drill.TaskState, w int) []string {
	st := m.env.Styles
	if t == nil || t.Result == nil {
		return []string{st.Bad.Render("It did not end well.")}
	}
	var out []string
	for _, l := range widget.Wrap(clean(t.Result.Error), w) {
		out = append(out, st.Bad.Render(l))
	}
	if t.Result.Hint != "" {
		out = append(out, hang(st.Muted.Render("hint  "), st.Text.Render(clean(t.Result.Hint)), w)...)
	}
	return append(out, "")
}

// way is where a way on was drawn.
type way struct{ index, x, y, w int }

// failureWays are the ids of the ways on, as they stand in the panel.
var failureWays = []string{
	"walk.retry", "walk.edit", "walk.hand", "walk.skip", "walk.choose", "walk.rollback", "walk.end", "walk.abort",
}

// wayLines draws the ways on in columns; what is not possible is struck
// through and says why.
func (m *Model) wayLines(w int) (lines []string, at []way) {
	st := m.env.Styles
	acts := m.ways()
	texts, widest := make([]string, 0, len(failureWays)), 0
	for _, id := range failureWays {
		a := keys.ByID(acts, id)
		name := wayName(a.ID, m.verdict)
		text := st.Key.Render(a.Keys[0]) + " " + st.Text.Render(name)
		if a.Reason() != "" {
			text = st.Disabled.Render(a.Keys[0] + " " + name)
		}
		texts = append(texts, text)
		widest = max(widest, widget.Width(text))
	}
	cols := max(1, min(4, (w+2)/(widest+2)))
	for i, text := range texts {
		if i%cols == 0 {
			lines = append(lines, "")
		}
		y := len(lines) - 1
		at = append(at, way{index: i, x: widget.Width(lines[y]), y: y, w: widget.Width(text)})
		if (i+1)%cols != 0 {
			text = widget.Fit(text, widest+2, "")
		}
		lines[y] += text
	}
	return lines, at
}

func wayName(id string, v drill.Verdict) string {
	switch id {
	case "walk.retry":
		return "retry"
	case "walk.edit":
		return "edit and run"
	case "walk.hand":
		return "done by hand"
	case "walk.skip":
		return "skip, say why"
	case "walk.choose":
		return "another point"
	case "walk.rollback":
		return "roll back"
	case "walk.end":
		return "end: " + string(v)
	}
	return "abort the run"
}
