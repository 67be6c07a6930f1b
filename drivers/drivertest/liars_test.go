package drivertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// One driver a clause that lies in one way: exactly that clause must fail.
type (
	nameless  struct{ *Fake }
	touchy    struct{ *Fake }
	backwards struct{ *Fake }
	doubled   struct{ *Fake }
	timeless  struct{ *Fake }
	stirring  struct{ *Fake } // Locate changes something
	doubter   struct{ *Fake }
	blind     struct{ *Fake }
	boaster   struct{ *Fake }
	dreamer   struct{ *Fake }
	meddler   struct{ *Fake } // Verify changes something
	fickle    struct {
		*Fake
		n int
	}
	schemer  struct{ *Fake } // Plan changes something
	silent   struct{ *Fake }
	homebody struct {
		*Fake
		step *drivers.PlanStep
	}
	stray    struct{ *Fake }
	reckless struct{ *Fake }
	assassin struct{ *Fake }
	trampler struct{ *Fake }
	deaf     struct{ *Fake }
	litterer struct{ *Fake }
	onceOnly struct{ *Fake }
)

func (d *nameless) Info() drivers.Info {
	in := d.Fake.Info()
	in.Title = ""
	return in
}

func (d *touchy) Locate(ctx context.Context) ([]drivers.RecoveryPoint, error) {
	ps, err := d.Fake.Locate(ctx)
	if len(ps) == 0 && err == nil {
		err = drivers.ErrNotFound
	}
	return ps, err
}

func (d *backwards) Locate(ctx context.Context) ([]drivers.RecoveryPoint, error) {
	ps, err := d.Fake.Locate(ctx)
	slices.Reverse(ps)
	return ps, err
}

func (d *doubled) Locate(ctx context.Context) ([]drivers.RecoveryPoint, error) {
	ps, err := d.Fake.Locate(ctx)
	if len(ps) > 1 {
		ps[len(ps)-1].ID = ps[0].ID
	}
	return ps, err
}

func (d *timeless) Locate(ctx context.Context) ([]drivers.RecoveryPoint, error) {
	ps, err := d.Fake.Locate(ctx)
	for i := range ps {
		ps[i].TimeSource = ""
	}
	return ps, err
}

func stir(f *Fake) {
	f.Edit(func(s *Script) { s.Findings = append(s.Findings, drivers.Finding{Subject: "stirred"}) })
}

func (d *stirring) Locate(ctx context.Context) ([]drivers.RecoveryPoint, error) {
	stir(d.Fake)
	return d.Fake.Locate(ctx)
}

func (d *meddler) Verify(ctx context.Context, req drivers.VerifyRequest, rep *drivers.Reporter) (drivers.Verification, error) {
	stir(d.Fake)
	return d.Fake.Verify(ctx, req, rep)
}

func (d *schemer) Plan(ctx context.Context, req drivers.RestoreRequest) (drivers.Plan, error) {
	p, err := d.Fake.Plan(ctx, req)
	if err == nil && req.Target.Kind == drivers.TargetParallel {
		stir(d.Fake)
	}
	return p, err
}

func (d *doubter) Verify(ctx context.Context, req drivers.VerifyRequest, rep *drivers.Reporter) (drivers.Verification, error) {
	v, err := d.Fake.Verify(ctx, req, rep)
	if err == nil && v.OK() && req.Grade == drivers.GradeReadable {
		v.Results[len(v.Results)-1].Outcome, v.Proved = drivers.Failed, drivers.GradeStructure
	}
	return v, err
}

func (d *blind) Verify(ctx context.Context, req drivers.VerifyRequest, rep *drivers.Reporter) (drivers.Verification, error) {
	v, err := d.Fake.Verify(ctx, req, rep)
	if f := v.Failure(); f != nil && f.Grade == drivers.GradeChecksum {
		f.Outcome, v.Proved = drivers.Passed, req.Grade
	}
	return v, err
}

func (d *boaster) Verify(ctx context.Context, req drivers.VerifyRequest, rep *drivers.Reporter) (drivers.Verification, error) {
	v, err := d.Fake.Verify(ctx, req, rep)
	if err == nil && v.OK() && req.Grade == drivers.GradeExists {
		v.Proved = drivers.GradeReadable
	}
	return v, err
}

func (d *dreamer) Verify(ctx context.Context, req drivers.VerifyRequest, rep *drivers.Reporter) (drivers.Verification, error) {
	if ps, err := d.Fake.Locate(ctx); err == nil && !slices.ContainsFunc(ps, func(p drivers.RecoveryPoint) bool { return p.ID == req.Point.ID }) {
		req.Point = ps[0]
	}
	return d.Fake.Verify(ctx, req, rep)
}

func (d *fickle) Plan(ctx context.Context, req drivers.RestoreRequest) (drivers.Plan, error) {
	p, err := d.Fake.Plan(ctx, req)
	d.n++
	p.Warnings = []string{fmt.Sprint("planned so often: ", d.n)}
	return p, err
}

func (d *silent) Plan(ctx context.Context, req drivers.RestoreRequest) (drivers.Plan, error) {
	p, err := d.Fake.Plan(ctx, req)
	for i := range p.Steps {
		p.Steps[i].Title = ""
	}
	return p, err
}

func (d *homebody) Plan(ctx context.Context, req drivers.RestoreRequest) (drivers.Plan, error) {
	p, err := d.Fake.Plan(ctx, req)
	if err == nil {
		d.step = &p.Steps[0]
	}
	return p, err
}

func (d *homebody) Restore(ctx context.Context, plan drivers.Plan, rep *drivers.Reporter) (drivers.Evidence, error) {
	if d.step != &plan.Steps[0] {
		return drivers.Evidence{}, errors.New("that is not the plan that I made")
	}
	return d.Fake.Restore(ctx, plan, rep)
}

func (d *stray) Restore(ctx context.Context, plan drivers.Plan, rep *drivers.Reporter) (drivers.Evidence, error) {
	ev, err := d.Fake.Restore(ctx, plan, rep)
	ev.Target.Path = "/somewhere/else"
	return ev, err
}

func (d *reckless) Restore(ctx context.Context, plan drivers.Plan, rep *drivers.Reporter) (drivers.Evidence, error) {
	if again, err := d.Fake.Plan(ctx, plan.Request); err == nil {
		plan = again
	}
	return d.Fake.Restore(ctx, plan, rep)
}

// unrefused takes a refusal for leave, where the path is that of the source
// or not.
func unrefused(f *Fake, req drivers.RestoreRequest, err error, live bool) (drivers.Plan, error) {
	if errors.Is(err, drivers.ErrTargetUnsafe) && (req.Target.Path == f.spec.Path) == live {
		return drivers.Plan{Driver: "fake", Request: req, Basis: "careless", Steps: []drivers.PlanStep{{Title: "Go"}}}, nil
	}
	return drivers.Plan{}, err
}

func careless(ctx context.Context, f *Fake, plan drivers.Plan, rep *drivers.Reporter) (drivers.Evidence, error) {
	if plan.Basis == "careless" {
		return drivers.Evidence{Target: plan.Request.Target}, nil
	}
	return f.Restore(ctx, plan, rep)
}

func (d *assassin) Plan(ctx context.Context, req drivers.RestoreRequest) (drivers.Plan, error) {
	p, err := d.Fake.Plan(ctx, req)
	if err != nil {
		return unrefused(d.Fake, req, err, true)
	}
	return p, nil
}

func (d *assassin) Restore(ctx context.Context, plan drivers.Plan, rep *drivers.Reporter) (drivers.Evidence, error) {
	return careless(ctx, d.Fake, plan, rep)
}

func (d *trampler) Plan(ctx context.Context, req drivers.RestoreRequest) (drivers.Plan, error) {
	p, err := d.Fake.Plan(ctx, req)
	if err != nil {
		return unrefused(d.Fake, req, err, false)
	}
	return p, nil
}

func (d *trampler) Restore(ctx context.Context, plan drivers.Plan, rep *drivers.Reporter) (drivers.Evidence, error) {
	return careless(ctx, d.Fake, plan, rep)
}

func (d *deaf) Restore(ctx context.Context, plan drivers.Plan, rep *drivers.Reporter) (drivers.Evidence, error) {
	return d.Fake.Restore(context.WithoutCancel(ctx), plan, rep)
}

func (d *litterer) Destroy(context.Context, drivers.ScratchRecord, *drivers.Reporter) error {
	return nil
}

func (d *onceOnly) Destroy(ctx context.Context, rec drivers.ScratchRecord, rep *drivers.Reporter) error {
	if len(d.LeftOver()) == 0 {
		return drivers.ErrNotFound
	}
	return d.Fake.Destroy(ctx, rec, rep)
}

var liars = map[string]func(*Fake) drivers.Driver{
	"info-complete":            func(f *Fake) drivers.Driver { return &nameless{f} },
	"locate-empty":             func(f *Fake) drivers.Driver { return &touchy{f} },
	"locate-newest-first":      func(f *Fake) drivers.Driver { return &backwards{f} },
	"locate-ids":               func(f *Fake) drivers.Driver { return &doubled{f} },
	"locate-time-source":       func(f *Fake) drivers.Driver { return &timeless{f} },
	"locate-pure":              func(f *Fake) drivers.Driver { return &stirring{f} },
	"verify-proves":            func(f *Fake) drivers.Driver { return &doubter{f} },
	"verify-catches":           func(f *Fake) drivers.Driver { return &blind{f} },
	"verify-no-overclaim":      func(f *Fake) drivers.Driver { return &boaster{f} },
	"verify-gone":              func(f *Fake) drivers.Driver { return &dreamer{f} },
	"verify-pure":              func(f *Fake) drivers.Driver { return &meddler{f} },
	"plan-same":                func(f *Fake) drivers.Driver { return &fickle{Fake: f} },
	"plan-pure":                func(f *Fake) drivers.Driver { return &schemer{f} },
	"plan-says":                func(f *Fake) drivers.Driver { return &silent{f} },
	"plan-travels":             func(f *Fake) drivers.Driver { return &homebody{Fake: f} },
	"restore-arrives":          func(f *Fake) drivers.Driver { return &stray{f} },
	"restore-stale":            func(f *Fake) drivers.Driver { return &reckless{f} },
	"restore-refuses-live":     func(f *Fake) drivers.Driver { return &assassin{f} },
	"restore-refuses-nonempty": func(f *Fake) drivers.Driver { return &trampler{f} },
	"restore-cancel":           func(f *Fake) drivers.Driver { return &deaf{f} },
	"scratch-removed":          func(f *Fake) drivers.Driver { return &litterer{f} },
	"destroy-again":            func(f *Fake) drivers.Driver { return &onceOnly{f} },
}

// The suite is itself proved: every clause has a liar, and each liar breaks
// exactly its clause.
func TestLiars(t *testing.T) {
	for _, of := range Clauses() {
		wrap := liars[of.ID]
		if wrap == nil {
			t.Errorf("no driver lies about %s", of.ID)
			continue
		}
		s := fakeSuite(wrap)
		for _, c := range Clauses() {
			err := s.Hold(t.Context(), t, c)
			if (err != nil) != (c.ID == of.ID) {
				t.Errorf("the liar about %s: clause %s says %v", of.ID, c.ID, err)
			}
		}
	}
}
