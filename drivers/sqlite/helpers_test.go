package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// shop is a driver over a small shop, and a clock that a test can move.
type shop struct {
	*driver
	dir, source, repository string
	time                    time.Time
}

func newShop(t testing.TB, options map[string]string) *shop {
	t.Helper()
	dir := t.TempDir()
	s := &shop{
		dir: dir, source: filepath.Join(dir, "live", "shop.db"), repository: filepath.Join(dir, "backups"),
		time: time.Date(2026, 11, 21, 2, 30, 0, 0, time.UTC),
	}
	for _, d := range []string{filepath.Dir(s.source), s.repository} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	makeShop(t, s.source)
	d, err := Factory.New(drivers.Spec{
		Workload: "shop", Kind: "sqlite", Path: s.source, Copy: "nightly", Repository: s.repository, Options: options,
	}, drivers.Env{Now: func() time.Time { return s.time }})
	if err != nil {
		t.Fatal(err)
	}
	s.driver = d.(*driver)
	return s
}

// makeShop fills more than a hundred pages: tables, an index, long values that
// overflow their page, a trigger and a foreign key.
func makeShop(t testing.TB, path string) {
	t.Helper()
	script(t, path, `
		PRAGMA page_size = 1024; PRAGMA application_id = 4711;
		CREATE TABLE customers (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
		CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers(id), created_at DATETIME, note TEXT, total REAL);
		CREATE INDEX orders_by_day ON orders (created_at);
		CREATE TABLE attachments (name TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID;
		CREATE TABLE lifeboat_canary (token TEXT);
		CREATE TRIGGER no_negative BEFORE INSERT ON orders BEGIN SELECT CASE WHEN new.total < 0 THEN raise(ABORT, 'negative') END; END;
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO customers (name) SELECT 'customer ' || i FROM n;
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
			INSERT INTO orders SELECT i, i % 200 + 1, datetime('2026-11-01', '+' || i || ' minutes'), 'order number ' || i || ' for the shop', i * 1.5 FROM n;
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8) INSERT INTO attachments SELECT 'file ' || i, randomblob(5000) FROM n;
		INSERT INTO lifeboat_canary VALUES ('tok-Ä-17');`)
}

// script runs SQL on a file, which is made when it is absent.
func script(t testing.TB, path, text string) {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(path, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(text); err != nil {
		t.Fatal(err)
	}
}

// ask reads one value.
func ask(t testing.TB, path, query string) string {
	t.Helper()
	db, err := openReadOnly(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	v, err := answer(context.Background(), db, query)
	if err != nil {
		t.Fatal(err)
	}
	return v.text
}

// backup makes a point, an hour after the one before.
func (s *shop) backup(t testing.TB) drivers.RecoveryPoint {
	t.Helper()
	s.time = s.time.Add(time.Hour)
	p, err := s.Backup(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// bare removes the point's manifest, as if a script had made it.
func (s *shop) bare(t testing.TB, p drivers.RecoveryPoint) drivers.RecoveryPoint {
	t.Helper()
	if err := os.Remove(p.Manifest); err != nil {
		t.Fatal(err)
	}
	p.Manifest = ""
	return p
}

func (s *shop) verify(t testing.TB, p drivers.RecoveryPoint, g drivers.Grade) drivers.Verification {
	t.Helper()
	v, err := s.Verify(context.Background(), drivers.VerifyRequest{Point: p, Grade: g, MaxAge: 24 * time.Hour}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// listed is the newest point as Locate has it.
func (s *shop) listed(t testing.TB) []drivers.RecoveryPoint {
	t.Helper()
	ps, err := s.Locate(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

// edit rewrites a file's bytes, keeping its time.
func edit(path string, change func([]byte) []byte) error {
	st, err := os.Stat(path)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, change(b), 0o600); err != nil {
		return err
	}
	return os.Chtimes(path, st.ModTime().Add(time.Second), st.ModTime().Add(time.Second))
}

func flip(at int) func([]byte) []byte {
	return func(b []byte) []byte {
		b[at%len(b)] ^= 0x40
		return b
	}
}

func TestConformance(t *testing.T) {
	damage := func(what string, g drivers.Grade, do func(path string) error) drivertest.Damage {
		return drivertest.Damage{Name: what, Grade: g, Do: func(_ *drivertest.Estate, p drivers.RecoveryPoint) error { return do(p.Files[0]) }}
	}
	drivertest.Run(t, drivertest.Suite{
		New: func(t testing.TB) *drivertest.Estate {
			s := newShop(t, nil)
			return &drivertest.Estate{Driver: s.driver, Dirs: []string{s.dir}, Work: t.TempDir(), Data: s}
		},
		Seed: func(e *drivertest.Estate, n int) error {
			s := e.Data.(*shop)
			for range n {
				s.time = s.time.Add(time.Hour)
				if _, err := s.Backup(context.Background(), nil); err != nil {
					return err
				}
			}
			return nil
		},
		Damage: []drivertest.Damage{
			damage("flipped byte", drivers.GradeChecksum, func(p string) error { return edit(p, flip(70000)) }),
			damage("cut", drivers.GradeSize, func(p string) error { return os.Truncate(p, 50000) }),
			damage("empty", drivers.GradeSize, func(p string) error { return os.Truncate(p, 0) }),
			damage("gone", drivers.GradeExists, os.Remove),
			damage("a flipped byte without a manifest", drivers.GradeReadable, func(p string) error {
				return errors.Join(os.Remove(p+repo.ManifestSuffix), edit(p, flip(1024*30)))
			}),
		},
		Target: func(e *drivertest.Estate) drivers.Target {
			return drivers.Target{Kind: drivers.TargetParallel, Name: "beside", Path: filepath.Join(e.Work, "beside.db")}
		},
	})
}
