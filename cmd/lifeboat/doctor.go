package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
)

// doctorDoc is one line of `doctor --json`.
type doctorDoc struct {
	Area string `json:"area"` // this machine, or workload/copy
	drivers.Finding
}

func doctorCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "doctor", Short: "Say which tools and permissions are missing",
		Long: "Say which tools and permissions are missing, on this machine and for each copy of the workspace.\nExits 1 when something is.\n\n" + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context()) },
	}
}

func (a *app) doctor(ctx context.Context) error {
	inv, err := a.workspace()
	if err != nil {
		return err
	}
	docs := a.machine()
	if inv != nil {
		docs = append(docs, estateFindings(ctx, a.estate(inv))...)
	}
	missing := false
	for _, d := range docs {
		missing = missing || !d.OK
		if !a.json {
			a.finding(d)
		}
	}
	if a.json {
		if err := a.printJSON(docs); err != nil {
			return err
		}
	} else if inv == nil {
		a.printf("no %s here or above: only this machine was looked at\n", inventoryName)
	}
	if missing {
		return answer{exitBad}
	}
	return nil
}

func (a *app) finding(d doctorDoc) {
	mark := "✓"
	if !d.OK {
		mark = "✗"
	}
	a.printf("%s %-20s %-14s %s\n", mark, d.Area, d.Subject, d.Detail)
	if d.Hint != "" {
		a.printf("  → %s\n", d.Hint)
	}
}

// machine looks at what every run needs.
func (a *app) machine() []doctorDoc {
	const area = "this machine"
	var out []doctorDoc
	path, err := command.Local{}.Look("bash")
	f := drivers.Finding{OK: err == nil, Subject: "bash", Detail: path}
	if err != nil {
		f.Detail, f.Hint = "not found", "apt-get install bash"
	}
	out = append(out, doctorDoc{area, f})
	dir, err := a.stateDir()
	f = drivers.Finding{OK: err == nil, Subject: "state", Detail: dir}
	if err == nil {
		err = writable(dir)
	}
	if err != nil {
		f.OK, f.Detail, f.Hint = false, err.Error(), "set LIFEBOAT_STATE to a directory that you can write"
	}
	out = append(out, doctorDoc{area, f})
	f = drivers.Finding{OK: true, Subject: "scratch", Detail: os.TempDir()}
	if err := writable(os.TempDir()); err != nil {
		f.OK, f.Detail, f.Hint = false, err.Error(), "set TMPDIR to a directory that you can write"
	}
	return append(out, doctorDoc{area, f})
}

// writable makes and removes a file.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".lifeboat-doctor-*")
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Remove(filepath.Clean(f.Name()))
}

func estateFindings(ctx context.Context, e *drill.Estate) []doctorDoc {
	var out []doctorDoc
	for _, w := range e.Inventory.Workloads {
		for _, c := range w.Copies {
			area := w.Name + "/" + c.Name
			d, err := e.Open(w, c)
			if err != nil {
				out = append(out, doctorDoc{area, drivers.Finding{Subject: c.Driver, Detail: err.Error(), Hint: drivers.Hint(err)}})
				continue
			}
			p, ok := drivers.As[drivers.Preflighter](d)
			if !ok {
				out = append(out, doctorDoc{area, drivers.Finding{OK: true, Subject: c.Driver, Detail: "needs nothing"}})
				continue
			}
			for _, f := range p.Preflight(ctx) {
				out = append(out, doctorDoc{area, f})
			}
		}
	}
	return out
}
