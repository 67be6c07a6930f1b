package inventory

import "time"

// Inventory is one lifeboat.yaml, decoded, with defaults applied.
type Inventory struct {
	Path      string      // absolute path of lifeboat.yaml
	Dir       string      // its directory: relative paths are relative to it
	Tiers     []Tier      // in order, tier "1" first
	Workloads []*Workload // in the file's order
	Vars      map[string]string
}

// Workload returns the workload with that name, or nil.
func (inv *Inventory) Workload(name string) *Workload {
	for _, w := range inv.Workloads {
		if w.Name == name {
			return w
		}
	}
	return nil
}

// Tier is a protection class.
type Tier struct {
	Name        string
	Description string
	Objectives
}

// Objectives are what a tier promises and a workload may override.
type Objectives struct {
	RPO       time.Duration // 0: none declared
	RTO       time.Duration // 0: none declared
	Frequency time.Duration // between two backups; 0: none declared
	Retention time.Duration // 0: none declared
	// TestEvery is how often a restore is to be tested; 0 takes the default
	// (30 days for tier 1, 90 days otherwise).
	TestEvery time.Duration
}

// Workload is one data-bearing system.
type Workload struct {
	Name        string
	Line        int    // in lifeboat.yaml
	Kind        string // postgresql, mysql, sqlite, files, bucket, kubernetes, etcd, vm
	Tier        string
	Owner       string
	Description string
	Runbook     string // absolute path; empty: the built-in one for this kind
	Objectives         // the tier's, with this workload's own where given
	Source      Source
	Copies      []*Copy
	Checks      []Check
	Vars        map[string]string // variables for its runbook, ${ENV} not yet filled in
	Heartbeat   string
}

// Copy returns the copy with that name, or nil.
func (w *Workload) Copy(name string) *Copy {
	for _, c := range w.Copies {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Source is where the live data is. Values may hold ${ENV} references, which
// are expanded by Expand only when a driver needs them, never when listing.
type Source struct {
	DSN  string
	Path string // absolute, unless it starts with ${
	// Options are further keys of the source, which its driver understands.
	Options map[string]string
}

// Copy is one place where backups are kept, and the driver that reads them.
type Copy struct {
	Name       string
	Line       int
	Driver     string
	Repository string // absolute directory, or s3://, gs://, azblob://
	Media      string
	Site       string
	Offsite    bool
	Immutable  bool
	Trust      string // trust domain
	Schedule   string // cron expression of the backups
	MaxAge     time.Duration
	// Options are further keys of the copy, which its driver understands
	// (stanza, config, exclude, jobs …), scalars as written.
	Options map[string]string
}

// StaleAfter says from which age on the newest point of this copy means that
// backups have stopped: max_age, else twice the schedule's interval, else
// twice the workload's frequency, else 0 (not known). Implemented in age.go.

// Check is one thing that must be true of restored data. Exactly one of Rows,
// Query, Canary, Command, File is set.
type Check struct {
	Line    int
	Name    string // as declared, else derived: "rows orders"
	Rows    string // table: count its rows
	Query   string // one value
	Canary  string // query whose answer must equal Expect byte for byte
	Command string // shell command that must exit 0
	File    string // path under the restored tree that must exist / match
	Expect  string // ">= 1000", "== source", "within 5% of source", or a value
	SHA256  string // for File
	Newest  bool   // the answer is the data's own newest time: RPO is measured with it
}
