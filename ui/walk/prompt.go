package walk

import (
	"errors"
	"fmt"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

// Deed is what Enter does.
type Deed string

// The deeds.
const (
	DeedNone    Deed = ""        // nothing: see Offer.Off
	DeedNext    Deed = "next"    // drill.Next
	DeedChoose  Deed = "choose"  // ask for a recovery point
	DeedAnswer  Deed = "answer"  // ask for what is missing, then go on
	DeedConfirm Deed = "confirm" // ask for the workload's name, then run the command
	DeedPlan    Deed = "plan"    // ask for the workload's name, then run the plan
	DeedRefused Deed = "refused" // a guard rail: show why
	DeedRelease Deed = "release" // start the held clock again
	DeedEnd     Deed = "end"     // drill.Conclude
	DeedLeave   Deed = "leave"   // the run is over: back
	DeedType    Deed = "type"    // attach to the terminal of what runs
)

// Offer is what Enter does in a state, in words.
type Offer struct {
	Deed  Deed
	Label string // "verify 20261121T023000Z to readable"; not cleaned
	Off   string // why Enter does nothing now
	Hint  string // what to press instead
	// Refusal stands with DeedAnswer, DeedConfirm and DeedRefused.
	Refusal *drill.Refusal
}

// Prompt says what Enter does in this state. It is pure, and it asks the
// engine's own Decide, so that it can't promise what the engine would refuse.
func Prompt(s *drill.State) Offer {
	switch t := s.Running(); {
	case s.Ended():
		return Offer{Deed: DeedLeave, Label: "back to the dashboard"}
	case s.Concluded() && t != nil:
		return Offer{Off: "cleaning up: " + t.Task.Title}
	case s.Concluded():
		return Offer{Off: "cleaning up"}
	case t != nil && t.Task.Terminal:
		return Offer{Deed: DeedType, Label: "type into the command; ctrl+] comes back"}
	case t != nil:
		return Offer{Off: t.Task.Title + " is running", Hint: "i to interrupt"}
	case !s.HeldSince.IsZero():
		return Offer{Deed: DeedRelease, Label: "release the clock and go on"}
	}
	if unit, task, ok := s.Failed(); ok {
		return afterFailure(s, unit, task)
	}
	if u := nextUnit(s); u != nil && isChoose(s, u) {
		return choosing(s)
	}
	bodies, err := drill.Decide(s, drill.Next{}, drill.Given{Danger: runbook.Danger, Exists: drill.Exists})
	var no *drill.Refusal
	switch {
	case errors.As(err, &no):
		return refused(s, no)
	case err != nil:
		return Offer{Off: err.Error()}
	}
	return going(s, bodies)
}

// afterFailure is the default answer to a failure. A bad recovery point ends
// a drill, and asks for another one in an incident. Nothing else has a
// default: what is next is a decision.
func afterFailure(s *drill.State, _ int, task *drill.TaskState) Offer {
	bad := task != nil && task.Task.Kind == drill.TaskVerify && task.Result != nil && !task.Result.Canceled && !task.Result.Unknown
	switch {
	case bad && s.Info.Mode == drill.ModeIncident && len(s.Points) > 1:
		return Offer{Deed: DeedChoose, Label: "choose another recovery point"}
	case bad && s.Info.Mode == drill.ModeDrill:
		v, _ := drill.Judge(s)
		return Offer{Deed: DeedEnd, Label: "end the drill: " + string(v)}
	}
	return Offer{Off: "this needs your decision", Hint: "r retry, m by hand, s skip, x end here"}
}

func choosing(s *drill.State) Offer {
	if len(s.Points) == 0 {
		return Offer{Off: "no recovery point is known", Hint: "locate first; m by hand, s skip"}
	}
	return Offer{Deed: DeedChoose, Label: "choose the recovery point (" + counted(len(s.Points), "is", "are") + " known)"}
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// refused turns Decide's refusal into what Enter does about it.
func refused(s *drill.State, no *drill.Refusal) Offer {
	o := Offer{Refusal: no}
	what := "go on"
	if u := nextUnit(s); u != nil {
		what = unitTitle(s, s.Current, u)
	}
	switch no.Kind {
	case drill.RefuseAnswer:
		o.Deed, o.Label = DeedAnswer, "fill in "+strings.Join(no.Missing, ", ")+", then "+what
	case drill.RefusePoint:
		if len(s.Points) == 0 {
			return Offer{Off: no.Reason, Hint: "locate first; m by hand, s skip"}
		}
		o.Deed, o.Label = DeedChoose, "choose a recovery point: there is none yet"
	case drill.RefuseConfirm:
		if u := nextUnit(s); u != nil && u.Status == drill.UnitConfirm {
			o.Deed, o.Label = DeedPlan, "confirm the plan, in words: "+what
			break
		}
		o.Deed, o.Label = DeedConfirm, "confirm in words, then "+what
	case drill.RefuseGuard:
		o.Deed, o.Label = DeedRefused, "see why this is refused: "+what
	default:
		o.Off, o.Hint = no.Reason, no.Hint
		if o.Hint == "" {
			o.Hint = "m by hand, s skip"
		}
	}
	return o
}

// going names what Next leads to.
func going(s *drill.State, bodies []drill.Body) Offer {
	o := Offer{Deed: DeedNext, Label: "go on"}
	if s.Step() == nil {
		o.Label = starting(s)
		return o
	}
	if u := nextUnit(s); u != nil {
		o.Label = doing(s, u)
		return o
	}
	for _, b := range bodies {
		switch b := b.(type) {
		case drill.StepStarted:
			o.Label = "next step: " + stepTitle(s, b.Step)
		case drill.Concluded:
			o.Label = "end the walk: " + string(b.Verdict)
		}
	}
	if st := s.Step(); len(st.Units) == 0 {
		o.Label = "mark as done; " + o.Label
	}
	return o
}

func starting(s *drill.State) string {
	first := stepTitle(s, 0)
	switch s.Info.Mode {
	case drill.ModeIncident:
		return "start: " + first + " (the clock runs since the impact)"
	case drill.ModeTabletop:
		return "start: " + first + " (nothing will be run)"
	}
	return "start: the clock starts now"
}

// doing names what running or ticking a unit is.
func doing(s *drill.State, u *drill.Unit) string {
	what := unitTitle(s, s.Current, u)
	switch {
	case u.Kind == drill.UnitItem:
		return "tick: " + what
	case s.Info.Mode == drill.ModeTabletop:
		return "discussed: " + what
	case u.Kind == drill.UnitCommand:
		return "run: " + what
	}
	a := block(s, s.Current, u).Action
	if to := drivers.TargetKind(a.Args["to"]); a.Name == "restore" && to != "" && to != drivers.TargetScratch {
		return "plan the restore into " + string(to) + "; it is shown before anything changes"
	}
	return what
}

// nextUnit is the unit that Enter is about, or nil.
func nextUnit(s *drill.State) *drill.Unit {
	st := s.Step()
	if st == nil || st.Next() < 0 {
		return nil
	}
	return &st.Units[st.Next()]
}

func isChoose(s *drill.State, u *drill.Unit) bool {
	a := block(s, s.Current, u).Action
	return a != nil && a.Name == "choose" && s.Info.Mode != drill.ModeTabletop
}

func block(s *drill.State, step int, u *drill.Unit) *runbook.Block {
	return &s.Steps[step].Step.Blocks[u.Block]
}
