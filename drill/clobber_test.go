package drill_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// home is a directory that is not below a place for temporary files: those
// are free to be written over.
func home(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err == nil {
		err = os.MkdirAll(cache, 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(cache, "lifeboat-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func TestADrillOverwritesNoFile(t *testing.T) {
	dir := home(t)
	there := filepath.Join(dir, "there")
	if err := os.WriteFile(there, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		script  string
		refused bool
		fails   bool
	}{
		"a new name":                 {script: "echo x > " + dir + "/new"},
		"a name that is there":       {script: "echo x > " + there, refused: true},
		"by force":                   {script: "echo x >| " + dir + "/forced", refused: true},
		"a name only the shell has":  {script: "f=there; cd " + dir + "\nfor i in 1; do echo x > \"${f}\"; done", fails: true},
		"in another shell":           {script: "bash -c 'echo x > " + dir + "/inner'", refused: true},
		"beside what else destroys":  {script: "echo x > " + dir + "/other; rm -rf " + there, refused: true},
		"what its author says hurts": {script: "danger|||echo x > " + dir + "/declared", refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := outputs(t, fenced(c.script), drill.StartRequest{})
			refused := strings.Contains(strings.Join(s.Reasons, " "), "refused in a drill")
			failed := strings.Contains(strings.Join(s.Reasons, " "), "cannot overwrite existing file")
			if refused != c.refused || failed != c.fails {
				t.Errorf("refused %v, failed %v: %v", refused, failed, s.Reasons)
			}
			if got, err := os.ReadFile(there); err != nil || string(got) != "precious" {
				t.Errorf("the file holds %q, %v", got, err)
			}
		})
	}
}

// The session of the next command may write where it likes to.
func TestNoClobberIsOfOneCommand(t *testing.T) {
	dir := home(t)
	s, out := outputs(t, fenced("echo x > "+dir+"/new", "set -o | grep noclobber"), drill.StartRequest{})
	if len(out) != 2 || !strings.Contains(out[1], "off") {
		t.Errorf("%v: %q", s.Reasons, out)
	}
}
