package runbook

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const lintDocument = `---
vars:
  BUCKET: b
---
# Steps

## Fetch {budget=5m}

` + "```bash {name=fetch}\naws s3 cp s3://$BUCKET/x $DEST\nOUT=1; echo $OUT $DEST\n```" + `

## Wipe {budget=1m}

` + "```bash {name=fetch}\nsudo rm -rf /data\n```\n\n```bash {danger}\nrm -rf /data\n```" + `

## Break {budget=1m}

1. Do

   ` + "```sh\n   echo ok\n   if true; then\n   ```" + `

## Drive {budget=1m}

` + "```lifeboat\naction: restor\n```\n\n```lifeboat\naction: restore\ntoo: scratch\n```\n\n```lifeboat\naction: restore\nto: scratch\n```" + `

## Empty
`

func TestLint(t *testing.T) {
	rb := Parse("l.md", []byte(lintDocument))
	env := LintEnv{LookTool: func(name string) bool { return name != "aws" }}
	var got []string
	for _, p := range Lint(rb, env) {
		got = append(got, fmt.Sprintf("%d:%d %s %s", p.Line, p.Column, p.Rule, p.Severity))
	}
	want := []string{
		"10:1 missing-tool warning",
		"10:26 unknown-variable warning",
		"16:1 duplicate-name error",
		"17:1 destructive-unguarded warning",
		"30:13 shell-syntax error",
		"36:1 action-unknown error",
		"41:1 action-argument error",
		"49:1 empty-step warning",
		"49:1 no-budget warning",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestLintMessages(t *testing.T) {
	rb := Parse("l.md", []byte(lintDocument))
	for rule, part := range map[string]string{
		"action-unknown":        `did you mean "restore"?`,
		"action-argument":       `did you mean "to"?`,
		"destructive-unguarded": "`rm -rf /data`",
		"no-budget":             "{budget=10m}",
		"duplicate-name":        "line 10",
	} {
		found := false
		for _, p := range Lint(rb, LintEnv{}) {
			found = found || p.Rule == rule && strings.Contains(p.Message, part)
		}
		if !found {
			t.Errorf("no %s problem says %q", rule, part)
		}
	}
}

func TestLintNoSteps(t *testing.T) {
	p := Lint(Parse("n.md", []byte("# Title\n\nWords.\n")), LintEnv{})
	if len(p) != 1 || p[0].Rule != "no-steps" || p[0].Severity != "error" {
		t.Errorf("got %+v", p)
	}
	if got, want := p[0].Format("n.md"), "n.md:1:1: no-steps: no step found"; !strings.HasPrefix(got, want) {
		t.Errorf("Format gives %q, want %q…", got, want)
	}
}

func TestLintVariablesAndActionsOfTheCaller(t *testing.T) {
	src := "# Steps\n\n## A {budget=1m}\n\n```sh\necho $REGION\n```\n\n```lifeboat\naction: dance\nwith: me\n```\n"
	env := LintEnv{Vars: []string{"REGION"}, Actions: map[string][]string{"dance": {"with"}}}
	if p := Lint(Parse("", []byte(src)), env); len(p) > 0 {
		t.Errorf("got %+v", p)
	}
}

func TestLintLeavesFunctionsAndPlaceholdersAlone(t *testing.T) {
	src := "# Steps\n\n## A {budget=1m}\n\n```sh\nf() { true; }\nf; cd /; <tool> x; ./run; $CMD\n```\n"
	for _, p := range Lint(Parse("", []byte(src)), LintEnv{LookTool: func(string) bool { return false }}) {
		if p.Rule == "missing-tool" {
			t.Errorf("got %+v", p)
		}
	}
}
