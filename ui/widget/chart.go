package widget

import (
	"fmt"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
)

// Sample is one measurement of a Trend.
type Sample struct {
	Value time.Duration
	State State  // Done, Warned, Failed, Unknown …: its glyph stands under the bar
	Label string // short: a date
}

// Trend shows durations in their order against a target.
type Trend struct {
	Samples []Sample      // oldest first
	Target  time.Duration // 0: none
	Goal    string        // the target as it was declared; empty: from Target
	Name    string        // of the target: "RTO"
}

const (
	axisWidth = 9
	barWidth  = 3
)

// Render draws the chart in exactly w × h cells. Where not all samples fit,
// the newest are shown.
func (t Trend) Render(st *theme.Styles, w, h int) string {
	rows := h - 2
	n := min(len(t.Samples), (w-axisWidth-1)/(barWidth+1))
	if n <= 0 || rows < 2 {
		return Box(st.Muted.Render("no measurements yet"), w, h, st.Glyph.Ellipsis)
	}
	shown := t.Samples[len(t.Samples)-n:]
	top := t.Target
	for _, s := range shown {
		top = max(top, s.Value)
	}
	target := -1
	if t.Target > 0 {
		target = max(0, min(rows-1, rows-int(float64(t.Target)/float64(max(top, 1))*float64(rows)+0.5)))
	}
	lines := make([]string, 0, h)
	for y := range rows {
		lines = append(lines, t.row(st, shown, y, rows, target, top, w))
	}
	marks, labels := Blank(axisWidth), Blank(axisWidth)
	for _, s := range shown {
		marks += " " + Fit(" "+s.State.Glyph(st), barWidth, "")
	}
	labels += t.labels(st, shown)
	lines = append(lines, marks, labels)
	return Box(strings.Join(lines, "\n"), w, h, "")
}

func (t Trend) row(st *theme.Styles, shown []Sample, y, rows, target int, top time.Duration, w int) string {
	axis := ""
	switch {
	case y == target:
		axis = t.Name + " " + goal(t.Goal, t.Target)
	case y == 0:
		axis = Span(top)
	case y == rows-1:
		axis = "0"
	}
	out := FitRight(st.Muted.Render(axis), axisWidth-1, st.Glyph.Ellipsis) + " "
	gap := " "
	if y == target {
		gap = st.Muted.Render(st.Glyph.Rule)
	}
	for _, s := range shown {
		out += gap + t.cell(st, s, y, rows, y == target, top)
	}
	if y == target {
		out += st.Muted.Render(strings.Repeat(st.Glyph.Rule, max(0, w-Width(out))))
	}
	return out
}

// cell draws one bar in one row, in eighths of it.
func (t Trend) cell(st *theme.Styles, s Sample, y, rows int, onTarget bool, top time.Duration) string {
	style := st.BarGood
	switch {
	case s.State == Failed:
		style = st.BarBad
	case t.Target > 0 && s.Value > t.Target, s.State == Unknown, s.State == Warned:
		style = st.BarWarn
	}
	eighths := int(float64(s.Value) / float64(max(top, 1)) * float64(rows) * 8)
	eighths = max(eighths, min(1, int(s.Value)))
	have := eighths - (rows-1-y)*8
	switch {
	case have >= 8:
		return style.Render(strings.Repeat(st.Glyph.BarFull, barWidth))
	case have > 0:
		return style.Render(strings.Repeat(st.Glyph.Spark[have-1], barWidth))
	case onTarget:
		return st.Muted.Render(strings.Repeat(st.Glyph.Rule, barWidth))
	}
	return Blank(barWidth)
}

// labels writes the first and the last label under the bars.
func (t Trend) labels(st *theme.Styles, shown []Sample) string {
	room := len(shown) * (barWidth + 1)
	first, last := shown[0].Label, shown[len(shown)-1].Label
	if len(shown) == 1 || Width(first)+Width(last)+2 > room {
		return " " + st.Muted.Render(last)
	}
	return " " + Spread(st.Muted.Render(first), st.Muted.Render(last), room-1, st.Glyph.Ellipsis)
}

// Sparkline draws durations in one line of at most w cells, the newest last.
func Sparkline(st *theme.Styles, values []time.Duration, w int) string {
	if len(values) > w {
		values = values[len(values)-max(w, 0):]
	}
	top := time.Duration(1)
	for _, v := range values {
		top = max(top, v)
	}
	var b strings.Builder
	for _, v := range values {
		b.WriteString(st.Glyph.Spark[min(7, int(v*8/top))])
	}
	return st.Accent.Render(b.String())
}

// Percent writes a share of a whole: 61 %.
func Percent(part, whole int64) string {
	if whole <= 0 {
		return ""
	}
	return fmt.Sprintf("%d %%", part*100/whole)
}
