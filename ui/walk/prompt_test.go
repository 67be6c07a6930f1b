package walk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
	"github.com/lifeboat-dr/lifeboat/runbook"
	"github.com/lifeboat-dr/lifeboat/ui/walk"
)

var t0 = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

const allKinds = "# Walk\n\n" +
	"## 1. Look\n\n- [ ] Tell the team\n\n```bash\necho one\necho two\n```\n\n" +
	"## 2. Locate\n\n```lifeboat\naction: locate\n```\n\n```lifeboat\naction: choose\n```\n\n" +
	"## 3. Verify\n\n```lifeboat\naction: verify\n```\n\n" +
	"## 4. Restore\n\n```lifeboat\naction: restore\nto: scratch\n```\n\n" +
	"## 5. Validate\n\n```lifeboat\naction: check\n```\n\n" +
	"## 6. Think\n\nOnly words.\n\n" +
	"## Rollback\n\n1. Say that it did not work\n"

// tape folds a run from commands and the ends of their tasks, without an
// engine.
type tape struct {
	t  *testing.T
	s  drill.State
	at time.Time
	n  int
}

func newTape(t *testing.T, mode drill.Mode, book string) *tape {
	t.Helper()
	rb := runbook.Parse("walk.md", []byte(book))
	defs := func(steps []runbook.Step, sec drill.Section) []drill.StepDef {
		var out []drill.StepDef
		for _, st := range steps {
			out = append(out, drill.StepDef{Section: sec, Phase: drill.PhaseOther, Step: st})
		}
		return out
	}
	tp := &tape{t: t, at: t0}
	info := drill.RunInfo{
		ID: "7f3a91c2", Workload: "shop", Kind: "sqlite", Mode: mode, Title: rb.Title,
		RTO: time.Hour, RPO: 24 * time.Hour, Ask: rb.Placeholders,
		Rollback: defs(rb.Rollback, drill.SectionRollback),
	}
	if mode == drill.ModeIncident {
		info.Since = t0.Add(-20 * time.Minute)
	}
	tp.add(drill.RunStarted{Info: info, Steps: defs(rb.Steps, drill.SectionMain)})
	return tp
}

func (tp *tape) add(bodies ...drill.Body) *tape {
	tp.t.Helper()
	for _, b := range bodies {
		var err error
		tp.at = tp.at.Add(time.Second)
		if tp.s, err = drill.Apply(tp.s, drill.Event{Run: "7f3a91c2", Seq: tp.s.Seq + 1, At: tp.at, Body: b}); err != nil {
			tp.t.Fatal(err)
		}
	}
	return tp
}

// do gives commands; a task that starts goes on running.
func (tp *tape) do(cmds ...drill.Command) *tape {
	tp.t.Helper()
	for _, c := range cmds {
		tp.n++
		bodies, err := drill.Decide(&tp.s, c, drill.Given{Now: tp.at, ID: strings.Repeat("0", 11) + string(rune('a'+tp.n)), ScratchDir: "/scratch"})
		if err != nil {
			tp.t.Fatalf("%T: %v", c, err)
		}
		tp.add(bodies...)
	}
	return tp
}

// end ends the task that runs.
func (tp *tape) end(r drill.Result) *tape {
	tp.t.Helper()
	return tp.add(drill.TaskEnded{Task: tp.s.Running().Task.ID, Result: r})
}

var (
	next    = drill.Next{}
	points  = drivertest.Points(t0.Add(-7*time.Hour), 3)
	located = drill.Result{OK: true, Points: points}
	skipped = drill.SkipStep{Reason: "known"}
	broken  = drill.Result{Error: "page 12 is damaged", Verification: &drivers.Verification{
		Point: points[0].ID, Asked: drivers.GradeReadable, Proved: drivers.GradeStructure,
		Results: []drivers.GradeResult{{Grade: drivers.GradeReadable, Outcome: drivers.Failed, Detail: "page 12 is damaged"}},
	}}
)

// verified walks to the step that verifies, with a point chosen.
func verified(tp *tape) *tape {
	return tp.do(next, skipped, next).end(located).do(drill.Choose{Point: points[0].ID}, next)
}

var id = points[0].ID

var promptCases = map[string]struct {
	mode  drill.Mode
	book  string
	tape  func(tp *tape)
	deed  walk.Deed
	label string
	off   string
}{
	"a drill before the start":     {deed: walk.DeedNext, label: "start: the clock starts now"},
	"an incident before the start": {mode: drill.ModeIncident, deed: walk.DeedNext, label: "start: 1 Look (the clock runs since the impact)"},
	"a tabletop before the start":  {mode: drill.ModeTabletop, deed: walk.DeedNext, label: "start: 1 Look (nothing will be run)"},
	"no step":                      {book: "# Nothing\n\nWords.\n", off: "the runbook has no step"},
	"an item":                      {tape: func(tp *tape) { tp.do(next) }, deed: walk.DeedNext, label: "tick: Tell the team"},
	"a command":                    {tape: func(tp *tape) { tp.do(next, next) }, deed: walk.DeedNext, label: "run: echo one …"},
	"a command in a tabletop": {
		mode: drill.ModeTabletop, tape: func(tp *tape) { tp.do(next, next) },
		deed: walk.DeedNext, label: "discussed: echo one …",
	},
	"a task runs": {tape: func(tp *tape) { tp.do(next, next, next) }, off: "echo one … is running"},
	"a command failed": {
		tape: func(tp *tape) { tp.do(next, next, next).end(drill.Result{Code: 1, Error: "exit status 1"}) },
		off:  "this needs your decision",
	},
	"the end of a command is unknown": {
		tape: func(tp *tape) { tp.do(next, next, next).end(drill.Result{Unknown: true}) },
		off:  "this needs your decision",
	},
	"the next step":      {tape: func(tp *tape) { tp.do(next, next, next).end(drill.Result{OK: true}) }, deed: walk.DeedNext, label: "next step: 2 Locate"},
	"locate":             {tape: func(tp *tape) { tp.do(next, skipped) }, deed: walk.DeedNext, label: "look for recovery points of shop"},
	"choose":             {tape: func(tp *tape) { tp.do(next, skipped, next).end(located) }, deed: walk.DeedChoose, label: "choose the recovery point (3 are known)"},
	"choose without any": {tape: func(tp *tape) { tp.do(next, skipped, drill.SkipUnit{Reason: "no"}) }, off: "no recovery point is known"},
	"verify":             {tape: func(tp *tape) { verified(tp) }, deed: walk.DeedNext, label: "verify " + id + " to readable"},
	"verify without a point": {
		tape: func(tp *tape) { tp.do(next, skipped, next).end(located).do(skipped) },
		deed: walk.DeedChoose, label: "choose a recovery point: there is none yet",
	},
	"a bad point in a drill": {
		tape: func(tp *tape) { verified(tp).do(next).end(broken) },
		deed: walk.DeedEnd, label: "end the drill: failed",
	},
	"a bad point in an incident": {
		mode: drill.ModeIncident, tape: func(tp *tape) { verified(tp).do(next).end(broken) },
		deed: walk.DeedChoose, label: "choose another recovery point",
	},
	"an interrupted verification": {
		tape: func(tp *tape) { verified(tp).do(next).end(drill.Result{Canceled: true, Error: "interrupted"}) },
		off:  "this needs your decision",
	},
	"restore": {
		tape: func(tp *tape) { verified(tp).do(next).end(drill.Result{OK: true}).do(next) },
		deed: walk.DeedNext, label: "restore " + id + " into scratch",
	},
	"check before anything was restored": {
		tape: func(tp *tape) { tp.do(next, skipped, skipped, skipped, skipped) },
		off:  "nothing has been restored that could be checked",
	},
	"words only, and the last step": {
		tape: func(tp *tape) { tp.do(next, skipped, skipped, skipped, skipped, skipped) },
		deed: walk.DeedNext, label: "mark as done; end the walk: inconclusive",
	},
	"held":     {tape: func(tp *tape) { tp.do(next, drill.Hold{}) }, deed: walk.DeedRelease, label: "release the clock and go on"},
	"ended":    {tape: func(tp *tape) { tp.do(next, drill.Abort{}) }, deed: walk.DeedLeave, label: "back to the dashboard"},
	"cleaning": {tape: func(tp *tape) { tp.do(next).add(drill.Concluded{Verdict: drill.VerdictFailed}) }, off: "cleaning up"},
}

func TestPrompt(t *testing.T) {
	for name, c := range promptCases {
		t.Run(name, func(t *testing.T) {
			if c.mode == "" {
				c.mode = drill.ModeDrill
			}
			if c.book == "" {
				c.book = allKinds
			}
			tp := newTape(t, c.mode, c.book)
			if c.tape != nil {
				c.tape(tp)
			}
			o := walk.Prompt(&tp.s)
			if o.Deed != c.deed || o.Label != c.label || o.Off != c.off {
				t.Errorf("deed %q label %q off %q hint %q\nwant %q %q %q", o.Deed, o.Label, o.Off, o.Hint, c.deed, c.label, c.off)
			}
			if (o.Off == "") != (o.Deed != walk.DeedNone) {
				t.Errorf("neither a deed nor a reason, or both: %+v", o)
			}
		})
	}
}

func TestPromptOfWhatIsMissingOrDangerous(t *testing.T) {
	book := func(fence string) string { return "# W\n\n## 1. Do\n\n```" + fence + "\n```\n" }
	live := book("bash\nrm -rf /srv/orders")
	cases := map[string]struct {
		mode drill.Mode
		book string
		deed walk.Deed
		has  string
	}{
		"a placeholder":               {drill.ModeDrill, book("bash\naws s3 ls s3://<bucket>/"), walk.DeedAnswer, "fill in bucket, then aws s3 ls"},
		"destructive in an incident":  {drill.ModeIncident, live, walk.DeedConfirm, "confirm in words, then rm -rf /srv/orders"},
		"destructive in a drill":      {drill.ModeDrill, live, walk.DeedRefused, "see why this is refused: rm -rf /srv/orders"},
		"a drill that restores live":  {drill.ModeDrill, book("lifeboat\naction: restore\nto: live"), walk.DeedNone, ""},
		"a destructive one discussed": {drill.ModeTabletop, live, walk.DeedNext, "discussed: rm -rf"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			tp := newTape(t, c.mode, c.book).do(next)
			o := walk.Prompt(&tp.s)
			if o.Deed != c.deed || !strings.Contains(o.Label, c.has) {
				t.Errorf("%+v", o)
			}
		})
	}
}

// The plan of a restore into the live system waits for the workload's name.
func TestPromptOfAWaitingPlan(t *testing.T) {
	tp := newTape(t, drill.ModeIncident, strings.Replace(allKinds, "to: scratch", "to: live", 1))
	tp.do(next, skipped, next).end(located).do(drill.Choose{Point: points[0].ID}, next, next).end(drill.Result{OK: true}).do(next)
	if o := walk.Prompt(&tp.s); o.Label != "plan the restore into live; it is shown before anything changes" {
		t.Errorf("%+v", o)
	}
	tp.do(next).end(drill.Result{OK: true, Plan: &drivers.Plan{Workload: "shop"}}).add(drill.PlanShown{Step: 3, Unit: 0})
	if o := walk.Prompt(&tp.s); o.Deed != walk.DeedPlan || !strings.HasPrefix(o.Label, "confirm the plan, in words: restore") {
		t.Errorf("%+v", o)
	}
}
