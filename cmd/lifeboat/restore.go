package main

import (
	"context"
	"errors"
	"fmt"
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
	dryRun, keep             bool
}

func restoreCommand(a *app) *cobra.Command {
	o := restoreOptions{}
	c := &cobra.Command{
		Use: "restore WORKLOAD", Short: "Restore a recovery point: to scratch, to another place, or live",
		Long: `Restore a recovery point, after verifying it.

--to scratch (the default) makes a target of its own, runs the checks on it and
removes it. --to DSN or --to PATH restores into an environment of yours, which
must be empty and must not be the live one. --to live overwrites the live data.
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
	f.StringSliceVar(&o.only, "only", nil, "restore only these tables or paths")
	f.IntVar(&o.jobs, "jobs", 0, "parallel jobs")
	f.StringVar(&o.confirm, "confirm", "", "the workload's name, in place of typing it")
	f.BoolVar(&o.dryRun, "dry-run", false, "print the plan and do nothing")
	f.BoolVar(&o.keep, "keep-on-failure", false, "keep the scratch target for a day when the run does not pass")
	return c
}

func (a *app) restore(ctx context.Context, name string, o restoreOptions) error {
	d, err := a.desk(ctx, true)
	if err != nil {
		return err
	}
	_, w, err := a.workload(name, o.copy)
	if err != nil {
		return err
	}
	if o.dryRun && target(o.to).Kind == drivers.TargetScratch {
		return bad{exitUsage, errors.New("--dry-run has no target to plan for: a scratch target is made by the run itself"), "give --to live, a DSN or a path"}
	}
	if o.dryRun {
		return a.planOnly(ctx, d, w, o)
	}
	mode := drill.ModeDrill
	if o.to == "live" {
		mode = drill.ModeIncident
	}
	r, err := d.Start(ctx, drill.StartRequest{
		Workload: w, Runbook: restoreBook(w, o), Mode: mode, Point: o.point, Copy: o.copy,
		Jobs: o.jobs, Unattended: true, KeepOnFailure: o.keep,
	})
	if err != nil {
		return err
	}
	stop := func() {}
	if !a.json {
		_, stop = a.follow(d, r)
	}
	err = drill.Walk(ctx, r, a.confirmer(w.Name, o))
	stop()
	s := r.State()
	return a.summary(&s, err)
}

// confirmer answers a plan that waits, with --confirm or by asking.
func (a *app) confirmer(workload string, o restoreOptions) drill.Reply {
	return func(s drill.State, no *drill.Refusal) drill.Command {
		if no.Kind != drill.RefuseConfirm || s.Plan == nil {
			return nil
		}
		typed := o.confirm
		if typed == "" && a.terminal() {
			_ = s.Plan.WriteText(cleanWriter{a.out})
			c := conversation{a: a, in: scanner(a.in)}
			typed, _ = c.ask("type " + workload + " to run this plan")
		}
		if typed != workload {
			return nil
		}
		return drill.ConfirmPlan{Typed: typed}
	}
}

// restoreBook is the runbook of a plain restore.
func restoreBook(w *inventory.Workload, o restoreOptions) *runbook.Runbook {
	var b strings.Builder
	fmt.Fprintf(&b, "# Restore %s\n", w.Name)
	step := func(title string, lines ...string) {
		fmt.Fprintf(&b, "\n## %s\n\n```lifeboat\n%s\n```\n", title, strings.Join(lines, "\n"))
	}
	step("1. Locate", "action: locate")
	step("2. Choose", "action: choose")
	step("3. Verify", "action: verify", "grade: readable")
	to := []string{"action: restore"}
	switch t := target(o.to); t.Kind {
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
	if len(o.only) > 0 {
		to = append(to, fmt.Sprintf("select: %q", strings.Join(o.only, ",")))
	}
	step("4. Restore", to...)
	if len(w.Checks) > 0 {
		step("5. Validate", "action: check")
	}
	return runbook.Parse("restore:"+w.Name, []byte(b.String()))
}

func target(to string) drivers.Target {
	switch {
	case to == "scratch" || to == "":
		return drivers.Target{Kind: drivers.TargetScratch, Name: "a scratch target"}
	case to == "live":
		return drivers.Target{Kind: drivers.TargetLive, Name: "live"}
	case strings.Contains(to, "://") || strings.Contains(to, "="):
		return drivers.Target{Kind: drivers.TargetParallel, Name: to, DSN: to}
	default:
		return drivers.Target{Kind: drivers.TargetParallel, Name: to, Path: to}
	}
}

// planOnly prints what a restore would do.
func (a *app) planOnly(ctx context.Context, d *drill.Desk, w *inventory.Workload, o restoreOptions) error {
	points, err := drill.Points(d.Estate.Locate(ctx, w, o.copy))
	p, why := drill.FindPoint(points, o.point, o.copy, a.now().String())
	if p == nil {
		return bad{exitBad, errors.Join(errors.New(why), err), "see `lifeboat locate " + w.Name + "`"}
	}
	drv, err := d.Estate.Open(w, w.Copy(p.Copy))
	if err != nil {
		return err
	}
	t := target(o.to)
	if t.Kind == drivers.TargetLive {
		if id, ok := drivers.As[drivers.Identifier](drv); ok {
			t, _ = id.SourceTarget()
			t.Kind = drivers.TargetLive
		}
	}
	plan, err := drv.Plan(ctx, drivers.RestoreRequest{Point: *p, Target: t, Select: o.only, Jobs: o.jobs})
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(plan)
	}
	return plan.WriteText(cleanWriter{a.out})
}
