package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

// call is a command line that a page shows.
type call struct {
	words []string
	line  int
}

// calls finds the command lines of a page, in its code spans and its shell
// fences, that begin with this program.
func (p *page) calls(program string) []call {
	var out []call
	keep := func(words []string, line int) {
		if len(words) > 0 && strings.TrimPrefix(words[0], "./bin/") == program {
			out = append(out, call{words, line})
		}
	}
	for _, s := range p.spans {
		keep(strings.Fields(s.text), s.line)
	}
	for _, f := range p.fences {
		switch f.label {
		case "sh", "bash", "shell", "console", "":
			for _, c := range shellCalls(f.text) {
				keep(c.words, f.line+c.line-1)
			}
		}
	}
	return out
}

var prompt = regexp.MustCompile(`(?m)^\$ `)

// shellCalls parses a fence; one that is no shell has no calls.
func shellCalls(script string) []call {
	file, err := syntax.NewParser().Parse(strings.NewReader(prompt.ReplaceAllString(script, "  ")), "")
	if err != nil {
		return nil
	}
	var out []call
	syntax.Walk(file, func(n syntax.Node) bool {
		c, ok := n.(*syntax.CallExpr)
		if !ok {
			return true
		}
		var words []string
		for _, w := range c.Args {
			var b strings.Builder
			_ = syntax.NewPrinter().Print(&b, w)
			words = append(words, strings.Trim(b.String(), `"'`))
		}
		out = append(out, call{words, int(c.Pos().Line())})
		return true
	})
	return out
}

// TestMakeTargets checks every `make target`.
func TestMakeTargets(t *testing.T) {
	src, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	targets := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^([a-z][a-z-]*):`).FindAllSubmatch(src, -1) {
		targets[string(m[1])] = true
	}
	for _, p := range pages(t) {
		for _, c := range p.calls("make") {
			for _, w := range c.words[1:] {
				if !strings.ContainsAny(w, "=-") && !targets[w] {
					t.Errorf("%s:%d: there is no `make %s`", p.path, c.line, w)
				}
			}
		}
	}
}

// TestProgram holds the pages against the program itself.
func TestProgram(t *testing.T) {
	program := build(t)
	t.Run("command line", func(t *testing.T) { checkCommandLine(t, program) })
	t.Run("keys", func(t *testing.T) { checkKeys(t, program) })
}

// checkCommandLine checks every subcommand and flag of lifeboat.
func checkCommandLine(t *testing.T, program *program) {
	t.Helper()
	for _, p := range pages(t) {
		for _, c := range p.calls("lifeboat") {
			for _, wrong := range program.check(c.words[1:]) {
				if !p.notHere[wrong] {
					t.Errorf("%s:%d: `%s`: lifeboat has no %s", p.path, c.line, strings.Join(c.words, " "), wrong)
				}
			}
		}
		for _, s := range p.spans {
			flag, _, _ := strings.Cut(strings.Fields(s.text + " .")[0], "=")
			if flagForm.MatchString(flag) && !p.notHere[flag] && !program.anyFlag[flag] {
				t.Errorf("%s:%d: no command of lifeboat has the flag %s (if another program has it: <!-- docs-check: not here: %s -->)", p.path, s.line, flag, flag)
			}
		}
	}
}

// checkKeys checks that the reference of keys is the program's own, and every
// <kbd>key</kbd> against it.
func checkKeys(t *testing.T, program *program) {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(root, "docs", "keys.md"))
	if err != nil {
		t.Fatalf("docs/keys.md should be there; `make golden` writes it: %v", err)
	}
	if want := program.output("keys"); string(src) != want {
		t.Error("docs/keys.md is not what `lifeboat keys` prints; `make golden` writes it anew")
	}
	known := map[string]bool{}
	for line := range strings.Lines(string(src)) {
		cells := strings.Split(strings.ReplaceAll(line, `\|`, "\x00"), "|")
		if len(cells) < 3 {
			continue
		}
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
			known[strings.ReplaceAll(m[1], "\x00", "|")] = true
		}
	}
	for _, p := range pages(t) {
		for _, k := range p.kbd {
			if !known[k.text] && !p.notHere[k.text] {
				t.Errorf("%s:%d: no screen has the key %s: see docs/keys.md", p.path, k.line, k.text)
			}
		}
	}
}
