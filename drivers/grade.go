package drivers

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Grade names how much a verification proved. A cheaper grade never reports
// as a dearer one.
type Grade string

// The grades, cheap to dear.
const (
	GradeExists    Grade = "exists"    // it is there
	GradeSize      Grade = "size"      // and not empty or implausibly small
	GradeAge       Grade = "age"       // and not stale
	GradeChecksum  Grade = "checksum"  // and equals the manifest made at backup time
	GradeStructure Grade = "structure" // and the tool can list it, and it is of this workload
	GradeReadable  Grade = "readable"  // and every byte was decoded
	GradeRestored  Grade = "restored"  // and it was restored into scratch
	GradeValidated Grade = "validated" // and the checks hold there
)

// Grades lists all grades, cheap to dear.
var Grades = []Grade{
	GradeExists, GradeSize, GradeAge, GradeChecksum,
	GradeStructure, GradeReadable, GradeRestored, GradeValidated,
}

// ParseGrade reads a grade's name.
func ParseGrade(s string) (Grade, error) {
	g := Grade(strings.ToLower(strings.TrimSpace(s)))
	if !slices.Contains(Grades, g) {
		names := make([]string, len(Grades))
		for i, n := range Grades {
			names[i] = string(n)
		}
		return "", fmt.Errorf("unknown grade %q: one of %s", s, strings.Join(names, ", "))
	}
	return g, nil
}

// Rank orders grades: 0 for GradeExists; -1 for none.
func (g Grade) Rank() int { return slices.Index(Grades, g) }

// AtLeast says whether g proves no less than min.
func (g Grade) AtLeast(least Grade) bool { return g.Rank() >= 0 && g.Rank() >= least.Rank() }

// Outcome is how a single proof or check ended.
type Outcome string

// The outcomes.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Warned  Outcome = "warned"  // holds, with something to look at (stale, no manifest)
	Skipped Outcome = "skipped" // not done, with the reason
	Unknown Outcome = "unknown" // tried, could not be found out
)

// GradeResult is what one grade found.
type GradeResult struct {
	Grade   Grade         `json:"grade"`
	Outcome Outcome       `json:"outcome"`
	Detail  string        `json:"detail"` // one line: what was proved, or what is wrong and where
	Hint    string        `json:"hint,omitempty"`
	Took    time.Duration `json:"took_ns"`
}

// Verification is the answer of Driver.Verify.
type Verification struct {
	Point   string        `json:"point"`
	Copy    string        `json:"copy"`
	Asked   Grade         `json:"asked"`
	Proved  Grade         `json:"proved"` // highest grade such that it and all cheaper ones hold, age aside; empty: none
	Results []GradeResult `json:"results"`
}

// Failure returns the failed or unknown result to name first, or nil: what is
// wrong with the bytes before what is wrong with their age.
func (v *Verification) Failure() *GradeResult {
	var stale *GradeResult
	for i := range v.Results {
		r := &v.Results[i]
		switch {
		case r.Outcome != Failed && r.Outcome != Unknown:
		case r.Grade == GradeAge:
			stale = r
		default:
			return r
		}
	}
	return stale
}

// OK says whether everything that was asked holds: nothing failed, nothing
// unknown, and the asked grade was proved.
func (v *Verification) OK() bool {
	return v.Failure() == nil && v.Proved.AtLeast(v.Asked)
}

// Stale says that age alone is what is wrong: the bytes may be good.
func (v *Verification) Stale() bool {
	stale := false
	for _, r := range v.Results {
		if r.Outcome != Failed && r.Outcome != Unknown {
			continue
		}
		if r.Grade != GradeAge {
			return false
		}
		stale = true
	}
	return stale
}

// Prover builds a Verification grade by grade. Drivers use it so that no
// grade can be claimed without the cheaper ones.
type Prover struct {
	V       Verification
	now     func() time.Time
	broken  bool
	started time.Time
}

// NewProver starts a verification of one point.
func NewProver(req VerifyRequest, now func() time.Time) *Prover {
	return &Prover{
		V:   Verification{Point: req.Point.ID, Copy: req.Point.Copy, Asked: req.Grade},
		now: now, started: now(),
	}
}

// Wants says whether the grade is asked for and nothing has failed before it.
// A stale point is still read: its bytes may be all there is.
func (p *Prover) Wants(g Grade) bool {
	return !p.broken && p.V.Asked.AtLeast(g)
}

// Record adds the result of one grade. A skipped grade breaks nothing, and
// proves nothing either: the next one that holds raises Proved past it.
func (p *Prover) Record(g Grade, o Outcome, detail, hint string) {
	t := p.now()
	p.V.Results = append(p.V.Results, GradeResult{Grade: g, Outcome: o, Detail: detail, Hint: hint, Took: t.Sub(p.started)})
	p.started = t
	bad := o == Failed || o == Unknown
	switch {
	case bad && g != GradeAge:
		p.broken = true
	case !bad && o != Skipped && !p.broken:
		p.V.Proved = g
	}
}

// Done returns the verification.
func (p *Prover) Done() Verification { return p.V }
