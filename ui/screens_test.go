package ui_test

import (
	"regexp"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui"
	"github.com/lifeboat-dr/lifeboat/ui/uitest"
	"github.com/lifeboat-dr/lifeboat/ui/uitest/fake"
	"github.com/lifeboat-dr/lifeboat/ui/walk"
)

func TestLibrary(t *testing.T) {
	uitest.Run(t, 120, 40, app(fake.Normal), func(s *uitest.Sheet) {
		s.Play(`
			press 2
			see "No step was found"
			press down
			see "Locate the backup"
			see "by hand"
			see "5 problems"
			golden library-120x40
			press tab tab down down down down
			press p
			see "What lint found"
			press enter
			resize 60x20
			fits
			golden library-60x20
			resize 200x60
			fits
			press esc / 
			type "rest"
			see "1 of 1"
			press enter enter
			see "Which workload is it for?"
			type "orders"
			press enter
			see "What is the occasion?"
			see "Incident"
			press down down
			see "A talk through the runbook"
			press enter
			see "The walk of a run"
			press ctrl+c
			see "The tabletop of orders-db is live"
		`)
	})
}

func TestHistory(t *testing.T) {
	uitest.Run(t, 120, 40, app(fake.Normal), func(s *uitest.Sheet) {
		s.Play(`
			press 3
			see "check rows entries: 0 rows"
			press down down down
			see "Restore time against RTO: orders-db"
			see "RTO 1h"
			golden history-120x40
			press w
			see "only orders-db"
			press enter
			see "All is well."
			press 1
			see "leave this screen first"
			press q
			resize 60x20
			fits
			golden history-60x20
			press 1 down down h
			see "only orders-db"
		`)
	})
}

func TestMouse(t *testing.T) {
	uitest.Run(t, 100, 30, app(fake.Normal), func(s *uitest.Sheet) {
		s.Play(`
			click "wiki"
			see "enter drill wiki"
			wait 2s
			click "wiki"
			see "enter drill wiki"
			wheel down "Runbook"
			click "2 Library"
			click "postgresql"
			see "Locate the backup"
			click "Restore"
			click "3 History"
			click "media-files"
			see "Restore time against RTO: media-files"
			click "? keys"
			see "Show the report"
			press esc
			click "1 Dashboard"
			click "p points"
			see "Recovery points: wiki"
			press esc i
			press esc
			click "q quit"
			ended
		`)
	})
}

func TestDoubleClickDrills(t *testing.T) {
	uitest.Run(t, 100, 30, app(fake.Normal), func(s *uitest.Sheet) {
		s.Play(`
			click "wiki"
			click "wiki"
			see "The walk of a run"
		`)
	})
}

// foreign is a control sequence other than colours.
var foreign = regexp.MustCompile("\x1b(\\[[0-9;:?]*[^0-9;:?m]|[^\\[])|[\x00-\x09\x0b-\x1a\u202a-\u202e]")

// TestNothingForeignReachesTheScreen: names that hold control sequences are
// shown without them, wherever they stand.
func TestNothingForeignReachesTheScreen(t *testing.T) {
	uitest.Run(t, 160, 45, app(func(now func() time.Time, dir string) *fake.Team { return fake.Absurd(now, dir, 40, 9) }), func(s *uitest.Sheet) {
		for range 40 {
			for _, k := range []string{"p", "esc", "?", "esc", ":", "esc", "i", "esc", "down"} {
				s.Press(k)
				if at := foreign.FindString(s.Styled()); at != "" {
					t.Fatalf("%q is on the screen after %s", at, k)
				}
			}
		}
		s.Play(`
			press /
			type "evil"
			see "evilname-0006"
			press enter enter ctrl+c
			see "The drill of evilname"
		`)
	})
}

func TestAbsurdlyFull(t *testing.T) {
	uitest.Run(t, 240, 70, app(absurd), func(s *uitest.Sheet) {
		s.Play(`
			see "of 2,000"
			fits
			miss "looking at"
			press G
			see "2,000 of 2,000"
			press / 
			type "rtl0007"
			see "rtl-evil-0007"
			fits
			press esc 2
			see "of 1,001"
			press G
			fits
			press 3
			fits
			resize 60x20
			fits
		`)
	})
}

// TestMonkey presses 10,000 random keys, in walks, too: nothing panics, and the
// screen always fits. It starts anew whenever the monkey found the way out.
func TestMonkey(t *testing.T) {
	for done, seed := 0, uint64(1); done < 10_000; seed++ {
		uitest.Run(t, 100, 30, walkable, func(s *uitest.Sheet) { done += s.Monkey(10_000-done, seed, "q") })
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// walkable is the program with the real walk.
func walkable(t *testing.T) tea.Model {
	start := time.Now()
	now := func() time.Time { return fake.Now.Add(time.Since(start)) }
	team := fake.Normal(now, t.TempDir())
	opt := options(team, now)
	opt.Context, opt.Walk = t.Context(), walk.Screen(team.Desk)
	return ui.New(opt)
}
