package walk_test

import (
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/uitest"
)

// toVerify walks a drill up to the step that verifies.
const toVerify = `
	see "start: the clock starts now"
	press enter
	see "tick: Tell the team that a restore is tried"
	press enter
	see "next step: 1 Locate"
	press enter
	see "look for recovery points of shop"
	press enter
	see "next step: 2 Choose"
	press enter
	see "choose the recovery point (3 are known)"
	press enter
	see "Choose the recovery point"
	see "suggested"
	press enter
	see "next step: 3 Verify the backup"
	press enter
	see "to readable"
`

func TestDrillWithDefaultAnswersPasses(t *testing.T) {
	for _, size := range [][2]int{{60, 20}, {80, 24}, {100, 30}, {140, 45}, {240, 70}} {
		sc := &scene{}
		sc.play(t, size[0], size[1], toVerify+`
			press enter
			see "next step: 4 Restore"
			press enter
			see "restore 19991231T170000Z into scratch"
			press enter
			see "next step: 5 Validate"
			press enter
			see "check the restored data"
			press enter
			see "end the walk: passed"
			press enter
			see "P A S S E D"
			see "back to the dashboard"
			fits
			press enter
			miss "P A S S E D"
			see "Dashboard"
		`)
		if s := sc.state(t); s.Verdict != drill.VerdictPassed || !s.Ended() {
			t.Errorf("%v: %s %v", size, s.Verdict, s.Reasons)
		}
		if left := sc.fake.LeftOver(); len(left) > 0 {
			t.Errorf("left over: %v", left)
		}
	}
}

func TestCorruptPointEndsTheDrillAsFailed(t *testing.T) {
	sc := &scene{setup: spoil}
	sc.play(t, 100, 30, toVerify+`
		press enter
		see "Failed: verify"
		see "page 12 of orders is damaged"
		see "hint  choose another recovery point"
		see "end the drill: failed"
		# the offer changed by itself: a stray Enter does not end the drill
		press enter
		see "end the drill: failed"
		wait 600ms
		press enter
		see "F A I L E D"
		see "next  choose another recovery point"
		miss "P A S S E D"
		see "page 12 of orders is damaged"
	`)
	for _, c := range sc.fake.Calls() {
		if strings.HasPrefix(c, "restore") || strings.HasPrefix(c, "provision") {
			t.Errorf("%s after a failed verification", c)
		}
	}
}

func TestAnotherPointAfterAFailure(t *testing.T) {
	sc := &scene{setup: spoil}
	sc.play(t, 100, 30, toVerify+`
		press enter
		see "Failed: verify"
		press c
		see "failed its verification"
		press enter
		see "verify 19991230T170000Z to readable"
		press enter
		see "next step: 4 Restore"
	`)
	if s := sc.state(t); s.Point == nil || s.Point.ID != "19991230T170000Z" {
		t.Errorf("point %+v", s.Point)
	}
}

func TestIncidentRestoresLiveAfterTheNameIsTyped(t *testing.T) {
	sc := &scene{mode: drill.ModeIncident, book: liveBook, setup: withSource}
	script := strings.Replace(toVerify, "start: the clock starts now", "the clock runs since the imp", 1)
	sc.play(t, 100, 30, script+`
		see "INCIDENT"
		press enter enter
		see "plan the restore into live"
		press enter
		see "confirm the plan, in words"
		see "destructive"
		press enter
		see "Type shop to go on"
		# a paste does not count, and a wrong word does nothing
		paste "shop"
		see "a paste doesn't count"
		press enter
		see "Type shop to go on"
		type "shoe"
		press enter
		see "Type shop to go on"
		press backspace
		type "p"
		press enter
		see "next step: 5 Validate"
	`)
	if got := sc.fake.Holding(""); got != "" {
		t.Errorf("restored into nowhere: %s", got)
	}
	if s := sc.state(t); s.Restored.IsZero() {
		t.Error("nothing was restored")
	}
}

func TestInterruptAsksAndHoldStopsTheClock(t *testing.T) {
	var release func()
	sc := &scene{setup: func(sc *scene) { release = sc.fake.Hold("verify") }}
	uitest.Run(t, 100, 30, sc.model, func(s *uitest.Sheet) {
		s.Play(toVerify + `
			press enter
			see "is running"
			wait 42s
			see "printed nothing for 42s"
			press i
			see "Interrupt?"
			press s
			see "is running"
			press i i
			wait 1s
			see "Interrupted: verify"
			see "this needs your decision"
			press h
			see "HELD since"
			see "held"
			see "release the clock and go on"
			wait 10m
			press enter
			miss "HELD"
		`)
		release()
		s.Play(`
			press r
			see "next step: 4 Restore"
		`)
	})
	if s := sc.state(t); s.Held < 10*60e9 {
		t.Errorf("held for %s", s.Held)
	}
}

func TestLookingAroundChangesNothing(t *testing.T) {
	sc := &scene{}
	sc.play(t, 100, 30, toVerify+`
		press down
		see "looking at step 4; current is 3: press . to return"
		see "back to 3 Verify the backup"
		press enter
		miss "looking at"
		click "5 Validate"
		see "looking at step 5; current is 3"
		press .
		miss "looking at"
		press enter
		press l
		see "Command log"
		see "locate recovery points of shop"
		see "verify 19991231T170000Z to readable"
		press enter
		see "readable holds"
		press / 
		type "STRUCTURE"
		press enter
		see "structure"
		press esc
		see "Command log"
		press esc
		press o
		see "Output: verify"
		press o
		see "next step: 4 Restore"
		wheel down "Output"
		fits
	`)
	if s := sc.state(t); s.Current != 3 {
		t.Errorf("the walk stands at %d", s.Current)
	}
}

func TestLeaveAndComeBack(t *testing.T) {
	var release func()
	sc := &scene{setup: func(sc *scene) { release = sc.fake.Hold("verify") }}
	uitest.Run(t, 100, 30, sc.model, func(s *uitest.Sheet) {
		s.Play(toVerify + `
			press enter
			press q
			see "Leave the walk?"
			see "keeps running"
			press esc
			see "is running"
			press q l
			see "Dashboard"
			press enter
			see "verify 19991231T170000Z to readable is running"
			wait 30s
			see "printed nothing for"
			press q l
			see "Dashboard"
		`)
		release()
		s.Wait(0)
		s.Play(`
			press enter
			see "next step: 4 Restore"
			press ctrl+c
			see "is live"
			press a
			ended
		`)
	})
	if s := sc.state(t); s.Verdict != drill.VerdictAborted || !s.Ended() {
		t.Errorf("%s, ended %v", s.Verdict, s.Ended())
	}
}

func TestTabletopRunsNothing(t *testing.T) {
	sc := &scene{mode: drill.ModeTabletop, book: shellBook}
	sc.play(t, 100, 30, `
		see "TABLETOP"
		press enter
		see "discussed: echo first line"
		press enter
		see "tabletop: shown, not run"
		see "next step: 2 Wipe"
	`)
	if s := sc.state(t); len(s.Tasks) > 0 {
		t.Errorf("tasks %v", s.Tasks)
	}
}

func TestNotesAndForeignNames(t *testing.T) {
	sc := &scene{setup: func(sc *scene) {
		sc.desk.Workloads()[0].Checks[0].Name = "rows \x1b[2Jorders"
	}}
	uitest.Run(t, 100, 30, sc.model, func(s *uitest.Sheet) {
		s.Play(toVerify + `
			press n
			type "the lights are on"
			press enter
			see "the lights are on"
			press enter enter enter enter
			press enter
			see "rows orders"
			press enter
			see "P A S S E D"
		`)
		if strings.Contains(s.Styled(), "\x1b[2J") {
			t.Error("a control sequence reached the screen")
		}
	})
}
