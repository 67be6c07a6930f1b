package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

// statusDoc is what `status --json` prints, an array of.
type statusDoc struct {
	Workload   string         `json:"workload"`
	Kind       string         `json:"kind"`
	Tier       string         `json:"tier"`
	Owner      string         `json:"owner,omitempty"`
	Newest     *pointDoc      `json:"newest"`
	AgeSeconds int64          `json:"age_s"`
	RPOSeconds int64          `json:"rpo_s"`
	RPOMet     *bool          `json:"rpo_met"`
	LastTest   *drill.Summary `json:"last_test"`
	Due        time.Time      `json:"due"`
	Overdue    bool           `json:"overdue"`
	Remarks    []drill.Remark `json:"remarks"`
}

type pointDoc struct {
	ID   string    `json:"id"`
	Copy string    `json:"copy"`
	Time time.Time `json:"time"`
	Size int64     `json:"size"`
}

func statusCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Show how each workload is protected, and when its restore was last tested",
		Long: "Show how each workload is protected, and when its restore was last tested.\nExits 1 when a workload is not protected as declared.\n\n" + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.status(cmd.Context()) },
	}
}

func (a *app) status(ctx context.Context) error {
	d, err := a.desk(ctx, true)
	if err != nil {
		return err
	}
	all, err := statuses(ctx, d)
	if err != nil {
		return err
	}
	if a.json {
		docs := make([]statusDoc, len(all))
		for i := range all {
			docs[i] = statusDocOf(&all[i])
		}
		err = a.printJSON(docs)
	} else if len(all) == 0 {
		a.printf("no workload is declared: add one to %s, see docs/lifeboat-yaml.md\n", inventoryName)
	} else {
		err = a.statusTable(all)
	}
	for i := range all {
		if err == nil && all[i].Worst() == drill.LevelBad {
			err = answer{exitBad}
		}
	}
	return err
}

// statuses looks at all workloads, a few at a time.
func statuses(ctx context.Context, d *drill.Desk) ([]drill.Status, error) {
	ws := d.Workloads()
	out := make([]drill.Status, len(ws))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(8)
	for i, w := range ws {
		g.Go(func() (err error) {
			out[i], err = d.Status(ctx, w)
			return err
		})
	}
	return out, g.Wait()
}

func statusDocOf(s *drill.Status) statusDoc {
	doc := statusDoc{
		Workload: s.Workload.Name, Kind: s.Workload.Kind, Tier: s.Workload.Tier, Owner: s.Workload.Owner,
		AgeSeconds: int64(s.Age.Seconds()), RPOSeconds: int64(s.Workload.RPO.Seconds()), RPOMet: s.RPOMet,
		LastTest: s.LastTest, Due: s.Due, Overdue: s.Overdue, Remarks: s.Remarks,
	}
	if p := s.Newest; p != nil {
		doc.Newest = &pointDoc{p.ID, p.Copy, p.Time, p.Size}
	}
	return doc
}

var levelMark = map[drill.Level]string{drill.LevelBad: "✗", drill.LevelWarn: "!", drill.LevelGood: "✓"}

func (a *app) statusTable(all []drill.Status) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tWORKLOAD\tTIER\tNEWEST POINT\tRPO\tLAST TEST\tNEXT TEST")
	for i := range all {
		s := &all[i]
		newest, rpo, last := "none", "-", "never"
		if s.Newest != nil {
			newest = inventory.FormatDuration(s.Age.Round(time.Minute)) + " old, " + humanize.IBytes(uint64(max(s.Newest.Size, 0)))
		}
		if s.Workload.RPO > 0 {
			rpo = inventory.FormatDuration(s.Workload.RPO)
		}
		if s.LastTest != nil {
			last = s.LastTest.Ended.Format("2006-01-02") + " " + string(s.LastTest.Verdict)
		}
		next := s.Due.Format("2006-01-02")
		if s.Overdue {
			next = "overdue"
		}
		fmt.Fprintln(w, cleanf("%s\t%s\t%s\t%s\t%s\t%s\t%s",
			levelMark[s.Worst()], s.Workload.Name, s.Workload.Tier, newest, rpo, last, next))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for i := range all {
		a.remarks(&all[i])
	}
	return nil
}

func (a *app) remarks(s *drill.Status) {
	if s.Worst() == drill.LevelGood {
		return
	}
	a.printf("\n%s\n", s.Workload.Name)
	for _, r := range s.Remarks {
		a.printf("  %s %s", levelMark[r.Level], r.Text)
		if r.Hint != "" {
			a.printf(" → %s", r.Hint)
		}
		a.printf("\n")
	}
}
