package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is set by the linker.
var release = ""

func version() string {
	if release != "" {
		return release
	}
	if bi, ok := debug.ReadBuildInfo(); ok && bi.Main.Version != "" && bi.Main.Version != "(devel)" {
		return bi.Main.Version
	}
	return "development"
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "lifeboat",
		Short: "Rehearse the restore before you need it",
		Long: `lifeboat helps people bring data back. It walks you through locating,
verifying and restoring a backup, runs the real backup tools underneath, times
every step against the recovery time objective, and keeps the result as evidence.

Without a command it opens the dashboard of the workspace found from here
upwards. New here? Try: lifeboat demo

With --json a command prints one JSON document and nothing else on stdout;
questions go to stderr. A command that can give no answer prints nothing on
stdout then, and says why in one line on stderr.

` + exitHelp,
		Args:                       knownCommand,
		SuggestionsMinimumDistance: 2,
		SilenceErrors:              true,
		SilenceUsage:               true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDashboard(cmd.Context(), a)
		},
	}
	root.PersistentFlags().StringVarP(&a.dir, "workspace", "C", "", "directory that holds lifeboat.yaml")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print one JSON document and nothing else")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return bad{exitUsage, err, fmt.Sprintf("see `%s --help`", cmd.CommandPath())}
	})
	root.AddCommand(
		demoCommand(a), initCommand(a), statusCommand(a), locateCommand(a), verifyCommand(a),
		backupCommand(a), restoreCommand(a), runCommand(a), resumeCommand(a), historyCommand(a), reportCommand(a), inspectCommand(a),
		lintCommand(a), doctorCommand(a), versionCommand(a), manCommand(a), keysCommand(a),
	)
	return root
}

// oneWorkload takes one workload's name.
func oneWorkload(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return bad{exitUsage, fmt.Errorf("%s takes one workload", cmd.CommandPath()), "see `lifeboat status` for their names"}
	}
	return nil
}

// complete offers the workspace's workloads.
func (a *app) complete(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	inv, err := a.workspace()
	if err != nil || inv == nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	for _, w := range inv.Workloads {
		out = append(out, w.Name)
	}
	return out, cobra.ShellCompDirectiveDefault
}

// knownCommand refuses a word that is no command, and says which was meant.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "see `lifeboat --help`"
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean `lifeboat " + near[0] + "`?"
	}
	return bad{exitUsage, fmt.Errorf("there is no command %q", args[0]), hint}
}
