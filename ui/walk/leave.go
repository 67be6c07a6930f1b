package walk

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
)

// AskLeave implements screen.Leaver: leaving a live run says what becomes of
// it.
func (m *Model) AskLeave() bool {
	if !m.live() || m.watch || m.broken != nil || m.s.Concluded() {
		return false
	}
	clock := "and so does its clock"
	switch {
	case !m.s.HeldSince.IsZero():
		clock = "its clock stays held"
	case m.s.ClockStart().IsZero():
		clock = "its clock has not started"
	}
	body := "The run stays live while lifeboat is open, " + clock + ". The dashboard leads back to it."
	if m.desk.Supervisor != nil {
		body = "The run stays live, also without lifeboat, " + clock + ". The dashboard leads back to it, and so does `lifeboat resume`."
	}
	if t := m.s.Running(); t != nil {
		body = clean(t.Task.Title) + " keeps running. " + body
	}
	d := dialog.NewConfirm("Leave the walk?", body,
		dialog.Button{ID: "leave", Text: "Leave it running", Key: "l"},
		dialog.Button{ID: "stay", Text: "Stay", Key: "s"},
		dialog.Button{ID: "abort", Text: "Abort the run", Key: "a", Danger: true})
	m.env.Dialogs.Push(d, func(r dialog.Result) tea.Cmd {
		switch r.Choice {
		case "leave":
			return screen.Send(screen.Back{})
		case "abort":
			return m.askAbort()
		}
		return nil
	})
	return true
}

// askInterrupt asks before what runs is ended.
func (m *Model) askInterrupt() tea.Cmd {
	t := m.s.Running()
	if t == nil {
		return nil
	}
	id, run := t.Task.ID, m.run
	d := dialog.NewConfirm("Interrupt?", clean(t.Task.Title)+" is running. Interrupting ends it and its children; "+
		"the walk then stands here, and you decide how to go on.",
		dialog.Button{ID: "stay", Text: "Leave it running", Key: "s"},
		dialog.Button{ID: "interrupt", Text: "Interrupt it", Key: "i", Danger: true},
		dialog.Button{ID: "abort", Text: "Abort the run", Key: "a", Danger: true, Off: m.noAbort()})
	m.env.Dialogs.Push(d, func(r dialog.Result) tea.Cmd {
		switch now := m.s.Running(); {
		case r.Choice == "abort":
			return m.askAbort()
		case r.Choice != "interrupt":
			return nil
		case now == nil || now.Task.ID != id:
			return screen.Say(screen.LevelInfo, "it has ended by itself")
		}
		return func() tea.Msg {
			run.Interrupt()
			return nil
		}
	})
	return nil
}

// askAbort ends the run without a verdict of its own.
func (m *Model) askAbort() tea.Cmd {
	if m.noAbort() != "" {
		return nil
	}
	body := "The run ends as aborted." + m.leavings()
	if t := m.s.Running(); t != nil {
		body = clean(t.Task.Title) + " is ended first. " + body
	}
	in := dialog.NewInput("Abort the run", body+"\n\nWhy? It stands in the report; it may stay empty.", "")
	in.Hint = "enter aborts, esc goes back"
	m.env.Dialogs.Push(in, func(r dialog.Result) tea.Cmd {
		if !r.OK {
			return nil
		}
		return m.closeRun(strings.TrimSpace(r.Text))
	})
	return nil
}

// leavings says what becomes of the scratch targets.
func (m *Model) leavings() string {
	n := 0
	for i := range m.s.Scratch {
		if st := m.s.Scratch[i].Status; st == drill.ScratchReady || st == drill.ScratchRecorded {
			n++
		}
	}
	switch {
	case n == 0:
		return ""
	case m.s.Info.KeepOnFailure:
		return " The scratch target is kept, as asked."
	}
	return " The scratch target is removed."
}

// closeRun brings the run to a truthful end, in a Cmd: it interrupts, aborts
// and waits until all is cleaned up.
func (m *Model) closeRun(why string) tea.Cmd {
	if why == "" {
		why = "aborted by the operator"
	}
	if m.run == nil || m.busy {
		return nil
	}
	m.busy = true
	run := m.run
	return func() tea.Msg {
		err := run.Close(why)
		return did{by: m, err: err, state: run.State()}
	}
}

// askEnd ends the run with the verdict that it has earned.
func (m *Model) askEnd() tea.Cmd {
	v, why := drill.Judge(&m.s)
	body := fmt.Sprintf("The run ends here: %s.%s\n", strings.ToUpper(string(v)), m.leavings())
	for i, r := range why {
		if i == 4 {
			body += fmt.Sprintf("\nand %d more", len(why)-i)
			break
		}
		body += "\n" + m.env.Styles.Glyph.Bullet + " " + clean(r)
	}
	d := dialog.NewConfirm("End the run here?", body,
		dialog.Button{ID: "stay", Text: "Go on walking", Key: "s"},
		dialog.Button{ID: "end", Text: "End it: " + string(v), Key: "x", Danger: v != drill.VerdictPassed})
	m.env.Dialogs.Push(d, func(r dialog.Result) tea.Cmd {
		if r.Choice != "end" {
			return nil
		}
		return m.do(drill.Conclude{}, nil)
	})
	return nil
}

// askRollback shows the rollback steps before it turns to them.
func (m *Model) askRollback() tea.Cmd {
	body := "What is left of the walk is replaced by these steps, and the run ends as failed:\n"
	for i := range m.s.Info.Rollback {
		body += fmt.Sprintf("\n%d. %s", i+1, clean(m.s.Info.Rollback[i].Step.Title))
	}
	d := dialog.NewConfirm("Roll back?", body,
		dialog.Button{ID: "stay", Text: "Go on walking", Key: "s"},
		dialog.Button{ID: "rollback", Text: "Roll back", Key: "b", Danger: true})
	m.env.Dialogs.Push(d, func(r dialog.Result) tea.Cmd {
		if r.Choice != "rollback" {
			return nil
		}
		return m.do(drill.Rollback{}, nil)
	})
	return nil
}
