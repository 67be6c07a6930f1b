package runbooks_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/runbook"
	"github.com/lifeboat-dr/lifeboat/runbooks"
)

// phases that a walk goes through, whatever the kind.
var phases = map[string][]string{
	"drill":    {"locate", "decide", "verify", "restore", "validate", "cleanup"},
	"incident": {"detect", "decide", "locate", "verify", "restore", "validate", "cutover"},
}

func TestEveryKindHasEveryMode(t *testing.T) {
	for _, kind := range []string{"sqlite", "postgresql", "files"} {
		for _, mode := range []string{"drill", "incident", "tabletop"} {
			name, src, ok := runbooks.ForKind(kind, mode)
			if !ok || len(src) == 0 || !strings.HasPrefix(name, kind) {
				t.Errorf("ForKind(%s, %s) = %q, %d bytes, %v", kind, mode, name, len(src), ok)
			}
		}
	}
	if name, _, ok := runbooks.ForKind("abacus", "drill"); ok {
		t.Errorf("there is a runbook for an unknown kind: %s", name)
	}
}

func TestNoModeIsAmbiguous(t *testing.T) {
	seen := map[string]string{}
	for _, b := range runbooks.All() {
		for _, m := range b.Modes {
			key := b.Kind + " " + m
			if other := seen[key]; other != "" {
				t.Errorf("%s and %s are both for %s", other, b.Name, key)
			}
			seen[key] = b.Name
		}
	}
}

// eachBuiltin reads every shipped runbook as a user's would be.
func eachBuiltin(t *testing.T, f func(t *testing.T, b runbooks.Builtin, rb *runbook.Runbook)) {
	t.Helper()
	all := runbooks.All()
	if len(all) == 0 {
		t.Fatal("no runbook is shipped")
	}
	for _, b := range all {
		t.Run(b.Name, func(t *testing.T) {
			_, src, ok := runbooks.ForKind(b.Kind, b.Modes[0])
			if !ok {
				t.Fatal("not to be had by its kind and mode")
			}
			f(t, b, runbook.Parse(b.Name+".md", src))
		})
	}
}

func TestReadAndLint(t *testing.T) {
	eachBuiltin(t, func(t *testing.T, b runbooks.Builtin, rb *runbook.Runbook) {
		for _, p := range runbook.Lint(rb, runbook.LintEnv{}) {
			if !asksForKnown(rb, p) {
				t.Errorf("%s (%s)", p.Format(b.Name+".md"), p.Severity)
			}
		}
		if rb.Title != b.Title || rb.Front.Kind != b.Kind || rb.Front.Driver != b.Driver || !slices.Equal(rb.Front.Modes, b.Modes) {
			t.Errorf("front matter read as %+v, want %+v", rb.Front, b)
		}
	})
}

// A fence with a name is meant to be run: the reader must not take it for a
// sample of output.
func TestNamedFencesAreCommands(t *testing.T) {
	eachBuiltin(t, func(t *testing.T, b runbooks.Builtin, rb *runbook.Runbook) {
		named := map[string]bool{}
		for _, steps := range [][]runbook.Step{rb.Prerequisites, rb.Steps, rb.Rollback, rb.PostRecovery} {
			for i := range steps {
				for _, c := range steps[i].Commands() {
					named[c.Name] = true
				}
			}
		}
		for _, m := range regexp.MustCompile("(?m)^```\\w+ \\{name=([\\w-]+)").FindAllStringSubmatch(rb.Source, -1) {
			if !named[m[1]] {
				t.Errorf("the fence %q is not read as a command", m[1])
			}
		}
	})
}

// asksForKnown says that a problem is only that the operator will be asked
// for a variable, and that the runbook's introduction tells what to answer.
func asksForKnown(rb *runbook.Runbook, p runbook.Problem) bool {
	if p.Severity == "error" {
		return false
	}
	for _, h := range rb.Placeholders {
		if h.Form == "variable" && h.Line == p.Line && h.Column == p.Column {
			return strings.Contains(rb.Intro, "`"+h.Name+"`")
		}
	}
	return false
}

func TestStepsAreTimedAndNamed(t *testing.T) {
	eachBuiltin(t, func(t *testing.T, b runbooks.Builtin, rb *runbook.Runbook) {
		var total time.Duration
		var have []string
		for _, st := range rb.Steps {
			if st.Budget == 0 {
				t.Errorf("line %d: step %q has no budget", st.Line, st.Title)
			}
			if st.Number == "" {
				t.Errorf("line %d: step %q has no number", st.Line, st.Title)
			}
			total += st.Budget
			have = append(have, st.Phase)
		}
		if total > rb.Front.Timebox {
			t.Errorf("the steps' budgets are %s in all, and the time box is %s", total, rb.Front.Timebox)
		}
		for _, p := range phases[b.Modes[0]] {
			if !slices.Contains(have, p) {
				t.Errorf("no step is of phase %s", p)
			}
		}
		if len(rb.PostRecovery) == 0 {
			t.Error("nothing is said of what comes after")
		}
		if b.Modes[0] == "incident" && len(rb.Rollback) == 0 {
			t.Error("an incident's runbook has no rollback")
		}
	})
}

// A drill must be walkable with nobody there: it asks for nothing, does
// nothing destructive, and goes through every action that earns a verdict.
func TestDrillsNeedNobody(t *testing.T) {
	eachBuiltin(t, func(t *testing.T, b runbooks.Builtin, rb *runbook.Runbook) {
		if !slices.Contains(b.Modes, "drill") {
			return
		}
		for _, p := range rb.Placeholders {
			if _, answered := rb.Front.Vars[p.Name]; answered {
				continue
			}
			t.Errorf("line %d: %s has to be answered by somebody", p.Line, p.Text)
		}
		var actions []string
		for i := range rb.Steps {
			for _, a := range rb.Steps[i].Actions() {
				actions = append(actions, a.Name)
				if to := a.Args["to"]; to != "" && to != "scratch" {
					t.Errorf("line %d: a drill restores to %s", a.Line, to)
				}
			}
			for _, c := range rb.Steps[i].Commands() {
				if c.Interactive || c.Danger || len(runbook.Danger(c.Script, c.Language)) > 0 {
					t.Errorf("line %d: not for a drill: %s", c.Line, c.Script)
				}
			}
		}
		want := []string{"locate", "choose", "verify", "provision", "restore", "check", "cleanup"}
		if !slices.Equal(actions, want) {
			t.Errorf("actions are %v, want %v", actions, want)
		}
	})
}

// An incident looks before it leaps: the backup is verified, restored
// elsewhere and checked there before anything live is touched, and what is
// live is kept first.
func TestIncidentsTouchLiveLast(t *testing.T) {
	eachBuiltin(t, func(t *testing.T, b runbooks.Builtin, rb *runbook.Runbook) {
		if !slices.Contains(b.Modes, "incident") {
			return
		}
		var done []string
		for i := range rb.Steps {
			for _, a := range rb.Steps[i].Actions() {
				if a.Name == "restore" {
					done = append(done, a.Name+" "+a.Args["to"])
					continue
				}
				done = append(done, a.Name)
			}
		}
		order := []string{"locate", "choose", "verify", "restore scratch", "check", "restore live", "check"}
		i := 0
		for _, d := range done {
			if i < len(order) && d == order[i] {
				i++
			}
		}
		if i < len(order) {
			t.Errorf("actions are %v; %s is missing or out of order", done, order[i])
		}
	})
}
