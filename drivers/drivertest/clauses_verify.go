package drivertest

import (
	"context"
	"errors"
	"fmt"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

var verifyClauses = []Clause{
	{"verify-proves", "an undamaged point is proved to every grade that the driver has", false, verifyProves},
	{"verify-catches", "each damage is caught, at its grade or a cheaper one, and said", false, verifyCatches},
	{"verify-no-overclaim", "no result speaks of a dearer grade than was asked or proved", true, verifyNoOverclaim},
	{"verify-gone", "a point that is gone fails, and is no error", false, verifyGone},
	{"verify-pure", "verifying changes nothing", true, verifyPure},
}

func verifyProves(ctx context.Context, b *bench) error {
	p, _, err := b.newest(ctx)
	if err != nil {
		return err
	}
	for _, g := range b.Driver.Info().Grades {
		v, err := b.verify(ctx, p, g)
		if err != nil {
			return err
		}
		if f := v.Failure(); f != nil {
			return fmt.Errorf("undamaged, but %s is %s: %s", f.Grade, f.Outcome, f.Detail)
		}
		if !v.OK() {
			return fmt.Errorf("asked for %s, proved %q", g, v.Proved)
		}
	}
	return nil
}

func verifyCatches(ctx context.Context, b *bench) error {
	var all []error
	for _, d := range b.suite.Damage {
		if err := caught(ctx, b.fresh(), d); err != nil {
			all = append(all, fmt.Errorf("%s: %w", d.Name, err))
		}
	}
	return errors.Join(all...)
}

func caught(ctx context.Context, b *bench, d Damage) error {
	p, _, err := b.newest(ctx)
	if err != nil {
		return err
	}
	if err := d.Do(b.Estate, p); err != nil {
		return fmt.Errorf("damage: %w", err)
	}
	v, err := b.verify(ctx, p, d.Grade)
	if err != nil {
		return err
	}
	f := v.Failure()
	switch {
	case f == nil || v.OK():
		return fmt.Errorf("not caught at %s: proved %q", d.Grade, v.Proved)
	case f.Detail == "":
		return fmt.Errorf("caught at %s without a word of what is wrong", f.Grade)
	case v.Proved.AtLeast(f.Grade):
		return fmt.Errorf("%s failed, yet %s is called proved", f.Grade, v.Proved)
	}
	return nil
}

func verifyNoOverclaim(ctx context.Context, b *bench) error {
	p, ok, err := b.newest(ctx)
	if err != nil || !ok {
		return err
	}
	for _, g := range b.Driver.Info().Grades {
		v, err := b.verify(ctx, p, g)
		if err != nil {
			return err
		}
		if err := consistent(v, g); err != nil {
			return fmt.Errorf("asked for %s: %w", g, err)
		}
	}
	return nil
}

// consistent holds a verification against its own results.
func consistent(v drivers.Verification, asked drivers.Grade) error {
	last, proving := -1, false
	for _, r := range v.Results {
		switch {
		case r.Grade.Rank() <= last:
			return fmt.Errorf("the result of %s is out of order", r.Grade)
		case !asked.AtLeast(r.Grade):
			return fmt.Errorf("a result of %s, which was not asked", r.Grade)
		}
		last = r.Grade.Rank()
		if r.Grade == v.Proved {
			proving = r.Outcome == drivers.Passed || r.Outcome == drivers.Warned
		}
	}
	if v.Proved != "" && !proving {
		return fmt.Errorf("%s is called proved without a result that holds", v.Proved)
	}
	return nil
}

func verifyGone(ctx context.Context, b *bench) error {
	p, _, err := b.newest(ctx)
	if err != nil {
		return err
	}
	p.ID += "-gone"
	for i := range p.Files {
		p.Files[i] += "-gone"
	}
	v, err := b.verify(ctx, p, drivers.GradeExists)
	if err != nil {
		return err
	}
	if v.OK() {
		return errors.New("a point that is not there exists")
	}
	return nil
}

func verifyPure(ctx context.Context, b *bench) error {
	p, ok, err := b.newest(ctx)
	if err != nil || !ok {
		return err
	}
	grades := b.Driver.Info().Grades
	return b.unchanged("Verify", func() error {
		_, err := b.verify(ctx, p, grades[len(grades)-1])
		return err
	})
}
