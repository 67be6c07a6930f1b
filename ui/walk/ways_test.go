package walk_test

import (
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drill"
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
