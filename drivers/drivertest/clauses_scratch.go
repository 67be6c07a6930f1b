package drivertest

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

var scratchClauses = []Clause{
	{"scratch-removed", "a scratch target can be restored into, and nothing is left of it after Destroy", false, scratchRemoved},
	{"destroy-again", "Destroy may be called twice, and for a target that was never made", false, destroyAgain},
}

// record is that of a scratch target of this suite.
func (b *bench) record() drivers.ScratchRecord {
	id := drivers.ScratchPrefix + "c0ffee123456"
	return drivers.ScratchRecord{
		ID: id, Dir: filepath.Join(b.Work, "scratch", id), Driver: b.Driver.Info().Name, Run: "suite",
		Made: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC),
	}
}

// provisioner skips the clause for a driver that makes no scratch targets.
func (b *bench) provisioner() (drivers.Provisioner, bool) {
	return drivers.As[drivers.Provisioner](b.Driver)
}

func scratchRemoved(ctx context.Context, b *bench) error {
	pr, ok := b.provisioner()
	if !ok {
		return nil
	}
	p, _, err := b.newest(ctx)
	if err != nil {
		return err
	}
	rec := b.record()
	// The directory above may stay.
	if _, err := pr.Provision(ctx, rec, p, nil); err != nil {
		return fmt.Errorf("provision: %w", err)
	}
	if err := pr.Destroy(ctx, rec, nil); err != nil {
		return fmt.Errorf("destroy: %w", err)
	}
	return b.leavesNothing(ctx, pr, rec, p)
}

func (b *bench) leavesNothing(ctx context.Context, pr drivers.Provisioner, rec drivers.ScratchRecord, p drivers.RecoveryPoint) error {
	was := func() (string, error) {
		if b.Digest != nil {
			return b.Digest()
		}
		return TreeDigest(append([]string{rec.Dir}, b.Dirs...)...)
	}
	before, err := was()
	if err != nil {
		return err
	}
	t, err := pr.Provision(ctx, rec, p, nil)
	if err != nil {
		return fmt.Errorf("provision: %w", err)
	}
	plan, err := b.Driver.Plan(ctx, drivers.RestoreRequest{Point: p, Target: t})
	if err == nil {
		_, err = b.Driver.Restore(ctx, plan, nil)
	}
	if err = errors.Join(err, pr.Destroy(ctx, rec, nil)); err != nil {
		return err
	}
	after, err := was()
	if err != nil {
		return err
	}
	if before != after {
		return errors.New("something is left of the scratch target, or the source or repository was changed")
	}
	return nil
}

func destroyAgain(ctx context.Context, b *bench) error {
	pr, ok := b.provisioner()
	if !ok {
		return nil
	}
	rec := b.record()
	if err := pr.Destroy(ctx, rec, nil); err != nil {
		return fmt.Errorf("never made: %w", err)
	}
	if _, err := pr.Provision(ctx, rec, drivers.RecoveryPoint{}, nil); err != nil {
		// A driver may need a real point to provision; then only the removal counts.
		if p, _, e := b.newest(ctx); e != nil {
			return e
		} else if _, e := pr.Provision(ctx, rec, p, nil); e != nil {
			return fmt.Errorf("provision: %w", e)
		}
	}
	for _, time := range []string{"first", "second"} {
		if err := pr.Destroy(ctx, rec, nil); err != nil {
			return fmt.Errorf("%s time: %w", time, err)
		}
	}
	return nil
}
