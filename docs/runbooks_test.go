package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/runbook"
)

const guide = "docs/writing-runbooks.md"

func readGuide(t *testing.T) *page {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(root, guide))
	if err != nil {
		t.Fatal(err)
	}
	return read(guide, src)
}

// TestExamples reads every runbook that the guide shows: it has steps, and
// lint finds no error in it.
func TestExamples(t *testing.T) {
	examples := 0
	for _, f := range readGuide(t).fences {
		if f.label != "markdown" {
			continue
		}
		examples++
		rb := runbook.Parse("example.md", []byte(f.text))
		if len(rb.Steps) == 0 {
			t.Errorf("%s:%d: no step is read from the example", guide, f.line)
		}
		for _, p := range runbook.Lint(rb, runbook.LintEnv{}) {
			if p.Severity == "error" || p.Rule == "unknown-attribute" {
				t.Errorf("%s:%d: %s: %s", guide, f.line+p.Line-1, p.Rule, p.Message)
			}
		}
	}
	if examples < 4 {
		t.Errorf("%s shows %d runbooks; the test looks for fences labelled markdown", guide, examples)
	}
}

// TestPlainExample holds the reader to what the guide says of its first
// example.
func TestPlainExample(t *testing.T) {
	g := readGuide(t)
	i := slices.IndexFunc(g.fences, func(f fence) bool { return f.label == "markdown" })
	rb := runbook.Parse("example.md", []byte(g.fences[i].text))
	var titles []string
	for _, s := range rb.Steps {
		titles = append(titles, s.Title)
	}
	if want := []string{"Fetch the dump", "Restore it", "Look at it"}; !slices.Equal(titles, want) {
		t.Errorf("steps are %q, want %q", titles, want)
	}
	if len(rb.Prerequisites) != 1 || len(rb.Prerequisites[0].Items()) != 2 || len(rb.Rollback) != 1 || len(rb.PostRecovery) != 1 {
		t.Errorf("read %d preparations, %d rollbacks, %d afterwards", len(rb.Prerequisites), len(rb.Rollback), len(rb.PostRecovery))
	}
	if len(rb.Placeholders) != 1 || rb.Placeholders[0].Text != "YYYYMMDD" {
		t.Errorf("placeholders are %v", rb.Placeholders)
	}
}

// column gives the code spans in the first cell of each row of the table
// under a heading.
func column(t *testing.T, heading string) []string {
	t.Helper()
	_, rest, ok := strings.Cut(readGuide(t).prose(), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("%s has no heading %q", guide, heading)
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	var out []string
	for line := range strings.Lines(rest) {
		cells := strings.Split(line, "|")
		if len(cells) < 3 || cells[0] != "" {
			continue
		}
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	return out
}

// said lints a runbook and takes the list out of the message of one rule.
func said(t *testing.T, src, rule, list string) []string {
	t.Helper()
	for _, p := range runbook.Lint(runbook.Parse("x.md", []byte(src)), runbook.LintEnv{}) {
		if m := regexp.MustCompile(list + ` ([\w, -]+)`).FindStringSubmatch(p.Message); p.Rule == rule && m != nil {
			out := strings.Split(m[1], ", ")
			slices.Sort(out)
			return out
		}
	}
	t.Fatalf("no %s said %q", rule, list)
	return nil
}

const one = "# R\n\n## 1. Do it {budget=1m}\n\n"

// TestTables holds the guide's tables against what the reader itself says.
func TestTables(t *testing.T) {
	for _, c := range []struct {
		heading string
		want    []string
	}{
		{"Steps", said(t, "# R\n\n## 1. Do it {zzz=1}\n\n- [ ] x\n", "unknown-attribute", "known here are")},
		{"Commands", said(t, one+"```sh {zzz=1}\nls\n```\n", "unknown-attribute", "known here are")},
		{"Actions of the backup tool", said(t, one+"```lifeboat\naction: zzz\n```\n", "action-unknown", "actions are")},
		{"Front matter", said(t, "---\nzzz: 1\n---\n"+one+"- [ ] x\n", "front-matter", "known keys are")},
		{"What lint says", rules(t)},
	} {
		if got := column(t, c.heading); !slices.Equal(got, c.want) {
			t.Errorf("%s, %q: the table has %v, the program knows %v", guide, c.heading, got, c.want)
		}
	}
}

// TestActionArguments holds each action's arguments in the table against
// those that lint allows.
func TestActionArguments(t *testing.T) {
	src := string(readGuide(t).src)
	for _, action := range column(t, "Actions of the backup tool") {
		m := regexp.MustCompile("(?m)^\\| `" + action + "` \\|[^|]*\\|([^|]*)\\|$").FindStringSubmatch(src)
		if m == nil {
			t.Errorf("%s: no row for %s", guide, action)
			continue
		}
		// Arguments stand before a colon or on their own; their values after one.
		var args []string
		for _, part := range strings.Split(m[1], ";") {
			head, _, _ := strings.Cut(part, ":")
			for _, a := range regexp.MustCompile("`([a-z]+)`").FindAllStringSubmatch(head, -1) {
				args = append(args, a[1])
			}
		}
		slices.Sort(args)
		rb := runbook.Parse("x.md", []byte(one+"```lifeboat\naction: "+action+"\nzzz: 1\n```\n"))
		var want []string
		for _, p := range runbook.Lint(rb, runbook.LintEnv{}) {
			if m := regexp.MustCompile(`it takes ([a-z, ]+)$`).FindStringSubmatch(p.Message); p.Rule == "action-argument" && m != nil && m[1] != "no arguments" {
				want = strings.Split(m[1], ", ")
				slices.Sort(want)
			}
		}
		if !slices.Equal(args, want) {
			t.Errorf("%s: %s takes %v in the table, %v in the program", guide, action, args, want)
		}
	}
}

// rules are the names of lint's rules, from its source: no list of them is
// exported.
func rules(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "runbook", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\brule[A-Z]\w*\s*=\s*"([a-z-]+)"`).FindAllSubmatch(src, -1) {
			out = append(out, string(m[1]))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
