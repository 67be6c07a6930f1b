package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
)

type resumeOptions struct {
	runOptions
	watch, abort bool
}

func resumeCommand(a *app) *cobra.Command {
	o := resumeOptions{}
	c := &cobra.Command{
		Use: "resume [RUN]", Short: "Pick up a run that was left, or look on at one",
		Long: `Pick up a run that was left, or look on at one.

A run is left when its terminal is closed, its connection is lost, or lifeboat
is killed. What was running then goes on by itself; resume finds it live, with
its output so far, or reads how it ended. A command whose end nobody saw is shown
so and is never run again by itself.

RUN is the beginning of a run's id; without it the newest run that was left is
taken. One lifeboat drives a run; --watch looks on without driving.

--yes goes on without asking anybody. What reads, or works on a scratch target,
is then done again where its end was not seen; a command of the runbook never is.

` + exitHelp,
		Example: "  lifeboat resume\n  lifeboat resume 7f3a --watch\n  lifeboat resume 7f3a --abort",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id := ""
			if len(args) > 0 {
				id = args[0]
			}
			return a.resume(cmd.Context(), id, o)
		},
	}
	f := c.Flags()
	f.BoolVar(&o.watch, "watch", false, "look on: read the journal, drive nothing")
	f.BoolVar(&o.abort, "abort", false, "end the run as aborted, and remove what it left")
	f.BoolVar(&o.yes, "yes", false, "ask nobody: go on where that is safe, stop at the first failure")
	f.BoolVar(&o.plain, "plain", false, "one line an event, for screen readers, dumb terminals and logs")
	c.MarkFlagsMutuallyExclusive("watch", "abort", "yes")
	return c
}

func (a *app) resume(ctx context.Context, id string, o resumeOptions) error {
	if !o.watch && !o.abort {
		if err := a.runnable(drill.ModeDrill, o.runOptions); err != nil {
			return err
		}
	}
	d, err := a.desk(ctx, false)
	if err != nil {
		return err
	}
	sum, err := a.leftRun(ctx, d, id, o.watch)
	if err != nil {
		return err
	}
	if !sum.Ended.IsZero() {
		return a.endedAlready(ctx, d, sum, o)
	}
	if d, err = a.ownDesk(ctx, d, sum.ID); err != nil {
		return err
	}
	switch {
	case o.watch:
		return a.watch(ctx, d, sum.ID, o)
	case o.abort:
		return a.abortLeft(ctx, d, sum.ID)
	}
	r, err := d.Resume(ctx, sum.ID, o.yes)
	if errors.Is(err, drill.ErrDriven) {
		return bad{exitRefused, err, "look on with `lifeboat resume " + sum.ID + " --watch`"}
	}
	if err != nil {
		return err
	}
	return a.walk(ctx, d, r, o.runOptions)
}

// ownDesk is the desk of the workspace that a run is of: runs of all
// workspaces lie in one state directory.
func (a *app) ownDesk(ctx context.Context, d *drill.Desk, id string) (*drill.Desk, error) {
	s, err := stateOf(ctx, d, id)
	if err != nil {
		return nil, err
	}
	inv := d.Estate.Inventory
	if s.Info.Kind == "" || inv != nil && inv.Dir == s.Info.Dir {
		return d, nil
	}
	if inv, err = inventory.Load(filepath.Join(s.Info.Dir, inventoryName)); err != nil {
		return nil, bad{exitUsage, fmt.Errorf("run %s is of the workspace %s: %w", id, s.Info.Dir, err), "bring that lifeboat.yaml back: the run needs it"}
	}
	return a.deskOf(ctx, inv)
}

// leftRun is the run to resume: the one named, else the newest that is open.
func (a *app) leftRun(ctx context.Context, d *drill.Desk, id string, watch bool) (drill.Summary, error) {
	if id != "" {
		return d.History.FindRun(ctx, id)
	}
	open, err := d.History.Runs(ctx, drill.RunFilter{Open: true})
	if err != nil {
		return drill.Summary{}, err
	}
	for _, sum := range open {
		if watch || !d.Driven(sum.ID) {
			return sum, nil
		}
	}
	if len(open) > 0 {
		return open[0], nil // another lifeboat drives it: opening it says so
	}
	sum, err := d.History.FindRun(ctx, "")
	if errors.Is(err, drill.ErrNoRun) {
		return sum, bad{exitUsage, errors.New("there is no run to resume"), "start one with `lifeboat run WORKLOAD`"}
	}
	return sum, err
}

// endedAlready tells how a run ended that is to be resumed.
func (a *app) endedAlready(ctx context.Context, d *drill.Desk, sum drill.Summary, o resumeOptions) error {
	s, err := stateOf(ctx, d, sum.ID)
	if err != nil {
		return err
	}
	if !a.json {
		a.say("Run %s of %s has ended already.\n\n", sum.ID, sum.Workload)
	}
	return a.summary(s, nil)
}

// abortLeft ends a run that was left.
func (a *app) abortLeft(ctx context.Context, d *drill.Desk, id string) error {
	r, err := d.Resume(ctx, id, true)
	if errors.Is(err, drill.ErrDriven) {
		return bad{exitRefused, err, "abort it there"}
	}
	if err == nil {
		err = r.Close("aborted by the operator, with `lifeboat resume --abort`")
	}
	if err != nil {
		return bad{exitBad, err, "look at the state directory: is its disk full?"}
	}
	s := r.State()
	if err := a.summary(&s, nil); err != nil && !errors.As(err, new(answer)) {
		return err
	}
	return nil // it was asked for
}

// watchEvery is how often the journal of a run is read that another lifeboat
// drives.
const watchEvery = 500 * time.Millisecond

// watch looks on until the run ends or the operator leaves.
func (a *app) watch(ctx context.Context, d *drill.Desk, id string, o resumeOptions) error {
	if !o.plain && a.terminal() {
		return a.screens(ctx, d, screen.OpenWalk{RunID: id, Watch: true})
	}
	t := &teller{w: a.talk(), desk: d, id: id}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		t.tell()
		if t.err != nil {
			return t.err
		}
		if t.state.Ended() {
			return a.summary(&t.state, nil)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			fmt.Fprintf(a.err, "lifeboat: no longer looking on; run %s goes on\n", id)
			return nil
		}
	}
}
