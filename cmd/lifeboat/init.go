package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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

func (a *app) init(_ context.Context, yes bool) error {
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
	if _, err := inventory.Parse(path, []byte(text)); err != nil {
		return fmt.Errorf("what was found makes no valid file: %w", err)
	}
	a.printf("%s", text)
	if !yes {
		if !a.terminal() {
			return bad{exitUsage, errors.New("there is no terminal to ask on"), "give --yes to write this file"}
		}
		answer, err := conversation{a: a, in: scanner(a.in)}.ask("write " + path + "? y/n")
		if err != nil || !strings.HasPrefix(strings.ToLower(answer), "y") {
			return bad{exitAborted, errors.New("nothing was written"), ""}
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.WriteString(text); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	a.printf("wrote %s; next: edit it, then `lifeboat doctor` and `lifeboat status`\n", path)
	return nil
}

// thing is a workload that discover found.
type thing struct {
	name, kind, driver string
	source             string // "path: shop.db" or "dsn: …"
	repository         string
}

// discover looks below dir, not deeper than three levels, and at the sockets
// of local PostgreSQL servers.
func discover(dir string) ([]thing, error) {
	var dbs, dumps []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		rel, rerr := filepath.Rel(dir, p)
		if err != nil || rerr != nil {
			return fs.SkipDir // what can't be read is not offered
		}
		switch {
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && rel != "." || strings.Count(rel, "/") >= 3):
			return fs.SkipDir
		case d.IsDir() && rel != "." && exists(filepath.Join(p, inventoryName)):
			return fs.SkipDir // a workspace of its own
		case d.Type().IsRegular() && isSQLite(p):
			dbs = append(dbs, rel)
		case strings.HasSuffix(p, ".dump") && !slices.Contains(dumps, filepath.Dir(rel)):
			dumps = append(dumps, filepath.Dir(rel))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var out []thing
	for _, p := range dbs {
		if strings.Contains(p, "backup") {
			continue
		}
		name := strings.TrimSuffix(filepath.Base(p), filepath.Ext(p))
		out = append(out, thing{name, "sqlite", "sqlite", "path: " + p, "backups/" + name})
	}
	for i, s := range postgresSockets() {
		t := thing{fmt.Sprintf("postgres-%d", i+1), "postgresql", "pgdump", "dsn: " + s, "backups/postgres"}
		if len(dumps) > 0 {
			t.repository = dumps[0]
		}
		out = append(out, t)
	}
	return out, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func isSQLite(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // read only
	head := make([]byte, 16)
	n, _ := f.Read(head)
	return string(head[:n]) == "SQLite format 3\x00"
}

func postgresSockets() []string {
	var out []string
	for _, s := range []string{"/var/run/postgresql", "/tmp"} {
		found, _ := filepath.Glob(filepath.Join(s, ".s.PGSQL.*"))
		for _, f := range found {
			if port := strings.TrimPrefix(filepath.Ext(f), "."); port != "lock" {
				out = append(out, fmt.Sprintf("postgres:///postgres?host=%s&port=%s", s, port))
			}
		}
	}
	return out
}

// inventoryText is a lifeboat.yaml of what was found, with an example where
// nothing was.
func inventoryText(found []thing) string {
	var b strings.Builder
	b.WriteString("# What you would have to bring back, and where its backups lie.\n# Every key: docs/lifeboat-yaml.md\nversion: 1\ntiers: three # RPO and RTO by tier: 1 = 5m and 1h, 2 = 1h and 4h, 3 = 24h and 24h\nworkloads:\n")
	if len(found) == 0 {
		b.WriteString("  # nothing was found here; this is an example to edit\n")
		found = []thing{{"shop", "sqlite", "sqlite", "path: shop.db", "backups/shop"}}
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
