package history

import (
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

const rowZone = "row"

var columns = []widget.Column{
	{Title: "Verdict", Width: 14},
	{Title: "When", Width: 16, Rank: 3},
	{Title: "Workload", Width: 14, Grow: 2, Max: 34},
	{Title: "Mode", Width: 8, Rank: 5},
	{Title: "RTO", Width: 20, Rank: 1},
	{Title: "RPO", Width: 14, Rank: 2},
	{Title: "Recovery point", Width: 18, Grow: 3, Max: 40, Rank: 7},
	{Title: "Operator", Width: 10, Grow: 1, Max: 20, Rank: 6},
	{Title: "Run", Width: 8, Rank: 8},
}

// View implements screen.Screen.
func (s *Screen) View(w, h int) string {
	s.zones.Reset()
	st := s.env.Styles
	if s.err != nil {
		p := widget.Pane{Title: "Runs", Danger: true}
		iw, ih := p.Inner(w, h)
		p.Body = widget.Empty(st, "The history can't be read", []string{widget.Clean(s.err.Error())}, iw, ih)
		return p.Render(st, w, h)
	}
	bottom := max(8, min(16, h*2/5))
	if len(s.all) == 0 {
		bottom = 0
	}
	out := s.table(st, w, h-bottom)
	if bottom == 0 {
		return out
	}
	if w < 100 {
		return out + "\n" + s.trend(st, w, bottom)
	}
	side := min(64, w/2)
	return out + "\n" + widget.Beside(s.trend(st, w-side, bottom), s.detail(st, side, bottom))
}

func (s *Screen) table(st *theme.Styles, w, h int) string {
	p := widget.Pane{Title: "Runs", Focused: true, Count: widget.Place(s.list.Cursor, len(s.order)), Extra: s.extra()}
	iw, ih := p.Inner(w, h)
	var head []string
	if s.filter.Shown() {
		head = append(head, s.filter.Render(st, iw))
	}
	t := widget.Table{Columns: columns, List: &s.list, Focused: true, Row: func(i int) []string { return s.cells(st, &s.all[s.order[i]]) }}
	body := t.Render(st, iw, ih-len(head))
	for i := range s.list.Height {
		if at := s.list.At(i); at >= 0 {
			s.zones.Add(rowZone, at, 1, 1+len(head)+t.Body()+i, iw, 1)
		}
	}
	if len(s.order) == 0 {
		body = s.empty(st, iw, ih-len(head))
	}
	p.Body = strings.Join(append(head, body), "\n")
	p.Scroll = s.list.Scroll()
	return p.Render(st, w, h)
}

func (s *Screen) extra() string {
	if s.only != "" {
		return "only " + widget.CleanLine(s.only)
	}
	return ""
}

func (s *Screen) empty(st *theme.Styles, w, h int) string {
	switch {
	case !s.loaded:
		return " " + st.Muted.Render("reading"+st.Glyph.Ellipsis)
	case s.filter.Query() != "":
		return widget.Empty(st, "No run matches "+s.filter.Query(), []string{"esc drops the filter"}, w, h)
	case s.only != "":
		return widget.Empty(st, "No run of "+widget.CleanLine(s.only)+" yet", []string{"esc shows all workloads"}, w, h)
	}
	return widget.Empty(st, "No restore was tested yet", []string{
		"Every run leaves its verdict, its timings and its evidence here.",
		"", "Press 1, choose a workload, and start a drill with enter.",
	}, w, h)
}

func (s *Screen) cells(st *theme.Styles, r *drill.Summary) []string {
	verdict := string(r.Verdict)
	if verdict == "" {
		verdict = "not ended"
		if s.live(r) {
			verdict = "live"
		}
	}
	rto, rpo := "", ""
	if r.RTO > 0 {
		rto = widget.Took(r.RTO)
	}
	if r.RPO > 0 || r.RPOMet != nil {
		rpo = widget.Span(r.RPO)
	}
	return []string{
		screen.VerdictMark(st, r.Verdict) + " " + screen.VerdictStyle(st, r.Verdict).Render(verdict),
		st.Text.Render(screen.Stamp(r.Started, s.env.Now())),
		st.Text.Render(widget.CleanLine(r.Workload)),
		st.Muted.Render(string(r.Mode)),
		screen.Objective(st, rto, target(r.RTOTarget), r.RTOMet),
		screen.Objective(st, rpo, target(r.RPOTarget), r.RPOMet),
		st.Muted.Render(widget.CleanLine(r.Point)),
		st.Muted.Render(widget.CleanLine(r.Operator)),
		st.Faint.Render(r.ID),
	}
}

func target(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return inventory.FormatDuration(d)
}

// trend is the restore time of the selected run's workload over time.
func (s *Screen) trend(st *theme.Styles, w, h int) string {
	p := widget.Pane{Title: "Restore time against RTO", Pad: 1}
	iw, ih := p.Inner(w, h)
	r := s.selected()
	if r == nil {
		return p.Render(st, w, h)
	}
	p.Title += ": " + widget.CleanLine(r.Workload)
	t := widget.Trend{Name: "RTO"}
	for i := len(s.all) - 1; i >= 0; i-- {
		x := &s.all[i]
		if x.Workload != r.Workload || x.RTO <= 0 || x.Mode == drill.ModeTabletop {
			continue
		}
		t.Target, t.Goal = x.RTOTarget, target(x.RTOTarget)
		t.Samples = append(t.Samples, widget.Sample{
			Value: x.RTO, State: screen.VerdictState(x.Verdict), Label: x.Started.In(s.env.Now().Location()).Format("2006-01-02"),
		})
	}
	if len(t.Samples) == 0 {
		p.Body = widget.Empty(st, "Nothing measured yet", []string{"A run that restores and holds its checks is measured."}, iw, ih)
		return p.Render(st, w, h)
	}
	p.Count = widget.Count(len(t.Samples), "run measured", "runs measured")
	p.Body = t.Render(st, iw, ih)
	return p.Render(st, w, h)
}

func (s *Screen) detail(st *theme.Styles, w, h int) string {
	p := widget.Pane{Title: "Run", Pad: 1}
	iw, _ := p.Inner(w, h)
	r := s.selected()
	if r == nil {
		return p.Render(st, w, h)
	}
	p.Title = "Run " + r.ID
	var lines []string
	for _, why := range r.Reasons {
		for _, l := range widget.Wrap(widget.CleanLine(why), iw) {
			lines = append(lines, screen.VerdictStyle(st, r.Verdict).Render(l))
		}
	}
	point := widget.CleanLine(r.Point)
	if point != "" && r.Copy != "" {
		point += ", copy " + widget.CleanLine(r.Copy)
	}
	size, restore := "", ""
	if r.Size > 0 {
		size = widget.Bytes(r.Size)
	}
	if r.Restore > 0 {
		restore = widget.Took(r.Restore)
	}
	lines = append(lines, widget.Fields(st, []widget.Field{
		{Name: "Runbook", Value: widget.CleanLine(r.Title)},
		{Name: "Started", Value: screen.Stamp(r.Started, s.env.Now()) + " by " + widget.CleanLine(r.Operator) + " on " + widget.CleanLine(r.Host)},
		{Name: "Point", Value: point},
		{Name: "Size", Value: size},
		{Name: "Restore", Value: restore},
	}, iw)...)
	p.Body = strings.Join(lines, "\n")
	return p.Render(st, w, h)
}
