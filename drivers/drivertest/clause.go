package drivertest

import (
	"context"
	"fmt"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// Clause is one thing that is true of every driver. Its id is stable: it is
// what a driver's suite names to be excused, and what a failure says.
type Clause struct {
	ID   string
	Says string
	// ReadOnly clauses may be run on an operator's own estate.
	ReadOnly bool
	check    func(ctx context.Context, b *bench) error
}

// Clauses lists the whole suite.
func Clauses() []Clause {
	var all []Clause
	all = append(all, locateClauses...)
	all = append(all, verifyClauses...)
	all = append(all, planClauses...)
	all = append(all, restoreClauses...)
	return append(all, scratchClauses...)
}

// Estate is a driver and what it works on.
type Estate struct {
	Driver drivers.Driver
	// Dirs are the directories that reading must not change: source,
	// repository, the place of the targets.
	Dirs []string
	// Digest takes the place of a digest of Dirs, for drivers without files.
	Digest func() (string, error)
	// Work is a directory for the suite's own targets and scratch.
	Work string
	// Data is the suite's own.
	Data any
}

// digest covers everything that reading must not change; "" when the estate
// can't tell.
func (e *Estate) digest() (string, error) {
	if e.Digest != nil {
		return e.Digest()
	}
	return TreeDigest(e.Dirs...)
}

// Damage is one way to spoil a recovery point.
type Damage struct {
	Name string
	// Grade is the one that must catch it. A cheaper one may as well.
	Grade drivers.Grade
	Do    func(e *Estate, p drivers.RecoveryPoint) error
}

// bench is what one clause works with.
type bench struct {
	*Estate
	suite *Suite
	fresh func() *bench // another one, over an empty repository
}

// seeded makes n points and lists them. On an operator's estate the points
// are those that are there.
func (b *bench) seeded(ctx context.Context, n int) ([]drivers.RecoveryPoint, error) {
	if b.suite.Seed != nil {
		if err := b.suite.Seed(b.Estate, n); err != nil {
			return nil, fmt.Errorf("seed: %w", err)
		}
	}
	ps, err := b.Driver.Locate(ctx)
	if err != nil {
		return nil, fmt.Errorf("locate: %w", err)
	}
	if b.suite.Seed != nil && len(ps) != n {
		return nil, fmt.Errorf("locate lists %d of %d points", len(ps), n)
	}
	return ps, nil
}

// newest seeds one point and lists it; ok is false on an estate without any.
func (b *bench) newest(ctx context.Context) (p drivers.RecoveryPoint, ok bool, err error) {
	ps, err := b.seeded(ctx, 1)
	if err != nil || len(ps) == 0 {
		return p, false, err
	}
	return ps[0], true, nil
}

// target is an empty one.
func (b *bench) target() drivers.Target { return b.suite.Target(b.Estate) }

// planned makes a point and a plan to restore it into an empty target.
func (b *bench) planned(ctx context.Context) (drivers.Plan, error) {
	p, _, err := b.newest(ctx)
	if err != nil {
		return drivers.Plan{}, err
	}
	plan, err := b.Driver.Plan(ctx, drivers.RestoreRequest{Point: p, Target: b.target()})
	if err != nil {
		return plan, fmt.Errorf("plan: %w", err)
	}
	return plan, nil
}

// unchanged runs do and says whether anything was changed by it.
func (b *bench) unchanged(what string, do func() error) error {
	before, err := b.digest()
	if err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	after, err := b.digest()
	if err != nil {
		return err
	}
	if before != after {
		return fmt.Errorf("%s changed source, repository or target", what)
	}
	return nil
}

// verify asks for a proof with an age limit that no seed exceeds.
func (b *bench) verify(ctx context.Context, p drivers.RecoveryPoint, g drivers.Grade) (drivers.Verification, error) {
	const ever = 100 * 365 * 24 * time.Hour
	v, err := b.Driver.Verify(ctx, drivers.VerifyRequest{Point: p, Grade: g, MaxAge: ever}, nil)
	if err != nil {
		return v, fmt.Errorf("verify %s: %w", g, err)
	}
	return v, nil
}
