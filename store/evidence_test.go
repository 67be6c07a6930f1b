package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/evidence"
)

// archive is a state directory with a few runs, of which "aa" is sealed.
type archive struct{ dir string }

func (a archive) db() string   { return filepath.Join(a.dir, "lifeboat.db") }
func (a archive) runs() string { return filepath.Join(a.dir, "runs") }
func (a archive) keys() string { return filepath.Join(a.dir, "keys") }

// newArchive leaves the database closed.
func newArchive(t testing.TB) archive {
	t.Helper()
	a := archive{dir: t.TempDir()}
	s := open(t, a.db())
	for i, run := range []string{"99", "aa", "bb"} {
		j := journal(t, rand.New(rand.NewPCG(uint64(i), 7)), run, 12)
		for k := range 3 {
			j.work(t, a.runs(), fmt.Sprint("out", k), strings.Repeat("a line\n", k))
		}
		j.add(t, drill.Concluded{Verdict: drill.VerdictPassed, Measure: drill.Measure{RTO: time.Minute}})
		j.add(t, drill.RunEnded{})
		keep(t, s, j)
	}
	sealer := evidence.Sealer{Source: s, RunsDir: a.runs(), KeyDir: a.keys(), Version: "test", Now: func() time.Time { return origin.Add(time.Hour) }}
	if err := sealer.Seal(t.Context(), "aa"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return a
}

// work journals a task that left an output.
func (a *author) work(t testing.TB, runs, id, text string) {
	t.Helper()
	out, err := drill.NewOutput(filepath.Join(runs, a.run, id+".out"), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = out.Write([]byte(text))
	size, lines, sum, err := out.Close()
	if err != nil {
		t.Fatal(err)
	}
	a.add(t, drill.TaskStarted{Task: drill.Task{ID: id, Run: a.run, Kind: drill.TaskShell}})
	a.add(t, drill.TaskEnded{Task: id, Result: drill.Result{OK: true, Output: id + ".out", Bytes: size, Lines: lines, SHA256: sum}})
}

// read is what a check reads of run "aa" in a database: nil when it can't be.
func (a archive) read(ctx context.Context, s *Store) (all [2]any) {
	if records, err := s.Records(ctx, "aa"); err == nil {
		all[0] = records
	}
	if row, ok, err := s.Row(ctx, "aa"); err == nil && ok {
		all[1] = row
	}
	return all
}

// check opens a copy of the archive's database and checks run "aa". An error
// of opening it is an answer too.
func (a archive) check(ctx context.Context, db string) (p evidence.Proof, read [2]any) {
	s, err := Open(ctx, db)
	if err != nil {
		return evidence.Proof{Broken: &evidence.Broken{Place: "the database", What: err.Error()}}, read
	}
	defer func() { _ = s.Close() }()
	c := evidence.Checker{Source: s, RunsDir: a.runs(), Key: func() (evidence.PublicKey, error) { return evidence.LocalPublicKey(a.keys()) }}
	return c.Run(ctx, "aa"), a.read(ctx, s)
}

// tampered runs SQL on the archive's database, as somebody can who may write
// the file.
func (a archive) tampered(t testing.TB, stmts ...string) evidence.Proof {
	t.Helper()
	db, err := sql.Open("sqlite", a.db())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, stmt := range append([]string{"DROP TRIGGER IF EXISTS events_stay", "DROP TRIGGER IF EXISTS events_hold"}, stmts...) {
		if _, err := db.Exec(stmt); err != nil {
			t.Fatalf("%s: %v", stmt, err)
		}
	}
	p, _ := a.check(t.Context(), a.db())
	return p
}

func TestTamperedJournal(t *testing.T) {
	for _, c := range []struct{ place, stmt string }{
		{"event 5 ", "UPDATE events SET body = body || ' ' WHERE run = 'aa' AND seq = 5"},
		{"event 5: it is missing", "DELETE FROM events WHERE run = 'aa' AND seq = 5"},
		{"lost off its end", "DELETE FROM events WHERE run = 'aa' AND seq = (SELECT max(seq) FROM events WHERE run = 'aa')"},
		{"lost off its end", "DELETE FROM events WHERE run = 'aa' AND seq > 9"},
		{"holds no event", "DELETE FROM events WHERE run = 'aa'"},
		{"event 2 ", "UPDATE events SET seq = CASE seq WHEN 2 THEN 1003 ELSE 1002 END WHERE run = 'aa' AND seq IN (2, 3); UPDATE events SET seq = seq - 1000 WHERE seq > 1000"},
		{"event 4 ", "INSERT INTO events (run, seq, at, type, body, hash) SELECT run, 1000, at, type, body, hash FROM events WHERE run = 'aa' AND seq = 3; DELETE FROM events WHERE run = 'aa' AND seq = 4; UPDATE events SET seq = 4 WHERE seq = 1000"},
		{"it is there twice", `ALTER TABLE events RENAME TO e; CREATE TABLE events (id INTEGER PRIMARY KEY, run TEXT, seq INTEGER, at TEXT, type TEXT, body TEXT, hash TEXT);
			INSERT INTO events SELECT * FROM e; INSERT INTO events (run, seq, at, type, body, hash) SELECT run, seq, at, type, body, hash FROM e WHERE run = 'aa' AND seq = 6`},
		{"event 7: its body is no text", `ALTER TABLE events RENAME TO e; CREATE TABLE events (id INTEGER PRIMARY KEY, run TEXT, seq INTEGER, at TEXT, type TEXT, body, hash TEXT);
			INSERT INTO events SELECT * FROM e; UPDATE events SET body = 7 WHERE run = 'aa' AND seq = 7`},
		{"missing from the list of runs", "DELETE FROM runs WHERE id = 'aa'"},
		{"its workload is", "UPDATE runs SET workload = 'other' WHERE id = 'aa'"},
		{"verdict", "UPDATE runs SET summary = replace(summary, 'passed', 'failed') WHERE id = 'aa'"},
		{"", "DELETE FROM events WHERE run = 'bb'"}, // another run's
		{"", "DELETE FROM runs WHERE id = '99'"},
	} {
		p := newArchive(t).tampered(t, c.stmt)
		switch {
		case c.place == "" && !p.Proved:
			t.Errorf("%s: %v", c.stmt, p.Broken)
		case c.place != "" && (p.Proved || !strings.Contains(p.Broken.Error(), c.place)):
			t.Errorf("%s: %v, want %s", c.stmt, p.Broken, c.place)
		}
	}
}

// Every text of every event, changed in one bit by SQL: the event is named.
func TestEveryColumnCounts(t *testing.T) {
	a := newArchive(t)
	db, err := sql.Open("sqlite", a.db())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	for _, stmt := range []string{"DROP TRIGGER events_hold", "PRAGMA synchronous = OFF"} {
		if _, err := db.Exec(stmt); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, a.db())
	c := evidence.Checker{Source: s, RunsDir: a.runs(), Key: func() (evidence.PublicKey, error) { return evidence.LocalPublicKey(a.keys()) }}
	records, err := s.Records(t.Context(), "aa")
	if err != nil || len(records) < 20 {
		t.Fatal(len(records), err)
	}
	r := rand.New(rand.NewPCG(5, 5))
	for _, rec := range records {
		for column, text := range map[string]string{"run": rec.Run, "at": rec.At, "type": rec.Type, "body": rec.Body, "hash": rec.Hash} {
			flipped := []byte(text)
			flipped[r.IntN(len(flipped))] ^= 1 << r.IntN(8)
			set := func(b []byte, where any) {
				if _, err := db.Exec("UPDATE events SET "+column+" = CAST(? AS TEXT) WHERE run = ? AND seq = ?", b, where, rec.Seq); err != nil {
					t.Fatal(err)
				}
			}
			set(flipped, "aa")
			want := fmt.Sprintf("event %d", rec.Seq)
			if column == "run" && rec.Seq == int64(len(records)) {
				want = "lost off its end" // it is another run's now
			}
			if p := c.Run(t.Context(), "aa"); p.Proved || !strings.Contains(p.Broken.Error(), want) {
				t.Errorf("%s of event %d as %q: %v", column, rec.Seq, flipped, p.Broken)
			}
			if where := any("aa"); column == "run" {
				set([]byte(text), string(flipped))
			} else {
				set([]byte(text), where)
			}
		}
	}
	if p := c.Run(t.Context(), "aa"); !p.Proved {
		t.Errorf("put back: %v", p.Broken)
	}
}

// Single bits of the database file, at random and at each page's head: what is
// proved was read as it was written.
func TestRawFlips(t *testing.T) {
	a := newArchive(t)
	data, err := os.ReadFile(a.db())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "lifeboat.db")
	overwrite(t, path, data)
	p, whole := a.check(t.Context(), path)
	if !p.Proved || whole[0] == nil || whole[1] == nil {
		t.Fatal(p.Broken)
	}
	r := rand.New(rand.NewPCG(11, 11))
	offsets := make([]int, 0, 2000)
	for range 1200 {
		offsets = append(offsets, r.IntN(len(data)))
	}
	for page := 0; page < len(data); page += 4096 {
		for range 12 {
			offsets = append(offsets, page+r.IntN(12))
		}
	}
	caught := 0
	for _, at := range offsets {
		bit := byte(1) << r.IntN(8)
		removeLogs(path)
		flipped := bytes.Clone(data)
		flipped[at] ^= bit
		overwrite(t, path, flipped)
		p, read := a.check(t.Context(), path)
		switch {
		case p.Proved && !reflect.DeepEqual(read, whole):
			t.Errorf("byte %d, bit %d: proved, and what was read of the run changed", at, bit)
		case !p.Proved && (p.Broken == nil || p.Broken.Place == "" || p.Broken.What == ""):
			t.Errorf("byte %d, bit %d: no place is named: %+v", at, bit, p.Broken)
		case !p.Proved:
			caught++
		}
	}
	t.Logf("%d flips, %d found, the others changed nothing of the run", len(offsets), caught)
	if caught < len(offsets)/4 {
		t.Errorf("only %d of %d flips were found", caught, len(offsets))
	}
}

func removeLogs(path string) {
	_ = os.Remove(path + "-wal")
	_ = os.Remove(path + "-shm")
}

// The same for a write-ahead log that was never taken into the database.
func TestRawFlipsOfTheLog(t *testing.T) {
	a := newArchive(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "lifeboat.db")
	s := open(t, path)
	source := open(t, a.db())
	for _, run := range []string{"99", "aa"} {
		events, err := source.Events(t.Context(), run)
		if err != nil {
			t.Fatal(err)
		}
		sum, err := source.FindRun(t.Context(), run)
		if err == nil {
			err = s.Append(t.Context(), events, sum)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	base, _ := os.ReadFile(path)
	wal, _ := os.ReadFile(path + "-wal")
	if len(wal) < 20_000 {
		t.Fatalf("the log holds %d bytes", len(wal))
	}
	_ = s.Close()
	copied := filepath.Join(t.TempDir(), "lifeboat.db")
	put := func(log []byte) {
		removeLogs(copied)
		overwrite(t, copied, base)
		overwrite(t, copied+"-wal", log)
	}
	put(wal)
	p, whole := a.check(t.Context(), copied)
	if !p.Proved {
		t.Fatal(p.Broken)
	}
	r := rand.New(rand.NewPCG(12, 12))
	for range 300 {
		at := r.IntN(len(wal))
		flipped := bytes.Clone(wal)
		flipped[at] ^= 1 << r.IntN(8)
		put(flipped)
		if p, read := a.check(t.Context(), copied); p.Proved && !reflect.DeepEqual(read, whole) {
			t.Errorf("byte %d of the log: proved, and what was read of the run changed", at)
		}
	}
}
