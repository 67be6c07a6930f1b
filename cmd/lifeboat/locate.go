package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

// locateDoc is what `locate --json` prints.
type locateDoc struct {
	Workload string                  `json:"workload"`
	Points   []drivers.RecoveryPoint `json:"points"` // newest first
	Problems []string                `json:"problems"`
}

func locateCommand(a *app) *cobra.Command {
	var copyName string
	c := &cobra.Command{
		Use: "locate WORKLOAD", Short: "List the recovery points of a workload, newest first",
		Long: "List the recovery points of a workload, newest first, over all its copies.\nExits 1 when there is none, or a copy can't be read.\n\n" + exitHelp,
		Args: oneWorkload, ValidArgsFunction: a.complete,
		RunE: func(cmd *cobra.Command, args []string) error { return a.locate(cmd.Context(), args[0], copyName) },
	}
	c.Flags().StringVar(&copyName, "copy", "", "only this copy")
	return c
}

func (a *app) locate(ctx context.Context, name, copyName string) error {
	e, w, err := a.workload(name, copyName)
	if err != nil {
		return err
	}
	points, err := drill.Points(e.Locate(ctx, w, copyName))
	doc := locateDoc{Workload: w.Name, Points: points, Problems: []string{}}
	if err != nil {
		doc.Problems = strings.Split(err.Error(), "\n")
	}
	if a.json {
		if jerr := a.printJSON(doc); jerr != nil {
			return jerr
		}
	} else if perr := a.pointTable(points); perr != nil {
		return perr
	}
	switch {
	case err != nil && a.json:
		return answer{exitBad}
	case err != nil:
		return bad{exitBad, err, drivers.Hint(err)}
	case len(points) == 0 && !a.json:
		return bad{exitBad, fmt.Errorf("%s has no recovery point", w.Name), "is its backup job running, and the repository mounted?"}
	case len(points) == 0:
		return answer{exitBad}
	}
	return nil
}

// workload finds a workload and, when it is named, one of its copies.
func (a *app) workload(name, copyName string) (*drill.Estate, *inventory.Workload, error) {
	inv, err := a.workspace()
	if err != nil {
		return nil, nil, err
	}
	if inv == nil {
		return nil, nil, noWorkspace()
	}
	e := a.estate(inv)
	w, err := e.Workload(name)
	if err != nil {
		return nil, nil, err
	}
	if copyName != "" && w.Copy(copyName) == nil {
		var names []string
		for _, c := range w.Copies {
			names = append(names, c.Name)
		}
		return nil, nil, fmt.Errorf("%s has no copy %q: it has %s", name, copyName, strings.Join(names, ", "))
	}
	return e, w, nil
}

func (a *app) pointTable(points []drivers.RecoveryPoint) error {
	if len(points) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TIME (UTC)\tAGE\tCOPY\tKIND\tSIZE\tPOINT\tTIME FROM")
	for _, p := range points {
		fmt.Fprintln(w, cleanf("%s\t%s\t%s\t%s\t%s\t%s\t%s",
			p.Time.UTC().Format("2006-01-02 15:04:05"), inventory.FormatDuration(a.now().Sub(p.Time).Round(time.Minute)),
			p.Copy, p.Kind, humanize.IBytes(uint64(max(p.Size, 0))), p.ID, timeFrom(p)))
	}
	return w.Flush()
}

func timeFrom(p drivers.RecoveryPoint) string {
	s := string(p.TimeSource)
	for _, problem := range p.Problems {
		s += "  ! " + problem
	}
	return s
}
