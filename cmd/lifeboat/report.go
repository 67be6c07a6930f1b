package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/report"
)

// reportOptions are what `report` was asked for.
type reportOptions struct {
	what   string // RUN, or with --check a FILE; empty: the newest run
	format string // md, json; empty: as the rest says
	file   string // -o
	sign   bool
	check  bool
	key    string // --key
}

func reportCommand(a *app) *cobra.Command {
	var o reportOptions
	c := &cobra.Command{
		Use: "report [RUN|FILE]", Short: "Print the report of a run, sign it, or check its evidence",
		Long: `Print the report of a run: the newest, or the one whose id begins with RUN.

With --sign it is signed with this machine's key: -o FILE writes the report and
FILE.dsse.json beside it; without -o the envelope alone is printed, with the
report as JSON inside. Only what is proved is signed.

With --check nothing is written: the run's journal, outputs and seal are proved,
or the first thing that does not hold is named. Given the FILE of a report that
was signed, or an envelope, its signature is proved too. docs/evidence.md tells
what this proves and what it does not. It exits 0 when all is proved, and 1 when
something is not.

` + exitHelp,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.what = args[0]
			}
			if err := o.usage(cmd.Flags().Changed); err != nil {
				return err
			}
			switch ctx := cmd.Context(); {
			case o.check:
				return a.checkEvidence(ctx, o)
			case o.sign:
				return a.signReport(ctx, o)
			default:
				return a.report(ctx, o)
			}
		},
	}
	c.Flags().StringVar(&o.format, "format", "", "md or json (md, or what the name of FILE says)")
	c.Flags().StringVarP(&o.file, "output", "o", "", "write the report to `FILE`")
	c.Flags().BoolVar(&o.sign, "sign", false, "sign it: FILE.dsse.json is the envelope; without -o it is printed")
	c.Flags().BoolVar(&o.check, "check", false, "prove the evidence of a run, or of a FILE that was signed")
	c.Flags().StringVar(&o.key, "key", "", "public key to check with, `PUB.pem` (this machine's)")
	return c
}

// usage refuses what can't be meant.
func (o *reportOptions) usage(given func(flag string) bool) error {
	not := func(what, hint string) error { return bad{exitUsage, errors.New(what), hint} }
	switch {
	case given("format") && o.format != "md" && o.format != "json":
		return not("--format "+o.format+": this version has md and json", "give --format md or --format json")
	case o.check && (o.sign || o.file != ""):
		return not("--check writes nothing: it can't be given with --sign or -o", "check the FILE when it is written")
	case o.check && given("format"):
		return not("--format says how a report is written: it can't be given with --check", "give --json for a JSON document")
	case given("key") && !o.check:
		return not("--key is for --check", "a report is signed with this machine's key")
	case given("output") && o.file == "":
		return not("-o: give a file", "")
	case o.sign && o.file == "" && o.format == "md":
		return not("an envelope by itself holds the report as JSON", "give -o FILE to sign Markdown")
	}
	return nil
}

// form is the format of the report.
func (o *reportOptions) form(json bool) string {
	switch {
	case o.format != "":
		return o.format
	case json, strings.HasSuffix(o.file, ".json"):
		return "json"
	}
	return "md"
}

func (a *app) report(ctx context.Context, o reportOptions) error {
	d, err := a.desk(ctx, false)
	if err != nil {
		return err
	}
	s, err := stateOf(ctx, d, o.what)
	if err != nil {
		return err
	}
	text, err := o.text(s, a.json)
	if err != nil {
		return err
	}
	if o.file != "" {
		return a.writeReport(s.Info.ID, o.file, text, nil)
	}
	_, err = a.out.Write(text)
	return err
}

// text writes the report.
func (o *reportOptions) text(s *drill.State, json bool) ([]byte, error) {
	write := report.Markdown
	if o.form(json) == "json" {
		write = report.JSON
	}
	var b bytes.Buffer
	err := write(&b, s)
	return b.Bytes(), err
}

// stateOf folds a run's journal, without touching the run.
func stateOf(ctx context.Context, d *drill.Desk, id string) (*drill.State, error) {
	sum, err := d.History.FindRun(ctx, id)
	if errors.Is(err, drill.ErrNoRun) && id == "" {
		return nil, errors.New("no run yet: start one with `lifeboat run WORKLOAD`")
	}
	if err != nil {
		return nil, bad{exitUsage, fmt.Errorf("run %s: %w", id, err), "see `lifeboat history`"}
	}
	events, err := d.Journal.Events(ctx, sum.ID)
	if err != nil {
		return nil, err
	}
	s, err := drill.Fold(events)
	return &s, err
}
