package walk_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/uitest"
)

const monkeyBook = "# Wild\n\n## Prerequisites\n\n- [ ] One\n- [ ] Two\n\n" +
	"## 1. Locate\n\n```lifeboat\naction: locate\n```\n\n```lifeboat\naction: choose\n```\n\n" +
	"## 2. Talk\n\nOnly words, and `code`.\n\n" +
	"## 3. Verify\n\n```lifeboat\naction: verify\n```\n\n" +
	"## 4. Ask\n\n```bash\n: <bucket> 漢字\n```\n\n" +
	"## 5. Restore\n\n```lifeboat\naction: restore\n```\n\n```lifeboat\naction: check\n```\n\n" +
	"## Rollback\n\n1. Undo\n\n## Post-recovery\n\n- [ ] Write it down\n"

// wild makes drivers that fail now and then.
func wild(sc *scene) {
	sc.fake.Edit(func(s *drivertest.Script) { s.VerifyTakes = 300 * time.Millisecond })
	for range 40 {
		sc.fake.Fail("verify", nil)
		sc.fake.Fail("verify", &drivers.Error{Driver: "fake", Op: "verify", Err: drivers.ErrUnreachable, Hint: "look at the network"})
		sc.fake.Fail("provision", errors.New("no room\x1b]0;title\x07"))
		sc.fake.Fail("provision", nil)
	}
}

// Whatever is pressed, nothing breaks, and there is always a way on.
func TestRandomKeys(t *testing.T) {
	for seed := range uint64(5) {
		mode := []drill.Mode{drill.ModeDrill, drill.ModeIncident, drill.ModeTabletop}[seed%3]
		sc := &scene{mode: mode, book: monkeyBook, setup: wild}
		uitest.Run(t, 100, 30, sc.model, func(s *uitest.Sheet) {
			for range 100 {
				s.Monkey(10, seed*1000+uint64(time.Now().Unix()))
				s.Wait(time.Second)
				s.Resize(100, 30)
				if strings.Contains(s.Styled(), "\x1b]0;") {
					t.Fatal("a control sequence reached the screen")
				}
				way(t, s, sc)
			}
		})
	}
}

// way fails unless something can be done: closing a dialog, or in the walk one
// of the ways on, or waiting for what runs.
func way(t *testing.T, s *uitest.Sheet, sc *scene) {
	t.Helper()
	for range 5 { // close dialogs and views
		s.Press("esc")
	}
	if s.Ended() {
		return
	}
	state := sc.state(t)
	text := s.Screen()
	if !strings.Contains(text, "run "+runID) { // the walk was left
		s.Send(screen.OpenWalk{RunID: runID})
		text = s.Screen()
	}
	if state.Running() != nil || state.Ended() || state.Concluded() {
		return
	}
	for _, hint := range []string{"r retry", "m by hand", "s skip", "enter  next", "enter  end", "enter  start", "enter  release", "enter  mark"} {
		if strings.Contains(text, hint) {
			return
		}
	}
	t.Fatalf("nothing is possible:\n%s", text)
}
