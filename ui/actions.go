package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// global is the table of the whole program.
func (a *App) global() []keys.Action {
	busy := func() string {
		if len(a.stack) > 0 {
			return "leave this screen first, with q"
		}
		return ""
	}
	out := make([]keys.Action, 0, len(a.tabs)+5)
	for i, t := range a.tabs {
		out = append(out, keys.Action{
			ID: "go." + t.title, Keys: []string{t.key}, Title: "Go to the " + t.title, Group: "go to",
			Help: tabHelp[i], Run: func() tea.Cmd { return a.show(i) }, Disabled: busy,
		})
	}
	out = append(out, keys.Action{
		ID: "app.repaint", Keys: []string{repaintKey}, Title: "Repaint the screen", Group: "help",
		Help: "Draws everything anew, where something else has written over it.", Run: repaint,
	})
	return append(out, a.pinned()...)
}

const repaintKey = "ctrl+l"

// repaint clears the terminal; the next frame is drawn whole.
func repaint() tea.Cmd { return tea.ClearScreen }

var tabHelp = []string{
	"Every workload, its recovery points and its restore tests, worst first.",
	"Read the runbooks, and start one.",
	"What earlier runs measured, against their objectives.",
}

// pinned are the global actions that the footer always shows.
func (a *App) pinned() []keys.Action {
	leave, short, help := "Quit", "quit", "Leaves lifeboat."
	if len(a.stack) > 0 {
		leave, short, help = "Back", "back", "Leaves this screen."
		if l, ok := a.front().(screen.Hinted); ok {
			short = l.LeaveHint()
		}
	}
	return []keys.Action{
		{
			ID: "app.palette", Keys: []string{":", "ctrl+p"}, Title: "Find a command", Group: "help",
			Help: "Everything that can be done here, by name.", Run: a.palette,
		},
		{
			ID: "app.help", Keys: []string{"?", "f1"}, Title: "Show the keys", Short: "keys", Group: "help",
			Help: "Every key of this screen, also those that are not possible now, with the reason.", Run: a.help,
		},
		{
			ID: "app.leave", Keys: []string{"q"}, Title: leave, Short: short, Group: "help",
			Help: help, Run: a.leave,
		},
	}
}

// sections are the tables that hold now: the front screen's and the program's.
func (a *App) sections() []keys.Section {
	front := a.front()
	return []keys.Section{
		{Title: widget.CleanLine(front.Title()), Actions: front.Actions()},
		{Title: "Everywhere", Actions: a.global()},
	}
}

func (a *App) palette() tea.Cmd {
	a.env.Dialogs.Push(dialog.NewPalette(a.sections()), a.chosen)
	return nil
}

func (a *App) help() tea.Cmd {
	a.env.Dialogs.Push(dialog.NewHelp(a.sections()), a.chosen)
	return nil
}

// chosen performs what was picked in the palette or in the help.
func (a *App) chosen(r dialog.Result) tea.Cmd {
	if !r.OK {
		return nil
	}
	for _, s := range a.sections() {
		if act := keys.ByID(s.Actions, r.Choice); act != nil {
			return a.perform(act)
		}
	}
	return nil
}
