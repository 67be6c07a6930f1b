package drill

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

// Event is one entry of a run's journal.
type Event struct {
	Run  string    `json:"run"`
	Seq  int64     `json:"seq"` // 1, 2, 3 … without gaps
	At   time.Time `json:"at"`
	Body Body      `json:"body"`
}

// Body is what happened. Every type below is one.
type Body interface{ EventType() string }

// The events.
type (
	// RunStarted opens a journal. It holds all that is needed to replay the
	// run without the workspace it came from.
	RunStarted struct {
		Info  RunInfo   `json:"info"`
		Steps []StepDef `json:"steps"`
	}
	// Answered keeps the operator's answer for a placeholder or variable.
	Answered struct {
		Name      string `json:"name"`
		Value     string `json:"value"`
		Secret    bool   `json:"secret,omitempty"`    // Value is not it
		Forgotten bool   `json:"forgotten,omitempty"` // it is to be asked for again
	}
	// StepStarted makes a step the current one.
	StepStarted struct {
		Step int `json:"step"`
	}
	// StepEnded closes the current step.
	StepEnded struct {
		Step   int        `json:"step"`
		Status StepStatus `json:"status"`
		Reason string     `json:"reason,omitempty"`
	}
	// TaskStarted is on disk before the task starts.
	TaskStarted struct {
		Task Task `json:"task"`
	}
	// TaskEnded is on disk before anything that follows from it.
	TaskEnded struct {
		Task   string `json:"task"`
		Result Result `json:"result"`
	}
	// PointChosen names the recovery point that will be restored.
	PointChosen struct {
		Point drivers.RecoveryPoint `json:"point"`
		Why   string                `json:"why"` // "newest good one", "chosen by the operator"
	}
	// UnitEnded closes a unit without a task: ticked, by hand, skipped.
	UnitEnded struct {
		Step   int        `json:"step"`
		Unit   int        `json:"unit"`
		Status UnitStatus `json:"status"`
		Note   string     `json:"note,omitempty"`
	}
	// UnitReopened makes a unit pending again, after a point was chosen anew.
	UnitReopened struct {
		Step int `json:"step"`
		Unit int `json:"unit"`
	}
	// PlanShown says that a plan waits for a typed confirmation.
	PlanShown struct {
		Step int `json:"step"`
		Unit int `json:"unit"`
	}
	// Confirmed keeps that a person typed the workload's name.
	Confirmed struct {
		Step int    `json:"step"`
		Unit int    `json:"unit"`
		What string `json:"what"`
	}
	// Noted keeps a remark of the operator.
	Noted struct {
		Text string `json:"text"`
	}
	// ClockHeld stops a drill's clock; ClockResumed starts it again.
	ClockHeld struct {
		Reason string `json:"reason,omitempty"`
	}
	// ClockResumed ends a hold.
	ClockResumed struct{}
	// RollbackStarted replaces what is left of the walk by the rollback steps.
	RollbackStarted struct {
		Steps []StepDef `json:"steps"`
	}
	// ScratchPlanned records a scratch target before it is made.
	ScratchPlanned struct {
		Record drivers.ScratchRecord `json:"record"`
	}
	// ScratchKept says that a scratch target was left, and why.
	ScratchKept struct {
		ID    string    `json:"id"`
		Until time.Time `json:"until,omitzero"`
		Why   string    `json:"why"`
	}
	// Concluded fixes the verdict. Only cleaning up follows.
	Concluded struct {
		Verdict Verdict  `json:"verdict"`
		Reasons []string `json:"reasons,omitempty"`
		Measure Measure  `json:"measure"`
	}
	// Resumed says that another process, perhaps of another operator, has
	// picked the run up.
	Resumed struct {
		Operator   string `json:"operator"`
		Host       string `json:"host"`
		Version    string `json:"version"`
		Unattended bool   `json:"unattended"`
	}
	// RunEnded closes the journal.
	RunEnded struct{}
)

// EventType gives the name under which the event is stored.
func (RunStarted) EventType() string { return "run.started" }

// EventType gives the name under which the event is stored.
func (Answered) EventType() string { return "answered" }

// EventType gives the name under which the event is stored.
func (StepStarted) EventType() string { return "step.started" }

// EventType gives the name under which the event is stored.
func (StepEnded) EventType() string { return "step.ended" }

// EventType gives the name under which the event is stored.
func (TaskStarted) EventType() string { return "task.started" }

// EventType gives the name under which the event is stored.
func (TaskEnded) EventType() string { return "task.ended" }

// EventType gives the name under which the event is stored.
func (PointChosen) EventType() string { return "point.chosen" }

// EventType gives the name under which the event is stored.
func (UnitEnded) EventType() string { return "unit.ended" }

// EventType gives the name under which the event is stored.
func (UnitReopened) EventType() string { return "unit.reopened" }

// EventType gives the name under which the event is stored.
func (PlanShown) EventType() string { return "plan.shown" }

// EventType gives the name under which the event is stored.
func (Confirmed) EventType() string { return "confirmed" }

// EventType gives the name under which the event is stored.
func (Noted) EventType() string { return "noted" }

// EventType gives the name under which the event is stored.
func (ClockHeld) EventType() string { return "clock.held" }

// EventType gives the name under which the event is stored.
func (ClockResumed) EventType() string { return "clock.resumed" }

// EventType gives the name under which the event is stored.
func (RollbackStarted) EventType() string { return "rollback.started" }

// EventType gives the name under which the event is stored.
func (ScratchPlanned) EventType() string { return "scratch.planned" }

// EventType gives the name under which the event is stored.
func (ScratchKept) EventType() string { return "scratch.kept" }

// EventType gives the name under which the event is stored.
func (Concluded) EventType() string { return "concluded" }

// EventType gives the name under which the event is stored.
func (Resumed) EventType() string { return "resumed" }

// EventType gives the name under which the event is stored.
func (RunEnded) EventType() string { return "run.ended" }

// StepDef is a step as the run took it from the runbook.
type StepDef struct {
	Section Section      `json:"section"`
	Phase   Phase        `json:"phase"`
	Step    runbook.Step `json:"step"`
	// Expected is how long it took in this workload's earlier runs, else its
	// budget; 0: not known.
	Expected time.Duration `json:"expected_ns,omitempty"`
}

// EncodeBody gives an event's type and JSON.
func EncodeBody(b Body) (kind string, data []byte, err error) {
	data, err = json.Marshal(b)
	return b.EventType(), data, err
}

// DecodeBody reads an event back. An unknown type is an error: a journal
// written by a newer lifeboat is not half understood.
func DecodeBody(kind string, data []byte) (Body, error) {
	dec, ok := decoders[kind]
	if !ok {
		return nil, fmt.Errorf("event type %q is not known to this version", kind)
	}
	return dec(data)
}

var decoders = func() map[string]func([]byte) (Body, error) {
	m := map[string]func([]byte) (Body, error){}
	add := func(kind string, f func([]byte) (Body, error)) { m[kind] = f }
	add(decoder[RunStarted]())
	add(decoder[Answered]())
	add(decoder[StepStarted]())
	add(decoder[StepEnded]())
	add(decoder[TaskStarted]())
	add(decoder[TaskEnded]())
	add(decoder[PointChosen]())
	add(decoder[UnitEnded]())
	add(decoder[UnitReopened]())
	add(decoder[PlanShown]())
	add(decoder[Confirmed]())
	add(decoder[Noted]())
	add(decoder[ClockHeld]())
	add(decoder[ClockResumed]())
	add(decoder[RollbackStarted]())
	add(decoder[ScratchPlanned]())
	add(decoder[ScratchKept]())
	add(decoder[Concluded]())
	add(decoder[Resumed]())
	add(decoder[RunEnded]())
	return m
}()

func decoder[T Body]() (string, func([]byte) (Body, error)) {
	var zero T
	return zero.EventType(), func(data []byte) (Body, error) {
		var v T
		err := json.Unmarshal(data, &v)
		return v, err
	}
}
