package walk

import (
	"fmt"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// quietAfter is how long a task may print nothing before that is said.
const quietAfter = 10 * time.Second

// outputPane shows the end of the output of the task that is looked at, and
// how far it has come.
func (m *Model) outputPane(r rect) string {
	st := m.env.Styles
	t := m.s.Task(m.tail.task)
	p := widget.Pane{Title: "Output", Focused: m.focus == paneOutput, Pad: 1}
	if t != nil {
		p.Title = "Output: " + clean(t.Task.Title)
	}
	if m.tail.lines > 0 {
		p.Extra = widget.Count(int(m.tail.lines), "line", "lines")
	}
	if m.one {
		p.Count = m.turnHint()
	}
	iw, ih := p.Inner(r.w, r.h)
	var foot []string
	if t != nil && t.Result == nil {
		foot = m.running(t, iw)
	}
	rows := max(0, ih-len(foot))
	m.tail.h = rows
	m.tail.clamp()
	if m.tail.up > 0 {
		p.Count = "G to the end"
	}
	body := m.tailText(st, iw, rows)
	if len(foot) > 0 {
		body += "\n" + strings.Join(foot, "\n")
	}
	p.Body = body
	if m.tail.ring != nil {
		p.Scroll = widget.Log{Ring: m.tail.ring, Up: m.tail.up}.Scroll(rows)
	}
	return p.Render(st, r.w, r.h)
}

func (m *Model) tailText(st *theme.Styles, w, h int) string {
	if m.tail.ring == nil || m.tail.ring.Len() == 0 {
		return widget.Box(st.Muted.Render("It has printed nothing."), w, h, "")
	}
	log := widget.Log{Ring: m.tail.ring, Up: m.tail.up, Style: func(line string) string {
		if strings.HasPrefix(line, "$ ") {
			return st.Accent.Render(line)
		}
		return st.Text.Render(line)
	}}
	return log.Render(st, w, h)
}

// running says how far a task has come and how long it has been silent: one
// line, two where it is silent.
func (m *Model) running(t *drill.TaskState, w int) []string {
	st, now := m.env.Styles, m.env.Now()
	p := m.tail.prog
	head := st.Accent.Render(st.Glyph.Run) + " " + st.Strong.Render(widget.Clock(now.Sub(t.Started)))
	var parts []widget.Part
	parts = append(parts, widget.Part{Text: head})
	if p.Total > 0 {
		frac := min(1, max(0, float64(p.Done)/float64(p.Total)))
		bar := widget.Bar{Value: frac, Target: 1}.Render(st, st.BarGood, 12)
		parts = append(parts, widget.Part{Text: bar + " " + fmt.Sprintf("%3.0f %%", frac*100)})
	}
	if p.Phase != "" {
		parts = append(parts, widget.Part{Text: st.Muted.Render(clean(p.Phase)), Rank: 2})
	}
	parts = append(parts, m.speed()...)
	out := []string{"", widget.Fit(widget.Parts(w, "  ", parts...), w, st.Glyph.Ellipsis)}
	if silent := now.Sub(m.tail.last); !m.tail.last.IsZero() && silent >= quietAfter {
		out = append(out, st.Warn.Render(widget.Cut(st.Glyph.Warn+" printed nothing for "+widget.Span(silent)+
			"; it is not stopped for that", w, st.Glyph.Ellipsis)))
	}
	return out
}

// speed is the rate, and what is left at that rate.
func (m *Model) speed() []widget.Part {
	st, p, per := m.env.Styles, m.tail.prog, m.tail.rate.per
	if per <= 0 {
		return nil
	}
	rate := fmt.Sprintf("%.0f %s/s", per, clean(p.Unit))
	if p.Unit == "bytes" {
		rate = widget.Bytes(int64(per)) + "/s"
	}
	out := []widget.Part{{Text: st.Muted.Render(rate), Rank: 3}}
	if left := p.Total - p.Done; p.Total > 0 && left > 0 {
		d := time.Duration(float64(left) / per * float64(time.Second))
		out = append(out, widget.Part{Text: st.Text.Render("about " + widget.Clock(d) + " left"), Rank: 1})
	}
	return out
}
