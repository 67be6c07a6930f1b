package runbooks_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/runbook"
	"github.com/lifeboat-dr/lifeboat/runbooks"
)

// putBack runs the rollback of an incident's runbook as the walk would.
func putBack(t *testing.T, kind, target string) string {
	t.Helper()
	name, src, ok := runbooks.ForKind(kind, "incident")
	if !ok {
		t.Fatal("no runbook for", kind)
	}
	rb := runbook.Parse(name+".md", src)
	for i := range rb.Rollback {
		for _, c := range rb.Rollback[i].Commands() {
			if c.Name != "put-back" {
				continue
			}
			cmd := exec.Command("bash", "-e", "-o", "pipefail", "-c", c.Script)
			cmd.Env = append(os.Environ(), "LIFEBOAT_TARGET_PATH="+target, "LIFEBOAT_RUN=7f3a")
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			return string(out)
		}
	}
	t.Fatal("no command put-back in", name)
	return ""
}

// tree writes files by name and content, below dir.
func tree(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// holds checks that below dir there are these files and no others.
func holds(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		got[rel] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range want {
		if got[name] != content {
			t.Errorf("%s holds %q, want %q", name, got[name], content)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is there, and should not be", name)
		}
	}
}

func TestPutBackSQLite(t *testing.T) {
	dir := t.TempDir()
	tree(t, dir, map[string]string{
		"shop.db": "restored", "shop.db-wal": "restored's log", "shop.db-shm": "index",
		"shop.db.before-20261120T010000Z":     "older",
		"shop.db.before-20261121T020000Z":     "damaged",
		"shop.db.before-20261121T020000Z-wal": "damaged's log",
	})
	putBack(t, "sqlite", filepath.Join(dir, "shop.db"))
	holds(t, dir, map[string]string{
		"shop.db": "damaged", "shop.db-wal": "damaged's log",
		"shop.db.restored-7f3a": "restored", "shop.db.restored-7f3a-wal": "restored's log",
		"shop.db.before-20261120T010000Z": "older",
	})
}

func TestPutBackFiles(t *testing.T) {
	if _, err := exec.LookPath("rsync"); err != nil {
		const miss = "rsync is missing: apt-get install rsync"
		if os.Getenv("LIFEBOAT_REQUIRE_TOOLS") == "1" {
			t.Fatal(miss)
		}
		t.Skip(miss)
	}
	dir := t.TempDir()
	tree(t, dir, map[string]string{
		"live/a": "restored a", "live/sub/b": "restored b", "live/c": "untouched",
		"live.before-20261121T020000Z/a": "former a", "live.before-20261121T020000Z/sub/b": "former b",
	})
	putBack(t, "files", filepath.Join(dir, "live")+"/")
	holds(t, filepath.Join(dir, "live"), map[string]string{"a": "former a", "sub/b": "former b", "c": "untouched"})
	holds(t, filepath.Join(dir, "live.restored-7f3a"), map[string]string{"a": "restored a", "sub/b": "restored b"})
}

// A rollback before anything was replaced must not touch anything.
func TestPutBackNothing(t *testing.T) {
	for _, kind := range []string{"sqlite", "files"} {
		dir := t.TempDir()
		tree(t, dir, map[string]string{"live": "as it was"})
		if out := putBack(t, kind, filepath.Join(dir, "live")); !strings.Contains(out, "nothing to put back") {
			t.Errorf("%s: said %q", kind, out)
		}
		holds(t, dir, map[string]string{"live": "as it was"})
	}
}
