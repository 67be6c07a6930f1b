package main

import (
	"context"
	"fmt"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
)

func backupCommand(a *app) *cobra.Command {
	var copyName string
	c := &cobra.Command{
		Use: "backup WORKLOAD", Short: "Make a recovery point, with a manifest of what it holds",
		Long: "Make a recovery point in one copy of the workload, with a manifest of SHA-256 sums beside it.\n\n" + exitHelp,
		Args: oneWorkload, ValidArgsFunction: a.complete,
		RunE: func(cmd *cobra.Command, args []string) error { return a.backup(cmd.Context(), args[0], copyName) },
	}
	c.Flags().StringVar(&copyName, "copy", "", "into this copy; left out: the first")
	return c
}

func (a *app) backup(ctx context.Context, name, copyName string) error {
	e, w, err := a.workload(name, copyName)
	if err != nil {
		return err
	}
	d, err := e.Open(w, drill.CopyFor(w, copyName, ""))
	if err != nil {
		return err
	}
	b, ok := drivers.As[drivers.BackUpper](d)
	if !ok {
		return &drivers.Error{Driver: d.Info().Name, Op: "backup", Err: drivers.ErrUnsupported, Hint: "make it with the tool itself"}
	}
	p, err := b.Backup(ctx, &drivers.Reporter{})
	if err != nil {
		return bad{exitBad, err, drivers.Hint(err)}
	}
	if a.json {
		return a.printJSON(p)
	}
	a.printf("%s  %s  %s\n", p.ID, humanize.IBytes(uint64(max(p.Size, 0))), fmt.Sprint(p.Files))
	return nil
}
