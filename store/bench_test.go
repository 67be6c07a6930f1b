package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// BenchmarkOpen is a part of every start: see TestOpenWritesNothing for what
// keeps it short.
func BenchmarkOpen(b *testing.B) {
	s := fresh(b)
	keep(b, s, journal(b, rand.New(rand.NewPCG(1, 1)), "aa", 9))
	_ = s.Close()
	for b.Loop() {
		s, err := Open(context.Background(), s.path)
		if err != nil {
			b.Fatal(err)
		}
		_ = s.Close()
	}
}

// BenchmarkAppend sets an append of two events beside what it can't be faster
// than: writing as much and one fsync.
func BenchmarkAppend(b *testing.B) {
	b.Run("append", func(b *testing.B) {
		s := fresh(b)
		a := journal(b, rand.New(rand.NewPCG(1, 1)), "aa", 1)
		keep(b, s, a)
		sum := drill.Summarise(&a.state)
		seq := int64(len(a.events))
		for b.Loop() {
			events := []drill.Event{
				{Run: "aa", Seq: seq + 1, At: origin, Body: drill.StepStarted{Step: 1}},
				{Run: "aa", Seq: seq + 2, At: origin, Body: drill.Noted{Text: "nothing to see"}},
			}
			seq += 2
			if err := s.Append(context.Background(), events, sum); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("fsync", func(b *testing.B) {
		f, err := os.Create(filepath.Join(b.TempDir(), "log"))
		if err != nil {
			b.Fatal(err)
		}
		page := make([]byte, 5*4096) // a transaction's pages in the write-ahead log
		for b.Loop() {
			if _, err := f.Write(page); err != nil {
				b.Fatal(err)
			}
			if err := f.Sync(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkHistory asks 100,000 runs of 40 workloads what screens ask.
func BenchmarkHistory(b *testing.B) {
	ctx := context.Background()
	s := fresh(b)
	fill(b, s, 100_000, 40)
	for name, f := range map[string]drill.RunFilter{
		"newest50":             {Limit: 50},
		"latest of a workload": {Workload: "w07", Ended: true, Limit: 1},
		"50 of a workload":     {Workload: "w07", Ended: true, Limit: 50},
		"50 of a rare mode":    {Mode: drill.ModeIncident, Limit: 50},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if runs, err := s.Runs(ctx, f); err != nil || len(runs) != f.Limit {
					b.Fatal(len(runs), err)
				}
			}
		})
	}
	b.Run("dashboard of 40", func(b *testing.B) {
		for b.Loop() {
			for w := range 40 {
				if _, err := s.Runs(ctx, drill.RunFilter{Workload: fmt.Sprintf("w%02d", w), Ended: true, Limit: 50}); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("find", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.FindRun(ctx, "0000c0f"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// fill makes a history in one transaction.
func fill(b *testing.B, s *Store, runs, workloads int) {
	b.Helper()
	ctx := context.Background()
	db, err := s.writer(ctx)
	if err != nil {
		b.Fatal(err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		b.Fatal(err)
	}
	for i := range runs {
		at := origin.Add(time.Duration(i) * time.Minute)
		sum := drill.Summary{
			ID: fmt.Sprintf("%07x0", i), Workload: fmt.Sprintf("w%02d", i%workloads), Mode: drill.ModeDrill,
			Title: "Restore drill", Started: at, Ended: at.Add(time.Hour), Verdict: drill.VerdictPassed,
			Steps: map[string]time.Duration{"locate": 1, "verify": 2, "restore": 3, "validate": 4},
		}
		if i%100 == 0 {
			sum.Mode = drill.ModeIncident
		}
		if err := putSummary(ctx, tx, sum); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}
