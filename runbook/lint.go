package runbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// The rules of Lint, by which problems are known. Those that Parse finds are
// among them: front-matter, unknown-attribute, attribute-value, action.
const (
	ruleNoSteps         = "no-steps"
	ruleShellSyntax     = "shell-syntax"
	ruleUnknownVariable = "unknown-variable"
	ruleMissingTool     = "missing-tool"
	ruleUnguarded       = "destructive-unguarded"
	ruleNoBudget        = "no-budget"
	ruleDuplicateName   = "duplicate-name"
	ruleActionUnknown   = "action-unknown"
	ruleActionArgument  = "action-argument"
	ruleEmptyStep       = "empty-step"
	ruleOutsideSteps    = "command-outside-steps"
)

// LintEnv is what Lint may know of the machine and the drivers.
type LintEnv struct {
	// LookTool says whether a program is installed; nil: not checked.
	LookTool func(name string) bool
	// Actions gives the arguments that each action takes; nil: those that
	// drivers have in common.
	Actions map[string][]string
	// Vars are variables that the run will set, beside the front matter's.
	Vars []string
}

// Lint says what in a runbook will not work, sorted by position. The problems
// of Parse are among the answers.
func Lint(rb *Runbook, env LintEnv) []Problem {
	l := &linter{rb: rb, env: env, scope: newScope(rb), names: map[string]int{}}
	if l.env.Actions == nil {
		l.env.Actions = commonActions
	}
	for _, name := range env.Vars {
		l.scope[name] = true
	}
	l.problems = append(l.problems, rb.Problems...)
	if len(rb.Steps) == 0 {
		l.add(Pos{1, 1}, ruleNoSteps, severityError,
			"no step found; write numbered headings (`## 1. Locate the backup`), or an ordered list under a heading such as `## Steps`")
	}
	rb.allSteps(l.step)
	l.outside()
	sortProblems(l.problems)
	return l.problems
}

const (
	severityError   = "error"
	severityWarning = "warning"
)

type linter struct {
	rb       *Runbook
	env      LintEnv
	scope    scope
	names    map[string]int // name attribute → line of its first use
	problems []Problem
}

func (l *linter) add(at Pos, rule, severity, message string) {
	l.problems = append(l.problems, Problem{Line: at.Line, Column: at.Column, Rule: rule, Severity: severity, Message: message})
}

func sortProblems(list []Problem) {
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Message, b.Message))
	})
}

func (l *linter) step(st *Step) {
	if len(st.Blocks) == 0 {
		l.add(Pos{st.Line, 1}, ruleEmptyStep, severityWarning,
			fmt.Sprintf("step %q says nothing; write what the operator has to do, or remove it", st.Title))
	}
	for _, c := range st.Commands() {
		l.command(c)
	}
	for _, a := range st.Actions() {
		l.action(a)
	}
	if st.Budget == 0 && l.isMainStep(st) {
		l.add(Pos{st.Line, 1}, ruleNoBudget, severityWarning,
			fmt.Sprintf("step %q has no budget; put {budget=10m} after the heading, or <!-- lifeboat: budget=10m --> below it", st.Title))
	}
}

// isMainStep holds for steps that count against the recovery time.
func (l *linter) isMainStep(st *Step) bool {
	for i := range l.rb.Steps {
		if &l.rb.Steps[i] == st {
			return true
		}
	}
	return false
}

func (l *linter) command(c *Command) {
	if c.Name != "" {
		if first, taken := l.names[c.Name]; taken {
			l.add(Pos{c.Fence, 1}, ruleDuplicateName, severityError,
				fmt.Sprintf("the name %q is taken by the command on line %d; give this one another", c.Name, first))
		} else {
			l.names[c.Name] = c.Line
		}
	}
	l.danger(c)
	if isShell(c.Language) {
		l.shell(c)
	}
	if c.Capture != "" {
		l.scope[c.Capture] = true
	}
}

func (l *linter) danger(c *Command) {
	if c.Danger {
		return
	}
	for _, f := range DangerGiven(c.Script, c.Language, l.rb.Front.Vars) {
		l.add(c.at(f.Line, f.Column), ruleUnguarded, severityWarning,
			fmt.Sprintf("`%s` %s; add `danger` to the fence's attributes, so that the operator is asked in words: ```%s {danger}", f.What, f.Why, c.Language))
	}
}

// shell checks a script's syntax, variables and tools.
func (l *linter) shell(c *Command) {
	file, err := parseRunbookShell(c.Script, c.Language)
	if err != nil {
		p, text := shellErrorPos(err)
		l.add(c.at(p.Line, p.Column), ruleShellSyntax, severityError,
			text+"; correct it, or label the fence `text` if it is not to be run")
		return
	}
	for _, v := range c.unknownVariables(l.scope) {
		if l.scope[v.name] {
			continue
		}
		l.add(c.place(v.start), ruleUnknownVariable, severityWarning,
			fmt.Sprintf("nothing sets $%s before this; the operator will be asked. Set it in an earlier command, or under `vars:` in the front matter", v.name))
		l.scope[v.name] = true // asked once, said once
	}
	l.tools(c, file)
}

// tools checks that the programs a script calls are there. Functions of the
// script, builtins and what runs on other hosts are not looked for.
func (l *linter) tools(c *Command, file *syntax.File) {
	if l.env.LookTool == nil {
		return
	}
	own := map[string]bool{}
	syntax.Walk(file, func(n syntax.Node) bool {
		if fn, ok := n.(*syntax.FuncDecl); ok && fn.Name != nil {
			own[fn.Name.Value] = true
		}
		return true
	})
	seen := map[string]bool{}
	syntax.Walk(file, func(n syntax.Node) bool {
		call, ok := n.(*syntax.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		name, known := literal(call.Args[0])
		if !known || own[name] || seen[name] || builtins[name] || strings.Contains(name, "/") || name == "" || hasHole(c, call.Args[0]) {
			return true
		}
		seen[name] = true
		if !l.env.LookTool(name) {
			l.add(c.at(int(call.Pos().Line()), int(call.Pos().Col())), ruleMissingTool, severityWarning,
				fmt.Sprintf("%s is not installed here; install it, or run the drill where it is", name))
		}
		return true
	})
}

// hasHole holds for a word with a placeholder in it.
func hasHole(c *Command, w *syntax.Word) bool {
	start, end := int(w.Pos().Offset()), int(w.End().Offset())
	return end > len(c.Script) || len(findHoles(c.Script[start:end])) > 0
}

// builtins of bash are always there.
var builtins = wordSet(`. : [ [[ alias bg bind break builtin caller cd command compgen complete compopt continue declare dirs disown echo
	enable eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd
	read readarray readonly return set shift shopt source suspend test times trap true type typeset ulimit umask unalias unset wait`)
