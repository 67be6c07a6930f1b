package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
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

// The copy is of the moment in which it began, and is not begun again for
// each write in the meantime.
func TestBackupIsOfItsBeginning(t *testing.T) {
	s := newShop(t, nil)
	script(t, s.source, "PRAGMA journal_mode = WAL; CREATE TABLE late (n); INSERT INTO attachments VALUES ('big', zeroblob(3000000))")
	late := 0
	rep := &drivers.Reporter{OnProgress: func(p drivers.Progress) {
		if p.Phase == "copying" && p.Done < p.Total && late < 3 {
			late++
			script(t, s.source, "INSERT INTO late VALUES (1)")
		}
	}}
	p, err := s.Backup(t.Context(), rep)
	if err != nil || late == 0 {
		t.Fatal(late, err)
	}
	if got := ask(t, p.Files[0], "SELECT count(*) FROM late"); got != "0" {
		t.Errorf("%s of %d later rows are in the copy", got, late)
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
