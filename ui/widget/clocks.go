package widget

import (
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
)

// RTO is the clock of a run against its objective.
type RTO struct {
	Label     string // "RTO" when empty
	Elapsed   time.Duration
	Target    time.Duration // 0: no objective
	Goal      string        // the objective as it was declared; empty: from Target
	Projected time.Duration // the whole run, from its start; 0: not known
	Done      bool          // the clock has stopped
	Held      bool
}

// word gives the verdict with its glyph, its style and that of the bar.
func (r RTO) word(st *theme.Styles) (string, lipgloss.Style, lipgloss.Style) {
	g := st.Glyph
	switch {
	case r.Held:
		return g.Held + " held", st.Warn, st.BarWarn
	case r.Target == 0:
		return "no objective", st.Muted, st.BarGood
	case r.Done && r.Elapsed <= r.Target:
		return g.OK + " met, " + Span(r.Target-r.Elapsed) + " to spare", st.Good, st.BarGood
	case r.Elapsed > r.Target:
		return g.Fail + " missed by " + Clock(r.Elapsed-r.Target), st.Bad, st.BarBad
	case r.Projected > r.Target:
		return g.Warn + " will be missed by " + Clock(r.Projected-r.Target), st.Warn, st.BarWarn
	case r.Projected > 0 && r.Projected > r.Target*9/10:
		return g.Warn + " tight", st.Warn, st.BarWarn
	case r.Projected > 0:
		return g.OK + " will be met", st.Good, st.BarGood
	}
	return Clock(r.Target-r.Elapsed) + " left", st.Text, st.BarGood
}

// Render draws the clock as one line of exactly w cells.
func (r RTO) Render(st *theme.Styles, w int) string {
	label := r.Label
	if label == "" {
		label = "RTO"
	}
	word, style, bar := r.word(st)
	at := st.Strong.Render(Clock(r.Elapsed))
	if r.Target > 0 {
		at += st.Muted.Render(" of " + goal(r.Goal, r.Target))
	}
	finish := ""
	if r.Projected > 0 && !r.Done {
		finish = st.Muted.Render("finish ≈ ") + st.Text.Render(Clock(r.Projected))
		if !st.Unicode {
			finish = strings.Replace(finish, "≈", "~", 1)
		}
	}
	head := st.Header.Render(label) + " "
	parts := func(room int) string {
		return Parts(room, "   ", Part{Text: at}, Part{Text: finish, Rank: 2}, Part{Text: style.Render(word), Rank: 1})
	}
	text := parts(w - Width(head) - 2 - minBar)
	barW := steady(w - 2 - Width(head) - 1 - Width(text))
	if r.Target == 0 || barW < minBar {
		return Fit(" "+head+text, w, st.Glyph.Ellipsis)
	}
	return Fit(" "+head+Bar{Value: r.Elapsed.Seconds(), Mark: r.Projected.Seconds(), Target: r.Target.Seconds()}.
		Render(st, bar, barW)+" "+text, w, st.Glyph.Ellipsis)
}

// goal writes an objective.
func goal(declared string, d time.Duration) string {
	if declared != "" {
		return declared
	}
	return Span(d)
}

const minBar = 8

// steady rounds a bar's width down, so that it does not jump with every digit
// beside it.
func steady(room int) int {
	for _, w := range []int{40, 32, 24, 20, 16, 12, minBar} {
		if w <= room {
			return w
		}
	}
	return 0
}

// Bar is a quantity against a target. Where the quantity or its projection is
// beyond the target, the bar's end is the greater one and the target is marked.
type Bar struct{ Value, Mark, Target float64 }

// Render draws the bar in w cells.
func (b Bar) Render(st *theme.Styles, full lipgloss.Style, w int) string {
	end := max(b.Target, b.Value, b.Mark)
	if end <= 0 || w <= 0 {
		return st.BarEmpty.Render(strings.Repeat(st.Glyph.BarEmpty, max(w, 0)))
	}
	halves := int(b.Value / end * float64(2*w))
	n, half := min(halves/2, w), halves%2 == 1
	target := -1
	if b.Target > 0 && b.Target < end {
		target = min(int(b.Target/end*float64(w)), w-1)
	}
	var out strings.Builder
	for i := range w {
		switch {
		case i == target:
			out.WriteString(st.Strong.Render(st.Glyph.Gutter))
		case i < n:
			out.WriteString(full.Render(st.Glyph.BarFull))
		case i == n && half:
			out.WriteString(full.Render(st.Glyph.BarHalf))
		default:
			out.WriteString(st.BarEmpty.Render(st.Glyph.BarEmpty))
		}
	}
	return out.String()
}

// RPO is how much data a recovery point loses, against its objective.
type RPO struct {
	Point    string        // "recovery point 02:00:04"; cleaned
	Lost     time.Duration // what is lost
	Target   time.Duration // 0: no objective
	Goal     string        // the objective as it was declared; empty: from Target
	Never    bool          // the run chooses no point at all
	Known    bool          // a point is chosen
	Measured bool          // on the data itself, not on the point's time
	Soft     bool          // a drill: what would be lost
}

// Met says whether the objective holds.
func (r RPO) Met() bool { return r.Target == 0 || r.Lost <= r.Target }

// Render draws the line in exactly w cells.
func (r RPO) Render(st *theme.Styles, w int) string {
	head := " " + st.Header.Render("RPO") + " "
	target := st.Muted.Render("no objective")
	if r.Target > 0 {
		target = st.Muted.Render("objective " + goal(r.Goal, r.Target))
	}
	if !r.Known {
		text := "no recovery point chosen yet"
		if r.Never {
			text = "not measured in this runbook"
		}
		if r.Never && r.Target == 0 {
			target = ""
		}
		return Fit(head+Parts(w-6, "   ", Part{Text: st.Muted.Render(text)},
			Part{Text: target, Rank: 1}), w, st.Glyph.Ellipsis)
	}
	lost := Span(r.Lost) + " of data lost"
	if r.Soft {
		lost = Span(r.Lost) + " of data would be lost"
	}
	if r.Measured {
		lost += ", measured"
	}
	word, style := st.Glyph.OK+" met", st.Good
	if !r.Met() {
		word, style = st.Glyph.Fail+" missed", st.Bad
	}
	if r.Target == 0 {
		word = ""
	}
	point := ""
	if r.Point != "" {
		point = st.Text.Render(r.Point)
	}
	return Fit(head+Parts(w-6, "   ", Part{Text: point, Rank: 3}, Part{Text: st.Strong.Render(lost)},
		Part{Text: target, Rank: 2}, Part{Text: style.Render(word), Rank: 1}), w, st.Glyph.Ellipsis)
}
