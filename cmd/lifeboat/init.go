package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lifeboat-dr/lifeboat/inventory"
)

func initCommand(a *app) *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use: "init", Short: "Write lifeboat.yaml from what is found here",
		Long: `Write lifeboat.yaml from what is found here: SQLite databases and dump
directories below this one, PostgreSQL servers on this machine. It shows the
file and asks before it writes, and never overwrites one.

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.init(cmd.Context(), yes) },
	}
	c.Flags().BoolVar(&yes, "yes", false, "write without asking")
	return c
}

func (a *app) init(ctx context.Context, yes bool) error {
	dir := a.dir
	if dir == "" {
		dir = "."
	}
	path := filepath.Join(dir, inventoryName)
	if _, err := os.Stat(path); err == nil {
		return bad{exitUsage, fmt.Errorf("%s is there already", path), "edit it, or remove it first"}
	}
	found, err := discover(dir)
	if err != nil {
		return err
	}
	text := inventoryText(found)
	inv, err := inventory.Parse(path, []byte(text))
	if err != nil {
		return fmt.Errorf("what was found makes no valid file: %w", err)
	}
	if !yes || !a.json {
		a.say("%s", whole(text))
	}
	if !yes {
		if err := a.mayWrite(ctx, path); err != nil {
			return err
		}
	}
	if err := write(path, text); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(initDoc{Path: path, Workloads: names(inv)})
	}
	a.printf("wrote %s; next: edit it, then `lifeboat doctor` and `lifeboat status`\n", path)
	return nil
}

// initDoc is what `init --json` prints.
type initDoc struct {
	Path      string   `json:"path"`
	Workloads []string `json:"workloads"`
}

func names(inv *inventory.Inventory) []string {
	out := []string{}
	for _, w := range inv.Workloads {
		out = append(out, w.Name)
	}
	return out
}

// mayWrite asks.
func (a *app) mayWrite(ctx context.Context, path string) error {
	if !a.canAsk() {
		return bad{exitUsage, errors.New("there is no terminal to ask on"), "give --yes to write this file"}
	}
	answer, err := a.ask(ctx, "write "+path+"? y/n")
	if err != nil || !strings.HasPrefix(strings.ToLower(answer), "y") {
		return bad{exitAborted, errors.New("nothing was written"), ""}
	}
	return nil
}

// write makes a file that is not there yet.
func write(path, text string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.WriteString(text); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}

// inventoryText is a lifeboat.yaml of what was found, with an example where
// nothing was.
func inventoryText(found []thing) string {
	var b strings.Builder
	b.WriteString("# What you would have to bring back, and where its backups lie.\n# Every key: docs/lifeboat-yaml.md\nversion: 1\ntiers: three # RPO and RTO by tier: 1 = 5m and 1h, 2 = 1h and 4h, 3 = 24h and 24h\nworkloads:\n")
	if len(found) == 0 {
		b.WriteString("  # nothing was found here; this is an example to edit\n")
		found = []thing{{"shop", "sqlite", "sqlite", "path: shop.db", guess("backups/shop")}}
	}
	names := map[string]int{}
	for _, t := range found {
		if names[t.name]++; names[t.name] > 1 {
			t.name = fmt.Sprintf("%s-%d", t.name, names[t.name])
		}
		fmt.Fprintf(&b, "  %q:\n    kind: %s\n    tier: 3\n    source:\n      %s\n    copies:\n      - name: nightly\n        driver: %s\n        repository: %s\n        media: disk\n        schedule: \"30 2 * * *\"\n    checks: [] # at least one, or no drill can pass: see docs/lifeboat-yaml.md\n",
			t.name, t.kind, t.source, t.driver, t.repository)
	}
	return b.String()
}
