package walk

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// endActions is the table after the verdict.
func (m *Model) endActions() []keys.Action {
	other, short := "Look at the steps", "steps"
	if m.view != viewVerdict {
		other, short = "Look at the verdict", "verdict"
	}
	acts := []keys.Action{
		m.enterAction(),
		{
			ID: "walk.verdict", Keys: []string{"v"}, Title: other, Short: short, Group: "look",
			Help: "Turns between the verdict and the steps.", Run: m.run0(m.turnVerdict),
		},
		{
			ID: "walk.report", Keys: []string{"R"}, Title: "Open the report", Short: "report", Group: "look",
			Help: "The report of this run, as it is kept.", Run: m.openReport, Disabled: m.noReport,
		},
	}
	for _, a := range m.lookActions() {
		if m.view == viewVerdict && (a.ID == "walk.focus" || a.ID == "walk.focusback" || a.ID == "walk.current" || a.ID == "walk.copy") {
			continue
		}
		acts = append(acts, a)
	}
	for _, a := range m.clockActions() {
		if a.ID == "walk.note" || a.ID == "walk.interrupt" {
			a.Short = ""
			acts = append(acts, a)
		}
	}
	return acts
}

func (m *Model) turnVerdict() {
	if m.view == viewVerdict {
		m.view = viewWalk
		return
	}
	m.view, m.text = viewVerdict, scroller{}
}

func (m *Model) openReport() tea.Cmd { return screen.Send(screen.OpenReport{RunID: m.id}) }

func (m *Model) noReport() string {
	if !m.s.Ended() {
		return "the run is still being cleaned up"
	}
	return ""
}

// verdictView is the end: what came of it, and why.
func (m *Model) verdictView(w, h int) string {
	p := widget.Pane{Title: "The end", Focused: true, Pad: 2, Danger: m.s.Verdict == drill.VerdictFailed}
	iw, ih := p.Inner(w, h)
	lines := m.text.fit(m.verdictLines(iw), ih, 0, 0)
	p.Body, p.Scroll = strings.Join(lines, "\n"), m.text.scroll()
	return p.Render(m.env.Styles, w, h)
}

func (m *Model) verdictLines(w int) []string {
	out := m.verdictBand(w)
	out = append(out, "")
	out = append(out, m.reasonLines(w)...)
	out = append(out, m.measureLines(w)...)
	if len(m.s.Checks) > 0 {
		out = append(out, "", m.env.Styles.Header.Render("Checks"))
		out = append(out, m.checkLines(m.s.Checks, w)...)
	}
	out = append(out, m.phaseLines(w)...)
	out = append(out, m.scratchLines(w)...)
	out = append(out, "", m.env.Styles.Header.Render("Report"))
	return append(out, hang("  ", m.env.Styles.Text.Render("lifeboat report "+clean(m.id)), w)...)
}

// verdictBand is the verdict, big and plain.
func (m *Model) verdictBand(w int) []string {
	st := m.env.Styles
	style, mark := verdictStyle(st, m.s.Verdict)
	word := mark + "   " + strings.Join(strings.Split(strings.ToUpper(string(m.s.Verdict)), ""), " ")
	pad := max(0, (w-widget.Width(word))/2)
	text := widget.Fit(widget.Blank(pad)+word, w, "")
	return []string{style.Render(widget.Blank(w)), style.Render(text), style.Render(widget.Blank(w))}
}

func verdictStyle(st *theme.Styles, v drill.Verdict) (lipgloss.Style, string) {
	switch v {
	case drill.VerdictPassed:
		return st.ChipGood, st.Glyph.OK
	case drill.VerdictFailed:
		return st.ChipBad, st.Glyph.Fail
	case drill.VerdictInconclusive:
		return st.ChipWarn, st.Glyph.Unknown
	case drill.VerdictAborted:
	}
	return st.ChipNote, st.Glyph.Skip
}

// verdictMeans says what the word means.
func (m *Model) verdictMeans() string {
	switch m.s.Verdict {
	case drill.VerdictPassed:
		return "The data came back, and every check on it held."
	case drill.VerdictFailed:
		return "This did not bring the data back."
	case drill.VerdictInconclusive:
		return "It was not proved that the data came back. This does not count as passed."
	case drill.VerdictAborted:
	}
	return "The run was ended before its time. It proves nothing."
}

func (m *Model) reasonLines(w int) []string {
	st := m.env.Styles
	var out []string
	for _, l := range widget.Wrap(m.verdictMeans(), w) {
		out = append(out, st.Strong.Render(l))
	}
	for _, r := range m.s.Reasons {
		out = append(out, hang(st.Muted.Render(st.Glyph.Bullet)+" ", st.Text.Render(clean(r)), w)...)
	}
	if hint := m.lastHint(); hint != "" && m.s.Verdict == drill.VerdictFailed {
		out = append(out, hang(st.Muted.Render("next  "), st.Text.Render(clean(hint)), w)...)
	}
	return append(out, "")
}

// lastHint is what the task that failed last says can be done.
func (m *Model) lastHint() string {
	for i := len(m.s.Tasks) - 1; i >= 0; i-- {
		if r := m.s.Tasks[i].Result; r != nil && !r.OK && m.s.Tasks[i].Task.Step >= 0 {
			return r.Hint
		}
	}
	return ""
}

// measureLines are the two objectives.
func (m *Model) measureLines(w int) []string {
	st, s := m.env.Styles, &m.s
	rto := "nothing was restored: no recovery time"
	if s.Measure.RTO > 0 {
		rto = widget.Clock(s.Measure.RTO) + ", to the " + s.Measure.RTOHow
	}
	rpo := "nothing was restored: no data age"
	if s.Measure.RPOHow != "" {
		rpo = fmt.Sprintf("%s of data lost: the data reaches to %s, by its %s", widget.Span(s.Measure.RPO),
			shortTime(s.Measure.Data, m.env.Now()), s.Measure.RPOHow)
	}
	out := []string{st.Header.Render("Objectives")}
	out = append(out, hang("  RTO  ", st.Text.Render(rto)+objective(st, inventory.FormatDuration(s.Info.RTO), s.Info.RTO > 0, s.Measure.RTOMet), w)...)
	return append(out, hang("  RPO  ", st.Text.Render(rpo)+objective(st, inventory.FormatDuration(s.Info.RPO), s.Info.RPO > 0, s.Measure.RPOMet), w)...)
}

func objective(st *theme.Styles, target string, has bool, met *bool) string {
	switch {
	case !has:
		return st.Muted.Render("; no objective")
	case met == nil:
		return st.Muted.Render("; objective " + target)
	case *met:
		return st.Muted.Render("; objective "+target+" ") + st.Good.Render(st.Glyph.OK+" met")
	}
	return st.Muted.Render("; objective "+target+" ") + st.Bad.Render(st.Glyph.Fail+" missed")
}

// phaseLines say who worked for how long: machine or people.
func (m *Model) phaseLines(w int) []string {
	st := m.env.Styles
	var rows []string
	for _, ph := range drill.Phases {
		t, ok := m.s.Measure.Phases[ph]
		if !ok || t.Total() <= 0 {
			continue
		}
		rows = append(rows, widget.Fit("  "+widget.Fit(st.Text.Render(string(ph)), 10, "")+
			widget.FitRight(st.Text.Render(widget.Clock(t.Total())), 9, "")+
			widget.FitRight(st.Muted.Render(widget.Clock(t.Machine)), 10, "")+
			widget.FitRight(st.Muted.Render(widget.Clock(t.People)), 10, ""), w, ""))
	}
	if rows == nil {
		return nil
	}
	head := st.Header.Render("Phases") + "      " + st.Muted.Render(widget.FitRight("total", 9, "")+
		widget.FitRight("machine", 10, "")+widget.FitRight("people", 10, ""))
	return append([]string{"", head}, rows...)
}

// scratchLines say what was removed, and what was left and where.
func (m *Model) scratchLines(w int) []string {
	st := m.env.Styles
	out := []string{"", st.Header.Render("Cleaning up")}
	if len(m.s.Scratch) == 0 {
		return append(out, "  "+st.Muted.Render("nothing was made that had to be removed"))
	}
	for i := range m.s.Scratch {
		sc := &m.s.Scratch[i]
		text, state := clean(sc.Record.ID)+" is being removed", widget.Running
		switch sc.Status {
		case drill.ScratchRemoved:
			text, state = clean(sc.Record.ID)+" was removed", widget.Done
		case drill.ScratchLeft:
			text, state = clean(sc.Record.ID)+" was kept at "+clean(sc.Record.Dir)+": "+clean(sc.Why), widget.Warned
			if !sc.Until.IsZero() {
				text += "; it goes after " + sc.Until.In(m.env.Now().Location()).Format(stamp)
			}
		case drill.ScratchRecorded, drill.ScratchReady:
		}
		out = append(out, hang("  "+state.Glyph(st)+" ", st.Text.Render(text), w)...)
	}
	return out
}
