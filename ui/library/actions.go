package library

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Actions implements screen.Screen.
func (s *Screen) Actions() []keys.Action {
	return []keys.Action{
		{
			ID: "library.start", Keys: []string{"enter"}, Title: "Start a run of this runbook", Short: "start a run", Group: "runbook",
			Help: "Asks for the workload and the mode. Nothing runs before you say so.", Run: s.begin, Disabled: s.cantStart,
		},
		{
			ID: "library.filter", Keys: []string{"/"}, Title: "Filter the runbooks", Short: "filter", Group: "list",
			Help: "Letters of the name, in their order.", Run: s.beginFilter,
		},
		{
			ID: "library.pane", Keys: []string{"tab"}, Title: "Go to the next pane", Short: "next pane", Group: "list",
			Help: "List, runbook, steps.", Run: func() tea.Cmd { s.focus = (s.focus + 1) % 3; return nil },
		},
		{
			ID: "library.panes", Keys: []string{"shift+tab"}, Title: "Go to the pane before", Group: "list",
			Help: "Steps, runbook, list.", Run: func() tea.Cmd { s.focus = (s.focus + 2) % 3; return nil },
		},
		{
			ID: "library.problems", Keys: []string{"p"}, Title: "Show what lint found", Short: "problems", Group: "runbook",
			Help: "What will not work, with its line; choosing one shows it in the runbook.", Run: s.problems, Disabled: s.noProblems,
		},
		{
			ID: "library.refresh", Keys: []string{"r", "f5"}, Title: "Look again", Group: "list",
			Help: "Lists and reads the runbooks again.", Run: s.refresh,
		},
		{ID: "library.clear", Keys: []string{"esc"}, Title: "Back to the list", Group: "list", Help: "Drops the filter, and leaves the reader.", Run: s.clear},
	}
}

func (s *Screen) cantStart() string {
	switch {
	case s.selected() == nil:
		return "no runbook is selected"
	case s.read.err != nil:
		return "this runbook can't be read"
	case s.read.runbook == nil:
		return "still reading"
	case len(s.read.runbook.Steps) == 0:
		return "no step was found in this runbook"
	case s.busy:
		return "a run is being started"
	}
	return ""
}

func (s *Screen) noProblems() string {
	if len(s.read.problems) == 0 {
		return "lint found nothing"
	}
	return ""
}

func (s *Screen) beginFilter() tea.Cmd {
	s.focus = listPane
	s.filter.Begin()
	return nil
}

func (s *Screen) refresh() tea.Cmd {
	s.read = reader{}
	return s.load()
}

func (s *Screen) clear() tea.Cmd {
	if s.focus != listPane {
		s.focus = listPane
		return nil
	}
	if s.filter.Drop() {
		s.arrange()
		return s.fetch()
	}
	return nil
}

// problems lists what lint found; choosing one shows its line.
func (s *Screen) problems() tea.Cmd {
	st := s.env.Styles
	var items []dialog.Choice
	for _, p := range s.read.problems {
		mark := st.Warn.Render(st.Glyph.Warn)
		if p.Severity == "error" {
			mark = st.Bad.Render(st.Glyph.Fail)
		}
		msg := widget.CleanLine(p.Message)
		items = append(items, dialog.Choice{Title: msg, Mark: mark, Note: fmt.Sprintf("line %d", p.Line), Detail: []string{msg, st.Muted.Render("rule " + p.Rule)}})
	}
	s.env.Dialogs.Push(dialog.NewChoose("What lint found", "", items, 0), func(r dialog.Result) tea.Cmd {
		if r.OK {
			s.focus = readerPane
			s.read.toLine(s.read.problems[r.Index].Line)
		}
		return nil
	})
	return nil
}

// begin asks for the workload, then for the mode.
func (s *Screen) begin() tea.Cmd {
	rb := s.read.runbook
	var items []dialog.Choice
	var ws []*inventory.Workload
	fits := func(w *inventory.Workload) bool {
		f := rb.Front
		return (f.Workload == "" || f.Workload == w.Name) && (f.Kind == "" || f.Kind == w.Kind) &&
			(f.Driver == "" || slices.ContainsFunc(w.Copies, func(c *inventory.Copy) bool { return c.Driver == f.Driver }))
	}
	for _, w := range s.desk.Workloads() {
		if fits(w) {
			ws = append(ws, w)
			items = append(items, dialog.Choice{ID: w.Name, Title: widget.CleanLine(w.Name), Note: widget.CleanLine("tier " + w.Tier + "  " + w.Kind)})
		}
	}
	items = append(items, dialog.Choice{ID: "", Title: "No workload", Note: "the runbook on its own"})
	ws = append(ws, nil)
	if len(ws) == 1 {
		s.mode(nil)
		return nil
	}
	d := dialog.NewChoose("Start a run", "Which workload is it for? Type to narrow.", items, 0)
	d.Filter = true
	s.env.Dialogs.Push(d, func(r dialog.Result) tea.Cmd {
		if r.OK {
			s.mode(ws[r.Index])
		}
		return nil
	})
	return nil
}

func (s *Screen) mode(w *inventory.Workload) {
	rb := s.read.runbook
	off := func(m drill.Mode) string {
		if len(rb.Front.Modes) > 0 && !slices.Contains(rb.Front.Modes, string(m)) {
			return "the runbook is not for this mode"
		}
		return ""
	}
	items := []dialog.Choice{
		{
			ID: string(drill.ModeDrill), Title: "Drill", Note: "into a scratch target", Off: off(drill.ModeDrill),
			Detail: []string{"A rehearsal: restores into a scratch target that lifeboat makes and removes. The live system is not touched."},
		},
		{
			ID: string(drill.ModeIncident), Title: "Incident", Note: "the real thing", Off: off(drill.ModeIncident),
			Detail: []string{"The clock starts now and never stops. What is destructive asks for the workload's name first."},
		},
	}
	items = append(items, dialog.Choice{
		ID: string(drill.ModeTabletop), Title: "Tabletop", Note: "nothing is run", Off: off(drill.ModeTabletop),
		Detail: []string{"A talk through the runbook: its commands are shown and discussed. Nothing is run or restored, and nothing is proved."},
	})
	s.env.Dialogs.Push(dialog.NewChoose("Start a run", "What is the occasion?", items, 0), func(r dialog.Result) tea.Cmd {
		if !r.OK {
			return nil
		}
		return s.start(drill.StartRequest{Workload: w, Runbook: rb, Mode: drill.Mode(r.Choice)})
	})
}

// explain says why a run could not be started.
func (s *Screen) explain(err error) {
	body := widget.Clean(err.Error())
	if hint := drivers.Hint(err); hint != "" {
		body += "\n\n" + widget.Clean(hint)
	}
	d := dialog.NewInfo("The run could not be started", body)
	d.Danger = true
	s.env.Dialogs.Push(d, nil)
}
