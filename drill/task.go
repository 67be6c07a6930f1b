package drill

import (
	"context"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// TaskKind is what an Executor is asked to do.
type TaskKind string

// The kinds of task.
const (
	TaskShell     TaskKind = "shell"     // a command of the runbook, in the walk's shell session
	TaskSQL       TaskKind = "sql"       // a sql fence, against the target
	TaskLocate    TaskKind = "locate"    // the recovery points of all copies
	TaskVerify    TaskKind = "verify"    // one point, to a grade
	TaskProvision TaskKind = "provision" // make the scratch target
	TaskPlan      TaskKind = "plan"      // what a restore would do; read only
	TaskRestore   TaskKind = "restore"   // run that plan
	TaskCheck     TaskKind = "check"     // the workload's checks on the restored data
	TaskBackup    TaskKind = "backup"    // a new recovery point, of the live source
	TaskDestroy   TaskKind = "destroy"   // remove a scratch target
)

// Task is one piece of work that takes time. It holds no secret: it goes into
// the journal before it starts.
type Task struct {
	ID       string   `json:"id"`
	Run      string   `json:"run"`
	Kind     TaskKind `json:"kind"`
	Title    string   `json:"title"` // one line for a person
	Step     int      `json:"step"`  // index in State.Steps; -1: the run's own (cleaning up)
	Unit     int      `json:"unit"`  // index in the step's units; -1 as above
	Final    bool     `json:"final"` // its success completes the unit
	Workload string   `json:"workload"`
	Copy     string   `json:"copy,omitempty"`

	Script    string            `json:"script,omitempty"`
	Shell     string            `json:"shell,omitempty"` // bash, sh, zsh
	Dir       string            `json:"dir,omitempty"`   // where the session starts
	Timeout   time.Duration     `json:"timeout_ns,omitempty"`
	Capture   string            `json:"capture,omitempty"`
	Vars      map[string]string `json:"vars,omitempty"`     // given to the command by environment
	IsCheck   bool              `json:"is_check,omitempty"` // a command that proves data by its exit status
	Optional  bool              `json:"optional,omitempty"`
	NoClobber bool              `json:"no_clobber,omitempty"` // > overwrites nothing
	Terminal  bool              `json:"terminal,omitempty"`   // it needs a terminal, to be typed into

	Point   *drivers.RecoveryPoint `json:"point,omitempty"`
	Grade   drivers.Grade          `json:"grade,omitempty"`
	Scratch *drivers.ScratchRecord `json:"scratch,omitempty"`
	Target  *drivers.Target        `json:"target,omitempty"`
	Select  []string               `json:"select,omitempty"`
	Jobs    int                    `json:"jobs,omitempty"`
	Plan    *drivers.Plan          `json:"plan,omitempty"`
	// Incident: the live source may be gone, see drivers.RestoreRequest.
	Incident bool `json:"incident,omitempty"`

	// Secrets are given to the command by environment. They are never kept.
	Secrets map[string]string `json:"-"`
}

// Result is how a task ended.
type Result struct {
	OK       bool   `json:"ok"`
	Code     int    `json:"code"`             // exit status of a command
	Signal   string `json:"signal,omitempty"` // that ended it
	Error    string `json:"error,omitempty"`  // one line: what happened and where
	Hint     string `json:"hint,omitempty"`   // what to do next
	Canceled bool   `json:"canceled,omitempty"`
	Unknown  bool   `json:"unknown,omitempty"` // nobody saw its end
	Refused  bool   `json:"refused,omitempty"` // by a guard rail of the driver
	// Unstarted: it was never begun, and never will be.
	Unstarted bool `json:"unstarted,omitempty"`
	// Ended is when it ended, where that was before anybody took note of it.
	Ended    time.Time     `json:"ended,omitzero"`
	Warnings []string      `json:"warnings,omitempty"`
	Took     time.Duration `json:"took_ns"`

	Output string `json:"output,omitempty"` // path of its output, relative to the run's directory
	Bytes  int64  `json:"bytes,omitempty"`
	Lines  int64  `json:"lines,omitempty"`
	SHA256 string `json:"sha256,omitempty"` // of the output

	Captured     *string                 `json:"captured,omitempty"`
	Points       []drivers.RecoveryPoint `json:"points,omitempty"`
	Verification *drivers.Verification   `json:"verification,omitempty"`
	Target       *drivers.Target         `json:"target,omitempty"`
	Plan         *drivers.Plan           `json:"plan,omitempty"`
	Evidence     *drivers.Evidence       `json:"evidence,omitempty"`
	Checks       []drivers.CheckResult   `json:"checks,omitempty"`
	Made         *drivers.RecoveryPoint  `json:"made,omitempty"` // by a backup
}

// Executor runs tasks. Run returns when the task has ended; cancelling ctx
// ends it and its children. It never panics and never returns without a
// Result.
type Executor interface {
	Run(ctx context.Context, t Task, out *Output) Result
}
