package drivers

import "time"

// RecoveryPoint is one thing that can be restored.
type RecoveryPoint struct {
	ID         string            `json:"id"`   // unique within its copy, stable, safe to type
	Time       time.Time         `json:"time"` // of the data in it
	TimeSource TimeSource        `json:"time_source"`
	Kind       PointKind         `json:"kind"`
	Size       int64             `json:"size"` // bytes in the repository
	Copy       string            `json:"copy"`
	Driver     string            `json:"driver"`
	Files      []string          `json:"files"`              // where it lies; the first is the one to name
	Requires   []string          `json:"requires,omitempty"` // ids of the chain it needs
	Window     *Window           `json:"window,omitempty"`   // for logs: restorable times
	Manifest   string            `json:"manifest,omitempty"` // path of its manifest; empty: none
	Detail     map[string]string `json:"detail,omitempty"`   // database, server version, format …
	Problems   []string          `json:"problems,omitempty"` // visibly bad: empty file, unreadable
}

// PointKind is what a recovery point holds.
type PointKind string

// The kinds of recovery point.
const (
	PointFull         PointKind = "full"
	PointDifferential PointKind = "differential"
	PointIncremental  PointKind = "incremental"
	PointLog          PointKind = "log"
	PointSnapshot     PointKind = "snapshot"
)

// TimeSource says where a recovery point's time comes from, best first.
type TimeSource string

// The sources of a point's time.
const (
	TimeManifest TimeSource = "manifest" // written at backup time
	TimeTool     TimeSource = "tool"     // the tool's own metadata
	TimeName     TimeSource = "name"     // read from the file's name
	TimeFile     TimeSource = "file"     // modification time: a copy may have renewed it
)

// Window is a range of restorable times, both ends included.
type Window struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}
