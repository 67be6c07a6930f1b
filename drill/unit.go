package drill

import (
	"github.com/lifeboat-dr/lifeboat/runbook"
)

// UnitKind is what an operator does at once in a step.
type UnitKind string

// The kinds of unit.
const (
	UnitCommand UnitKind = "command"
	UnitAction  UnitKind = "action"
	UnitItem    UnitKind = "item"
)

// UnitStatus is where a unit stands.
type UnitStatus string

// The states of a unit.
const (
	UnitPending UnitStatus = "pending"
	UnitRunning UnitStatus = "running"
	UnitConfirm UnitStatus = "confirm" // its plan is made and waits for a typed confirmation
	UnitDone    UnitStatus = "done"
	UnitByHand  UnitStatus = "by hand"
	UnitSkipped UnitStatus = "skipped"
	UnitFailed  UnitStatus = "failed"
	UnitUnknown UnitStatus = "unknown" // it was started; nobody saw its end
)

// Over says that the walk can go on past this unit.
func (s UnitStatus) Over() bool {
	return s == UnitDone || s == UnitByHand || s == UnitSkipped
}

// Unit is one runnable or tickable block of a step.
type Unit struct {
	Kind   UnitKind   `json:"kind"`
	Block  int        `json:"block"` // index in the step's Blocks
	Status UnitStatus `json:"status"`
	Tasks  []string   `json:"tasks,omitempty"`  // ids, oldest first: every attempt
	Script string     `json:"script,omitempty"` // as it last ran, answers filled in; empty: not yet
	Note   string     `json:"note,omitempty"`
}

// units lists what there is to do in a step.
func units(step *runbook.Step) []Unit {
	var out []Unit
	for i := range step.Blocks {
		b := &step.Blocks[i]
		switch {
		case b.Command != nil:
			out = append(out, Unit{Kind: UnitCommand, Block: i, Status: UnitPending})
		case b.Action != nil:
			out = append(out, Unit{Kind: UnitAction, Block: i, Status: UnitPending})
		case b.Item != nil:
			out = append(out, Unit{Kind: UnitItem, Block: i, Status: UnitPending})
		}
	}
	return out
}
