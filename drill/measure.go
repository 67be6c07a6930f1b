package drill

import "time"

// Measure is what a run measured. Every time it was made from is in the
// journal, so that another definition can be computed later.
type Measure struct {
	// RTO is the clock at the last check that held; without one, at the end
	// of the restore; 0 when nothing was restored. Holds of a drill's clock
	// are not in it.
	RTO    time.Duration `json:"rto_ns"`
	RTOHow string        `json:"rto_how,omitempty"` // where the clock stopped
	RTOMet *bool         `json:"rto_met,omitempty"` // nil: no objective, or nothing restored
	// RPO is the disaster's time less the data's newest time.
	RPO    time.Duration `json:"rpo_ns"`
	RPOHow string        `json:"rpo_how,omitempty"` // "newest row", "recovery point"
	RPOMet *bool         `json:"rpo_met,omitempty"`

	Disaster time.Time           `json:"disaster,omitzero"` // since, else the first step
	Data     time.Time           `json:"data,omitzero"`     // newest time of the restored data
	Phases   map[Phase]PhaseTime `json:"phases,omitempty"`
}

// ClockStart is when the run's clock starts: the impact, else the first step.
// Zero: it has not started.
func (s *State) ClockStart() time.Time {
	if !s.Info.Since.IsZero() {
		return s.Info.Since
	}
	return s.Began
}

// Elapsed is the run's clock: since ClockStart, without holds, until now or
// until the verdict was fixed.
func (s *State) Elapsed(now time.Time) time.Duration {
	start := s.ClockStart()
	if start.IsZero() {
		return 0
	}
	if !s.Over.IsZero() {
		now = s.Over
	}
	d := now.Sub(start) - s.Held
	if !s.HeldSince.IsZero() {
		d -= now.Sub(s.HeldSince)
	}
	return max(d, 0)
}

// Finish projects the clock at the end of the walk: what has passed, and what
// the remaining steps are expected to take. ok is false when that is unknown
// for any of them.
func (s *State) Finish(now time.Time) (d time.Duration, ok bool) {
	d, ok = s.Elapsed(now), true
	if s.Concluded() {
		return s.Measure.RTO, s.Measure.RTO > 0
	}
	if !s.HeldSince.IsZero() {
		now = s.HeldSince // what the step has taken so far, too, stands still
	}
	for i := range s.Steps {
		st := &s.Steps[i]
		if st.Section == SectionAfter || st.Phase == PhaseCleanup {
			continue
		}
		switch st.Status {
		case StepPending:
			d += st.Expected
		case StepActive:
			d += max(st.Expected-st.Spent(now), 0)
		default:
			continue
		}
		ok = ok && st.Expected > 0
	}
	return d, ok
}

// DataAge is how much data is lost if the chosen point (or, once checks found
// it, the newest restored row) is what comes back. ok is false before a point
// is chosen.
func (s *State) DataAge(now time.Time) (age time.Duration, how string, ok bool) {
	disaster := s.ClockStart()
	if disaster.IsZero() {
		disaster = now
	}
	t, how := s.dataTime()
	if t.IsZero() {
		return 0, "", false
	}
	return max(disaster.Sub(t), 0), how, true
}

// dataTime is the newest time of the data: what a check read from it, else
// the recovery point's own.
func (s *State) dataTime() (time.Time, string) {
	var newest time.Time
	for i := range s.Checks {
		if n := s.Checks[i].Newest; n != nil && n.After(newest) {
			newest = *n
		}
	}
	if !newest.IsZero() {
		return newest, "newest row"
	}
	if s.Point != nil {
		return s.Point.Time, "recovery point"
	}
	return time.Time{}, ""
}

// measure sums the run up at the moment of its verdict. Objectives are met
// only by a recovery that held: a failed or aborted run has no answer.
func (s *State) measure(now time.Time, v Verdict) Measure {
	held := v == VerdictPassed || v == VerdictInconclusive
	m := Measure{Disaster: s.ClockStart(), Phases: s.phases(now)}
	switch {
	case s.CheckedAfter > 0:
		m.RTO, m.RTOHow = s.CheckedAfter, "last check that held"
	case s.RestoredAfter > 0:
		m.RTO, m.RTOHow = s.RestoredAfter, "end of the restore"
	}
	if held && m.RTO > 0 && s.Info.RTO > 0 {
		met := m.RTO <= s.Info.RTO
		m.RTOMet = &met
	}
	if s.Restored.IsZero() {
		return m
	}
	age, how, ok := s.DataAge(now)
	if !ok {
		return m
	}
	m.RPO, m.RPOHow = age, how
	m.Data, _ = s.dataTime()
	if held && s.Info.RPO > 0 {
		met := age <= s.Info.RPO
		m.RPOMet = &met
	}
	return m
}

// phases sums machine's and people's time by phase. Before the first step of
// an incident somebody was detecting.
func (s *State) phases(now time.Time) map[Phase]PhaseTime {
	out := map[Phase]PhaseTime{}
	if !s.Info.Since.IsZero() && !s.Began.IsZero() {
		out[PhaseDetect] = PhaseTime{People: max(s.Began.Sub(s.Info.Since), 0)}
	}
	for i := range s.Steps {
		st := &s.Steps[i]
		if st.Started.IsZero() {
			continue
		}
		p := out[st.Phase]
		p.Machine += st.Machine
		p.People += max(st.Spent(now)-st.Machine, 0)
		out[st.Phase] = p
	}
	return out
}
