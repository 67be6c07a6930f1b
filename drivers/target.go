package drivers

import "time"

// TargetKind is what may be done to a target.
type TargetKind string

// The kinds of target.
const (
	TargetScratch  TargetKind = "scratch"  // made for this run, removed after it
	TargetParallel TargetKind = "parallel" // an environment of the user's
	TargetLive     TargetKind = "live"     // the source itself
)

// Target is where a restore goes.
type Target struct {
	Kind TargetKind `json:"kind"`
	Name string     `json:"name"`           // what to call it before a person
	DSN  string     `json:"dsn,omitempty"`  // databases with a server; may hold a secret only for parallel and live
	Path string     `json:"path,omitempty"` // files and embedded databases
	// Scratch is set for TargetScratch.
	Scratch *ScratchRecord `json:"scratch,omitempty"`
	// Vars are given to the runbook's commands: PGHOST, PGPORT, PGDATABASE …
	Vars map[string]string `json:"vars,omitempty"`
}

// ScratchPrefix begins the name of every scratch target. The rest is random
// hex, never an operator's input.
const ScratchPrefix = "lifeboat-scratch-"

// ScratchRecord is kept on disk before a scratch target is made, and is all
// that is needed to remove it.
type ScratchRecord struct {
	ID      string    `json:"id"`  // ScratchPrefix + 12 hex digits
	Dir     string    `json:"dir"` // its directory, not yet made; its base name is ID
	Driver  string    `json:"driver"`
	Run     string    `json:"run"`
	Made    time.Time `json:"made"`
	Comment string    `json:"comment,omitempty"`
}
