package inventory

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// testdata/bad.txt holds files with everything that Parse says of them:
//
//	=== name
//	the file
//	--- says
//	lifeboat.yaml:1:1: …
//
// In the file, → stands for a tab.
const badFile = "testdata/bad.txt"

type badCase struct{ name, src, says string }

func badCases(t *testing.T) []badCase {
	t.Helper()
	var cases []badCase
	for i, part := range strings.Split(read(t, badFile), "=== ") {
		name, rest, _ := strings.Cut(part, "\n")
		src, says, ok := strings.Cut(rest, "--- says\n")
		if i == 0 {
			continue
		}
		if !ok {
			t.Fatalf("case %q has no says", name)
		}
		cases = append(cases, badCase{name, strings.ReplaceAll(src, "→", "\t"), says})
	}
	return cases
}

func TestBadFiles(t *testing.T) {
	cases := badCases(t)
	if len(cases) < 40 {
		t.Fatalf("only %d cases", len(cases))
	}
	var out strings.Builder
	for _, c := range cases {
		inv, err := Parse("lifeboat.yaml", []byte(c.src))
		if err == nil || inv != nil {
			t.Errorf("%s: accepted", c.name)
			continue
		}
		got := err.Error() + "\n"
		if diff := cmp.Diff(c.says, got); diff != "" && !*update {
			t.Errorf("%s: -want +got\n%s", c.name, diff)
		}
		out.WriteString("=== " + c.name + "\n" + strings.ReplaceAll(c.src, "\t", "→") + "--- says\n" + got)
	}
	if *update {
		if err := os.WriteFile(badFile, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A password never reaches a message.
func TestBadFilesKeepSecrets(t *testing.T) {
	seen := 0
	for _, c := range badCases(t) {
		if !strings.Contains(c.src, "hunter2") {
			continue
		}
		seen++
		if _, err := Parse("lifeboat.yaml", []byte(c.src)); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if seen < 8 {
		t.Errorf("only %d cases hold a secret", seen)
	}
}
