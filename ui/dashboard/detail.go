package dashboard

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

func levelStyle(st *theme.Styles, l drill.Level) lipgloss.Style {
	switch l {
	case drill.LevelBad:
		return st.Bad
	case drill.LevelWarn:
		return st.Warn
	}
	return st.Good
}

func levelMark(st *theme.Styles, l drill.Level) string {
	g := map[drill.Level]string{drill.LevelBad: st.Glyph.Fail, drill.LevelWarn: st.Glyph.Warn, drill.LevelGood: st.Glyph.OK}[l]
	return levelStyle(st, l).Render(g)
}

func (s *Screen) detailPane(st *theme.Styles, x, y, w, h int) string {
	p := widget.Pane{Title: "Nothing selected", Focused: s.detail.focused, Pad: 1}
	iw, ih := p.Inner(w, h)
	s.zones.Add(detailZone, 0, x, y, w, h)
	r := s.selected()
	if r == nil {
		return p.Render(st, w, h)
	}
	if s.detail.of != r.w.Name {
		s.detail.of, s.detail.offset = r.w.Name, 0
	}
	lines := s.describe(st, r, iw)
	s.detail.lines, s.detail.height = len(lines), ih
	s.detail.to(s.detail.offset)
	p.Title = r.name
	p.Extra = strings.Join(nonEmpty("tier "+widget.CleanLine(r.w.Tier), widget.CleanLine(r.w.Kind), widget.CleanLine(r.w.Owner)), " "+st.Glyph.Dot+" ")
	p.Body = strings.Join(lines[s.detail.offset:], "\n")
	p.Scroll = widget.Scroll{Offset: s.detail.offset, Visible: ih, Total: len(lines)}
	return p.Render(st, w, h)
}

func nonEmpty(in ...string) []string {
	var out []string
	for _, s := range in {
		if strings.TrimSpace(s) != "" && s != "tier " {
			out = append(out, s)
		}
	}
	return out
}

// describe is what is known of a workload, findings first.
func (s *Screen) describe(st *theme.Styles, r *row, w int) []string {
	var out []string
	if r.status == nil {
		out = append(out, st.Muted.Render("looking at its copies"+st.Glyph.Ellipsis))
	} else if r.err != nil {
		out = append(out, wrapped(st.Bad, st.Bad.Render(st.Glyph.Fail), widget.Clean(r.err.Error()), w)...)
	} else {
		for _, m := range r.status.Remarks {
			out = append(out, wrapped(levelStyle(st, m.Level), levelMark(st, m.Level), widget.CleanLine(m.Text), w)...)
			if m.Hint != "" {
				out = append(out, wrapped(st.Muted, " ", st.Glyph.Arrow+" "+widget.CleanLine(m.Hint), w)...)
			}
		}
	}
	if r.w.Description != "" {
		out = append(out, "")
		for _, l := range widget.Wrap(widget.CleanLine(r.w.Description), w) {
			out = append(out, st.Text.Render(l))
		}
	}
	out = append(out, "")
	out = append(out, widget.Fields(st, s.fields(r), w)...)
	if r.status != nil && len(r.status.Copies) > 0 {
		out = append(out, "", st.Header.Render("Copies"))
		for _, c := range r.status.Copies {
			out = append(out, s.copyLine(st, r.w, c, w)...)
		}
	}
	return out
}

// wrapped draws a text in w cells behind a mark.
func wrapped(style lipgloss.Style, mark, text string, w int) []string {
	var out []string
	for _, l := range widget.Wrap(text, max(8, w-2)) {
		out = append(out, mark+" "+style.Render(l))
		mark = " "
	}
	return out
}

func (s *Screen) fields(r *row) []widget.Field {
	now := s.env.Now()
	objectives := func(d string, n int64) string {
		if n == 0 {
			return "none declared"
		}
		return d
	}
	out := []widget.Field{
		{Name: "RPO", Value: objectives(inventory.FormatDuration(r.w.RPO), int64(r.w.RPO))},
		{Name: "RTO", Value: objectives(inventory.FormatDuration(r.w.RTO), int64(r.w.RTO))},
	}
	if r.status != nil {
		if p := r.status.Newest; p != nil {
			out = append(out, widget.Field{Name: "Newest point", Value: fmt.Sprintf("%s, %s, %s, in %s",
				screen.Stamp(p.Time, now), widget.Ago(p.Time, now), widget.Bytes(p.Size), widget.CleanLine(p.Copy))})
		}
		out = append(out, widget.Field{Name: "Last test", Value: s.testWords(r.status.LastTest)})
		if p := r.status.Proven; p != nil && p != r.status.LastTest {
			out = append(out, widget.Field{Name: "Last proven", Value: s.testWords(p)})
		}
	}
	n, media, offsite := drill.ThreeTwoOne(r.w)
	out = append(out, widget.Field{Name: "3-2-1", Value: fmt.Sprintf("%s with the live data, %s, %d offsite",
		widget.Count(n, "copy", "copies"), widget.Count(media, "medium", "media"), offsite)})
	return append(out, widget.Field{Name: "Checks", Value: checks(r)}, widget.Field{Name: "Runbook", Value: s.book(r)})
}

func checks(r *row) string {
	var names []string
	for _, c := range r.w.Checks {
		names = append(names, widget.CleanLine(c.Name))
	}
	if len(names) == 0 {
		return "none declared: a drill can't pass without one"
	}
	return strings.Join(names, ", ")
}

func (s *Screen) book(r *row) string {
	if r.w.Runbook == "" {
		return "built-in, for " + widget.CleanLine(r.w.Kind)
	}
	return widget.CleanLine(r.w.Runbook)
}

func (s *Screen) testWords(t *drill.Summary) string {
	if t == nil {
		return "never"
	}
	now := s.env.Now()
	out := fmt.Sprintf("%s %s, %s", t.Mode, t.Verdict, widget.Ago(t.Ended, now))
	if t.RTO > 0 {
		out += ", restored in " + widget.Took(t.RTO)
	}
	return out
}

func (s *Screen) copyLine(st *theme.Styles, w *inventory.Workload, c drill.CopyPoints, width int) []string {
	place := strings.Join(nonEmpty(widget.CleanLine(c.Copy.Driver), widget.CleanLine(c.Copy.Media), widget.CleanLine(c.Copy.Site)), ", ")
	if c.Copy.Offsite {
		place += ", offsite"
	}
	if c.Copy.Immutable {
		place += ", immutable"
	}
	level, words := s.copyWords(w, c)
	line := levelMark(st, level) + " " + st.Text.Render(widget.CleanLine(c.Copy.Name)+"  "+words) + "  " + st.Muted.Render(place)
	out := []string{widget.Fit(line, width, st.Glyph.Ellipsis)}
	if c.Copy.Repository != "" {
		out = append(out, "  "+st.Faint.Render(widget.CutMiddle(widget.CleanLine(c.Copy.Repository), width-2, st.Glyph.Ellipsis)))
	}
	return out
}

// copyWords says how a copy stands.
func (s *Screen) copyWords(w *inventory.Workload, c drill.CopyPoints) (drill.Level, string) {
	switch {
	case c.Err != nil:
		return drill.LevelBad, "can't be read"
	case len(c.Points) == 0:
		return drill.LevelBad, "no recovery point"
	}
	words := widget.Count(len(c.Points), "point", "points")
	if n := flawed(c.Points); n > 0 {
		words += ", " + widget.Count(n, "shows a problem", "show a problem")
	}
	newest, now := drill.Suggest(c.Points), s.env.Now()
	if newest == nil {
		return drill.LevelBad, words
	}
	words += ", newest " + widget.Ago(newest.Time, now)
	if limit := c.Copy.StaleAfter(w); limit > 0 && now.Sub(newest.Time) > limit {
		return drill.LevelBad, words + ", stale"
	}
	return drill.LevelGood, words
}

func flawed(points []drivers.RecoveryPoint) int {
	n := 0
	for i := range points {
		if len(points[i].Problems) > 0 {
			n++
		}
	}
	return n
}
