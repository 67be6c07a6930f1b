package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

type restoreOptions struct {
	point, copy, to, confirm string
	only                     []string
	jobs                     int
	dryRun, keep, incident   bool
}

func restoreCommand(a *app) *cobra.Command {
	o := restoreOptions{}
	c := &cobra.Command{
		Use: "restore WORKLOAD", Short: "Restore a recovery point: to scratch, to another place, or live",
		Long: `Restore a recovery point, after verifying it.

--to scratch (the default) makes a target of its own, runs the checks on it and
removes it. --to DSN or --to PATH restores into an environment of yours, which
must be empty and must not be the live one, whatever leads there: a name, a
tunnel, a link or a replica. Where the live system can't be asked who it is, that
is refused, and with --incident told. --to live overwrites the live data.
Both of these ask for the workload's name: type it, or give --confirm NAME.

` + exitHelp,
		Example: "  lifeboat restore files --to /srv/restored --only etc/app.conf\n  lifeboat restore orders-db --to postgres://app@standby/orders --dry-run",
		Args:    oneWorkload, ValidArgsFunction: a.complete,
		RunE: func(cmd *cobra.Command, args []string) error { return a.restore(cmd.Context(), args[0], o) },
	}
	f := c.Flags()
	f.StringVar(&o.point, "point", "latest", "latest, random, an id, or a time")
	f.StringVar(&o.copy, "copy", "", "only this copy")
	f.StringVar(&o.to, "to", "scratch", "scratch, live, or the DSN or path of another place")
	f.StringArrayVar(&o.only, "only", nil, "restore only this table or path; once for each")
	f.IntVar(&o.jobs, "jobs", 0, "parallel jobs")
	f.StringVar(&o.confirm, "confirm", "", "the workload's name, in place of typing it")
	f.BoolVar(&o.incident, "incident", false, "no drill: the live system may be gone, so what can't be compared with it is told, not refused")
	f.BoolVar(&o.dryRun, "dry-run", false, "print the plan and do nothing")
	f.BoolVar(&o.keep, "keep-on-failure", false, "keep the scratch target for a day when the run does not pass")
	return c
}

func (a *app) restore(ctx context.Context, name string, o restoreOptions) error {
	to, err := target(o.to)
	if err != nil {
		return err
	}
	if err := restorable(o, to); err != nil {
		return err
	}
	d, err := a.desk(ctx, true)
	if err != nil {
		return err
	}
	_, w, err := a.workload(name, o.copy)
	if err != nil {
		return err
	}
	if o.dryRun {
		return a.planOnly(ctx, d, w, to, o)
	}
	mode := drill.ModeDrill
	if o.incident || to.Kind == drivers.TargetLive {
		mode = drill.ModeIncident
	}
	a.sweep(ctx, d, "")
	r, err := d.Start(ctx, drill.StartRequest{
		Workload: w, Runbook: restoreBook(w, to, o.only), Mode: mode, Point: o.point, Copy: o.copy,
		Jobs: o.jobs, Unattended: true, KeepOnFailure: o.keep,
	})
	if err != nil {
		return err
	}
	a.carryOn()
	stop := func() {}
	if !a.json {
		_, stop = a.follow(d, r)
	}
	err = drill.Walk(ctx, r, a.confirmer(ctx, r, o))
	stop()
	return a.ended(ctx, r, unconfirmed(err, w.Name, o.confirm))
}

// restorable refuses options that can't be meant.
func restorable(o restoreOptions, to drivers.Target) error {
	switch {
	case o.jobs < 0:
		return badJobs(o.jobs)
	case o.dryRun && to.Kind == drivers.TargetScratch:
		return bad{exitUsage, errors.New("--dry-run has no target to plan for: a scratch target is made by the run itself"), "give --to live, a DSN or a path"}
	}
	for _, name := range o.only {
		if strings.TrimSpace(name) == "" || strings.ContainsAny(name, "\r\n") {
			return bad{exitUsage, fmt.Errorf("--only %q: a table or a path, on one line", name), "give --only once for each"}
		}
	}
	return nil
}

// confirmer answers a plan that waits, with --confirm or by asking.
func (a *app) confirmer(ctx context.Context, r *drill.Run, o restoreOptions) drill.Reply {
	return func(s drill.State, no *drill.Refusal) drill.Command {
		if no.Kind != drill.RefuseConfirm || s.Plan == nil {
			return nil
		}
		typed := o.confirm
		if typed == "" && a.canAsk() {
			_ = cleanly(a.talk(), s.Plan.WriteText)
			var err error
			if typed, err = a.ask(ctx, "type "+s.Info.Workload+" to run this plan"); err != nil && ctx.Err() != nil {
				_ = r.Close(ending(ctx)) // the walk that goes on from here tells what is wrong
			}
		}
		if typed != s.Info.Workload {
			return nil
		}
		return drill.ConfirmPlan{Typed: typed}
	}
}

// unconfirmed says how a plan that was refused can be confirmed.
func unconfirmed(err error, workload, confirm string) error {
	var no *drill.Refusal
	if !errors.As(err, &no) || no.Kind != drill.RefuseConfirm {
		return err
	}
	cause := error(no)
	if confirm != "" && confirm != workload {
		cause = fmt.Errorf("--confirm %s is not the workload's name", confirm)
	}
	return bad{exitRefused, cause, "look at the plan with --dry-run, then give --confirm " + workload}
}

// restoreBook is the runbook of a plain restore.
func restoreBook(w *inventory.Workload, t drivers.Target, only []string) *runbook.Runbook {
	var b strings.Builder
	fmt.Fprintf(&b, "# Restore %s\n", w.Name)
	step := func(title string, lines ...string) {
		fmt.Fprintf(&b, "\n## %s\n\n```lifeboat\n%s\n```\n", title, strings.Join(lines, "\n"))
	}
	step("1. Locate", "action: locate")
	step("2. Choose", "action: choose")
	step("3. Verify", "action: verify", "grade: readable")
	to := []string{"action: restore"}
	switch t.Kind {
	case drivers.TargetParallel:
		to = append(to, "to: parallel")
		if t.DSN != "" {
			to = append(to, fmt.Sprintf("dsn: %q", t.DSN))
		} else {
			to = append(to, fmt.Sprintf("path: %q", t.Path))
		}
	case drivers.TargetScratch, drivers.TargetLive:
		to = append(to, "to: "+string(t.Kind))
	}
	if len(only) > 0 { // a line each, the last one ended too: drill splits a text without lines at commas
		to = append(to, fmt.Sprintf("select: %q", strings.Join(only, "\n")+"\n"))
	}
	step("4. Restore", to...)
	if len(w.Checks) > 0 {
		step("5. Validate", "action: check")
	}
	return runbook.Parse("restore:"+w.Name, []byte(b.String()))
}

// target reads --to. What begins as a path is one, whatever it holds; a
// relative one lies below the working directory.
func target(to string) (drivers.Target, error) {
	begins := func(s string) bool { return strings.HasPrefix(to, s) }
	path := begins("/") || begins("./") || begins("../") || begins("~")
	switch {
	case to == "scratch" || to == "":
		return drivers.Target{Kind: drivers.TargetScratch, Name: "a scratch target"}, nil
	case to == "live":
		return drivers.Target{Kind: drivers.TargetLive, Name: "live"}, nil
	case !path && (strings.Contains(to, "://") || strings.Contains(to, "=")):
		return drivers.Target{Kind: drivers.TargetParallel, Name: to, DSN: to}, nil
	}
	if rest, home := strings.CutPrefix(to, "~/"); home {
		dir, err := os.UserHomeDir()
		if err != nil {
			return drivers.Target{}, fmt.Errorf("--to %s: %w", to, err)
		}
		to = filepath.Join(dir, rest)
	}
	abs, err := filepath.Abs(to)
	return drivers.Target{Kind: drivers.TargetParallel, Name: abs, Path: abs}, err
}

// planOnly prints what a restore would do.
func (a *app) planOnly(ctx context.Context, d *drill.Desk, w *inventory.Workload, t drivers.Target, o restoreOptions) error {
	points, err := drill.Points(d.Estate.Locate(ctx, w, o.copy))
	p, why := drill.FindPoint(points, o.point, o.copy, a.now().String())
	if p == nil {
		return bad{exitBad, errors.Join(errors.New(why), err), "see `lifeboat locate " + w.Name + "`"}
	}
	drv, err := d.Estate.Open(w, w.Copy(p.Copy))
	if err != nil {
		return err
	}
	if t.Kind == drivers.TargetLive {
		if id, ok := drivers.As[drivers.Identifier](drv); ok {
			t, _ = id.SourceTarget()
			t.Kind = drivers.TargetLive
		}
	}
	plan, err := drv.Plan(ctx, drivers.RestoreRequest{
		Point: *p, Target: t, Select: o.only, Jobs: o.jobs, Incident: o.incident || t.Kind == drivers.TargetLive,
	})
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(plan)
	}
	return cleanly(a.out, plan.WriteText)
}
