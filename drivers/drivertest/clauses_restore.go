package drivertest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

var restoreClauses = []Clause{
	{"restore-arrives", "a restore fills its target and says so", false, restoreArrives},
	{"restore-stale", "a plan of a point that was altered since is refused as stale", false, restoreStale},
	{"restore-refuses-live", "the live system is refused unless the target says that it is live", false, restoreRefusesLive},
	{"restore-refuses-nonempty", "a target that holds something is refused, and left as it is", false, restoreRefusesNonEmpty},
	{"restore-cancel", "work ends soon after its context, and says that it did", false, restoreCancel},
}

func restoreArrives(ctx context.Context, b *bench) error {
	plan, err := b.planned(ctx)
	if err != nil {
		return err
	}
	ev, err := b.Driver.Restore(ctx, plan, nil)
	if err != nil {
		return err
	}
	t := plan.Request.Target
	if ev.Target.Kind != t.Kind || ev.Target.Path != t.Path || ev.Target.DSN != t.DSN {
		return fmt.Errorf("restored into %q %q, the evidence says %q %q", t.Kind, t.Path, ev.Target.Kind, ev.Target.Path)
	}
	if id, ok := drivers.As[drivers.Identifier](b.Driver); ok {
		i, err := id.Identify(ctx, t)
		if err != nil {
			return err
		}
		if i.Empty {
			return errors.New("the target is still empty")
		}
	}
	return nil
}

func restoreStale(ctx context.Context, b *bench) error {
	if len(b.suite.Damage) == 0 {
		return errors.New("the suite names no damage")
	}
	plan, err := b.planned(ctx)
	if err != nil {
		return err
	}
	if err := b.suite.Damage[0].Do(b.Estate, plan.Request.Point); err != nil {
		return err
	}
	if _, err := b.Driver.Restore(ctx, plan, nil); !errors.Is(err, drivers.ErrPlanStale) {
		return fmt.Errorf("the point was altered after planning, restore says: %w", orNil(err))
	}
	return nil
}

func orNil(err error) error {
	if err == nil {
		return errors.New("nothing")
	}
	return err
}

func restoreRefusesLive(ctx context.Context, b *bench) error {
	id, ok := drivers.As[drivers.Identifier](b.Driver)
	if !ok {
		return errors.New("no Identifier: nothing tells the live system from others")
	}
	live, ok := id.SourceTarget()
	if !ok {
		return errors.New("no source target")
	}
	p, _, err := b.newest(ctx)
	if err != nil {
		return err
	}
	for _, kind := range []drivers.TargetKind{drivers.TargetScratch, drivers.TargetParallel} {
		t := live
		t.Kind = kind
		if err := b.refused(ctx, drivers.RestoreRequest{Point: p, Target: t}); err != nil {
			return fmt.Errorf("the source as %s: %w", kind, err)
		}
	}
	return nil
}

// refused says whether Plan, or else Restore, refuses the request as unsafe.
func (b *bench) refused(ctx context.Context, req drivers.RestoreRequest) error {
	return b.unchanged("a refused restore", func() error {
		plan, err := b.Driver.Plan(ctx, req)
		if err == nil {
			_, err = b.Driver.Restore(ctx, plan, nil)
		}
		if !errors.Is(err, drivers.ErrTargetUnsafe) {
			return fmt.Errorf("not refused: %w", orNil(err))
		}
		return nil
	})
}

func restoreRefusesNonEmpty(ctx context.Context, b *bench) error {
	plan, err := b.planned(ctx)
	if err != nil {
		return err
	}
	if _, err := b.Driver.Restore(ctx, plan, nil); err != nil {
		return err
	}
	return b.refused(ctx, plan.Request)
}

func restoreCancel(ctx context.Context, b *bench) error {
	plan, err := b.planned(ctx)
	if err != nil {
		return err
	}
	why := errors.New("the suite cancelled")
	dead, cancel := context.WithCancelCause(ctx)
	cancel(why)
	ended := make(chan error, 1)
	go func() {
		grades := b.Driver.Info().Grades
		_, err := b.Driver.Verify(dead, drivers.VerifyRequest{Point: plan.Request.Point, Grade: grades[len(grades)-1]}, nil)
		if !cancelled(err, why) {
			ended <- fmt.Errorf("Verify says %w", orNil(err))
			return
		}
		if _, err = b.Driver.Restore(dead, plan, nil); !cancelled(err, why) {
			ended <- fmt.Errorf("Restore says %w", orNil(err))
			return
		}
		ended <- nil
	}()
	limit := time.NewTimer(20 * time.Second)
	defer limit.Stop()
	select {
	case err := <-ended:
		return err
	case <-limit.C:
		return errors.New("it goes on without its context")
	}
}

func cancelled(err, why error) bool {
	return errors.Is(err, why) || errors.Is(err, context.Canceled)
}
