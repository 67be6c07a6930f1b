package walk

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// askPoint lists every recovery point; the suggested one is preselected.
func (m *Model) askPoint() tea.Cmd {
	if len(m.s.Points) == 0 {
		return nil
	}
	points := m.s.Points
	best := suggested(&m.s)
	items, at := m.pointItems(points, best)
	label := "Which state of the data comes back? " + m.env.Styles.Glyph.Mark + " is suggested."
	if best == nil {
		label = "Every recovery point shows a problem. Which one is tried?"
	}
	d := dialog.NewChoose("Choose the recovery point", label, items, at)
	m.env.Dialogs.Push(d, func(r dialog.Result) tea.Cmd {
		if !r.OK || r.Index < 0 || r.Index >= len(points) {
			return nil
		}
		return m.do(choice(&m.s, &points[r.Index], best), nil)
	})
	return nil
}

// latest is how FindPoint is asked for what it suggests by itself.
const latest = "latest"

// choice takes a point. The default is taken as such, so that the report does
// not say that somebody picked it by its name.
func choice(s *drill.State, p, best *drivers.RecoveryPoint) drill.Choose {
	byName := s.Info.Point != "" && s.Info.Point != latest
	if found, _ := drill.FindPoint(s.Points, latest, p.Copy, s.Info.ID); !byName && samePoint(p, best) && samePoint(found, p) {
		return drill.Choose{Point: latest, Copy: p.Copy}
	}
	return drill.Choose{Point: p.ID, Copy: p.Copy}
}

func samePoint(a, b *drivers.RecoveryPoint) bool {
	return a != nil && b != nil && a.ID == b.ID && a.Copy == b.Copy
}

// pointWhy says why the chosen point was taken.
func pointWhy(s *drill.State) string {
	if _, why := drill.FindPoint(s.Points, latest, s.Point.Copy, s.Info.ID); why == s.PointWhy {
		return "suggested: " + why
	}
	return s.PointWhy
}

// usesPoints says that a recovery point has, or will have, a part in the run.
func usesPoints(s *drill.State) bool {
	if s.Point != nil || len(s.Points) > 0 {
		return true
	}
	for i := range s.Steps {
		for _, a := range s.Steps[i].Step.Actions() {
			switch a.Name {
			case "locate", "choose", "verify", "restore":
				return true
			}
		}
	}
	return false
}

// suggested is what the run was asked to take beforehand, else the newest
// point without a visible problem; never one that failed its verification.
func suggested(s *drill.State) *drivers.RecoveryPoint {
	if s.Info.Point != "" || s.Info.Copy != "" {
		if p, _ := drill.FindPoint(s.Points, s.Info.Point, s.Info.Copy, s.Info.ID); p != nil && !failedPoint(s, p) {
			return p
		}
	}
	good := slices.DeleteFunc(slices.Clone(s.Points), func(p drivers.RecoveryPoint) bool { return failedPoint(s, &p) })
	return drill.Suggest(good)
}

// failedPoint says that this run has verified the point, and it did not hold.
func failedPoint(s *drill.State, p *drivers.RecoveryPoint) bool {
	for i := range s.Tasks {
		t := &s.Tasks[i]
		if t.Task.Kind == drill.TaskVerify && t.Task.Point != nil && t.Task.Point.ID == p.ID && t.Task.Point.Copy == p.Copy &&
			t.Result != nil && !t.Result.OK && t.Result.Verification != nil {
			return true
		}
	}
	return false
}

// pointItems draws the points as rows of equal columns.
func (m *Model) pointItems(points []drivers.RecoveryPoint, best *drivers.RecoveryPoint) ([]dialog.Choice, int) {
	st, now := m.env.Styles, m.env.Now()
	copyW, sizeW, kindW := 0, 0, 0
	for i := range points {
		copyW = max(copyW, min(14, widget.Width(clean(points[i].Copy))))
		sizeW = max(sizeW, len(widget.Bytes(points[i].Size)))
		kindW = max(kindW, len(points[i].Kind))
	}
	items, at := make([]dialog.Choice, len(points)), 0
	for i := range points {
		p := &points[i]
		mark, note := " ", ""
		switch {
		case samePoint(p, best):
			mark, note, at = st.Glyph.Mark, "suggested", i
		case failedPoint(&m.s, p):
			mark, note = st.Glyph.Fail, "failed its verification"
		case len(p.Problems) > 0:
			mark, note = st.Glyph.Warn, widget.Cut(clean(p.Problems[0]), 30, st.Glyph.Ellipsis)
		}
		if samePoint(p, m.s.Point) {
			note = strings.TrimPrefix(note+", chosen now", ", ")
		}
		title := m.pointTitle(p, now, copyW, sizeW, kindW)
		if m.narrow() && note == "suggested" {
			note = "" // its mark says it
		}
		items[i] = dialog.Choice{ID: p.ID, Title: title, Note: note, Mark: mark, Detail: m.pointDetail(st, p, now)}
	}
	return items, at
}

// pointTitle is a point's row: time, age, copy, size, kind.
func (m *Model) pointTitle(p *drivers.RecoveryPoint, now time.Time, copyW, sizeW, kindW int) string {
	st := m.env.Styles
	at, age := p.Time.In(now.Location()), widget.Span(now.Sub(p.Time))
	cols := []string{
		at.Format("Mon 2006-01-02 15:04:05"), widget.FitRight(age, 7, "") + " ago",
		widget.Fit(clean(p.Copy), copyW, st.Glyph.Ellipsis), widget.FitRight(widget.Bytes(p.Size), sizeW, ""),
		widget.Fit(string(p.Kind), kindW, ""),
	}
	if m.narrow() {
		cols[0], cols[1], cols = at.Format("01-02 15:04"), widget.FitRight(age, 6, "")+" ago", cols[:4]
	}
	return strings.Join(cols, "  ")
}

// narrow says that a point's whole row does not fit.
func (m *Model) narrow() bool { return m.w > 0 && m.w < 96 }

func (m *Model) pointDetail(st *theme.Styles, p *drivers.RecoveryPoint, now time.Time) []string {
	fields := []widget.Field{
		{Name: "RPO", Value: m.loses(p, now)},
		{Name: "id", Value: clean(p.ID)},
		{Name: "time from", Value: timeSource(p.TimeSource)},
		{Name: "lies at", Value: clean(strings.Join(p.Files[:min(len(p.Files), 2)], ", "))},
		{Name: "needs", Value: clean(strings.Join(p.Requires, ", "))},
	}
	if p.Window != nil {
		fields = append(fields, widget.Field{
			Name:  "reaches",
			Value: p.Window.From.In(now.Location()).Format(stamp) + " to " + p.Window.To.In(now.Location()).Format(stamp),
		})
	}
	out := widget.Fields(st, fields, max(30, min(m.w-14, 96)))
	var bad []string
	for _, why := range p.Problems {
		bad = append(bad, st.Bad.Render(st.Glyph.Fail+" "+clean(why)))
	}
	return append(bad, out...)
}

// loses says how much data is gone with this point, against the objective.
func (m *Model) loses(p *drivers.RecoveryPoint, now time.Time) string {
	disaster := m.s.ClockStart()
	if disaster.IsZero() {
		disaster = now
	}
	lost, target := max(disaster.Sub(p.Time), 0), m.s.Info.RPO
	text := widget.Span(lost) + " of data lost"
	switch {
	case target == 0:
		return text
	case lost > target:
		return text + ", misses the objective of " + inventory.FormatDuration(target)
	}
	return text + ", meets the objective of " + inventory.FormatDuration(target)
}

const stamp = "2006-01-02 15:04:05"

func timeSource(src drivers.TimeSource) string {
	switch src {
	case drivers.TimeManifest:
		return "its manifest, written at backup time"
	case drivers.TimeTool:
		return "the backup tool's own records"
	case drivers.TimeName:
		return "the file's name"
	case drivers.TimeFile:
		return "the file's modification time: a copy may have renewed it"
	}
	return clean(string(src))
}
