package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

func (s *shop) restore(t *testing.T, req drivers.RestoreRequest) (drivers.Evidence, error) {
	t.Helper()
	plan, err := s.Plan(t.Context(), req)
	if err != nil {
		return drivers.Evidence{}, err
	}
	return s.Restore(t.Context(), plan, nil)
}

func TestRestoreLive(t *testing.T) {
	s := newShop(t, nil)
	script(t, s.source, "PRAGMA journal_mode = WAL")
	p := s.backup(t)
	// The disaster happens in the write-ahead log and is never checkpointed.
	broken, err := os.ReadFile(s.source)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", dsn(s.source, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("DELETE FROM orders"); err != nil {
		t.Fatal(err)
	}
	wal, err := os.ReadFile(s.source + "-wal")
	if err != nil || len(wal) == 0 {
		t.Fatal("no log", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for suffix, b := range map[string][]byte{"": broken, "-wal": wal} { // as a crash leaves them
		if err := os.WriteFile(s.source+suffix, b, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(s.source, 0o640); err != nil {
		t.Fatal(err)
	}
	live, _ := s.SourceTarget()
	ev, err := s.restore(t, drivers.RestoreRequest{Point: p, Target: live})
	if err != nil {
		t.Fatal(err)
	}
	if got := ask(t, s.source, "SELECT count(*) FROM orders"); got != "600" {
		t.Errorf("%s orders are back: the old log was played into the new database", got)
	}
	if st, err := os.Stat(s.source); err != nil || st.Mode().Perm() != 0o640 {
		t.Errorf("mode %v %v", st.Mode(), err)
	}
	kept := ev.Detail["kept"]
	if got := ask(t, kept, "SELECT count(*) FROM orders"); got != "0" {
		t.Errorf("the old database has %s orders: it was kept without its log", got)
	}
}

func TestRestoreLiveGuards(t *testing.T) {
	s := newShop(t, nil)
	p := s.backup(t)
	live, _ := s.SourceTarget()
	refused := func(what string, req drivers.RestoreRequest, want error) {
		t.Helper()
		if _, err := s.restore(t, req); !errors.Is(err, want) || drivers.Hint(err) == "" {
			t.Errorf("%s: %v (hint %q)", what, err, drivers.Hint(err))
		}
	}
	link := filepath.Join(s.dir, "alias.db")
	if err := os.Link(s.source, link); err != nil {
		t.Fatal(err)
	}
	soft := filepath.Join(s.dir, "soft.db")
	if err := os.Symlink(s.source, soft); err != nil {
		t.Fatal(err)
	}
	to := func(kind drivers.TargetKind, path string) drivers.RestoreRequest {
		return drivers.RestoreRequest{Point: p, Target: drivers.Target{Kind: kind, Name: "t", Path: path}}
	}
	refused("the source as parallel", to(drivers.TargetParallel, s.source), drivers.ErrTargetUnsafe)
	refused("a hard link to the source", to(drivers.TargetScratch, link), drivers.ErrTargetUnsafe)
	refused("a link to the source", to(drivers.TargetScratch, soft), drivers.ErrTargetUnsafe)
	refused("into the repository", to(drivers.TargetParallel, filepath.Join(s.repository, "x.db")), drivers.ErrTargetUnsafe)
	refused("a relative path", to(drivers.TargetParallel, "x.db"), drivers.ErrTargetUnsafe)
	refused("a directory", to(drivers.TargetParallel, s.dir), drivers.ErrTargetUnsafe)
	refused("live that is not the source", to(drivers.TargetLive, filepath.Join(s.dir, "x.db")), drivers.ErrTargetUnsafe)
	script(t, s.source, "DROP TABLE attachments")
	refused("a table into a hard link to the source", drivers.RestoreRequest{
		Point: p, Select: []string{"attachments"}, Target: drivers.Target{Kind: drivers.TargetParallel, Name: "t", Path: link},
	}, drivers.ErrTargetUnsafe)
	refused("a table into live", drivers.RestoreRequest{Point: p, Target: live, Select: []string{"orders"}}, drivers.ErrUnsupported)
	refused("no such kind", to("other", filepath.Join(s.dir, "x.db")), drivers.ErrUnsupported)
	// The source is gone; its path is still its own.
	for _, f := range []string{s.source, link} {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	refused("the path of the lost source", to(drivers.TargetParallel, s.source), drivers.ErrTargetUnsafe)
	if _, err := s.restore(t, drivers.RestoreRequest{Point: p, Target: live}); err != nil {
		t.Errorf("the lost source: %v", err)
	}
}

// TestMain is also the program that holds a database open for
// TestRestoreLiveInUse, in a process of its own.
func TestMain(m *testing.M) {
	if path := os.Getenv("LIFEBOAT_TEST_HOLD"); path != "" {
		hold(path)
	}
	os.Exit(m.Run())
}

func hold(path string) {
	db, err := sql.Open("sqlite", dsn(path, nil))
	if err == nil {
		_, err = db.Exec("PRAGMA journal_mode = WAL; INSERT INTO lifeboat_canary VALUES ('x')")
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("holding")
	_, _ = io.Copy(io.Discard, os.Stdin) // until the test is done
	os.Exit(0)
}

func TestRestoreLiveInUse(t *testing.T) {
	s := newShop(t, nil)
	p := s.backup(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "LIFEBOAT_TEST_HOLD="+s.source)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for said := ""; !strings.Contains(said, "holding"); {
		b := make([]byte, 256)
		n, err := out.Read(b)
		if said += string(b[:n]); err != nil {
			t.Fatal(said, err)
		}
	}
	live, _ := s.SourceTarget()
	plan, err := s.Plan(t.Context(), drivers.RestoreRequest{Point: p, Target: live})
	if err != nil || !strings.Contains(strings.Join(plan.Warnings, "\n"), fmt.Sprintf("process %d has it open", cmd.Process.Pid)) {
		t.Errorf("%v %v", plan.Warnings, err)
	}
	if _, err := s.Restore(t.Context(), plan, nil); !errors.Is(err, drivers.ErrTargetUnsafe) {
		t.Errorf("a database in use was replaced: %v", err)
	}
}

func TestRestoreTables(t *testing.T) {
	s := newShop(t, nil)
	p := s.backup(t)
	to := drivers.Target{Kind: drivers.TargetParallel, Name: "beside", Path: filepath.Join(s.dir, "beside.db")}
	script(t, to.Path, "CREATE TABLE mine (x); INSERT INTO mine VALUES (1)")
	ev, err := s.restore(t, drivers.RestoreRequest{Point: p, Target: to, Select: []string{"orders", "Customers"}})
	if err != nil || ev.Items != 2 || ev.Detail["rows orders"] != "600" {
		t.Fatalf("%+v %v", ev, err)
	}
	for query, want := range map[string]string{
		"SELECT count(*) FROM mine":                                                         "1",
		"SELECT count(*) FROM customers":                                                    "200",
		"SELECT seq FROM sqlite_sequence":                                                   "200",
		"SELECT count(*) FROM sqlite_schema WHERE type='trigger'":                           "1",
		"SELECT count(*) FROM sqlite_schema WHERE name='orders_by_day' AND sql IS NOT NULL": "1",
		"SELECT group_concat(total) FROM (SELECT total FROM orders LIMIT 3)":                "1.5,3.0,4.5",
	} {
		if got := ask(t, to.Path, query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	if _, err := s.restore(t, drivers.RestoreRequest{Point: p, Target: to, Select: []string{"orders"}}); !errors.Is(err, drivers.ErrTargetUnsafe) {
		t.Errorf("over a table of that name: %v", err)
	}
	// All of them or none: a new file does not stay when one is missing.
	fresh := drivers.Target{Kind: drivers.TargetScratch, Name: "fresh", Path: filepath.Join(s.dir, "fresh.db")}
	_, err = s.restore(t, drivers.RestoreRequest{Point: p, Target: fresh, Select: []string{"orders", "nothing"}})
	if !errors.Is(err, drivers.ErrNotFound) || !strings.Contains(drivers.Hint(err), "customers") {
		t.Errorf("no such table: %v (%s)", err, drivers.Hint(err))
	}
	if _, err := os.Stat(fresh.Path); !errors.Is(err, os.ErrNotExist) {
		t.Error("half a restore is left")
	}
}

// A backup that is altered between Verify and Restore does not arrive.
func TestRestoreComparesWhatArrives(t *testing.T) {
	s := newShop(t, nil)
	p := s.backup(t)
	if err := edit(p.Files[0], flip(70000)); err != nil {
		t.Fatal(err)
	}
	to := drivers.Target{Kind: drivers.TargetScratch, Name: "t", Path: filepath.Join(s.dir, "t.db")}
	if _, err := s.restore(t, drivers.RestoreRequest{Point: p, Target: to}); !errors.Is(err, drivers.ErrCorrupt) {
		t.Errorf("%v", err)
	}
	if entries, _ := os.ReadDir(s.dir); len(entries) != 2 {
		t.Errorf("left over: %v", entries)
	}
}
