package drivertest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

var planClauses = []Clause{
	{"plan-same", "the same request gives the same plan", false, planSame},
	{"plan-pure", "planning changes nothing", false, planPure},
	{"plan-says", "a plan has steps that a person can read, a basis, and its request", false, planSays},
	{"plan-travels", "a plan that was written down and read again can be restored", false, planTravels},
}

func planSame(ctx context.Context, b *bench) error {
	first, err := b.planned(ctx)
	if err != nil {
		return err
	}
	second, err := b.Driver.Plan(ctx, first.Request)
	if err != nil {
		return err
	}
	x, errX := json.Marshal(first)
	y, errY := json.Marshal(second)
	if errX != nil || errY != nil {
		return errors.Join(errX, errY)
	}
	if !bytes.Equal(x, y) {
		return fmt.Errorf("two plans of one request differ:\n%s\n%s", x, y)
	}
	return nil
}

func planPure(ctx context.Context, b *bench) error {
	p, _, err := b.newest(ctx)
	if err != nil {
		return err
	}
	t := b.target()
	return b.unchanged("Plan", func() error {
		_, err := b.Driver.Plan(ctx, drivers.RestoreRequest{Point: p, Target: t})
		return err
	})
}

func planSays(ctx context.Context, b *bench) error {
	plan, err := b.planned(ctx)
	if err != nil {
		return err
	}
	if plan.Basis == "" || plan.Driver != b.Driver.Info().Name || plan.Request.Point.ID == "" || len(plan.Steps) == 0 {
		return fmt.Errorf("the plan leaves something out: %+v", plan)
	}
	for _, s := range plan.Steps {
		if s.Title == "" {
			return errors.New("a step has no title")
		}
	}
	return nil
}

func planTravels(ctx context.Context, b *bench) error {
	plan, err := b.planned(ctx)
	if err != nil {
		return err
	}
	doc, err := json.Marshal(plan)
	if err != nil {
		return err
	}
	var read drivers.Plan
	if err := json.Unmarshal(doc, &read); err != nil {
		return err
	}
	_, err = b.Driver.Restore(ctx, read, nil)
	return err
}
