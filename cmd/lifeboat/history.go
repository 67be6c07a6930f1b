package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

func historyCommand(a *app) *cobra.Command {
	var limit int
	c := &cobra.Command{
		Use: "history [WORKLOAD]", Short: "List past runs, newest first",
		Long: "List past runs, newest first, with what they measured.\n\n" + exitHelp,
		Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.complete,
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit <= 0 {
				return bad{exitUsage, fmt.Errorf("--limit %d: give 1 or more", limit), ""}
			}
			f := drill.RunFilter{Limit: limit}
			if len(args) > 0 {
				f.Workload = args[0]
			}
			return a.history(cmd.Context(), f)
		},
	}
	c.Flags().IntVar(&limit, "limit", 50, "at most this many")
	return c
}

func (a *app) history(ctx context.Context, f drill.RunFilter) error {
	d, err := a.desk(ctx, false)
	if err != nil {
		return err
	}
	runs, err := d.History.Runs(ctx, f)
	if err != nil {
		return err
	}
	if a.json {
		if runs == nil {
			runs = []drill.Summary{}
		}
		return a.printJSON(runs)
	}
	if len(runs) == 0 {
		a.printf("no run yet: start one with `lifeboat run WORKLOAD`\n")
		return nil
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RUN\tSTARTED\tWORKLOAD\tMODE\tVERDICT\tRTO\tRPO\tPOINT")
	for i := range runs {
		r := &runs[i]
		verdict := string(r.Verdict)
		if verdict == "" {
			verdict = "not ended"
		}
		fmt.Fprintln(w, cleanf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s", r.ID, r.Started.Local().Format("2006-01-02 15:04"),
			r.Workload, r.Mode, verdict, against(r.RTO, r.RTOTarget, r.RTOMet), against(r.RPO, r.RPOTarget, r.RPOMet), r.Point))
	}
	return w.Flush()
}

// against tells a measurement and its objective.
func against(got, want time.Duration, met *bool) string {
	if got == 0 {
		return "-"
	}
	grain := time.Second
	if got < time.Minute {
		grain = 10 * time.Millisecond
	}
	s := inventory.FormatDuration(got.Round(grain))
	if want > 0 {
		s += " of " + inventory.FormatDuration(want)
	}
	if met != nil && !*met {
		s += " missed"
	}
	return s
}
