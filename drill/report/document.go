package report

import "time"

// Format is the version of the Document's layout. Keys are added without
// notice; it grows when one is removed or changes its meaning.
const Format = 1

// Document is the report of one run. Keys that end in _s are seconds, with
// fractions down to a millisecond; times are RFC 3339 in UTC. What is not
// known, or has not happened, is null; lists are never null.
type Document struct {
	Format   int    `json:"format"`   // 1
	Run      string `json:"run"`      // id
	Workload string `json:"workload"` // or the name of a runbook that was run on its own
	Kind     string `json:"kind"`     // postgresql, sqlite, files …; empty without an inventory
	Tier     string `json:"tier"`
	Owner    string `json:"owner"`
	Mode     string `json:"mode"` // drill, incident, tabletop
	// Stage is "not started", "walking", "cleaning up" or "ended".
	Stage string `json:"stage"`
	// Verdict is passed, failed, inconclusive or aborted; "in progress" until
	// the run has ended, cleaning up included.
	Verdict    string   `json:"verdict"`
	Reasons    []string `json:"reasons"` // why it is not passed
	Runbook    Runbook  `json:"runbook"`
	Operator   string   `json:"operator"`
	Host       string   `json:"host"`
	Version    string   `json:"version"`    // of lifeboat
	Unattended bool     `json:"unattended"` // nobody was at the keyboard
	RolledBack bool     `json:"rolled_back"`
	Times      Times    `json:"times"`
	RTO        RTO      `json:"rto"`
	RPO        RPO      `json:"rpo"`
	States     States   `json:"states"`
	Phases     []Phase  `json:"phases"` // in the order of drill.Phases; empty until there is a verdict
	Steps      []Step   `json:"steps"`
	// Cleanup are the tasks that ran after the walk, to remove what it made.
	Cleanup      []Task        `json:"cleanup"`
	Point        *Point        `json:"point"`
	Verification *Verification `json:"verification"` // of the point
	Checks       []Check       `json:"checks"`       // newest answer of each
	Scratch      []Scratch     `json:"scratch"`
	Notes        []Note        `json:"notes"`
	// Deviations are where the walk left the runbook.
	Deviations []Deviation `json:"deviations"`
}

// Runbook says what was walked.
type Runbook struct {
	Title  string `json:"title"`
	Path   string `json:"path"`   // as it was given, or builtin:NAME
	SHA256 string `json:"sha256"` // of its text
}

// Times are the moments from which others can compute what they call RTO.
type Times struct {
	Impact  *time.Time `json:"impact"`  // as declared; null in a drill
	Started *time.Time `json:"started"` // the journal was opened
	Began   *time.Time `json:"began"`   // first step
	// Restored is when the last restore that ended well did so, Checked when
	// a check that proves data last held, Concluded when the verdict was fixed.
	Restored  *time.Time `json:"restored"`
	Checked   *time.Time `json:"checked"`
	Concluded *time.Time `json:"concluded"`
	Ended     *time.Time `json:"ended"`  // cleaning up included
	Held      float64    `json:"held_s"` // how long a drill's clock was held; not in RTO
}

// RTO is how long it took until data was back, people's time included.
type RTO struct {
	Objective *float64 `json:"objective_s"`
	Measured  *float64 `json:"measured_s"` // null: nothing was restored
	Met       *bool    `json:"met"`        // null: one of the two is not known
	How       string   `json:"how"`        // where the clock stopped: "last check that held", "end of the restore"
}

// RPO is how much data was lost, measured on the data that came back.
type RPO struct {
	Objective *float64   `json:"objective_s"`
	Measured  *float64   `json:"measured_s"`
	Met       *bool      `json:"met"`
	How       string     `json:"how"`       // "newest row", "recovery point"
	DataTime  *time.Time `json:"data_time"` // newest time of the restored data
	Disaster  *time.Time `json:"disaster"`  // against which it was measured
}

// States are the three things that one "it worked" would hide.
type States struct {
	// Restore: "not attempted", "in progress", "done", "failed", "unknown",
	// "by hand" (no driver saw it).
	Restore Progress `json:"restore"`
	// Validate: "not attempted", "in progress", "done", "failed",
	// "inconclusive".
	Validate Progress `json:"validate"`
	// Cleanup: "nothing to do", "in progress", "done", "left behind".
	Cleanup Progress `json:"cleanup"`
}

// Progress is how far one of them came.
type Progress struct {
	State  string `json:"state"`
	Detail string `json:"detail"`
}

// Phase is a part of the time between impact and recovery.
type Phase struct {
	Phase   string  `json:"phase"`
	Machine float64 `json:"machine_s"` // a task was running
	People  float64 `json:"people_s"`  // only a person could move it on
}

// Step is one step of the walk.
type Step struct {
	Title   string     `json:"title"`
	Status  string     `json:"status"`  // pending, active, done, by hand, skipped, failed, unfinished
	Section string     `json:"section"` // preflight, main, rollback, after
	Phase   string     `json:"phase"`
	Started *time.Time `json:"started"`
	Ended   *time.Time `json:"ended"`
	Spent   *float64   `json:"spent_s"`   // without holds; null until it ended
	Machine float64    `json:"machine_s"` // how much of it a task was running
	Budget  *float64   `json:"budget_s"`
	Reason  string     `json:"reason"`
	Items   []Item     `json:"items"` // its checklist, and what was done by hand or skipped
	Tasks   []Task     `json:"tasks"` // every attempt, in order
}

// Item is an entry of a checklist, or a command or action that a person did by
// hand or left out.
type Item struct {
	Text   string `json:"text"`
	Status string `json:"status"` // pending, done, by hand, skipped
	Note   string `json:"note"`
}

// Task is something that ran.
type Task struct {
	Kind    string     `json:"kind"` // shell, sql, locate, verify, provision, plan, restore, check, backup, destroy
	Title   string     `json:"title"`
	Command string     `json:"command"` // as it ran; empty for work of a driver
	Edited  bool       `json:"edited"`  // not as the runbook has it
	Written string     `json:"written"` // what the runbook has, where it was edited
	Started *time.Time `json:"started"`
	Ended   *time.Time `json:"ended"`
	Took    *float64   `json:"took_s"`
	// Result is "running", "ok", "failed", "interrupted", "refused" (by a
	// guard rail), "unknown" (nobody saw its end).
	Result   string   `json:"result"`
	OK       *bool    `json:"ok"`   // null while it runs and when its end is unknown
	Exit     *int     `json:"exit"` // of a command that ended by itself
	Signal   string   `json:"signal"`
	Error    string   `json:"error"`
	Hint     string   `json:"hint"`
	Warnings []string `json:"warnings"`
	Output   *Output  `json:"output"` // null: none was kept
}

// Output names what a task printed, kept in the run's directory.
type Output struct {
	File   string `json:"file"` // relative to the run's directory
	Bytes  int64  `json:"bytes"`
	Lines  int64  `json:"lines"`
	SHA256 string `json:"sha256"`
}

// Point is the recovery point that was chosen.
type Point struct {
	ID         string     `json:"id"`
	Copy       string     `json:"copy"`
	Driver     string     `json:"driver"`
	Kind       string     `json:"kind"`
	Time       *time.Time `json:"time"`
	TimeSource string     `json:"time_source"` // manifest, tool, name, file
	Bytes      int64      `json:"bytes"`       // in the repository
	Files      []string   `json:"files"`
	Why        string     `json:"why"` // it was chosen
	Problems   []string   `json:"problems"`
}

// Verification is what reading the recovery point proved.
type Verification struct {
	Asked  string  `json:"asked"`
	Proved string  `json:"proved"` // highest grade that holds with all cheaper ones; empty: none
	Grades []Grade `json:"grades"`
}

// Grade is what one grade found.
type Grade struct {
	Grade   string  `json:"grade"`
	Outcome string  `json:"outcome"` // passed, failed, warned, skipped, unknown
	Detail  string  `json:"detail"`
	Hint    string  `json:"hint"`
	Took    float64 `json:"took_s"`
}

// Check is what must be true of the restored data, and whether it was.
type Check struct {
	Name    string     `json:"name"`
	Outcome string     `json:"outcome"`
	Got     string     `json:"got"`
	Want    string     `json:"want"`
	Source  string     `json:"source"` // the source's own answer
	Detail  string     `json:"detail"`
	Proves  bool       `json:"proves"` // it looked at restored data
	Newest  *time.Time `json:"newest"`
}

// Scratch is a target that was made for this run.
type Scratch struct {
	ID     string     `json:"id"`
	Dir    string     `json:"dir"`
	Status string     `json:"status"` // planned, ready, removed, kept
	Why    string     `json:"why"`    // it was kept
	Until  *time.Time `json:"until"`
}

// Note is a remark of the operator.
type Note struct {
	At   *time.Time `json:"at"`
	Step string     `json:"step"` // title; empty before the first
	Text string     `json:"text"`
}

// Deviation is a place where the walk left the runbook.
type Deviation struct {
	Step string `json:"step"`
	What string `json:"what"` // skipped, by hand, edited
	Text string `json:"text"` // of what
	Why  string `json:"why"`  // the operator's reason or note
}
