package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Runs picks up runs that were left: *drill.Desk.
type Runs interface {
	Sweep(ctx context.Context, unattended string) ([]string, error)
	Left(ctx context.Context) ([]drill.LeftRun, error)
	Resume(ctx context.Context, id string, unattended bool) (*drill.Run, error)
}

// leftRuns brings the runs that were left, newest first, and what was done
// about those that nobody will pick up.
type leftRuns struct {
	runs []drill.LeftRun
	told []string
	err  error
}

// sweepAfter lets the first frame be drawn before anything is looked for.
const sweepAfter = 50 * time.Millisecond

// findLeft tidies up after those who died, and looks for runs that were left,
// unless the program begins in one.
func (a *App) findLeft() tea.Cmd {
	runs, ctx := a.opt.Runs, a.env.Context
	if runs == nil || a.opt.First != nil {
		return nil
	}
	return tea.Tick(sweepAfter, func(time.Time) tea.Msg {
		told, err := runs.Sweep(ctx, "")
		left, lerr := runs.Left(ctx)
		left = slices.DeleteFunc(left, func(l drill.LeftRun) bool { return l.Elsewhere })
		return leftRuns{runs: left, told: told, err: errors.Join(err, lerr)}
	})
}

// askLeft asks what becomes of the newest run that was left.
func (a *App) askLeft(msg leftRuns) tea.Cmd {
	switch {
	case msg.err != nil:
		a.say(screen.Toast{Text: widget.CleanLine(msg.err.Error()), Level: screen.LevelWarn})
	case len(msg.told) > 0:
		a.say(screen.Toast{Text: widget.CleanLine(strings.Join(msg.told, "; "))})
	}
	if len(msg.runs) == 0 {
		return nil
	}
	l := &msg.runs[0]
	s := &l.State
	body := fmt.Sprintf("%s started it at %s; nobody has driven it for %s. %s", widget.CleanLine(s.Info.Operator),
		s.Created.Local().Format("15:04"), widget.Span(max(a.opt.Now().Sub(s.At), 0)), where(l))
	if n := len(msg.runs) - 1; n > 0 {
		body += fmt.Sprintf("\n\n%d more %s left: see the history.", n, plural(n, "run was", "runs were"))
	}
	title := fmt.Sprintf("The %s of %s was left open", s.Info.Mode, widget.CleanLine(s.Info.Workload))
	d := dialog.NewConfirm(title, body,
		dialog.Button{ID: "resume", Text: "Pick it up", Key: "r"},
		dialog.Button{ID: "later", Text: "Not now", Key: "n"},
		dialog.Button{ID: "abort", Text: "Abort it and clean up", Key: "a", Danger: true})
	return a.env.Dialogs.PushUnasked(d, func(res dialog.Result) tea.Cmd {
		switch res.Choice {
		case "resume":
			return a.pickUp(l.ID, false)
		case "abort":
			a.say(screen.Toast{Text: "aborting, and removing what was made"})
			return a.pickUp(l.ID, true)
		}
		return nil
	})
}

// where says how far a run has come, and what became of what was running.
func where(l *drill.LeftRun) string {
	s := &l.State
	text := "It had not started."
	if st := s.Step(); st != nil {
		text = fmt.Sprintf("It stands at step %d of %d: %s.", s.Current+1, len(s.Steps), widget.CleanLine(st.StepDef.Step.Title))
	}
	switch {
	case s.Concluded():
		text = "It is over; what it made was not removed yet."
	case l.Alive:
		text += "\n\n" + name(l.Task) + " is still running."
	case l.Task != nil:
		text += "\n\n" + name(l.Task) + " was running; picking it up says how it ended."
	}
	return text
}

func name(t *drill.TaskState) string { return widget.Cut(widget.CleanLine(t.Task.Title), 60, "…") }

func plural(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// pickUp drives a run that was left; abort brings it to its end.
func (a *App) pickUp(id string, abort bool) tea.Cmd {
	runs, ctx := a.opt.Runs, a.env.Context
	return func() tea.Msg {
		r, err := runs.Resume(ctx, id, false)
		if err == nil && abort {
			err = r.Close("aborted by the operator, who had found it left open")
		}
		switch {
		case err != nil:
			return screen.Toast{Text: widget.CleanLine(err.Error()), Level: screen.LevelWarn}
		case abort:
			return screen.RunChanged{Run: r, State: r.State()}
		}
		return screen.Started{Run: r}
	}
}
