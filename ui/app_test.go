package ui_test

import (
	"context"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui"
	"github.com/lifeboat-dr/lifeboat/ui/report"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/uitest"
	"github.com/lifeboat-dr/lifeboat/ui/uitest/fake"
)

// options makes the program of a team, with a stand-in for the walk.
func options(team *fake.Team, now func() time.Time) ui.Options {
	return ui.Options{
		Now: now, Theme: unicodeTheme, Workspace: "/srv/dr",
		Desk: team.Desk, Books: team.Desk.Library, History: team.Store,
		Report: func(_ context.Context, id string) (string, error) {
			return "# Report of " + id + "\n\nAll is well.\n", nil
		},
		Walk: func(e *screen.Env, o screen.OpenWalk) screen.Screen {
			return report.New(e, "Walk", func(context.Context) (string, error) { return "# The walk of a run\n", nil })
		},
	}
}

type scene func(now func() time.Time, runsDir string) *fake.Team

// app makes the model of a scene; the clock is the bubble's, moved to the
// night of the scenes.
func app(make scene) func(*testing.T) tea.Model {
	return func(t *testing.T) tea.Model {
		start := time.Now()
		now := func() time.Time { return fake.Now.Add(time.Since(start)) }
		opt := options(make(now, t.TempDir()), now)
		opt.Context = t.Context()
		return ui.New(opt)
	}
}

func absurd(now func() time.Time, dir string) *fake.Team { return fake.Absurd(now, dir, 2000, 1000) }

func TestDashboardShowsWorstFirstAndOverdueSelected(t *testing.T) {
	uitest.Run(t, 100, 30, app(fake.Normal), func(s *uitest.Sheet) {
		s.Play(`
			see "orders-db"
			see "2 bad"
			see "copy offsite: fake locate"
			see "run lifeboat as the backup user"
			see "enter drill ledger (overdue)"
			press down down
			see "enter drill orders-db (overdue)"
			see "Orders and payments of the shop."
			fits
			golden dashboard-100x30
			resize 60x20
			fits
			golden dashboard-60x20
			resize 80x24
			golden dashboard-80x24
			resize 160x45
			fits
			golden dashboard-160x45
		`)
	})
}

func TestDrillIsOneKeyAway(t *testing.T) {
	for _, key := range []string{"enter", "d"} {
		uitest.Run(t, 100, 30, app(fake.Normal), func(s *uitest.Sheet) {
			s.Press(key)
			s.Play(`
				see "The walk of a run"
				press q
				see "a run is live"
				see "enter open the live run"
				press enter
				see "The walk of a run"
			`)
		})
	}
}

func TestLeavingWithALiveRunAsks(t *testing.T) {
	uitest.Run(t, 100, 30, app(fake.Normal), func(s *uitest.Sheet) {
		s.Play(`
			press enter
			press ctrl+c
			see "The drill of ledger is live"
			see "Stay here"
			press enter
			see "The walk of a run"
			press ctrl+c ctrl+c
			see "choose: s stay, l leave, a abort"
			press ctrl+c
			see "choose: s stay, l leave, a abort"
			press tab
			miss "choose: s stay"
			press s
			press ctrl+c l
			see "a run is live"
			press q
			see "The drill of ledger is live"
			press esc
			press q a
			ended
		`)
	})
}

// ctrl+l repaints everything, whatever has the keyboard.
func TestRepaint(t *testing.T) {
	m := app(fake.Normal)(t)
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	for _, before := range []string{"j", "?", "esc", "/"} {
		m.Update(uitest.Key(before))
		if _, cmd := m.Update(uitest.Key("ctrl+l")); cmd == nil || cmd() != tea.ClearScreen() {
			t.Errorf("after %s nothing is repainted", before)
		}
	}
}

func TestQuit(t *testing.T) {
	for _, key := range []string{"q", "ctrl+c"} {
		uitest.Run(t, 80, 24, app(fake.Normal), func(s *uitest.Sheet) {
			s.Press(key)
			s.Play("ended")
		})
	}
}

func TestRecoveryPoints(t *testing.T) {
	uitest.Run(t, 100, 30, app(fake.Normal), func(s *uitest.Sheet) {
		s.Play(`
			press down down p
			see "Recovery points: orders-db"
			see "suggested"
			see "from its manifest"
			press down down down
			see "20261119T020004Z.dump is empty"
			golden points-100x30
			press enter
			see "The walk of a run"
		`)
	})
}

func TestIncidentAsksSince(t *testing.T) {
	uitest.Run(t, 80, 24, app(fake.Normal), func(s *uitest.Sheet) {
		s.Play(`
			press i
			see "When did the impact begin?"
			type "x"
			press enter
			see "is no time: try 25m"
			press backspace
			type "25m"
			press enter
			see "The walk of a run"
		`)
	})
}

func TestDisabledActionsSayWhy(t *testing.T) {
	uitest.Run(t, 80, 24, app(fake.New), func(s *uitest.Sheet) {
		s.Play(`
			see "No workspace here yet"
			see "lifeboat init"
			press enter
			see "there is no workload"
			wait 10s
			miss "there is no workload"
			press ?
			see "Start a restore drill"
			see "not now: there is no workload"
			press enter
			see "Keys"
			golden help-empty-80x24
			press esc : 
			type "drill"
			see "Start a restore drill"
			press esc 2
			see "restore"
		`)
	})
}

func TestTooSmall(t *testing.T) {
	uitest.Run(t, 80, 24, app(fake.Normal), func(s *uitest.Sheet) {
		s.Play(`
			resize 40x10
			see "terminal is 40×10; lifeboat needs 60×20:"
			fits
			press enter d q
			resize 80x24
			see "enter drill ledger"
			resize 40x10
			press ctrl+c
			ended
		`)
	})
}
