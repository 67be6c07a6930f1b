package library

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

const (
	rowZone    = "row"
	listZone   = "list"
	readerZone = "reader"
	stepZone   = "step"
	stepsZone  = "steps"
)

// View implements screen.Screen.
func (s *Screen) View(w, h int) string {
	s.zones.Reset()
	st := s.env.Styles
	switch {
	case w >= 160:
		side := 44
		return widget.Beside(
			s.listView(st, 0, 0, side, h),
			s.readerView(st, side, 0, w-2*side, h),
			s.stepsView(st, w-side, 0, side, h))
	case w >= 90:
		side := min(40, w*2/5)
		top := h / 2
		left := s.listView(st, 0, 0, side, top) + "\n" + s.stepsView(st, 0, top, side, h-top)
		return widget.Beside(left, s.readerView(st, side, 0, w-side, h))
	}
	top := max(6, h/3)
	if s.focus == readerPane {
		top = 5
	}
	body := s.readerView(st, 0, top, w, h-top)
	if s.focus == stepsPane {
		body = s.stepsView(st, 0, top, w, h-top)
	}
	return s.listView(st, 0, 0, w, top) + "\n" + body
}

func (s *Screen) listView(st *theme.Styles, x, y, w, h int) string {
	p := widget.Pane{Title: "Runbooks", Focused: s.focus == listPane, Count: widget.Place(s.list.Cursor, len(s.order))}
	iw, ih := p.Inner(w, h)
	s.zones.Add(listZone, 0, x, y, w, h)
	var lines []string
	if s.filter.Shown() {
		lines = append(lines, s.filter.Render(st, iw))
	}
	rows := ih - len(lines)
	s.list.Fit(rows)
	for i := range rows {
		at := s.list.At(i)
		if at < 0 {
			break
		}
		s.zones.Add(rowZone, at, x+1, y+1+len(lines), iw, 1)
		lines = append(lines, s.row(st, &s.all[s.order[at]], iw, at == s.list.Cursor, p.Focused))
	}
	if len(s.order) == 0 {
		lines = append(lines, s.emptyList(st, iw, rows))
	}
	p.Body = strings.Join(lines, "\n")
	p.Scroll = s.list.Scroll()
	return p.Render(st, w, h)
}

func (s *Screen) row(st *theme.Styles, b *book, w int, on, focused bool) string {
	name, origin := b.name, ""
	if b.Shipped() {
		origin = "built-in"
	} else {
		name = strings.TrimPrefix(name, "runbooks/")
	}
	room := w - 2
	if origin != "" {
		room -= len(origin) + 1
	}
	row := widget.Spread(" "+st.Text.Render(widget.CutMiddle(name, room, st.Glyph.Ellipsis)), st.Muted.Render(origin)+" ", w, st.Glyph.Ellipsis)
	if on {
		return widget.SelectRow(st, row, focused)
	}
	return row
}

func (s *Screen) emptyList(st *theme.Styles, w, h int) string {
	switch {
	case !s.loaded:
		return " " + st.Muted.Render("looking"+st.Glyph.Ellipsis)
	case s.err != nil:
		return widget.Empty(st, "The runbooks can't be listed", []string{widget.Clean(s.err.Error())}, w, h)
	case s.filter.Query() != "":
		return widget.Empty(st, "No runbook matches "+s.filter.Query(), []string{"esc drops the filter"}, w, h)
	}
	return widget.Empty(st, "No runbook yet", []string{"Put markdown files into runbooks/ of the workspace."}, w, h)
}

func (s *Screen) readerView(st *theme.Styles, x, y, w, h int) string {
	p := widget.Pane{Title: "Runbook", Focused: s.focus == readerPane, Pad: 1}
	iw, ih := p.Inner(w, h)
	s.zones.Add(readerZone, 0, x, y, w, h)
	s.read.height = ih
	r := &s.read
	switch {
	case s.selected() == nil:
	case r.err != nil:
		p.Danger = true
		p.Body = widget.Empty(st, "This runbook can't be read", []string{widget.Clean(r.err.Error())}, iw, ih)
	case r.runbook == nil:
		p.Body = st.Muted.Render("reading" + st.Glyph.Ellipsis)
	default:
		r.layout(st, iw)
		r.to(r.offset)
		p.Title = widget.CutMiddle(s.selected().name, max(10, w-24), st.Glyph.Ellipsis)
		p.Extra = s.verdict(st)
		p.Body = r.doc.View(st, r.offset, iw, ih)
		p.Scroll = widget.Scroll{Offset: r.offset, Visible: ih, Total: len(r.doc.Lines)}
		p.Count = widget.Percent(int64(min(r.offset+ih, len(r.doc.Lines))), int64(len(r.doc.Lines)))
	}
	return p.Render(st, w, h)
}

// verdict says what lint found.
func (s *Screen) verdict(st *theme.Styles) string {
	errs, warns := 0, 0
	for _, p := range s.read.problems {
		if p.Severity == "error" {
			errs++
		} else {
			warns++
		}
	}
	switch {
	case errs > 0:
		return st.Bad.Render(st.Glyph.Fail + " " + widget.Count(errs, "error", "errors"))
	case warns > 0:
		return st.Warn.Render(st.Glyph.Warn + " " + widget.Count(warns, "problem", "problems"))
	}
	return st.Good.Render(st.Glyph.OK + " lint")
}

func (s *Screen) stepsView(st *theme.Styles, x, y, w, h int) string {
	p := widget.Pane{Title: "Steps", Focused: s.focus == stepsPane}
	iw, ih := p.Inner(w, h)
	s.zones.Add(stepsZone, 0, x, y, w, h)
	items := make([]widget.Step, len(s.read.steps))
	count := 0
	for i, e := range s.read.steps {
		number := e.number
		if !e.section {
			count++
		}
		items[i] = widget.Step{Number: number, Title: e.title, Note: e.note, Section: e.section, Plain: true}
	}
	if len(items) == 0 && s.read.runbook != nil {
		p.Body = widget.Empty(st, "No step was found", []string{"Numbered headings, ordered lists, or headings under Steps become steps."}, iw, ih)
		return p.Render(st, w, h)
	}
	p.Body = widget.Steps{Items: items, List: &s.steps, Focused: p.Focused}.Render(st, iw, ih)
	for i := range s.steps.Height {
		if at := s.steps.At(i); at >= 0 {
			s.zones.Add(stepZone, at, x+1, y+1+i, iw, 1)
		}
	}
	p.Count = widget.Count(count, "step", "steps")
	if count == 0 {
		p.Count = ""
	}
	p.Scroll = s.steps.Scroll()
	return p.Render(st, w, h)
}
