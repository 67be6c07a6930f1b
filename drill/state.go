package drill

import (
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

// RunInfo is what is fixed when a run starts.
type RunInfo struct {
	ID         string        `json:"id"` // 8 hex digits
	Workload   string        `json:"workload"`
	Kind       string        `json:"kind"`
	Tier       string        `json:"tier"`
	Owner      string        `json:"owner,omitempty"`
	Mode       Mode          `json:"mode"`
	Title      string        `json:"title"`   // the runbook's
	Runbook    string        `json:"runbook"` // its path, or builtin:NAME
	SHA256     string        `json:"sha256"`  // of its text
	Source     string        `json:"source"`  // its text
	Operator   string        `json:"operator"`
	Host       string        `json:"host"`
	Version    string        `json:"version"` // of lifeboat
	Dir        string        `json:"dir"`     // where its commands start
	Unattended bool          `json:"unattended"`
	RTO        time.Duration `json:"rto_ns"` // 0: none declared
	RPO        time.Duration `json:"rpo_ns"`
	// Since is when the impact began. Zero in a drill: its clock starts with
	// the first step.
	Since time.Time `json:"since,omitzero"`
	// Point is what was asked for beforehand (--point); empty: the default.
	Point         string            `json:"point,omitempty"`
	Copy          string            `json:"copy,omitempty"`
	Jobs          int               `json:"jobs,omitempty"`
	KeepOnFailure bool              `json:"keep_on_failure,omitempty"`
	Vars          map[string]string `json:"vars,omitempty"`
	// Hidden are the names in Vars whose values are secret, and not there.
	Hidden []string `json:"hidden,omitempty"`
	// Ask are the placeholders that need an answer before their commands run.
	Ask []runbook.Placeholder `json:"ask,omitempty"`
	// Rollback are the steps that replace the walk when it is rolled back.
	Rollback []StepDef `json:"rollback,omitempty"`
}

// StepStatus is where a step stands.
type StepStatus string

// The states of a step.
const (
	StepPending StepStatus = "pending"
	StepActive  StepStatus = "active"
	StepDone    StepStatus = "done"
	StepByHand  StepStatus = "by hand"
	StepSkipped StepStatus = "skipped"
	StepFailed  StepStatus = "failed"
)

// Step is a step of the run.
type Step struct {
	StepDef
	Status  StepStatus    `json:"status"`
	Units   []Unit        `json:"units"`
	Started time.Time     `json:"started,omitzero"`
	Ended   time.Time     `json:"ended,omitzero"`
	Machine time.Duration `json:"machine_ns"` // how much of it a task was running
	Held    time.Duration `json:"held_ns"`    // how much of it the clock was held
	Reason  string        `json:"reason,omitempty"`
	// Before is how long it took before it was opened again.
	Before time.Duration `json:"before_ns,omitempty"`
}

// Next is the index of the first unit that is not over, or -1.
func (s *Step) Next() int {
	for i := range s.Units {
		if !s.Units[i].Status.Over() {
			return i
		}
	}
	return -1
}

// Spent is how long the step has taken, without holds. now matters only
// while it is active.
func (s *Step) Spent(now time.Time) time.Duration {
	if s.Started.IsZero() {
		return s.Before
	}
	if !s.Ended.IsZero() {
		now = s.Ended
	}
	return s.Before + max(now.Sub(s.Started)-s.Held, 0)
}

// TaskState is one task of the run: an entry of the command log.
type TaskState struct {
	Task    Task      `json:"task"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended,omitzero"`
	Result  *Result   `json:"result,omitempty"` // nil while it runs
}

// ScratchStatus is where a scratch target stands.
type ScratchStatus string

// The states of a scratch target.
const (
	ScratchRecorded ScratchStatus = "planned" // on disk; perhaps not made
	ScratchReady    ScratchStatus = "ready"
	ScratchRemoved  ScratchStatus = "removed"
	ScratchLeft     ScratchStatus = "kept"
)

// Scratch is a scratch target of the run.
type Scratch struct {
	Record drivers.ScratchRecord `json:"record"`
	Status ScratchStatus         `json:"status"`
	Why    string                `json:"why,omitempty"` // kept
	Until  time.Time             `json:"until,omitzero"`
}

// Note is a remark of the operator.
type Note struct {
	At   time.Time `json:"at"`
	Step int       `json:"step"`
	Text string    `json:"text"`
}

// Resume is one time that the run was picked up again.
type Resume struct {
	At time.Time `json:"at"`
	Resumed
}

// State is a run, folded from its journal. Apply makes it; nobody else
// changes it.
type State struct {
	Info    RunInfo   `json:"info"`
	Seq     int64     `json:"seq"`
	Created time.Time `json:"created"`         // of the journal
	Began   time.Time `json:"began,omitzero"`  // first step
	Closed  time.Time `json:"closed,omitzero"` // run.ended
	At      time.Time `json:"at"`              // of the newest event

	Steps   []Step `json:"steps"`
	Current int    `json:"current"` // index of the current step; -1 before the first

	Vars         map[string]string       `json:"vars"`             // answers, captures, what actions found
	Hidden       []string                `json:"hidden,omitempty"` // names in Vars whose values are secret
	Points       []drivers.RecoveryPoint `json:"points,omitempty"`
	Point        *drivers.RecoveryPoint  `json:"point,omitempty"`
	PointWhy     string                  `json:"point_why,omitempty"`
	Verification *drivers.Verification   `json:"verification,omitempty"` // of Point
	Target       *drivers.Target         `json:"target,omitempty"`
	Plan         *drivers.Plan           `json:"plan,omitempty"`
	Evidence     *drivers.Evidence       `json:"evidence,omitempty"`  // of the restore
	Restored     time.Time               `json:"restored,omitzero"`   // when it ended well
	Selected     []string                `json:"selected,omitempty"`  // what of it, empty: all
	Checks       []drivers.CheckResult   `json:"checks,omitempty"`    // newest answer of each
	CheckedAt    time.Time               `json:"checked_at,omitzero"` // when a check that proves data last held
	// CheckedAfter and RestoredAfter are the run's clock at those moments.
	CheckedAfter  time.Duration `json:"checked_after_ns,omitempty"`
	RestoredAfter time.Duration `json:"restored_after_ns,omitempty"`
	Scratch       []Scratch     `json:"scratch,omitempty"`

	Tasks     []TaskState   `json:"tasks,omitempty"`
	Notes     []Note        `json:"notes,omitempty"`
	Resumes   []Resume      `json:"resumes,omitempty"`
	HeldSince time.Time     `json:"held_since,omitzero"` // the clock is held now
	Held      time.Duration `json:"held_ns"`             // ended holds
	Rolled    bool          `json:"rolled,omitempty"`    // rolled back

	Verdict Verdict   `json:"verdict,omitempty"` // set by Concluded
	Reasons []string  `json:"reasons,omitempty"`
	Measure Measure   `json:"measure"`
	Over    time.Time `json:"over,omitzero"` // when it was concluded
}

// stamp is the time of the next event: never before the newest one, whatever
// was done to the clock between two processes.
func (s *State) stamp(now time.Time) time.Time {
	if now = now.Round(0).UTC(); now.Before(s.At) {
		return s.At
	}
	return now
}

// Step returns the current step, or nil before the first and after the last.
func (s *State) Step() *Step {
	if s.Current < 0 || s.Current >= len(s.Steps) {
		return nil
	}
	return &s.Steps[s.Current]
}

// Task returns a task by id, or nil.
func (s *State) Task(id string) *TaskState {
	for i := range s.Tasks {
		if s.Tasks[i].Task.ID == id {
			return &s.Tasks[i]
		}
	}
	return nil
}

// Running returns the task that runs now, or nil.
func (s *State) Running() *TaskState {
	for i := len(s.Tasks) - 1; i >= 0; i-- {
		if s.Tasks[i].Result == nil {
			return &s.Tasks[i]
		}
	}
	return nil
}

// LastTask returns the newest task of a unit, or nil.
func (s *State) LastTask(step, unit int) *TaskState {
	if step < 0 || step >= len(s.Steps) || unit < 0 || unit >= len(s.Steps[step].Units) {
		return nil
	}
	ids := s.Steps[step].Units[unit].Tasks
	if len(ids) == 0 {
		return nil
	}
	return s.Task(ids[len(ids)-1])
}

// Concluded says that the verdict is fixed.
func (s *State) Concluded() bool { return s.Verdict != "" }

// Ended says that the journal is closed.
func (s *State) Ended() bool { return !s.Closed.IsZero() }

// Failed returns the unit of the current step that failed or whose end is
// unknown, and its last task; ok is false when nothing needs attention.
func (s *State) Failed() (unit int, task *TaskState, ok bool) {
	st := s.Step()
	if st == nil || s.Concluded() {
		return 0, nil, false
	}
	i := st.Next()
	if i < 0 || (st.Units[i].Status != UnitFailed && st.Units[i].Status != UnitUnknown) {
		return 0, nil, false
	}
	return i, s.LastTask(s.Current, i), true
}

// Missing lists the placeholders that have no answer yet.
func (s *State) Missing() []runbook.Placeholder {
	var out []runbook.Placeholder
	for _, p := range s.Info.Ask {
		if _, ok := s.Vars[p.Name]; !ok {
			out = append(out, p)
		}
	}
	return out
}
