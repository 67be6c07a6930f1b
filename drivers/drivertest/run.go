package drivertest

import (
	"context"
	"slices"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// Suite is what a driver brings to be held against the clauses.
type Suite struct {
	// New makes a driver over an empty repository.
	New func(t testing.TB) *Estate
	// Seed makes n recovery points with different times.
	Seed func(e *Estate, n int) error
	// Damage lists the ways to spoil a point. The first must alter it in a
	// way that a plan notices.
	Damage []Damage
	// Target gives an empty target of the user's (parallel).
	Target func(e *Estate) drivers.Target
	// Skip excuses the driver from clauses, by id; the reason is printed.
	Skip map[string]string
}

// Run holds a driver against every clause, each on a fresh estate.
func Run(t *testing.T, s Suite) {
	known := Clauses()
	for id := range s.Skip {
		if !slices.ContainsFunc(known, func(c Clause) bool { return c.ID == id }) {
			t.Errorf("the suite skips %q, which is no clause", id)
		}
	}
	for _, c := range known {
		t.Run(c.ID, func(t *testing.T) {
			if why := s.Skip[c.ID]; why != "" {
				t.Skip(why)
			}
			if err := s.Hold(t.Context(), t, c); err != nil {
				t.Errorf("%s: %v", c.Says, err)
			}
		})
	}
}

// Hold runs one clause on a fresh estate.
func (s *Suite) Hold(ctx context.Context, t testing.TB, c Clause) error {
	var fresh func() *bench
	fresh = func() *bench { return &bench{Estate: s.New(t), suite: s, fresh: fresh} }
	return c.check(ctx, fresh())
}

// Inspect runs the clauses that only read on a driver of an operator's own
// estate. It gives one finding a clause.
func Inspect(ctx context.Context, d drivers.Driver) []drivers.Finding {
	b := &bench{Estate: &Estate{Driver: d, Digest: func() (string, error) { return "", nil }}, suite: &Suite{}}
	var out []drivers.Finding
	for _, c := range Clauses() {
		if !c.ReadOnly {
			continue
		}
		f := drivers.Finding{OK: true, Subject: c.ID, Detail: c.Says}
		if err := c.check(ctx, b); err != nil {
			f.OK, f.Detail = false, err.Error()
		}
		out = append(out, f)
	}
	return out
}
