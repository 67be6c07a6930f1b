package walk

import (
	"time"

	"charm.land/lipgloss/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Banner implements screen.Bannered: which run this is.
func (m *Model) Banner(w int) string {
	st, now := m.env.Styles, m.env.Now()
	clock := st.Muted.Render(now.Format("15:04:05")) + " "
	if !m.have {
		return widget.Spread(" run "+clean(m.id), clock, w, st.Glyph.Ellipsis)
	}
	in := &m.s.Info
	left := " " + badge(st, in.Mode) + " " + st.Strong.Render(clean(in.Workload))
	tier := ""
	if in.Tier != "" {
		tier = st.Muted.Render("tier " + clean(in.Tier))
	}
	held := ""
	if !m.s.HeldSince.IsZero() {
		held = widget.Chip(st.ChipWarn, "HELD since "+m.s.HeldSince.In(now.Location()).Format("15:04:05"))
	}
	onlooker := ""
	if m.watch {
		onlooker = widget.Chip(st.ChipNote, "looking on")
	}
	since := ""
	if in.Mode == drill.ModeIncident {
		since = st.Muted.Render("impact " + shortTime(in.Since, now))
	}
	right := st.Muted.Render("run "+clean(in.ID)) + "  " + clock
	room := w - widget.Width(right) - 1
	dot := " " + st.Muted.Render(st.Glyph.Dot) + " "
	left = widget.Parts(room, dot, widget.Part{Text: left}, widget.Part{Text: tier, Rank: 3},
		widget.Part{Text: st.Muted.Render(clean(in.Kind)), Rank: 4}, widget.Part{Text: since, Rank: 2},
		widget.Part{Text: held, Rank: 1}, widget.Part{Text: onlooker, Rank: 1})
	return widget.Spread(left, right, w, st.Glyph.Ellipsis)
}

// badge names the mode; its word says it without colour, too.
func badge(st *theme.Styles, mode drill.Mode) string {
	switch mode {
	case drill.ModeIncident:
		return widget.Chip(st.Incident, st.Glyph.Warn+" INCIDENT")
	case drill.ModeTabletop:
		return widget.Chip(st.Tabletop, "TABLETOP nothing is run")
	}
	return widget.Chip(st.Drill, "DRILL")
}

// shortTime is a moment as it is said today: the time, with the date where it
// was on another day.
func shortTime(t, now time.Time) string {
	t = t.In(now.Location())
	if y, mo, d := t.Date(); [3]int{y, int(mo), d} == [3]int{now.Year(), int(now.Month()), now.Day()} {
		return t.Format("15:04:05")
	}
	return t.Format("Mon 01-02 15:04")
}

// instant is the moment that the run's clocks show: they stand still while
// they are held.
func (m *Model) instant() time.Time {
	if !m.s.HeldSince.IsZero() {
		return m.s.HeldSince
	}
	return m.env.Now()
}

// rto draws how long there is.
func (m *Model) rto(w int) string {
	st, now := m.env.Styles, m.instant()
	s := &m.s
	r := widget.RTO{Elapsed: s.Elapsed(now), Target: s.Info.RTO, Goal: inventory.FormatDuration(s.Info.RTO), Done: s.Concluded(), Held: !s.HeldSince.IsZero()}
	if r.Done && s.Measure.RTO > 0 {
		r.Elapsed = s.Measure.RTO
	}
	if d, ok := s.Finish(now); ok && !r.Done && !m.failed() { // a failure has no end in sight
		r.Projected = d
	}
	if s.Began.IsZero() && s.Info.Since.IsZero() {
		return m.unstarted(st, r, w)
	}
	if r.Done && s.Measure.RTO == 0 {
		return widget.Fit(" "+st.Header.Render("RTO")+" "+st.Strong.Render(widget.Clock(r.Elapsed))+"   "+
			st.Muted.Render("nothing was restored: no recovery time"), w, st.Glyph.Ellipsis)
	}
	return r.Render(st, w)
}

// unstarted says that the clock waits for the operator.
func (m *Model) unstarted(st *theme.Styles, r widget.RTO, w int) string {
	target := st.Muted.Render("no objective")
	if r.Target > 0 {
		target = st.Muted.Render("objective ") + st.Strong.Render(r.Goal)
	}
	need := ""
	if r.Projected >= time.Second {
		need = st.Muted.Render("the steps take about ") + st.Text.Render(widget.Clock(r.Projected))
	}
	line := widget.Parts(w-6, "   ", widget.Part{Text: st.Text.Render("the clock has not started")},
		widget.Part{Text: target, Rank: 1}, widget.Part{Text: need, Rank: 2})
	return widget.Fit(" "+st.Header.Render("RTO")+" "+line, w, st.Glyph.Ellipsis)
}

// rpo draws what is lost.
func (m *Model) rpo(w int) string {
	st, now := m.env.Styles, m.env.Now()
	s := &m.s
	r := widget.RPO{Target: s.Info.RPO, Goal: inventory.FormatDuration(s.Info.RPO), Soft: s.Info.Mode != drill.ModeIncident, Never: !usesPoints(s)}
	age, how, ok := s.DataAge(now)
	r.Known, r.Lost, r.Measured = ok, age, how == "newest row"
	if s.Point != nil {
		r.Point = "recovery point " + shortTime(s.Point.Time, now)
	}
	return r.Render(st, w)
}

// promptBar says what Enter does, in one line.
func (m *Model) promptBar(w int) string {
	st := m.env.Styles
	key, style := st.ButtonOn, st.Strong
	label, off := clean(m.offer.Label), clean(m.offer.Off)
	hint := m.offer.Hint
	switch why := m.notMine(); {
	case m.view == viewLog:
		label, off = "show its output", ""
		if m.log.Len == 0 {
			label, off = "", "nothing has been run yet"
		}
	case m.view == viewPlan || m.view == viewOutput:
		label, off = "back to the walk", ""
	case m.view == viewVerdict && m.s.Ended():
		label, off = "back to the dashboard", ""
	case m.away():
		label, off = "back to "+clean(stepTitle(&m.s, max(m.s.Current, 0))), ""
	case why != "":
		label, off, hint = "", clean(why), ""
	case m.offer.Deed == DeedEnd || m.offer.Deed == DeedPlan || m.offer.Deed == DeedConfirm:
		key = st.ButtonDanger
	}
	if label == "" {
		key, style, label = st.Button, st.Muted, off
		if hint != "" {
			label += st.Muted.Render(": ") + st.Text.Render(clean(hint))
		}
	}
	if m.env.Now().Before(m.wary) {
		key = st.Button
	}
	switch holds := m.said.holds(m.env.Now(), m.s.Seq); {
	case holds && m.said.before:
		label = st.Warn.Render(m.said.text) + style.Render(label)
	case holds:
		key, style, label = st.Button, st.Warn, st.Glyph.Warn+" "+clean(m.said.text)
	}
	return " " + m.promptLine(key, style, label, w-1)
}

func (m *Model) promptLine(key, style lipgloss.Style, label string, w int) string {
	chip := widget.Chip(key, "enter")
	return widget.Fit(chip+" "+style.Render(label), w, m.env.Styles.Glyph.Ellipsis)
}
