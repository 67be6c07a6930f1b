package store

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// kept makes a closed database with one run "aa", and gives its path.
func kept(t *testing.T) string {
	t.Helper()
	s := fresh(t)
	keep(t, s, journal(t, rand.New(rand.NewPCG(1, 1)), "aa", 9))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return s.path
}

// alter runs SQL on a database behind the store's back.
func alter(t *testing.T, path, stmt string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = db.Exec(stmt)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		damage func(path string)
		want   error
	}{
		"text":            {func(p string) { overwrite(t, p, []byte(strings.Repeat("not a database\n", 100))) }, ErrForeign},
		"a directory":     {func(p string) { _ = os.Remove(p); _ = os.Mkdir(p, 0o700) }, ErrForeign},
		"somebody else's": {func(p string) { alter(t, p, "PRAGMA application_id = 7") }, ErrForeign},
		"a plain one":     {func(p string) { _ = os.Remove(p); alter(t, p, "CREATE TABLE shop (n)") }, ErrForeign},
		"a newer schema":  {func(p string) { alter(t, p, "PRAGMA user_version = 999") }, ErrNewer},
		"a cut file":      {func(p string) { _ = os.Truncate(p, 5000) }, ErrCorrupt},
	} {
		t.Run(name, func(t *testing.T) {
			path := kept(t)
			c.damage(path)
			before, _ := os.ReadFile(path)
			_, err := Open(context.Background(), path)
			var e *Error
			if !errors.Is(err, c.want) || !errors.As(err, &e) || e.Hint == "" || !strings.Contains(err.Error(), path) {
				t.Fatalf("%v, want %v with path and hint", err, c.want)
			}
			if after, _ := os.ReadFile(path); string(before) != string(after) {
				t.Error("a database that was refused was written to")
			}
		})
	}
}

func overwrite(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// The last migration and the number in the file go together: else each start
// would migrate again.
func TestSchemaNumber(t *testing.T) {
	s := open(t, kept(t))
	h, err := readHead(context.Background(), s.db)
	latest, lerr := latestVersion()
	if err != nil || lerr != nil || h.version != latest || !h.wal || h.application != applicationID {
		t.Errorf("%+v, latest %d, %v %v", h, latest, err, lerr)
	}
}

// Opening an up-to-date database and listing its runs is a part of every
// start: it migrates nothing and writes nothing.
func TestOpenWritesNothing(t *testing.T) {
	path := kept(t)
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	if _, err := s.Runs(context.Background(), drill.RunFilter{}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		t.Errorf("%d bytes were written to the log", info.Size())
	}
	_ = s.Close()
	if after, err := os.Stat(path); err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("the file was written to: %v", err)
	}
}

// A process that was killed while it made the database leaves one that the
// next start completes.
func TestHalfMade(t *testing.T) {
	for name, stmt := range map[string]string{
		"empty file":  "",
		"marked":      "PRAGMA application_id = 1818649204",
		"goose began": "PRAGMA application_id = 1818649204; PRAGMA journal_mode = WAL; CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now'))); INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1)",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "lifeboat.db")
			overwrite(t, path, nil)
			if stmt != "" {
				alter(t, path, stmt)
			}
			s := open(t, path)
			keep(t, s, journal(t, rand.New(rand.NewPCG(1, 1)), "aa", 9))
			if events, err := open(t, path).Events(context.Background(), "aa"); err != nil || len(events) != 10 {
				t.Errorf("%d events, %v", len(events), err)
			}
		})
	}
}

func TestLocked(t *testing.T) {
	ctx := context.Background()
	s := open(t, kept(t))
	s.db.SetMaxOpenConns(1)
	if _, err := s.db.Exec("PRAGMA busy_timeout = 20"); err != nil {
		t.Fatal(err)
	}
	tx, err := open(t, s.path).db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	next := []drill.Event{{Run: "aa", Seq: 11, At: origin, Body: drill.Noted{}}}
	if err := s.Append(ctx, next, drill.Summary{ID: "aa"}); !errors.Is(err, ErrBusy) {
		t.Errorf("while another process writes: %v", err)
	}
	if runs, err := s.Runs(ctx, drill.RunFilter{}); err != nil || len(runs) != 1 {
		t.Errorf("reading waits for a writer: %v, %v", runs, err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(ctx, next, drill.Summary{ID: "aa"}); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// Where the state directory can't be written, history can still be read. Root
// may write everywhere, so the test looks as somebody else.
func TestReadOnlyDirectory(t *testing.T) {
	path := kept(t)
	dir := filepath.Dir(path)
	for p := dir; strings.Contains(p, t.Name()); p = filepath.Dir(p) {
		_ = os.Chmod(p, 0o755)
	}
	_ = os.Chmod(path, 0o644)
	child := exec.Command("/proc/self/exe", "-test.run=^TestChildReadsOnly$", "-test.count=1")
	child.Env = append(os.Environ(), "LIFEBOAT_TEST_DB="+path)
	if os.Geteuid() == 0 {
		child.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		child.Dir = "/"
	} else if err := os.Chmod(path, 0o444); err != nil {
		t.Fatal(err)
	} else if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Chmod(dir, 0o700) }()
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("reading left files behind: %v, %v", files, err)
	}
}

// TestChildReadsOnly is the other half of TestReadOnlyDirectory.
func TestChildReadsOnly(t *testing.T) {
	path := os.Getenv("LIFEBOAT_TEST_DB")
	if path == "" {
		return // started by itself: nothing to look at
	}
	ctx := context.Background()
	s := open(t, path)
	if events, err := s.Events(ctx, "aa"); err != nil || len(events) != 10 {
		t.Errorf("%d events, %v", len(events), err)
	}
	next := []drill.Event{{Run: "aa", Seq: 11, At: origin, Body: drill.Noted{}}}
	if err := s.Append(ctx, next, drill.Summary{ID: "aa"}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("append: %v", err)
	}
}
