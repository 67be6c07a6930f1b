package drill

import (
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

// Command is what an operator (or the engine, for its own) asks of a run.
type Command interface{ command() }

// What an operator can ask.
type (
	// Next does the one obvious thing: starts the first step, runs or ticks
	// the next unit, moves to the next step, concludes after the last.
	Next struct{}
	// Retry runs the failed unit again, with Script if the operator edited it.
	// Typed is the workload's name where the command is destructive.
	Retry struct{ Script, Typed string }
	// RunEdited runs the next unit's command as the operator edited it. Typed
	// as above.
	RunEdited struct{ Script, Typed string }
	// Allow runs a destructive command; Typed must be the workload's name.
	Allow struct{ Typed string }
	// ConfirmPlan runs the plan that is shown; Typed must be the workload's name.
	ConfirmPlan struct{ Typed string }
	// ByHand marks the next unit, or a step without units, as done elsewhere.
	ByHand struct{ Note string }
	// SkipUnit leaves the next unit out. The reason must not be empty.
	SkipUnit struct{ Reason string }
	// SkipStep leaves the rest of the step out. The reason must not be empty.
	SkipStep struct{ Reason string }
	// Choose takes a recovery point of State.Points.
	Choose struct{ Point, Copy string }
	// Answer fills a placeholder.
	Answer struct {
		Name, Value string
		secret      bool // Value is not it
	}
	// AddNote keeps a remark.
	AddNote struct{ Text string }
	// Hold stops a drill's clock; Release starts it again.
	Hold struct{ Reason string }
	// Release ends a hold.
	Release struct{}
	// Rollback turns to the runbook's rollback steps.
	Rollback struct{}
	// Conclude ends the walk here with the verdict that it has earned.
	Conclude struct{}
	// Abort ends the walk: aborted.
	Abort struct{ Reason string }
)

// What the engine itself asks.
type (
	// finish keeps the end of a task.
	finish struct {
		task   string
		result Result
	}
	// lose marks a running task as one whose end nobody saw.
	lose struct{ task, why string }
)

func (Next) command()        {}
func (Retry) command()       {}
func (RunEdited) command()   {}
func (Allow) command()       {}
func (ConfirmPlan) command() {}
func (ByHand) command()      {}
func (SkipUnit) command()    {}
func (SkipStep) command()    {}
func (Choose) command()      {}
func (Answer) command()      {}
func (AddNote) command()     {}
func (Hold) command()        {}
func (Release) command()     {}
func (Rollback) command()    {}
func (Conclude) command()    {}
func (Abort) command()       {}
func (finish) command()      {}
func (lose) command()        {}

// Given is what Decide may not find out by itself: it is pure.
type Given struct {
	Now time.Time
	// ID is fresh random hex for a task or a scratch target.
	ID string
	// Commands are the runbook's by line, where the journal has them masked.
	Commands map[int]*runbook.Command
	// Secrets are the values that the journal does not keep.
	Secrets map[string]string
	// ScratchDir is where scratch targets are made.
	ScratchDir string
	// Danger finds what is destructive about a script; nil: nothing.
	Danger func(script, language string) []runbook.Finding
	// Exists says that a file is there; nil: not known.
	Exists func(path string) bool
	// ScratchDriver is the driver of a copy, for the scratch record.
	ScratchDriver func(copyName string) string
}

// RefusalKind sorts refusals by what the operator does next.
type RefusalKind string

// The kinds of refusal.
const (
	RefuseNow     RefusalKind = "now"     // not at this moment
	RefuseAnswer  RefusalKind = "answer"  // placeholders need an answer first: Missing
	RefusePoint   RefusalKind = "point"   // a recovery point must be chosen first
	RefuseConfirm RefusalKind = "confirm" // a destructive command: type the workload's name
	RefuseGuard   RefusalKind = "guard"   // a guard rail; exit status 5
)

// Refusal is Decide's error: nothing happened, and why.
type Refusal struct {
	Kind    RefusalKind
	Reason  string   // one sentence
	Hint    string   // what to do instead
	Missing []string // names, for RefuseAnswer
	Danger  []string // what is destructive, for RefuseConfirm and RefuseGuard
}

// Error is the reason.
func (r *Refusal) Error() string { return r.Reason }

func refuse(k RefusalKind, reason, hint string) *Refusal {
	return &Refusal{Kind: k, Reason: reason, Hint: hint}
}

// Suggest picks the recovery point to restore by default: the newest that
// shows no problem, over all copies.
func Suggest(points []drivers.RecoveryPoint) *drivers.RecoveryPoint {
	var best *drivers.RecoveryPoint
	for i := range points {
		p := &points[i]
		if len(p.Problems) == 0 && (best == nil || p.Time.After(best.Time)) {
			best = p
		}
	}
	return best
}
