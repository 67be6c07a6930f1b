package walk_test

import (
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/uitest"
)

const shellBook = "# Shell\n\n## 1. Try\n\n```bash\necho first line\nfalse\n```\n\n## 2. Wipe\n\n```bash\nrm -rf /srv/nowhere/<dir>\n```\n\n" +
	"## Rollback\n\n1. Undo it\n"

func TestWaysOnFromAFailedCommand(t *testing.T) {
	start := `
		press enter
		see "run: echo first line"
		press enter
		see "Failed: echo first line"
		see "exit status 1"
		see "r retry"
		see "e edit and run"
		see "this needs your decision"
	`
	cases := map[string]struct {
		script string
		status drill.UnitStatus
	}{
		"retry":   {`press r` + "\n" + `see "attempt 2"`, drill.UnitFailed},
		"edit":    {"press e\nsee \"Edit and run\"\npress backspace backspace backspace backspace backspace\ntype \"true\"\npress ctrl+s\nsee \"next step: 2 Wipe\"", drill.UnitDone},
		"by hand": {"press m\nsee \"Run this elsewhere\"\ntype \"on the console\"\npress enter\nsee \"next step: 2 Wipe\"", drill.UnitByHand},
		"skip":    {"press s enter\nsee \"a reason is needed\"\ntype \"not today\"\npress enter\nsee \"next step: 2 Wipe\"", drill.UnitSkipped},
		"end":     {"press x\nsee \"The run ends here: FAILED\"\npress x\nsee \"F A I L E D\"", drill.UnitFailed},
		"abort":   {"press a\ntype \"wrong night\"\npress enter\nsee \"A B O R T E D\"\nsee \"wrong night\"", drill.UnitFailed},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			sc := &scene{book: shellBook}
			sc.play(t, 100, 30, start+c.script)
			if s := sc.state(t); s.Steps[0].Units[0].Status != c.status {
				t.Errorf("unit is %s", s.Steps[0].Units[0].Status)
			}
		})
	}
}

func TestRollbackReplacesWhatIsLeft(t *testing.T) {
	sc := &scene{book: shellBook}
	sc.play(t, 100, 30, `
		press enter enter
		press b
		see "What is left of the walk is replaced"
		see "1. Undo it"
		press b
		see "Rollback"
		see "Undo it"
		press enter
		see "F A I L E D"
	`)
}

func TestMissingIsAskedOnceAndDangerIsRefusedInADrill(t *testing.T) {
	sc := &scene{book: shellBook}
	sc.play(t, 100, 30, `
		press enter
		press S
		type "seen before"
		press enter
		see "fill in dir, then rm -rf"
		press enter
		see "The runbook says <dir>"
		type "shop"
		press enter
		see "Refused by a guard rail"
		press enter
		see "see why this is refused"
		press enter
		see "Refused by a guard rail"
		press esc
	`)
	if s := sc.state(t); s.Vars["dir"] != "shop" || len(s.Tasks) > 0 {
		t.Errorf("vars %v, tasks %v", s.Vars, s.Tasks)
	}
}

func TestDangerInAnIncidentIsTyped(t *testing.T) {
	sc := &scene{mode: drill.ModeIncident, book: strings.Replace(shellBook, "/<dir>", "", 1)}
	sc.play(t, 100, 30, `
		press enter
		press S
		type "seen before"
		press enter
		see "confirm in words, then rm -rf /srv/nowhere"
		press enter
		see "Destructive command"
		see "Type shop to go on"
		press esc
		press e
		press end
		type "/deeper"
		press ctrl+s
		see "rm -rf /srv/nowhere/deeper"
		type "shop"
		press enter
		see "end the walk"
	`)
	if s := sc.state(t); len(s.Tasks) != 1 || s.Tasks[0].Task.Script != "rm -rf /srv/nowhere/deeper" {
		t.Errorf("tasks %+v", s.Tasks)
	}
}

// A step whose only command was skipped is not done.
func TestWhatWasSkippedIsNotDone(t *testing.T) {
	sc := &scene{book: strings.Replace(shellBook, "false\n```\n", "false\n```\n\n```bash\ntrue\n```\n", 1)}
	sc.play(t, 140, 45, `
		press enter enter
		press s
		type "not tonight"
		press enter
		see "skipped: not tonight"
		see "before that: exit status 1"
		press enter
		see "next step: 2 Wipe"
		press enter
		see "✓ 1 Try"
		see "skipped: not tonight"
		see "1 of 2 done"
	`)
	sc = &scene{book: shellBook}
	sc.play(t, 80, 24, `
		press enter enter
		press s
		type "not tonight"
		press enter enter
		see "» 1 Try"
		miss "✓ 1 Try"
		see "0 of 2 done, 1 skipped"
	`)
}

// A runbook without a recovery point and without a workload says no more than
// it knows.
func TestRunOfARunbookAlone(t *testing.T) {
	sc := &scene{book: shellBook, alone: true}
	uitest.Run(t, 100, 30, sc.model, func(s *uitest.Sheet) {
		s.Play(`
			see "RPO not measured in this runbook"
			miss "no recovery point chosen"
			press enter
			see "run: echo first line"
		`)
		head, _, _ := strings.Cut(s.Screen(), "\n")
		if left, _, _ := strings.Cut(head, "run "); strings.HasSuffix(strings.TrimSpace(left), "·") {
			t.Errorf("a dangling dot: %q", head)
		}
	})
}

func TestTheSuggestedPointIsNotChosenByName(t *testing.T) {
	sc := &scene{}
	sc.play(t, 140, 45, strings.Replace(toVerify, `see "next step: 3`, `see "suggested: newest"
		see "next step: 3`, 1)+`
		press c down enter
		see "to readable"
		press up
		see "chosen by name"
	`)
	if s := sc.state(t); s.PointWhy != "chosen by name" {
		t.Errorf("why: %q", s.PointWhy)
	}
}

// A key that does nothing now says so in the bar.
func TestIgnoredKeysSaySoInTheBar(t *testing.T) {
	var release func()
	sc := &scene{setup: func(sc *scene) { release = sc.fake.Hold("verify") }}
	uitest.Run(t, 80, 24, sc.model, func(s *uitest.Sheet) {
		defer func() { release() }()
		s.Play(toVerify + `
			press enter
			see "is running: i to interrupt"
			press enter
			see "! still running: verify 19991231T170000Z to readable"
			wait 4s
			see "is running: i to interrupt"
			press s
			see "i interrupts it"
			wait 4s
			miss "i interrupts it"
		`)
	})
	sc = &scene{setup: spoil}
	sc.play(t, 80, 24, toVerify+`
		press enter
		see "end the drill: failed"
		press enter
		see "just changed: end the drill: failed"
		wait 600ms
		miss "just changed"
	`)
}
