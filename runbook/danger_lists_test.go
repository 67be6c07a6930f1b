package runbook

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dangerCase is one block of testdata/danger: why, and the script.
type dangerCase struct {
	why, language, script string
	line                  int
}

// dangerList reads a file of testdata/danger: blocks that begin with "#: why",
// or "#: [sql] why".
func dangerList(t testing.TB, name string) []dangerCase {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "danger", name))
	if err != nil {
		t.Fatal(err)
	}
	var cases []dangerCase
	for i, line := range strings.Split(string(text), "\n") {
		if why, ok := strings.CutPrefix(line, "#: "); ok {
			c := dangerCase{why: why, language: "bash", line: i + 1}
			if why, ok = strings.CutPrefix(why, "[sql] "); ok {
				c.why, c.language = why, "sql"
			}
			cases = append(cases, c)
		} else if n := len(cases); n > 0 {
			cases[n-1].script += line + "\n"
		}
	}
	for i := range cases {
		cases[i].script = strings.TrimRight(cases[i].script, "\n")
	}
	return cases
}

// TestDangerLists: every block of a list that destroys is found, and nothing
// in those that do not.
func TestDangerLists(t *testing.T) {
	for _, list := range []struct {
		pattern  string
		destroys bool
	}{{"destructive*.txt", true}, {"harmless*.txt", false}} {
		files, err := filepath.Glob(filepath.Join("testdata", "danger", list.pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no %s: %v", list.pattern, err)
		}
		for _, path := range files {
			name, right := filepath.Base(path), 0
			cases := dangerList(t, name)
			for _, c := range cases {
				found := Danger(c.script, c.language)
				if (len(found) > 0) == list.destroys {
					right++
					continue
				}
				t.Errorf("%s:%d: %s: %q: found %+v", name, c.line, c.why, c.script, found)
			}
			t.Logf("%s: %d of %d", name, right, len(cases))
		}
	}
}
