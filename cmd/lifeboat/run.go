package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

type runOptions struct {
	mode, since, point, copy string
	set                      []string
	jobs                     int
	yes, plain, keep         bool
}

func runCommand(a *app) *cobra.Command {
	o := runOptions{}
	c := &cobra.Command{
		Use: "run WORKLOAD|FILE", Short: "Walk a runbook: a drill, an incident, a tabletop",
		Long: `Walk a runbook: a drill, an incident, a tabletop.

WORKLOAD takes the runbook that lifeboat.yaml gives it, or the built-in one for
its kind. FILE walks a markdown file on its own. On a terminal the walk opens
on the screen; --plain asks line by line; --yes asks nobody: it takes defaults,
stops at the first failure, and is fit for cron and pipelines.

` + exitHelp,
		Example: "  lifeboat run orders-db --mode drill --yes\n  lifeboat run orders-db --mode incident --since 02:40\n  lifeboat run runbooks/orders.md --set bucket=backups",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return bad{exitUsage, errors.New("lifeboat run takes one workload or one file"), "see `lifeboat status` for the workloads"}
			}
			return nil
		},
		ValidArgsFunction: a.complete,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.run(cmd.Context(), args[0], o) },
	}
	f := c.Flags()
	f.StringVar(&o.mode, "mode", "drill", "drill, incident or tabletop")
	f.StringVar(&o.since, "since", "", "when the impact of an incident began: a time, or 25m for 25 minutes ago")
	f.StringArrayVar(&o.set, "set", nil, "answer a placeholder or set a variable: NAME=VALUE")
	f.StringVar(&o.point, "point", "", "recovery point: latest, random, an id, or a time")
	f.StringVar(&o.copy, "copy", "", "take the recovery point from this copy")
	f.IntVar(&o.jobs, "jobs", 0, "parallel jobs of the restore")
	f.BoolVar(&o.yes, "yes", false, "ask nobody: defaults only, stop at the first failure")
	f.BoolVar(&o.plain, "plain", false, "one line an event, for screen readers, dumb terminals and logs")
	f.BoolVar(&o.keep, "keep-on-failure", false, "keep the scratch target for a day when the run does not pass")
	return c
}

func (a *app) run(ctx context.Context, what string, o runOptions) error {
	mode, err := drill.ParseMode(o.mode)
	if err != nil {
		return err
	}
	if err := a.runnable(mode, o); err != nil {
		return err
	}
	if a.set, err = settings(o.set); err != nil {
		return err
	}
	d, err := a.desk(ctx, false)
	if err != nil {
		return err
	}
	req, err := a.request(d, what, mode, o)
	if err != nil {
		return err
	}
	a.warnUnknown(d, req)
	if err := answerable(d, req, o); err != nil {
		return err
	}
	unattended := ""
	if o.yes && req.Workload != nil {
		unattended = req.Workload.Name
	}
	a.sweep(ctx, d, unattended)
	r, err := d.StartFor(ctx, req)
	if err != nil {
		return err
	}
	return a.walk(ctx, d, r, o)
}

// walk goes through a run as the options say.
func (a *app) walk(ctx context.Context, d *drill.Desk, r *drill.Run, o runOptions) error {
	if !o.yes && !o.plain {
		return a.walkScreen(ctx, d, r)
	}
	return a.walkPlain(ctx, d, r, o)
}

// runnable refuses options that can't be meant.
func (a *app) runnable(mode drill.Mode, o runOptions) error {
	switch {
	case o.jobs < 0:
		return badJobs(o.jobs)
	case o.since != "" && mode != drill.ModeIncident:
		return bad{exitUsage, fmt.Errorf("--since is for an incident: the clock of a %s starts with its first step", mode), "give --mode incident, or leave --since out"}
	case o.yes || o.plain || a.terminal():
		return nil
	case a.json:
		return bad{exitUsage, errors.New("--json keeps stdout for the document, so no screen can be drawn on it"), "give --yes to take the defaults, or --plain to be asked line by line on stderr"}
	}
	return bad{exitUsage, errors.New("there is no terminal to ask on"), "give --yes to take the defaults, or --plain to be asked line by line"}
}

func badJobs(n int) error {
	return bad{exitUsage, fmt.Errorf("--jobs %d: give 1 or more", n), "leave it out for what the tool takes by itself"}
}

// request turns the command line into what the engine starts.
func (a *app) request(d *drill.Desk, what string, mode drill.Mode, o runOptions) (drill.StartRequest, error) {
	req := drill.StartRequest{
		Mode: mode, Point: o.point, Copy: o.copy, Jobs: o.jobs,
		Unattended: o.yes, KeepOnFailure: o.keep, Vars: a.set,
	}
	var err error
	if req.Since, err = since(o.since, a.now()); err != nil {
		return req, err
	}
	if isFile(d.Estate.Inventory, what) {
		req.Runbook, err = runbook.Load(what)
		return req, err
	}
	if d.Estate.Inventory == nil {
		return req, noWorkspace()
	}
	if req.Workload, err = d.Estate.Workload(what); err != nil {
		return req, err
	}
	req.Runbook, err = d.Library.For(req.Workload, mode)
	return req, err
}

// isFile tells a runbook's file from a workload. A file that has a workload's
// name does not hide it: ./NAME is the file.
func isFile(inv *inventory.Inventory, s string) bool {
	if strings.HasSuffix(s, ".md") || strings.HasSuffix(s, ".markdown") || strings.ContainsRune(s, os.PathSeparator) {
		return true
	}
	if inv != nil && inv.Workload(s) != nil {
		return false
	}
	fi, err := os.Stat(s)
	return err == nil && fi.Mode().IsRegular()
}

// since reads a moment, a time of today, or how long ago.
func since(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if d, err := time.ParseDuration(s); err == nil && d > 0 {
		return now.Add(-d), nil
	}
	t, ok := drill.ParseTime(s)
	if hm, err := time.ParseInLocation("15:04", s, now.Location()); err == nil {
		t = time.Date(now.Year(), now.Month(), now.Day(), hm.Hour(), hm.Minute(), 0, 0, now.Location())
		if ok = true; t.After(now) {
			t = t.AddDate(0, 0, -1)
		}
	}
	switch {
	case !ok:
		return t, fmt.Errorf("--since %s: give a time (02:40, 2026-11-21 02:40, RFC 3339) or a duration (25m)", s)
	case t.After(now):
		return t, fmt.Errorf("--since %s lies in the future", s)
	}
	return t, nil
}

// answerable refuses an unattended run before it starts when placeholders
// have no answer.
func answerable(d *drill.Desk, req drill.StartRequest, o runOptions) error {
	if !o.yes {
		return nil
	}
	missing, err := d.Unanswered(req)
	if err != nil || len(missing) == 0 {
		return err
	}
	var flags, names []string
	for _, p := range missing {
		names = append(names, fmt.Sprintf("%s (line %d)", p.Text, p.Line))
		flags = append(flags, "--set "+p.Name+"=…")
	}
	return bad{exitUsage, fmt.Errorf("%s needs answers for %s", req.Runbook.Path, strings.Join(names, ", ")), "give " + strings.Join(flags, " ")}
}
