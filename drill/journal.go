package drill

import (
	"context"
	"time"
)

// Journal keeps the events of runs. store implements it.
type Journal interface {
	// Append adds events to their run's journal, all or none, and is durable
	// when it returns. An event whose Seq is taken already is an error: two
	// processes drive one run. sum replaces the run's summary in the same
	// transaction.
	Append(ctx context.Context, events []Event, sum Summary) error
	// Events reads a run's journal in order. An unknown run is ErrNoRun.
	Events(ctx context.Context, run string) ([]Event, error)
}

// History finds runs by their summaries. store implements it.
type History interface {
	// Runs lists summaries, newest first.
	Runs(ctx context.Context, f RunFilter) ([]Summary, error)
	// FindRun finds a run by the beginning of its id; "" is the newest.
	FindRun(ctx context.Context, prefix string) (Summary, error)
}

// ErrNoRun says that there is no such run.
var ErrNoRun = errNoRun{}

type errNoRun struct{}

func (errNoRun) Error() string { return "no such run" }

// RunFilter limits a list of runs. Zero fields do not limit.
type RunFilter struct {
	Workload string
	Mode     Mode
	Ended    bool // only runs that have ended
	Open     bool // only runs that have not
	Since    time.Time
	Limit    int
}

// Summary is what lists and charts need of a run; it is kept beside its
// journal and can be made from it at any time.
type Summary struct {
	ID        string        `json:"id"`
	Workload  string        `json:"workload"`
	Kind      string        `json:"kind"`
	Tier      string        `json:"tier"`
	Mode      Mode          `json:"mode"`
	Title     string        `json:"title"`
	Runbook   string        `json:"runbook"`
	Operator  string        `json:"operator"`
	Host      string        `json:"host"`
	Started   time.Time     `json:"started"` // of the journal
	Ended     time.Time     `json:"ended,omitzero"`
	Verdict   Verdict       `json:"verdict,omitempty"` // empty while it runs
	Reasons   []string      `json:"reasons,omitempty"`
	Restored  bool          `json:"restored"`          // a driver restored something
	Partial   bool          `json:"partial,omitempty"` // only tables or paths of it
	Target    string        `json:"target,omitempty"`  // scratch, parallel, live
	Point     string        `json:"point,omitempty"`
	Copy      string        `json:"copy,omitempty"`
	Size      int64         `json:"size"`   // of the recovery point, bytes
	RTO       time.Duration `json:"rto_ns"` // measured
	RTOTarget time.Duration `json:"rto_target_ns"`
	RTOMet    *bool         `json:"rto_met,omitempty"`
	RPO       time.Duration `json:"rpo_ns"`
	RPOTarget time.Duration `json:"rpo_target_ns"`
	RPOMet    *bool         `json:"rpo_met,omitempty"`
	Restore   time.Duration `json:"restore_ns"` // how long the restore itself took
	// Steps are how long each step took, by its id, for forecasts.
	Steps map[string]time.Duration `json:"steps,omitempty"`
}

// Test says that the run tested the restore of its workload: an ended drill of
// the whole, not of single tables, and not into the live system.
func (s *Summary) Test() bool {
	return s.Mode == ModeDrill && !s.Ended.IsZero() && s.Verdict != VerdictAborted && !s.Partial && s.Target != "live"
}

// Summarise makes the summary of a state.
func Summarise(s *State) Summary {
	sum := Summary{
		ID: s.Info.ID, Workload: s.Info.Workload, Kind: s.Info.Kind, Tier: s.Info.Tier,
		Mode: s.Info.Mode, Title: s.Info.Title, Runbook: s.Info.Runbook,
		Operator: s.Info.Operator, Host: s.Info.Host, Started: s.Created, Ended: s.Closed,
		Verdict: s.Verdict, Reasons: s.Reasons,
		RTO: s.Measure.RTO, RTOTarget: s.Info.RTO, RTOMet: s.Measure.RTOMet,
		RPO: s.Measure.RPO, RPOTarget: s.Info.RPO, RPOMet: s.Measure.RPOMet,
		Steps: map[string]time.Duration{},
	}
	sum.Restored, sum.Partial = !s.Restored.IsZero(), len(s.Selected) > 0
	if s.Evidence != nil {
		sum.Target = string(s.Evidence.Target.Kind)
	}
	if s.Point != nil {
		sum.Point, sum.Copy, sum.Size = s.Point.ID, s.Point.Copy, s.Point.Size
	}
	for i := range s.Steps {
		st := &s.Steps[i]
		if st.Status == StepDone && st.Section == SectionMain {
			sum.Steps[st.StepDef.Step.ID] = st.Spent(st.Ended)
		}
	}
	for i := range s.Tasks {
		t := &s.Tasks[i]
		if t.Task.Kind == TaskRestore && t.Result != nil && t.Result.OK {
			sum.Restore = t.Ended.Sub(t.Started)
		}
	}
	return sum
}
