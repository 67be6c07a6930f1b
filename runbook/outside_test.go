package runbook

import (
	"fmt"
	"slices"
	"testing"
)

// A numbered section with commands is a step, whatever its title sounds like.
func TestNumberedCommandsAreSteps(t *testing.T) {
	for _, title := range []string{
		"Where am I", "What happened", "Who to call", "When to stop", "Why", "Contact DBA", "References", "Related alerts",
		"Symptoms", "Summary", "Links", "Impact", "Alert", "Architecture check",
	} {
		for _, form := range []string{"# T\n\n%[2]s", "# T\n\n## 0. Overview\n\nwords\n\n%[2]s"} {
			src := fmt.Sprintf(form, "", fmt.Sprintf("## 1. Go\n\n```bash\nls a\n```\n\n## 2. %s\n\n```bash\nls b\n```\n\n## 3. Next\n\n```bash\nls c\n```\n", title))
			rb := Parse("t.md", []byte(src))
			if got, want := stepTitles(rb.Steps), []string{"1 Go", "2 " + title, "3 Next"}; !slices.Equal(got, want) {
				t.Errorf("%q: steps %q, want %q", src, got, want)
			}
		}
	}
	rb := Parse("t.md", []byte("## 1. Go\n\nwords\n\n## 2. Where am I\n\n```bash\npwd\n```\n\n## 3. Next\n\nwords\n"))
	if got, want := stepTitles(rb.Steps), []string{"1 Go", "2 Where am I", "3 Next"}; !slices.Equal(got, want) {
		t.Errorf("steps %q, want %q", got, want)
	}
}

func TestListOfOneUnderTheTitle(t *testing.T) {
	rb := Parse("t.md", []byte("# Big\n\n1. Count\n\n   ```sh\n   ls | wc -l\n   ```\n"))
	if got, want := stepTitles(rb.Steps), []string{"1 Count"}; !slices.Equal(got, want) || len(rb.Steps[0].Commands()) != 1 {
		t.Errorf("steps %q, want %q", got, want)
	}
}

func TestLintCommandOutsideSteps(t *testing.T) {
	const fence = "\n\n```bash\nls\n```\n\n"
	for src, want := range map[string][]int{
		"# T\n\n## References" + fence + "## Steps\n\n1. Do it\n":                         {5},
		"# T\n\n## Steps\n\n1. Do it\n\n## Contact\n\n> ```bash\n> ls\n> ```\n":           {9},
		"# T\n\n## Before you begin" + fence + "## Steps" + fence + "## Rollback" + fence: nil,
		"# T\n\n## References\n\n```bash {ignore}\nls\n```\n\n## Steps\n\n1. Do it\n":     nil,
		"# T\n\n## Impact\n\n```\n2026-01-01 ERROR x\n```\n\n## Steps\n\n1. Do it\n":      nil,
	} {
		var got []int
		for _, p := range Lint(Parse("t.md", []byte(src)), LintEnv{}) {
			if p.Rule == "command-outside-steps" && p.Severity == "warning" {
				got = append(got, p.Line)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: lines %v, want %v", src, got, want)
		}
	}
}
