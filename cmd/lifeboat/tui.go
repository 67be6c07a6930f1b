package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/report"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
	"github.com/lifeboat-dr/lifeboat/ui"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/walk"
)

// runDashboard opens the screens on the workspace.
func runDashboard(ctx context.Context, a *app) error {
	if !a.terminal() {
		return bad{exitUsage, errors.New("the dashboard needs a terminal"), "without one: `lifeboat status`, `lifeboat run WORKLOAD --yes`, `lifeboat --help`"}
	}
	d, err := a.desk(ctx, false)
	if err != nil {
		return err
	}
	return a.screens(ctx, d, nil)
}

// walkScreen opens the screens on a run, and gives its exit status.
func (a *app) walkScreen(ctx context.Context, d *drill.Desk, r *drill.Run) error {
	if err := a.screens(ctx, d, screen.Started{Run: r}); err != nil {
		return err
	}
	s := r.State()
	if r.Left() {
		return nil
	}
	return a.summary(&s, nil)
}

// screens runs the program until the operator leaves it. However it ends, a
// run that is still open is let go of: its task goes on, and it can be resumed.
func (a *app) screens(ctx context.Context, d *drill.Desk, first tea.Msg) (err error) {
	if t, _ := a.getenv("TERM"); t == "dumb" {
		return bad{exitUsage, errors.New("this terminal can't draw (TERM=dumb)"), "use `lifeboat run WORKLOAD --plain` and `lifeboat status`"}
	}
	defer func() {
		left := d.Driving()
		err = errors.Join(err, d.Release("lifeboat was closed"))
		for _, r := range left {
			if r.Left() {
				a.tellLeft(r)
			}
		}
	}()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	app := ui.New(a.options(ctx, d, first))
	// 120: the first frame comes with the first tick. Nothing is drawn that has not changed.
	// Signals end ctx: see listen. Bubble Tea's own handler may wait for ever to hand a second one over.
	_, err = tea.NewProgram(app, tea.WithContext(ctx), tea.WithInput(a.in), tea.WithOutput(a.screen), tea.WithFPS(120), tea.WithoutSignalHandler()).Run()
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		return bad{exitAborted, errors.New(ending(ctx)), ""}
	}
	if err != nil {
		return fmt.Errorf("the screen: %w", err)
	}
	return nil
}

// options are what the screens are made of.
func (a *app) options(ctx context.Context, d *drill.Desk, first tea.Msg) ui.Options {
	dir := ""
	if d.Estate.Inventory != nil {
		dir = d.Estate.Inventory.Dir
	}
	var runs ui.Runs
	if d.Supervisor != nil {
		runs = d
	}
	width, height := 0, 0
	if f, ok := a.screen.(*os.File); ok {
		if w, h, err := term.GetSize(f.Fd()); err == nil {
			width, height = w, h
		}
	}
	return ui.Options{
		Width: width, Height: height,
		Runs: runs, Attach: attach(d),
		Context: ctx, Now: a.now, Workspace: dir, First: first,
		Theme: theme.Detect(func(k string) string { v, _ := a.getenv(k); return v }),
		Desk:  d, Books: d.Library, History: d.History,
		LookTool: func(name string) bool {
			_, err := command.Local{Paths: serverPaths}.Look(name)
			return err == nil
		},
		Report: func(ctx context.Context, id string) (string, error) {
			s, err := stateOf(ctx, d, id)
			if err != nil {
				return "", err
			}
			var b bytes.Buffer
			err = report.Markdown(&b, s)
			return b.String(), err
		},
		Walk: walk.Screen(d),
	}
}
