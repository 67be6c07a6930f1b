package walk

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// planLines lays a plan out: what goes where, every command, and what is
// destructive.
func (m *Model) planLines(p *drivers.Plan, w int) []string {
	st := m.env.Styles
	if p == nil {
		return []string{st.Muted.Render("There is no plan yet.")}
	}
	req := &p.Request
	lines := widget.Fields(st, []widget.Field{
		{Name: "restore", Value: clean(req.Point.ID) + ", " + shortTime(req.Point.Time, m.env.Now()) + ", copy " + clean(req.Point.Copy)},
		{Name: "into", Value: clean(req.Target.Name) + " (" + string(req.Target.Kind) + ")"},
		{Name: "at", Value: clean(targetPlace(&req.Target))},
		{Name: "only", Value: clean(strings.Join(req.Select, ", "))},
		{Name: "needs", Value: needs(p.Needs)},
		{Name: "with", Value: clean(p.Driver)},
	}, w)
	lines = append(lines, "")
	for i, s := range p.Steps {
		head := fmt.Sprintf("%2d. ", i+1)
		text := st.Text.Render(clean(s.Title))
		if s.Destructive {
			text = st.Bad.Render(st.Glyph.Warn+" destructive") + "  " + text
		}
		lines = append(lines, hang(st.Muted.Render(head), text, w)...)
		if s.Command != "" {
			for _, l := range m.code("bash", s.Command, w-2, true) {
				lines = append(lines, "  "+l)
			}
		}
	}
	for _, warn := range p.Warnings {
		lines = append(lines, hang("  ", st.Warn.Render(st.Glyph.Warn+" "+clean(warn)), w)...)
	}
	return lines
}

func needs(n int64) string {
	if n <= 0 {
		return ""
	}
	return widget.Bytes(n) + " of free space"
}

// targetPlace is where a target really is, without a password.
func targetPlace(t *drivers.Target) string {
	if t.Path != "" {
		return t.Path
	}
	if u, err := url.Parse(t.DSN); err == nil && u.Scheme != "" {
		return u.Redacted()
	}
	return passwordKey.ReplaceAllString(t.DSN, "${1}xxxxx")
}

// passwordKey finds the password in a DSN of the form key=value.
var passwordKey = regexp.MustCompile(`(?i)(\bpass(?:word|wd)?\s*=\s*)('(?:[^'\\]|\\.)*'|\S+)`)

// planView fills the room under the clocks with the plan.
func (m *Model) planView(w, h int) string {
	p := widget.Pane{Title: "Plan", Focused: true, Pad: 1}
	iw, ih := p.Inner(w, h)
	lines := m.text.fit(m.planLines(m.s.Plan, iw), ih, 0, 0)
	p.Body, p.Scroll = strings.Join(lines, "\n"), m.text.scroll()
	return p.Render(m.env.Styles, w, h)
}
