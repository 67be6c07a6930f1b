package report

import (
	"math"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
)

// inProgress is the verdict of a run that has not ended.
const inProgress = "in progress"

// New makes the report of a run as it stands.
func New(s *drill.State) Document {
	d := Document{
		Format: Format, Run: line(s.Info.ID), Workload: line(s.Info.Workload), Kind: line(s.Info.Kind),
		Tier: line(s.Info.Tier), Owner: line(s.Info.Owner), Mode: string(s.Info.Mode),
		Stage: stage(s), Verdict: inProgress, Reasons: lines(s.Reasons),
		Runbook:  Runbook{Title: line(s.Info.Title), Path: line(s.Info.Runbook), SHA256: s.Info.SHA256},
		Operator: line(s.Info.Operator), Host: line(s.Info.Host), Version: line(s.Info.Version),
		Unattended: s.Info.Unattended, RolledBack: s.Rolled,
		Times: times(s), RTO: rto(s), RPO: rpo(s), Phases: phases(s),
		Steps: steps(s), Cleanup: tasksOf(s, -1), Point: point(s), Verification: verification(s.Verification),
		Checks: checks(s.Checks), Scratch: scratch(s.Scratch), Notes: notes(s),
	}
	if s.Ended() && s.Concluded() {
		d.Verdict = string(s.Verdict)
	}
	d.States = States{Restore: restoring(s), Validate: validating(s), Cleanup: cleaning(s)}
	d.Deviations = deviations(s, &d)
	return d
}

func stage(s *drill.State) string {
	switch {
	case s.Ended():
		return "ended"
	case s.Concluded():
		return "cleaning up"
	case s.Began.IsZero():
		return "not started"
	}
	return "walking"
}

// seconds rounds to a millisecond.
func seconds(d time.Duration) float64 {
	return math.Round(float64(d)/float64(time.Millisecond)) / 1000
}

// known is the seconds of a duration for which 0 means that there is none.
func known(d time.Duration) *float64 {
	if d <= 0 {
		return nil
	}
	v := seconds(d)
	return &v
}

// moment is nil for no time at all.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Round(0)
	return &t
}

func times(s *drill.State) Times {
	return Times{
		Impact: moment(s.Info.Since), Started: moment(s.Created), Began: moment(s.Began),
		Restored: moment(s.Restored), Checked: moment(s.CheckedAt), Concluded: moment(s.Over), Ended: moment(s.Closed),
		Held: seconds(s.Held),
	}
}

func rto(s *drill.State) RTO {
	return RTO{Objective: known(s.Info.RTO), Measured: known(s.Measure.RTO), Met: s.Measure.RTOMet, How: s.Measure.RTOHow}
}

func rpo(s *drill.State) RPO {
	out := RPO{Objective: known(s.Info.RPO), Met: s.Measure.RPOMet, How: s.Measure.RPOHow, DataTime: moment(s.Measure.Data)}
	if out.How != "" { // without it nothing was measured; with it 0 is an answer
		v := seconds(s.Measure.RPO)
		out.Measured, out.Disaster = &v, moment(s.Measure.Disaster)
	}
	return out
}

func phases(s *drill.State) []Phase {
	out := []Phase{}
	for _, p := range drill.Phases {
		if t, ok := s.Measure.Phases[p]; ok {
			out = append(out, Phase{Phase: string(p), Machine: seconds(t.Machine), People: seconds(t.People)})
		}
	}
	return out
}

func point(s *drill.State) *Point {
	p := s.Point
	if p == nil {
		return nil
	}
	return &Point{
		ID: line(p.ID), Copy: line(p.Copy), Driver: line(p.Driver), Kind: string(p.Kind), Time: moment(p.Time),
		TimeSource: string(p.TimeSource), Bytes: p.Size, Files: lines(p.Files), Why: line(s.PointWhy), Problems: lines(p.Problems),
	}
}

func verification(v *drivers.Verification) *Verification {
	if v == nil {
		return nil
	}
	out := &Verification{Asked: string(v.Asked), Proved: string(v.Proved), Grades: []Grade{}}
	for _, r := range v.Results {
		out.Grades = append(out.Grades, Grade{
			Grade: string(r.Grade), Outcome: string(r.Outcome), Detail: line(r.Detail), Hint: line(r.Hint), Took: seconds(r.Took),
		})
	}
	return out
}

func checks(in []drivers.CheckResult) []Check {
	out := []Check{}
	for _, c := range in {
		k := Check{
			Name: line(c.Name), Outcome: string(c.Outcome), Got: line(c.Got), Want: line(c.Want),
			Source: line(c.Source), Detail: line(c.Detail), Proves: c.Proves,
		}
		if c.Newest != nil {
			k.Newest = moment(*c.Newest)
		}
		out = append(out, k)
	}
	return out
}

func scratch(in []drill.Scratch) []Scratch {
	out := []Scratch{}
	for _, sc := range in {
		out = append(out, Scratch{
			ID: line(sc.Record.ID), Dir: line(sc.Record.Dir), Status: string(sc.Status), Why: line(sc.Why), Until: moment(sc.Until),
		})
	}
	return out
}

func notes(s *drill.State) []Note {
	out := []Note{}
	for _, n := range s.Notes {
		note := Note{At: moment(n.At), Text: clean(n.Text)}
		if n.Step >= 0 && n.Step < len(s.Steps) {
			note.Step = line(s.Steps[n.Step].Step.Title)
		}
		out = append(out, note)
	}
	return out
}
