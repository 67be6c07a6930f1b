package dashboard

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Actions implements screen.Screen.
func (s *Screen) Actions() []keys.Action {
	return append(s.workloadActions(), s.listActions()...)
}

// enterWord says in the footer what enter does with the selection.
func (s *Screen) enterWord() string {
	r := s.selected()
	if r == nil {
		return "drill"
	}
	if _, live := s.env.Live.Of(r.w.Name); live {
		return "open the live run"
	}
	word := "drill " + widget.Cut(r.name, 20, s.env.Styles.Glyph.Ellipsis)
	if r.status != nil && r.status.Overdue {
		word += " (overdue)"
	}
	return word
}

func (s *Screen) workloadActions() []keys.Action {
	return []keys.Action{
		{
			ID: "dashboard.drill", Keys: []string{"enter", "d"}, Title: "Start a restore drill", Short: s.enterWord(), Group: "workload",
			Help: "Walks the restore into a scratch target. The live system is not touched. Nothing runs before you say so.",
			Run:  s.enter, Disabled: s.notReady,
		},
		{
			ID: "dashboard.points", Keys: []string{"p"}, Title: "Show the recovery points", Short: "points", Group: "workload",
			Help: "Every recovery point of every copy; one of them can be drilled.", Run: s.points, Disabled: s.noPoints,
		},
		{
			ID: "dashboard.incident", Keys: []string{"i"}, Title: "Start an incident restore", Short: "incident", Group: "workload",
			Help: "For the real thing: the clock starts when the impact began, and the live system may be the target.",
			Run:  s.incident, Disabled: s.notReady,
		},
		{
			ID: "dashboard.runbook", Keys: []string{"b"}, Title: "Read its runbook", Short: "runbook", Group: "workload",
			Help: "Opens the runbook of this workload in the library.", Run: s.runbook, Disabled: s.nothing,
		},
		{
			ID: "dashboard.history", Keys: []string{"h"}, Title: "Show its history", Short: "history", Group: "workload",
			Help: "Its past runs, and how long restores took against the RTO.", Run: s.history, Disabled: s.nothing,
		},
	}
}

func (s *Screen) listActions() []keys.Action {
	return []keys.Action{
		{
			ID: "dashboard.filter", Keys: []string{"/"}, Title: "Filter the workloads", Short: "filter", Group: "list",
			Help: "Letters of the name in their order; where no name has them, of the kind or the owner.", Run: s.beginFilter, Disabled: s.none,
		},
		{
			ID: "dashboard.sort", Keys: []string{"s"}, Title: "Sort: " + s.sort.String(), Group: "list",
			Help: "Worst first, by the next restore test, or by name.", Run: s.nextSort, Disabled: s.none,
		},
		{
			ID: "dashboard.refresh", Keys: []string{"r", "f5"}, Title: "Look again", Short: "refresh", Group: "list",
			Help: "Looks at every copy of every workload again.", Run: s.refresh, Disabled: s.none,
		},
		{
			ID: "dashboard.pane", Keys: []string{"tab", "shift+tab"}, Title: "Go to the other pane", Group: "list",
			Help: "Between the list and the details, to scroll them.", Run: s.otherPane, Disabled: s.none,
		},
		{ID: "dashboard.clear", Keys: []string{"esc"}, Title: "Back to the list", Group: "list", Help: "Drops the filter, and leaves the details.", Run: s.clear},
	}
}

func (s *Screen) none() string {
	if len(s.rows) == 0 {
		return "there is no workload: run `lifeboat init` or `lifeboat demo`"
	}
	return ""
}

func (s *Screen) nothing() string {
	if why := s.none(); why != "" {
		return why
	}
	if s.selected() == nil {
		return "no workload is selected"
	}
	return ""
}

func (s *Screen) notReady() string {
	if why := s.nothing(); why != "" {
		return why
	}
	if s.busy != "" {
		return "starting the " + s.busy
	}
	return ""
}

func (s *Screen) noPoints() string {
	if why := s.notReady(); why != "" {
		return why
	}
	r := s.selected()
	if _, live := s.env.Live.Of(r.w.Name); live {
		return "a run of it is live: enter opens it"
	}
	if r.status == nil {
		return "still looking for recovery points"
	}
	for _, c := range r.status.Copies {
		if len(c.Points) > 0 {
			return ""
		}
	}
	return "no recovery point was found"
}

// enter opens the live run of the workload, or starts a drill.
func (s *Screen) enter() tea.Cmd {
	r := s.selected()
	if r == nil || s.notReady() != "" {
		return nil
	}
	if live, ok := s.env.Live.Of(r.w.Name); ok {
		return screen.Send(screen.OpenWalk{RunID: live.State.Info.ID})
	}
	return s.start(drill.StartRequest{Workload: r.w, Mode: drill.ModeDrill})
}

func (s *Screen) history() tea.Cmd {
	return screen.Send(screen.OpenHistory{Workload: s.selected().w.Name})
}

func (s *Screen) runbook() tea.Cmd {
	w, books := s.selected().w, s.books
	return func() tea.Msg {
		rb, err := books.For(w, drill.ModeDrill)
		if err != nil {
			return screen.Toast{Text: err.Error(), Level: screen.LevelBad}
		}
		return screen.OpenRunbook{Ref: rb.Path}
	}
}

func (s *Screen) beginFilter() tea.Cmd {
	s.detail.focused = false
	s.filter.Begin()
	return nil
}

func (s *Screen) nextSort() tea.Cmd {
	s.sort = (s.sort + 1) % 3
	s.arrange()
	return screen.Say(screen.LevelInfo, "sorted "+s.sort.String())
}

func (s *Screen) otherPane() tea.Cmd {
	s.detail.focused = !s.detail.focused
	return nil
}

func (s *Screen) clear() tea.Cmd {
	if s.detail.focused {
		s.detail.focused = false
		return nil
	}
	if s.filter.Drop() {
		s.arrange()
	}
	return nil
}

// incident asks since when, then starts.
func (s *Screen) incident() tea.Cmd {
	r := s.selected()
	if live, ok := s.env.Live.Of(r.w.Name); ok {
		return screen.Send(screen.OpenWalk{RunID: live.State.Info.ID})
	}
	in := dialog.NewInput("Incident: "+r.name, "When did the impact begin? The RTO clock counts from then.", "now")
	in.Hint = "now, 25m (ago), 02:40, or 2026-11-21 02:40"
	in.Check = func(v string) string {
		if _, err := since(v, s.env.Now()); err != nil {
			return err.Error()
		}
		return ""
	}
	s.env.Dialogs.Push(in, func(res dialog.Result) tea.Cmd {
		if !res.OK {
			return nil
		}
		t, err := since(res.Text, s.env.Now())
		if err != nil {
			return screen.Say(screen.LevelBad, err.Error())
		}
		return s.start(drill.StartRequest{Workload: r.w, Mode: drill.ModeIncident, Since: t})
	})
	return nil
}

// since reads when an impact began.
func since(v string, now time.Time) (time.Time, error) {
	v = strings.TrimSpace(v)
	if v == "" || v == "now" {
		return now, nil
	}
	t, ok := drill.ParseTime(v)
	if !ok {
		if hm, err := time.ParseInLocation("15:04", v, now.Location()); err == nil {
			t, ok = time.Date(now.Year(), now.Month(), now.Day(), hm.Hour(), hm.Minute(), 0, 0, now.Location()), true
			if t.After(now) {
				t = t.AddDate(0, 0, -1)
			}
		}
	}
	if !ok {
		d, err := inventory.ParseDuration(strings.TrimSuffix(strings.TrimSpace(strings.TrimSuffix(v, "ago")), " "))
		if err != nil {
			return now, fmt.Errorf("%q is no time: try 25m, 02:40 or 2026-11-21 02:40", v)
		}
		t = now.Add(-d)
	}
	if t.After(now) {
		return now, fmt.Errorf("%s is still to come", screen.Stamp(t, now))
	}
	return t, nil
}

// points shows what can be restored; choosing one starts a drill with it.
func (s *Screen) points() tea.Cmd {
	r := s.selected()
	var all []drivers.RecoveryPoint
	all, _ = drill.Points(r.status.Copies) // errors stand with their copy, in the details
	items := screen.PointChoices(s.env.Styles, all, r.status.Newest, s.env.Now())
	d := dialog.NewChoose("Recovery points: "+r.name, "Choose one to drill its restore. Nothing runs before you say so.", items, screen.PointIndex(all, r.status.Newest))
	d.Verb = "drill it"
	s.env.Dialogs.Push(d, func(res dialog.Result) tea.Cmd {
		if !res.OK {
			return nil
		}
		p := all[res.Index]
		return s.start(drill.StartRequest{Workload: r.w, Mode: drill.ModeDrill, Point: p.ID, Copy: p.Copy})
	})
	return nil
}

// explain says why a run could not be started.
func (s *Screen) explain(msg startFailed) {
	body := widget.Clean(msg.err.Error())
	if hint := drivers.Hint(msg.err); hint != "" {
		body += "\n\n" + widget.Clean(hint)
	}
	d := dialog.NewInfo("The "+msg.what+" could not be started", body)
	d.Danger = true
	s.env.Dialogs.Push(d, nil)
}

// noWorkspace is what stands where there is no workload.
func (s *Screen) noWorkspace(w, h int) string {
	st := s.env.Styles
	p := widget.Pane{Title: "Workloads", Focused: true}
	iw, ih := p.Inner(w, h)
	p.Body = widget.Empty(st, "No workspace here yet", []string{
		"lifeboat looks for lifeboat.yaml in this directory and above it.",
		"",
		st.Accent.Render("lifeboat init   ") + st.Text.Render(" writes one from what it finds here, and asks first"),
		st.Accent.Render("lifeboat demo   ") + st.Text.Render(" makes a throw-away one, with a shop to rescue"),
		st.Accent.Render("lifeboat -C DIR ") + st.Text.Render(" opens the one in DIR"),
		"",
		st.Muted.Render("Runbooks can be read without one: press ") + st.Key.Render("2"),
	}, iw, ih)
	return p.Render(st, w, h)
}
