package ui_test

import (
	"context"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui"
	"github.com/lifeboat-dr/lifeboat/ui/uitest"
	"github.com/lifeboat-dr/lifeboat/ui/uitest/fake"
)

// unswept leaves young runs alone, as an engine does whose tasks outlive it.
type unswept struct{ *drill.Desk }

func (unswept) Sweep(context.Context, string) ([]string, error) { return []string{"swept one"}, nil }

// leftOpen is a program that finds so many runs that nobody drives.
func leftOpen(n int, team **fake.Team) func(*testing.T) tea.Model {
	return func(t *testing.T) tea.Model {
		start := time.Now()
		now := func() time.Time { return fake.Now.Add(time.Since(start)) }
		made := fake.Normal(now, t.TempDir())
		made.Store.Forget()
		*team = made
		for range n {
			r, err := made.Desk.StartFor(context.Background(), drill.StartRequest{Workload: made.Desk.Workloads()[0], Mode: drill.ModeDrill})
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Do(context.Background(), drill.Next{}); err != nil {
				t.Fatal(err)
			}
			r.Leave()
		}
		opt := options(made, now)
		opt.Context, opt.Runs = t.Context(), unswept{made.Desk}
		return ui.New(opt)
	}
}

func TestARunThatWasLeftIsOffered(t *testing.T) {
	var team *fake.Team
	uitest.Run(t, 100, 30, leftOpen(2, &team), func(s *uitest.Sheet) {
		s.Play(`
			wait 100ms
			see "The drill of orders-db was left open"
			see "kim started it at"
			see "stands at step 1 of 6: Prerequisites."
			see "1 more run was left: see the history"
			press r
			wait 100ms
			see "was left open"
			wait 1s
			press r
			see "The walk of a run"
			press q
			see "a run is live"
			press ctrl+c
			see "Quit, it keeps running"
			see "resume"
			press l
			ended
		`)
		if left, err := team.Desk.Left(context.Background()); err != nil || len(left) != 1 {
			t.Errorf("after one was picked up, %d runs are left, %v", len(left), err)
		}
	})
}

func TestARunThatWasLeftCanBeAborted(t *testing.T) {
	var team *fake.Team
	uitest.Run(t, 60, 20, leftOpen(1, &team), func(s *uitest.Sheet) {
		s.Play(`
			wait 100ms
			see "was left open"
			fits
			wait 1s
			press a
			miss "was left open"
			press 3
			see "aborted"
		`)
		if left, err := team.Desk.Left(context.Background()); err != nil || len(left) != 0 {
			t.Errorf("%d runs are left, %v", len(left), err)
		}
	})
}

func TestARunThatWasLeftCanWait(t *testing.T) {
	var team *fake.Team
	uitest.Run(t, 80, 24, leftOpen(1, &team), func(s *uitest.Sheet) {
		s.Play(`
			wait 100ms
			see "was left open"
			golden left-80x24
			wait 1s
			press n
			miss "was left open"
			press 3
			see "enter pick it up"
			press enter
			see "The walk of a run"
		`)
	})
}
