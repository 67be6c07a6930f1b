package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

func TestLocate(t *testing.T) {
	s := newShop(t, nil)
	own := s.backup(t)
	write := func(n, text string) {
		if err := os.WriteFile(filepath.Join(s.repository, n), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	script(t, filepath.Join(s.repository, "shop_2026-11-20.sqlite"), "CREATE TABLE a (x)")
	script(t, filepath.Join(s.repository, "by-magic-alone"), "CREATE TABLE a (x)")
	write("shop-20261119.db", "")
	write("shop-20261118.db.gz", "\x1f\x8b")
	write("shop-20261117.db-wal", "log")
	write("shop-20261116.db.partial", "half")
	write("shop-20261115.bak", "-- some other backup, long enough to have a header, that is to say: one hundred bytes or a bit more than it")
	write("notes.txt", "nothing")
	write("shop-20261114.db"+repo.ManifestSuffix, `{"version":1,"driver":"sqlite","workload":"shop","time":"2026-11-14T01:00:00Z"}`)
	if err := os.Symlink(own.ID, filepath.Join(s.repository, "latest.db")); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range s.listed(t) {
		if p.ID != "by-magic-alone" { // its time is that of this test
			got = append(got, fmt.Sprintf("%s %s %s %s", p.ID, p.Time.Format("0102T1504"), p.TimeSource, strings.Join(p.Problems, "; ")))
		} else if p.TimeSource != drivers.TimeFile {
			t.Errorf("%+v", p)
		}
	}
	want := []string{
		"shop-20261121T033000Z.db 1121T0330 manifest ",
		"shop_2026-11-20.sqlite 1120T0000 name ",
		"shop-20261119.db 1119T0000 name empty: 0 bytes",
		"shop-20261118.db.gz 1118T0000 name compressed or encrypted: unpack it first, this driver reads plain database files",
		"shop-20261117.db-wal 1117T0000 name a log without its database",
		"shop-20261116.db.partial 1116T0000 name unfinished: the backup that wrote it has not ended",
		"shop-20261115.bak 1115T0000 name does not start as a SQLite database does",
		"shop-20261114.db 1114T0100 manifest the file is gone, only its manifest is left",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	for _, p := range s.listed(t) { // none of the bad ones is proved
		v := s.verify(t, p, drivers.GradeStructure)
		if len(p.Problems) > 0 && v.OK() {
			t.Errorf("%s: %+v", p.ID, v)
		}
	}
	s.patterns = []string{"shop_*"}
	if ps := s.listed(t); len(ps) != 1 {
		t.Errorf("pattern: %+v", ps)
	}
	s.spec.Repository = filepath.Join(s.dir, "not-mounted")
	if _, err := s.Locate(t.Context()); !errors.Is(err, drivers.ErrNotFound) {
		t.Errorf("no repository: %v", err)
	}
}

// A backup is of one moment, however many writers there are meanwhile: the
// two halves of each transaction arrive together.
func TestBackupWhileWriting(t *testing.T) {
	for _, mode := range []string{"WAL", "DELETE"} {
		t.Run(mode, func(t *testing.T) {
			s := newShop(t, nil)
			script(t, s.source, "PRAGMA journal_mode = "+mode+"; CREATE TABLE a (n INTEGER); CREATE TABLE b (n INTEGER)")
			db, err := sql.Open("sqlite", dsn(s.source, nil)+"?_pragma=busy_timeout(10000)")
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			db.SetMaxOpenConns(1)
			ctx, stop := context.WithCancel(t.Context())
			wrote := make(chan int)
			started := make(chan struct{})
			go func() {
				n := 0
				for ; ctx.Err() == nil; n++ {
					if _, err := db.Exec("BEGIN; INSERT INTO a VALUES (?1); UPDATE orders SET note = note || '.' WHERE id % 50 = ?1 % 50; INSERT INTO b VALUES (?1); COMMIT", n); err != nil {
						t.Error(err)
						break
					}
					if n == 3 {
						close(started)
					}
				}
				wrote <- n
			}()
			<-started
			p := s.backup(t)
			q := s.backup(t)
			stop()
			t.Logf("%d transactions", <-wrote)
			for _, p := range []drivers.RecoveryPoint{p, q} {
				if v := s.verify(t, p, drivers.GradeReadable); !v.OK() {
					t.Errorf("%+v", v)
				}
				if got := ask(t, p.Files[0], "SELECT (SELECT count(*) FROM a) - (SELECT count(*) FROM b)"); got != "0" {
					t.Errorf("half a transaction: %s", got)
				}
			}
			entries, _ := os.ReadDir(s.repository)
			if len(entries) != 4 {
				t.Errorf("left over: %v", entries)
			}
		})
	}
}

func TestBackupOfNothingAndOfDamage(t *testing.T) {
	s := newShop(t, nil)
	if err := edit(s.source, func(b []byte) []byte { clear(b[40*1024 : 41*1024]); return b }); err != nil {
		t.Fatal(err)
	}
	p := s.backup(t)
	if len(p.Problems) != 1 || !strings.Contains(p.Problems[0], "source is damaged") {
		t.Errorf("%+v", p)
	}
	if ps := s.listed(t); len(ps) != 1 || len(ps[0].Problems) != 1 {
		t.Errorf("%+v", ps)
	}
	if v := s.verify(t, p, drivers.GradeReadable); v.OK() || v.Proved != drivers.GradeStructure {
		t.Errorf("%+v", v)
	}
	if err := os.WriteFile(s.source, []byte("no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(t.Context(), nil); !errors.Is(err, drivers.ErrCorrupt) {
		t.Errorf("%v", err)
	}
	if err := os.Remove(s.source); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(t.Context(), nil); !errors.Is(err, drivers.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if entries, _ := os.ReadDir(s.repository); len(entries) != 2 {
		t.Errorf("left over: %v", entries)
	}
}

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
	if got := ask(t, s.source, "SELECT count(*) FROM orders"); got != "2000" {
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

// TestHold is no test: it is the program that holds the database open.
func TestHold(t *testing.T) {
	path := os.Getenv("LIFEBOAT_TEST_HOLD")
	if path == "" {
		t.Skip("run by TestRestoreLiveInUse in a process of its own")
	}
	db, err := sql.Open("sqlite", dsn(path, nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("PRAGMA journal_mode = WAL; INSERT INTO lifeboat_canary VALUES ('x')"); err != nil {
		t.Fatal(err)
	}
	fmt.Println("holding")
	select {}
}

func TestRestoreLiveInUse(t *testing.T) {
	s := newShop(t, nil)
	p := s.backup(t)
	cmd := exec.Command(os.Args[0], "-test.run=^TestHold$", "-test.v")
	cmd.Env = append(os.Environ(), "LIFEBOAT_TEST_HOLD="+s.source)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
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
	if err != nil || ev.Items != 2 || ev.Detail["rows orders"] != "2000" {
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

func TestIdentifyAndPreflight(t *testing.T) {
	s := newShop(t, nil)
	live, _ := s.SourceTarget()
	link := filepath.Join(s.dir, "alias.db")
	if err := os.Symlink(s.source, link); err != nil {
		t.Fatal(err)
	}
	a, errA := s.Identify(t.Context(), live)
	b, errB := s.Identify(t.Context(), drivers.Target{Path: link})
	c, errC := s.Identify(t.Context(), drivers.Target{Path: filepath.Join(s.dir, "new.db")})
	if errors.Join(errA, errB, errC) != nil || !a.Same(b) || a.Same(c) || a.Empty || !c.Empty || c.Value == "" {
		t.Errorf("%+v %+v %+v", a, b, c)
	}
	fs := s.Preflight(t.Context())
	if len(fs) != 2 || fs[0].OK || fs[0].Hint == "" || !fs[1].OK {
		t.Errorf("%+v", fs)
	}
	s.backup(t)
	if fs := s.Preflight(t.Context()); !fs[0].OK {
		t.Errorf("%+v", fs)
	}
	if _, err := Factory.New(drivers.Spec{Repository: "s3://bucket"}, drivers.Env{Now: time.Now}); !errors.Is(err, drivers.ErrUnsupported) {
		t.Errorf("%v", err)
	}
}
