package dashboard

import (
	"fmt"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

const (
	rowZone    = "row"
	tableZone  = "table"
	detailZone = "detail"
)

var columns = []widget.Column{
	{Title: "", Width: 1},
	{Title: "Workload", Width: 14, Grow: 3, Max: 34},
	{Title: "Tier", Width: 4, Rank: 5},
	{Title: "Kind", Width: 10, Rank: 7},
	{Title: "Newest", Width: 7, Right: true},
	{Title: "RPO", Width: 6, Rank: 4},
	{Title: "3-2-1", Width: 7, Rank: 6},
	{Title: "Last test", Width: 11, Rank: 2},
	{Title: "Next test", Width: 11, Rank: 1},
	{Title: "Worst finding", Width: 24, Grow: 5, Rank: 3},
}

// View implements screen.Screen.
func (s *Screen) View(w, h int) string {
	s.zones.Reset()
	st := s.env.Styles
	if len(s.rows) == 0 {
		return s.noWorkspace(w, h)
	}
	if w >= 150 {
		left := w - w*2/5
		return widget.Beside(s.tablePane(st, 0, 0, left, h), s.detailPane(st, left, 0, w-left, h))
	}
	top := max(5, min(len(s.rows)+3, h/2))
	if s.filter.Shown() {
		top++
	}
	return s.tablePane(st, 0, 0, w, top) + "\n" + s.detailPane(st, 0, top, w, h-top)
}

func (s *Screen) tablePane(st *theme.Styles, x, y, w, h int) string {
	p := widget.Pane{
		Title: "Workloads", Extra: s.summary(st), Focused: !s.detail.focused,
		Count: widget.Place(s.list.Cursor, len(s.order)),
	}
	iw, ih := p.Inner(w, h)
	s.zones.Add(tableZone, 0, x, y, w, h)
	top := y + 1
	var head []string
	if s.filter.Shown() {
		head = append(head, s.filter.Render(st, iw))
		top++
	}
	t := widget.Table{Columns: columns, List: &s.list, Focused: p.Focused, Row: func(i int) []string { return s.cells(st, s.order[i]) }}
	body := t.Render(st, iw, ih-len(head))
	if len(s.order) == 0 {
		body = widget.Empty(st, "No workload matches "+s.filter.Query(), []string{"esc drops the filter"}, iw, ih-len(head))
	}
	for i := range s.list.Height {
		if at := s.list.At(i); at >= 0 {
			s.zones.Add(rowZone, at, x+1, top+t.Body()+i, iw, 1)
		}
	}
	p.Body = strings.Join(append(head, body), "\n")
	p.Scroll = s.list.Scroll()
	return p.Render(st, w, h)
}

// summary counts the workloads by how they stand.
func (s *Screen) summary(st *theme.Styles) string {
	var bad, warn, looking, due int
	for _, r := range s.rows {
		if r.looking || r.status == nil && r.err == nil {
			looking++
		}
		switch {
		case r.status == nil:
		case r.rank() == 0:
			bad++
		case r.rank() == 1:
			warn++
		}
		if r.status != nil && r.status.Overdue {
			due++
		}
	}
	g := st.Glyph
	var parts []string
	add := func(n int, text string) {
		if n > 0 {
			parts = append(parts, text)
		}
	}
	add(looking, "looking at "+widget.Number(looking)+g.Ellipsis)
	add(bad, st.Bad.Render(g.Fail+" "+widget.Number(bad)+" bad"))
	add(warn, st.Warn.Render(g.Warn+" "+widget.Number(warn)+" to look at"))
	add(due, st.Warn.Render(widget.Count(due, "drill overdue", "drills overdue")))
	if len(parts) == 0 {
		return st.Good.Render(g.OK + " all protected as declared")
	}
	return strings.Join(parts, st.Muted.Render(" "+g.Dot+" "))
}

func (s *Screen) cells(st *theme.Styles, r *row) []string {
	tier := st.Muted.Render(widget.CleanLine(r.w.Tier))
	kind := st.Muted.Render(widget.CleanLine(r.w.Kind))
	name := st.Text.Render(r.name)
	if _, live := s.env.Live.Of(r.w.Name); live {
		return []string{
			st.Accent.Render(st.Glyph.Run), st.Strong.Render(r.name), tier, kind, s.newest(st, r), s.rpo(st, r),
			copies(st, r), s.lastTest(st, r), st.Accent.Render("now"), st.Accent.Render("a run is live"),
		}
	}
	if r.status == nil {
		look := st.Muted.Render("looking" + st.Glyph.Ellipsis)
		return []string{st.Muted.Render(st.Glyph.Todo), name, tier, kind, "", "", "", "", "", look}
	}
	return []string{
		mark(st, r), name, tier, kind, s.newest(st, r), s.rpo(st, r),
		copies(st, r), s.lastTest(st, r), s.nextTest(st, r), finding(st, r),
	}
}

func mark(st *theme.Styles, r *row) string {
	switch r.rank() {
	case 0:
		return st.Bad.Render(st.Glyph.Fail)
	case 1:
		return st.Warn.Render(st.Glyph.Warn)
	}
	return st.Good.Render(st.Glyph.OK)
}

func finding(st *theme.Styles, r *row) string {
	if r.err != nil {
		return st.Bad.Render(widget.CleanLine(r.err.Error()))
	}
	if len(r.status.Remarks) == 0 {
		return ""
	}
	m := r.status.Remarks[0]
	return levelStyle(st, m.Level).Render(widget.CleanLine(m.Text))
}

func (s *Screen) newest(st *theme.Styles, r *row) string {
	if r.status == nil {
		return ""
	}
	if r.status.Newest == nil {
		return st.Bad.Render("none")
	}
	return st.Text.Render(widget.Span(s.env.Now().Sub(r.status.Newest.Time)))
}

func (s *Screen) rpo(st *theme.Styles, r *row) string {
	if r.w.RPO == 0 {
		return st.Faint.Render("-")
	}
	text := inventory.FormatDuration(r.w.RPO)
	switch {
	case r.status == nil || r.status.RPOMet == nil:
		return st.Muted.Render(text)
	case *r.status.RPOMet:
		return st.Good.Render(st.Glyph.OK) + " " + st.Muted.Render(text)
	}
	return st.Warn.Render(st.Glyph.Warn + " " + text)
}

func copies(st *theme.Styles, r *row) string {
	c, m, o := drill.ThreeTwoOne(r.w)
	text := fmt.Sprintf("%d-%d-%d", c, m, o)
	if c >= 3 && m >= 2 && o >= 1 {
		return st.Good.Render(st.Glyph.OK) + " " + st.Muted.Render(text)
	}
	return st.Warn.Render(st.Glyph.Warn + " " + text)
}

func (s *Screen) lastTest(st *theme.Styles, r *row) string {
	if r.status == nil || r.status.LastTest == nil {
		return st.Muted.Render("never")
	}
	t := r.status.LastTest
	return screen.VerdictMark(st, t.Verdict) + " " + st.Text.Render(widget.Ago(t.Ended, s.env.Now()))
}

func (s *Screen) nextTest(st *theme.Styles, r *row) string {
	switch {
	case r.err != nil:
		return ""
	case r.status.Due.IsZero():
		return st.Warn.Render("now")
	case r.status.Overdue:
		return st.Warn.Render(widget.Span(s.env.Now().Sub(r.status.Due)) + " late")
	}
	return st.Muted.Render("in " + widget.Span(r.status.Due.Sub(s.env.Now())))
}
