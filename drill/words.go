package drill

import (
	"fmt"
	"slices"
	"time"
)

// Mode is the occasion of a run: what it may touch and what its clock means.
type Mode string

// The modes.
const (
	ModeDrill    Mode = "drill"    // scratch target only; the clock starts with the first step
	ModeIncident Mode = "incident" // the live system, behind guard rails; the clock starts with the impact
	ModeTabletop Mode = "tabletop" // nothing is run
)

// ParseMode reads a mode's name.
func ParseMode(s string) (Mode, error) {
	m := Mode(s)
	if !slices.Contains([]Mode{ModeDrill, ModeIncident, ModeTabletop}, m) {
		return "", fmt.Errorf("unknown mode %q: one of drill, incident, tabletop", s)
	}
	return m, nil
}

// Verdict is how a run ended. It is earned: see Judge.
type Verdict string

// The verdicts.
const (
	VerdictPassed       Verdict = "passed"
	VerdictFailed       Verdict = "failed"
	VerdictInconclusive Verdict = "inconclusive"
	VerdictAborted      Verdict = "aborted"
)

// Phase is a part of the time between impact and recovery.
type Phase string

// The phases, in the order in which they usually come.
const (
	PhaseDetect   Phase = "detect"
	PhaseDecide   Phase = "decide"
	PhaseLocate   Phase = "locate"
	PhaseFetch    Phase = "fetch"
	PhaseVerify   Phase = "verify"
	PhaseRestore  Phase = "restore"
	PhaseValidate Phase = "validate"
	PhaseCutover  Phase = "cutover"
	PhaseCleanup  Phase = "cleanup"
	PhaseOther    Phase = "other"
)

// Phases lists the phases in order.
var Phases = []Phase{
	PhaseDetect, PhaseDecide, PhaseLocate, PhaseFetch, PhaseVerify,
	PhaseRestore, PhaseValidate, PhaseCutover, PhaseCleanup, PhaseOther,
}

// Section says which part of the runbook a step comes from.
type Section string

// The sections.
const (
	SectionPreflight Section = "preflight"
	SectionMain      Section = "main"
	SectionRollback  Section = "rollback"
	SectionAfter     Section = "after"
)

// PhaseTime is how long a phase took, and who worked.
type PhaseTime struct {
	Machine time.Duration `json:"machine_ns"` // a task was running
	People  time.Duration `json:"people_ns"`  // nobody but the operator could move it on
}

// Total is machine's and people's time together.
func (p PhaseTime) Total() time.Duration { return p.Machine + p.People }
