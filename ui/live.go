package ui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/report"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// turned says that a watched run has changed.
type turned screen.RunChanged

// keep takes a run that this process drives: it is watched until it ends.
func (a *App) keep(r *drill.Run, s drill.State) tea.Cmd {
	_, known := a.env.Live[s.Info.ID]
	if r == nil || s.Ended() || known {
		return nil
	}
	a.env.Live[s.Info.ID] = screen.RunChanged{Run: r, State: s}
	return a.watch(r, s.Seq)
}

// watch waits until a run has gone past seq.
func (a *App) watch(r *drill.Run, seq int64) tea.Cmd {
	ctx := a.env.Context
	changed, stop := r.Watch()
	return func() tea.Msg {
		defer stop()
		for {
			if s := r.State(); s.Seq != seq || r.Broken() != nil {
				return turned{Run: r, State: s}
			}
			select {
			case <-changed:
			case <-ctx.Done():
				return nil
			}
		}
	}
}

// changed keeps what a watched run has become, tells every screen, and goes on
// watching it. A run that is broken goes no further in this process.
func (a *App) changed(msg turned) tea.Cmd {
	var cmd tea.Cmd
	switch {
	case msg.State.Ended():
		delete(a.env.Live, msg.State.Info.ID)
	case msg.Run.Broken() != nil:
		a.env.Live[msg.State.Info.ID] = screen.RunChanged(msg)
	default:
		a.env.Live[msg.State.Info.ID] = screen.RunChanged(msg)
		cmd = a.watch(msg.Run, msg.State.Seq)
	}
	return tea.Batch(cmd, a.broadcast(screen.RunChanged(msg)))
}

// askQuit asks what becomes of the live runs.
func (a *App) askQuit() {
	what, body := "A run is live", "Nothing is stopped unless you say so."
	for _, r := range a.env.Live {
		what = fmt.Sprintf("The %s of %s is live", r.State.Info.Mode, r.State.Info.Workload)
	}
	if n := len(a.env.Live); n > 1 {
		what = fmt.Sprintf("%d runs are live", n)
	}
	leave := dialog.Button{ID: "leave", Text: "Go to the dashboard, it keeps running", Key: "l"}
	if a.opt.Runs != nil {
		leave = dialog.Button{ID: "quit", Text: "Quit, it keeps running", Key: "l"}
		body += " `lifeboat resume` picks it up, here or in another terminal."
	}
	d := dialog.NewConfirm(what, body,
		dialog.Button{ID: "stay", Text: "Stay here", Key: "s"},
		leave,
		dialog.Button{ID: "abort", Text: "Abort it, clean up and quit", Key: "a", Danger: true})
	a.quitting = d
	a.env.Dialogs.Push(d, a.quitAnswer)
}

func (a *App) quitAnswer(res dialog.Result) tea.Cmd {
	switch res.Choice {
	case "leave":
		return a.show(0)
	case "quit":
		return tea.Quit
	case "abort":
		a.say(screen.Toast{Text: "aborting, and removing what was made"})
		runs := make([]*drill.Run, 0, len(a.env.Live))
		for _, r := range a.env.Live {
			runs = append(runs, r.Run)
		}
		return closeAll(runs)
	}
	return nil
}

// closeAll brings runs to their end, then quits. A run that can't be ended
// (its journal can't be written) keeps nobody here: who started the program
// closes the engine too, and tells the error on the terminal.
func closeAll(runs []*drill.Run) tea.Cmd {
	return func() tea.Msg {
		for _, r := range runs {
			_ = r.Close("aborted by the operator, who quit lifeboat")
		}
		return tea.QuitMsg{}
	}
}

// report makes the screen of a run's report.
func (a *App) report(id string) screen.Screen {
	write := a.opt.Report
	return report.New(a.env, "Report of run "+widget.CleanLine(id), func(ctx context.Context) (string, error) {
		return write(ctx, id)
	})
}
