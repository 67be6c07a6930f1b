package walk_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/uitest"
)

// crashed leaves a journal whose last task has no end.
func crashed(sc *scene, t *testing.T) {
	t.Helper()
	s := sc.state(t)
	bodies := []drill.Body{
		drill.StepStarted{Step: 0},
		drill.TaskStarted{Task: drill.Task{
			ID: "00000000000a", Run: runID, Kind: drill.TaskShell, Title: "echo first line", Script: "echo first line\nfalse", Final: true,
		}},
	}
	for _, b := range bodies {
		ev := drill.Event{Run: runID, Seq: s.Seq + 1, At: sc.now(), Body: b}
		next, err := drill.Apply(s, ev)
		if err != nil {
			t.Fatal(err)
		}
		if err := sc.mem.Append(t.Context(), []drill.Event{ev}, drill.Summarise(&next)); err != nil {
			t.Fatal(err)
		}
		s = next
	}
}

func TestARunWhoseProcessDiedSaysSo(t *testing.T) {
	sc := &scene{book: shellBook}
	model := func(t *testing.T) tea.Model {
		m := sc.model(t)
		crashed(sc, t)
		return m
	}
	uitest.Run(t, 100, 30, model, func(s *uitest.Sheet) {
		s.Play(`
			see "Its end was not seen: echo first line"
			see "look at the target before you run it again"
			see "this needs your decision"
			press enter
			see "this needs your decision"
			press m
			type "looked at the target: it had not run"
			press enter
			see "next step: 2 Wipe"
		`)
	})
}

func TestLookingOnDrivesNothing(t *testing.T) {
	sc := &scene{book: shellBook}
	uitest.Run(t, 100, 30, sc.model, func(s *uitest.Sheet) {
		s.Play(`see "start: the clock starts now"`)
		s.Send(screen.OpenWalk{RunID: runID, Watch: true})
		s.Play(`
			see "looking on"
			see "another lifeboat drives this run"
			press enter
			see "another lifeboat drives this run"
			press m s x a r
			miss "Abort the run"
		`)
		before := sc.state(t).Seq
		crashed(sc, t) // the other one goes on
		s.Play(`
			wait 2s
			see "echo first line"
			see "another lifeboat drives this run"
			press l
			see "running"
			press q
			see "start: the clock starts now"
		`)
		if after := sc.state(t).Seq; after != before+2 {
			t.Errorf("looking on wrote to the journal: %d events after %d", after, before)
		}
	})
}

func TestARunThatIsNotThere(t *testing.T) {
	sc := &scene{}
	uitest.Run(t, 60, 20, sc.model, func(s *uitest.Sheet) {
		s.Send(screen.OpenWalk{RunID: "00000000"})
		s.Play(`
			see "This run can't be opened"
			see "no such run"
			press enter m x j k l o p tab
			fits
			press q
			see "start: the clock starts now"
		`)
	})
}

// What others wrote can't move the cursor or set the title.
func TestForeignTextIsHarmless(t *testing.T) {
	evil := "\x1b]0;owned\x07\x1b[2J\u202e"
	book := strings.ReplaceAll(shellBook, "echo first line", "printf '\\033]0;owned\\007\\033[2Jshown\\n'")
	sc := &scene{book: strings.Replace(book, "## 1. Try", "## 1. Try "+evil, 1), setup: func(sc *scene) {
		w := sc.desk.Workloads()[0]
		w.Name, w.Tier = "shop"+evil, "1"+evil
	}}
	uitest.Run(t, 100, 30, sc.model, func(s *uitest.Sheet) {
		for _, keys := range []string{"wait 0s", "press enter enter", "press o", "press o l", "press esc m", "press esc e", "press esc x", "press x"} {
			s.Play(keys)
			for _, bad := range []string{"\x1b]0;owned", "\x1b[2J", "\u202e"} {
				if strings.Contains(s.Styled(), bad) {
					t.Errorf("after %q the screen holds %q", keys, bad)
				}
			}
			s.Fits()
		}
	})
}

func TestJournalThatCanNotBeWritten(t *testing.T) {
	sc := &scene{}
	uitest.Run(t, 100, 30, sc.model, func(s *uitest.Sheet) {
		s.Play(toVerify)
		sc.mem.Fail(drivers.ErrNoSpace)
		s.Play(`
			press enter
			see "That could not be done"
			see "no space left"
			press enter
			see "verify 19991231T170000Z to readable"
		`)
		sc.mem.Fail(nil)
		s.Play(`
			press enter
			see "next step: 4 Restore"
		`)
	})
}
