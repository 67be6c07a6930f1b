package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func demoCommand(a *app) *cobra.Command {
	var dir string
	var prepare bool
	c := &cobra.Command{
		Use: "demo", Short: "Make a throw-away workspace and open it: walk your first drill",
		Long: `Make a throw-away workspace and open it: a small shop in SQLite, recovery
points of several nights, of which one is silently corrupt, and a copy that has
gone stale. Its state is kept inside the workspace; yours is not touched.

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), dir, prepare) },
	}
	c.Flags().StringVar(&dir, "dir", "", "make it here, in an empty or new directory (default: a temporary one)")
	c.Flags().BoolVar(&prepare, "prepare", false, "make the workspace, print where it is, and stop")
	return c
}

func (a *app) demo(ctx context.Context, dir string, prepare bool) error {
	if !prepare && !a.terminal() {
		return bad{exitUsage, errors.New("the demo opens a screen, and there is no terminal"), "give --prepare to make the workspace only"}
	}
	given := dir != ""
	dir, err := demoDir(dir)
	if err != nil {
		return err
	}
	getenv := a.getenv
	a.getenv = func(k string) (string, bool) {
		if k == "LIFEBOAT_STATE" {
			return filepath.Join(dir, "state"), true
		}
		return getenv(k)
	}
	if err := a.buildDemo(ctx, dir); err != nil {
		if ctx.Err() == nil {
			return fmt.Errorf("demo in %s: %w", dir, err)
		}
		if given {
			return bad{exitAborted, errors.New(ending(ctx) + " before the demo was made"), "remove what there is of it: rm -r " + dir}
		}
		return bad{exitAborted, errors.Join(errors.New(ending(ctx)+" before the demo was made"), os.RemoveAll(dir)), ""}
	}
	a.dir = dir
	if prepare {
		if a.json {
			return a.printJSON(map[string]string{"workspace": dir, "state": filepath.Join(dir, "state")})
		}
		a.printf("export LIFEBOAT_STATE=%s\n", filepath.Join(dir, "state"))
		a.printf("cd %s\n", dir)
		return nil
	}
	err = runDashboard(ctx, a)
	a.printf("The demo is in %s; go on there with\n  LIFEBOAT_STATE=%s lifeboat -C %s\nor remove it with\n  rm -r %s\n",
		dir, filepath.Join(dir, "state"), dir, dir)
	return err
}

// demoDir makes the directory, or takes an empty one.
func demoDir(dir string) (string, error) {
	if dir == "" {
		return os.MkdirTemp("", "lifeboat-demo-")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	if len(entries) > 0 {
		return "", fmt.Errorf("--dir %s is not empty: give a new directory", dir)
	}
	return dir, nil
}
