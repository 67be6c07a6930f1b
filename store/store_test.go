package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// fresh opens a store in a directory that is not there yet.
func fresh(t testing.TB) *Store {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "state", "lifeboat.db"))
}

func open(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// keep appends a whole journal in random portions.
func keep(t testing.TB, s *Store, a *author) {
	t.Helper()
	var st drill.State
	for rest := a.events; len(rest) > 0; {
		n := 1 + a.IntN(min(4, len(rest)))
		for _, e := range rest[:n] {
			var err error
			if st, err = drill.Apply(st, e); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Append(context.Background(), rest[:n], drill.Summarise(&st)); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
}

// Whatever was journalled reads back as the same run, also by another
// process's store and after a restart.
func TestReplayEqualsLive(t *testing.T) {
	s := fresh(t)
	for seed := range uint64(40) {
		a := journal(t, rand.New(rand.NewPCG(seed, 1)), fmt.Sprintf("%08x", seed), 40)
		keep(t, s, a)
		for _, reader := range []*Store{s, open(t, s.path)} {
			got, err := reader.Events(context.Background(), a.run)
			if err != nil {
				t.Fatal(err)
			}
			st, err := drill.Fold(got)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(a.state, st, cmpopts.EquateEmpty()); d != "" {
				t.Fatalf("seed %d: the run changed on disk (-live +replayed):\n%s", seed, d)
			}
			sum, err := reader.FindRun(context.Background(), a.run)
			if d := cmp.Diff(drill.Summarise(&st), sum, cmpopts.EquateEmpty()); err != nil || d != "" {
				t.Fatalf("seed %d: summary: %v\n%s", seed, err, d)
			}
		}
	}
}

func TestEveryEventTypeIsCovered(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(30) {
		for _, e := range journal(t, rand.New(rand.NewPCG(seed, 2)), "a", 60).events {
			seen[e.Body.EventType()] = true
		}
	}
	if len(seen) != 19 {
		t.Errorf("the random journals hold %d types of event: %v", len(seen), seen)
	}
}

func TestNothingIsMadeByReading(t *testing.T) {
	ctx := context.Background()
	s := fresh(t)
	if runs, err := s.Runs(ctx, drill.RunFilter{}); err != nil || len(runs) != 0 {
		t.Errorf("Runs = %v, %v", runs, err)
	}
	if _, err := s.FindRun(ctx, ""); !errors.Is(err, drill.ErrNoRun) {
		t.Errorf("FindRun = %v", err)
	}
	if _, err := s.Events(ctx, "7f3a"); !errors.Is(err, drill.ErrNoRun) {
		t.Errorf("Events = %v", err)
	}
	if _, err := os.Stat(filepath.Dir(s.path)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("reading made the state directory: %v", err)
	}
	// Another process makes it meanwhile: this one finds it.
	a := journal(t, rand.New(rand.NewPCG(1, 1)), "7f3a", 3)
	keep(t, open(t, s.path), a)
	if got, err := s.Events(ctx, "7f3a"); err != nil || len(got) != len(a.events) {
		t.Errorf("after another process made it: %d events, %v", len(got), err)
	}
}

func TestFilesAreTheOwnersAlone(t *testing.T) {
	s := fresh(t)
	keep(t, s, journal(t, rand.New(rand.NewPCG(1, 1)), "a", 3))
	dir := filepath.Dir(s.path)
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 3 {
		t.Fatalf("%d files in the state directory, %v: database, log and index were expected", len(files), err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", f.Name(), info.Mode(), err)
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("directory: %v %v", info.Mode(), err)
	}
}

// An acknowledged append must survive a power cut, on every connection.
func TestDurability(t *testing.T) {
	ctx := context.Background()
	s := fresh(t)
	keep(t, s, journal(t, rand.New(rand.NewPCG(1, 1)), "a", 3))
	for range 3 {
		conn, err := s.db.Conn(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }() // at the end: each round gets another one
		for pragma, want := range map[string]string{
			"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": fmt.Sprint(busyTimeout),
		} {
			var got string
			if err := conn.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s = %q, want %q (%v)", pragma, got, want, err)
			}
		}
	}
}

func TestAppendRefuses(t *testing.T) {
	ctx := context.Background()
	s := fresh(t)
	a := journal(t, rand.New(rand.NewPCG(1, 1)), "aa", 9)
	keep(t, s, a)
	more := journal(t, rand.New(rand.NewPCG(2, 1)), "aa", 14).events
	sum := drill.Summary{ID: "aa"}
	for _, c := range []struct {
		name   string
		events []drill.Event
		sum    drill.Summary
		want   error
	}{
		{"a number that is taken", more[9:12], sum, ErrConflict},
		{"the beginning again", more[:1], sum, ErrConflict},
		{"a gap before it", more[12:], sum, ErrGap},
		{"a gap inside", []drill.Event{more[10], more[12]}, sum, ErrGap},
		{"another run's summary", more[10:], drill.Summary{ID: "bb"}, nil},
		{"two runs", []drill.Event{more[10], {Run: "bb", Seq: 12, Body: drill.Noted{}}}, sum, nil},
	} {
		err := s.Append(ctx, c.events, c.sum)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if got, err := s.Events(ctx, "aa"); err != nil || len(got) != len(a.events) {
			t.Fatalf("%s left %d events, %v", c.name, len(got), err)
		}
	}
	if err := s.Append(ctx, nil, sum); err != nil {
		t.Errorf("nothing to append: %v", err)
	}
}

func TestJournalIsAppendOnly(t *testing.T) {
	s := fresh(t)
	keep(t, s, journal(t, rand.New(rand.NewPCG(1, 1)), "aa", 9))
	for _, stmt := range []string{"DELETE FROM events WHERE seq = 3", "UPDATE events SET body = '{}' WHERE seq = 3"} {
		if _, err := s.db.Exec(stmt); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", stmt, err)
		}
	}
}

// A journal that holds an event of a newer lifeboat is not half understood.
func TestUnknownEvent(t *testing.T) {
	s := fresh(t)
	keep(t, s, journal(t, rand.New(rand.NewPCG(1, 1)), "aa", 9))
	if _, err := s.db.Exec(`INSERT INTO events (run, seq, at, type, body, hash) VALUES ('aa', 11, ?, 'moon.risen', '{}', ?)`, timeText(origin), strings.Repeat("0", 64)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Events(context.Background(), "aa"); err == nil || !strings.Contains(err.Error(), "event 11") || !strings.Contains(err.Error(), "moon.risen") {
		t.Errorf("%v", err)
	}
}

// Two processes that drive one run: each event is taken once, the other is
// told. Eight that start at once on a machine without a database: it is made
// once.
func TestTwoDrivers(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "state", "lifeboat.db")
	events := journal(t, rand.New(rand.NewPCG(3, 1)), "aa", 30).events
	var wg sync.WaitGroup
	kept := make([]int, 8)
	for i := range kept {
		s := open(t, path)
		wg.Go(func() {
			for _, e := range events {
				switch err := s.Append(ctx, []drill.Event{e}, drill.Summary{ID: "aa"}); {
				case err == nil:
					kept[i]++
				case !errors.Is(err, ErrConflict):
					t.Errorf("event %d: %v", e.Seq, err)
				}
			}
		})
	}
	wg.Wait()
	total := 0
	for _, n := range kept {
		total += n
	}
	got, err := open(t, path).Events(ctx, "aa")
	if err != nil || len(got) != len(events) || total != len(events) {
		t.Errorf("%d events of %d in the journal, %d acknowledged, %v", len(got), len(events), total, err)
	}
	want, _ := json.Marshal(events)
	if have, _ := json.Marshal(got); string(have) != string(want) {
		t.Error("the journal is not what was appended")
	}
}
