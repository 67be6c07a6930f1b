package store

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/evidence"
)

// chains proves that the journal of a run is chained from its first event.
func chains(t testing.TB, s *Store, run string) []evidence.Record {
	t.Helper()
	records, err := s.Records(t.Context(), run)
	if err != nil || len(records) == 0 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	prev := evidence.Start(run)
	for i, r := range records {
		if want := evidence.Link(prev, r); r.Hash != want || r.Seq != int64(i)+1 || r.Run != run {
			t.Fatalf("record %d: %+v, want the hash %s", i+1, r, want)
		}
		prev = r.Hash
	}
	return records
}

// Whatever portions a journal comes in, from whichever process: it is one
// chain, and each run has its own.
func TestAppendChains(t *testing.T) {
	s := fresh(t)
	a := journal(t, rand.New(rand.NewPCG(1, 1)), "aa", 30)
	keep(t, s, a)
	keep(t, open(t, s.path), journal(t, rand.New(rand.NewPCG(2, 1)), "bb", 10))
	next := drill.Event{Run: "aa", Seq: a.state.Seq + 1, At: origin, Body: drill.Noted{Text: "later"}}
	if err := open(t, s.path).Append(t.Context(), []drill.Event{next}, drill.Summary{ID: "aa"}); err != nil {
		t.Fatal(err)
	}
	if got := chains(t, s, "aa"); len(got) != 32 {
		t.Errorf("%d records", len(got))
	}
	chains(t, s, "bb")
}

// before makes a database as lifeboat made it before there was a chain, with
// the runs of another, and gives what was in its events.
func before(t testing.TB, path string, from *Store, runs ...string) {
	t.Helper()
	schema, err := os.ReadFile("migrations/00001_journal.sql")
	if err != nil {
		t.Fatal(err)
	}
	up, _, _ := strings.Cut(string(schema), "-- +goose Down")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	exec := func(stmt string, args ...any) {
		t.Helper()
		if _, err := db.Exec(stmt, args...); err != nil {
			t.Fatalf("%s: %v", stmt, err)
		}
	}
	exec(fmt.Sprint("PRAGMA application_id = ", applicationID))
	exec("PRAGMA journal_mode = WAL")
	exec("CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')))")
	exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1)")
	exec(up)
	for i := 0; ; i++ { // the runs by turns, as they were journalled
		more := false
		for _, run := range runs {
			if records, err := from.Records(t.Context(), run); err != nil {
				t.Fatal(err)
			} else if i < len(records) {
				r := records[i]
				exec("INSERT INTO events (run, seq, at, type, body) VALUES (?, ?, ?, ?, ?)", r.Run, r.Seq, r.At, r.Type, r.Body)
				more = true
			}
		}
		if !more {
			return
		}
	}
}

// A journal of before is chained when it is opened, and then goes on. What was
// in it is as it was.
func TestOlderJournalIsChained(t *testing.T) {
	s := fresh(t)
	a := journal(t, rand.New(rand.NewPCG(3, 1)), "aa", 20)
	keep(t, s, a)
	keep(t, s, journal(t, rand.New(rand.NewPCG(4, 1)), "bb", 20))
	path := filepath.Join(t.TempDir(), "lifeboat.db")
	before(t, path, s, "aa", "bb")
	old := open(t, path)
	for _, run := range []string{"aa", "bb"} {
		if d := cmp.Diff(chains(t, s, run), chains(t, old, run)); d != "" {
			t.Error(d)
		}
	}
	next := drill.Event{Run: "aa", Seq: a.state.Seq + 1, At: origin, Body: drill.Noted{Text: "later"}}
	if err := old.Append(t.Context(), []drill.Event{next}, drill.Summary{ID: "aa"}); err != nil {
		t.Fatal(err)
	}
	chains(t, old, "aa")
	if err := old.Sound(t.Context()); err != nil {
		t.Error(err)
	}
	for _, stmt := range []string{"DELETE FROM events", "UPDATE events SET body = '{}'"} {
		if _, err := old.db.Exec(stmt); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", stmt, err)
		}
	}
	var left int
	if err := old.db.QueryRow("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%before%'").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d leftovers, %v", left, err)
	}
	fresh, err := schemaOf(s)
	if err != nil {
		t.Fatal(err)
	}
	migrated, err := schemaOf(old)
	if d := cmp.Diff(fresh, migrated); err != nil || d != "" {
		t.Errorf("a migrated database is not a new one: %v\n%s", err, d)
	}
}

func schemaOf(s *Store) ([]string, error) {
	return texts(s.db.Query("SELECT coalesce(sql, name) FROM sqlite_schema WHERE tbl_name IN ('events', 'runs') ORDER BY name"))
}

// Where nothing can be written, a database of before says what to do.
func TestOlderJournalReadOnly(t *testing.T) {
	s := fresh(t)
	keep(t, s, journal(t, rand.New(rand.NewPCG(3, 1)), "aa", 20))
	path := filepath.Join(t.TempDir(), "lifeboat.db")
	before(t, path, s, "aa")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	ro := &Store{path: path, readOnly: true}
	if err := ro.ready(t.Context(), db); !errors.Is(err, ErrOlder) {
		t.Errorf("%v", err)
	}
}

// BenchmarkChainOlder brings 50,000 events up to date.
func BenchmarkChainOlder(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		path := filepath.Join(b.TempDir(), "lifeboat.db")
		before(b, path, nil)
		db, err := sql.Open("sqlite", path)
		if err == nil {
			_, err = db.Exec(`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 49999)
				INSERT INTO events (run, seq, at, type, body) SELECT printf('%08x', i / 50), i % 50 + 1, '2026-11-21T09:00:00.000000000Z', 'noted',
				'{"text":"' || hex(randomblob(300)) || '"}' FROM n`)
		}
		if err = errors.Join(err, db.Close()); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if err := open(b, path).Close(); err != nil {
			b.Fatal(err)
		}
	}
}
