package store

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

var origin = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// author writes journals that an engine could have written, and some that it
// would not: what the store keeps must not depend on it.
type author struct {
	*rand.Rand
	run    string
	events []drill.Event
	state  drill.State
	at     time.Time
}

// journal makes a journal of n random events after the first.
func journal(t testing.TB, r *rand.Rand, run string, n int) *author {
	t.Helper()
	a := &author{Rand: r, run: run, at: origin.Add(time.Duration(r.Int64N(int64(time.Hour))))}
	a.add(t, a.start())
	for len(a.events) <= n {
		a.add(t, a.next())
	}
	return a
}

// add numbers an event and folds it in.
func (a *author) add(t testing.TB, b drill.Body) {
	t.Helper()
	a.at = a.at.Add(time.Duration(a.Int64N(int64(time.Minute))))
	e := drill.Event{Run: a.run, Seq: a.state.Seq + 1, At: a.at, Body: b}
	s, err := drill.Apply(a.state, e)
	if err != nil {
		t.Fatal(err)
	}
	a.state, a.events = s, append(a.events, e)
}

func (a *author) text() string {
	parts := []string{"rows", "it's", "\"quoted\"", "línea", "日本語", "\n", "\x1b[2J", "<b>&", "\u2028", "'; DROP TABLE events; --", "\\"}
	var b strings.Builder
	for range a.IntN(6) {
		b.WriteString(parts[a.IntN(len(parts))])
	}
	return b.String()
}

func (a *author) start() drill.Body {
	steps := make([]drill.StepDef, 1+a.IntN(4))
	for i := range steps {
		steps[i] = drill.StepDef{
			Section: drill.SectionMain, Phase: drill.Phases[a.IntN(len(drill.Phases))],
			Expected: time.Duration(a.Int64N(int64(time.Hour))),
			Step: runbook.Step{
				ID: fmt.Sprint("step-", i), Title: a.text(), Line: i, Kind: runbook.KindCommand,
				Blocks: []runbook.Block{
					{Prose: a.text()},
					{Command: &runbook.Command{ID: "c", Language: "bash", Script: a.text(), Attrs: map[string]string{"k": a.text()}}},
					{Item: &runbook.Item{Text: a.text()}},
				},
			},
		}
	}
	return drill.RunStarted{Steps: steps, Info: drill.RunInfo{
		ID: a.run, Workload: "shop", Mode: drill.ModeDrill, Title: a.text(), Source: a.text(),
		RTO: time.Hour, Vars: map[string]string{"V": a.text()}, Since: a.at.Add(-time.Minute),
	}}
}

// next is any event that can be folded into the state as it is.
func (a *author) next() drill.Body {
	step := a.IntN(len(a.state.Steps))
	unit := a.IntN(len(a.state.Steps[step].Units))
	switch a.IntN(18) {
	case 0:
		return drill.Answered{Name: "N", Value: a.text()}
	case 1:
		return drill.StepStarted{Step: step}
	case 2:
		return drill.StepEnded{Step: step, Status: drill.StepSkipped, Reason: a.text()}
	case 3, 4:
		return drill.TaskStarted{Task: drill.Task{
			ID: fmt.Sprint("t", a.state.Seq), Run: a.run, Kind: drill.TaskShell, Title: a.text(), Step: step, Unit: unit,
			Script: a.text(), Capture: "OUT", Final: a.IntN(2) == 0, Timeout: time.Second,
		}}
	case 5, 6:
		return a.end()
	case 7:
		return drill.PointChosen{Point: a.point(), Why: a.text()}
	case 8:
		return drill.UnitEnded{Step: step, Unit: unit, Status: drill.UnitByHand, Note: a.text()}
	case 9:
		return drill.Noted{Text: a.text()}
	case 10:
		return drill.ClockHeld{Reason: a.text()}
	case 11:
		return drill.ClockResumed{}
	case 12:
		return drill.ScratchPlanned{Record: drivers.ScratchRecord{ID: fmt.Sprint("s", a.state.Seq), Dir: "/tmp/x", Made: a.at}}
	case 13:
		return drill.PlanShown{Step: step, Unit: unit}
	case 14:
		return drill.Confirmed{Step: step, Unit: unit, What: a.text()}
	case 15:
		return drill.UnitReopened{Step: step, Unit: unit}
	case 16:
		return a.rare()
	default:
		return a.verdict()
	}
}

func (a *author) verdict() drill.Body {
	met := a.IntN(2) == 0
	return drill.Concluded{Verdict: drill.VerdictFailed, Reasons: []string{a.text()}, Measure: drill.Measure{
		RTO: time.Duration(a.Int64()), RTOMet: &met, Data: a.at,
		Phases: map[drill.Phase]drill.PhaseTime{drill.PhaseRestore: {Machine: 1, People: 2}},
	}}
}

// rare is what happens once in a run, if at all.
func (a *author) rare() drill.Body {
	switch n := a.IntN(3); {
	case n == 0 && len(a.state.Scratch) > 0:
		return drill.ScratchKept{ID: a.state.Scratch[0].Record.ID, Why: a.text(), Until: a.at.Add(time.Hour)}
	case n == 1 && a.state.Running() == nil:
		return drill.RollbackStarted{Steps: a.start().(drill.RunStarted).Steps}
	}
	return drill.RunEnded{}
}

func (a *author) point() drivers.RecoveryPoint {
	return drivers.RecoveryPoint{
		ID: a.text(), Time: a.at.Add(-7 * time.Hour), Copy: "nightly", Size: a.Int64(),
		Files: []string{a.text()}, Detail: map[string]string{"database": a.text()},
	}
}

// end ends a task that runs; where none does, it is a note.
func (a *author) end() drill.Body {
	t := a.state.Running()
	if t == nil {
		return drill.Noted{Text: a.text()}
	}
	captured := a.text()
	newest := a.at
	return drill.TaskEnded{Task: t.Task.ID, Result: drill.Result{
		OK: a.IntN(2) == 0, Code: a.IntN(256), Error: a.text(), Took: time.Duration(a.Int64()), Captured: &captured,
		Points: []drivers.RecoveryPoint{a.point()},
		Checks: []drivers.CheckResult{{Name: a.text(), Outcome: drivers.Passed, Proves: true, Newest: &newest}},
	}}
}
