package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lifeboat-dr/lifeboat/drivers/command"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

func inspectCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "inspect FILE", Short: "Show the steps that are read from a runbook",
		Long: "Show the steps, commands, checklist items and placeholders that are read from a markdown runbook.\n\n" + exitHelp,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return bad{exitUsage, fmt.Errorf("%s takes one markdown file", cmd.CommandPath()), "or builtin:NAME for a built-in one"}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.inspect(args[0]) },
	}
}

func (a *app) inspect(ref string) error {
	rb, err := a.library(nil).Open(ref)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(rb.Report())
	}
	return cleanly(a.out, rb.Report().WriteText)
}

// lintDoc is one finding of `lint --json`.
type lintDoc struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
}

func lintCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "lint FILE...", Short: "Say what in a runbook will not work",
		Long: "Say what in a runbook will not work, as file:line:column: rule: message.\nExits 1 when there is an error; warnings alone exit 0.\n\n" + exitHelp,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return bad{exitUsage, fmt.Errorf("%s takes markdown files", cmd.CommandPath()), "or builtin:NAME for a built-in one"}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.lint(args) },
	}
}

func (a *app) lint(refs []string) error {
	lib := a.library(nil)
	docs, failed := []lintDoc{}, false
	for _, ref := range refs {
		rb, err := lib.Open(ref)
		if err != nil {
			return err
		}
		for _, p := range problems(rb) {
			failed = failed || p.Severity == "error"
			docs = append(docs, lintDoc{ref, p.Line, p.Column, p.Rule, p.Severity, p.Message})
			if !a.json {
				a.printf("%s\n", p.Format(ref))
			}
		}
	}
	if a.json {
		if err := a.printJSON(docs); err != nil {
			return err
		}
	}
	if failed {
		return answer{exitBad}
	}
	return nil
}

func problems(rb *runbook.Runbook) []runbook.Problem {
	look := func(tool string) bool {
		_, err := command.Local{Paths: serverPaths}.Look(tool)
		return err == nil
	}
	return runbook.Lint(rb, runbook.LintEnv{LookTool: look})
}
