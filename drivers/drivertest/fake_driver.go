package drivertest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// Info describes the fake.
func (f *Fake) Info() drivers.Info { return f.state.info }

// Locate lists the script's points, newest first.
func (f *Fake) Locate(ctx context.Context) ([]drivers.RecoveryPoint, error) {
	if err := f.enter(ctx, "locate", ""); err != nil {
		return nil, err
	}
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	ps := slices.Clone(f.state.script.Points)
	for i := range ps {
		ps[i].Copy, ps[i].Driver = f.spec.Copy, f.state.info.Name
	}
	slices.SortStableFunc(ps, func(a, b drivers.RecoveryPoint) int { return b.Time.Compare(a.Time) })
	return ps, nil
}

// Verify proves every grade, except where the script says otherwise.
func (f *Fake) Verify(ctx context.Context, req drivers.VerifyRequest, rep *drivers.Reporter) (drivers.Verification, error) {
	if err := f.enter(ctx, "verify", string(req.Grade)+" "+req.Point.ID); err != nil {
		return drivers.Verification{}, err
	}
	p := drivers.NewProver(req, f.now)
	for i, g := range f.state.info.Grades {
		if !p.Wants(g) {
			break
		}
		if err := pause(ctx, f.takes()); err != nil {
			return drivers.Verification{}, err
		}
		r := f.finding(req, g)
		p.Record(g, r.Outcome, r.Detail, r.Hint)
		rep.Printf("%s: %s", g, r.Detail)
		rep.Progress(drivers.Progress{Phase: string(g), Done: int64(i + 1), Total: int64(len(f.state.info.Grades)), Unit: "grades"})
	}
	return p.Done(), nil
}

// finding is what one grade of a point finds.
func (f *Fake) finding(req drivers.VerifyRequest, g drivers.Grade) drivers.GradeResult {
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	if _, ok := f.find(req.Point.ID); !ok {
		return drivers.GradeResult{Outcome: drivers.Failed, Detail: "it is gone", Hint: "locate again"}
	}
	for _, r := range f.state.script.Verify[req.Point.ID] {
		if r.Grade == g {
			return r
		}
	}
	age := f.now().Sub(req.Point.Time)
	if g == drivers.GradeAge && req.MaxAge > 0 && age > req.MaxAge {
		return drivers.GradeResult{
			Outcome: drivers.Failed, Detail: fmt.Sprintf("%s old, allowed %s", age, req.MaxAge), Hint: "look for a newer one",
		}
	}
	return drivers.GradeResult{Outcome: drivers.Passed, Detail: string(g) + " holds"}
}

// Plan describes the restore.
func (f *Fake) Plan(ctx context.Context, req drivers.RestoreRequest) (drivers.Plan, error) {
	if err := f.enter(ctx, "plan", req.Point.ID); err != nil {
		return drivers.Plan{}, err
	}
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	if err := f.refuse("plan", req); err != nil {
		return drivers.Plan{}, err
	}
	r := f.state.script.Restore
	live := req.Target.Kind == drivers.TargetLive
	return drivers.Plan{
		Driver: f.state.info.Name, Workload: f.spec.Workload, Request: req,
		Steps: []drivers.PlanStep{
			{Title: "Copy " + req.Point.ID + " into " + req.Target.Name, Command: "fake-restore --from " + req.Point.ID + " --to " + req.Target.Path, Destructive: live},
			{Title: "Compare what arrived"},
		},
		Needs: r.Needs, Basis: f.basis(req), Warnings: r.PlanWarns,
	}, nil
}

// Restore runs the plan as the script says.
func (f *Fake) Restore(ctx context.Context, plan drivers.Plan, rep *drivers.Reporter) (drivers.Evidence, error) {
	started := f.now()
	if err := f.enter(ctx, "restore", plan.Request.Point.ID+" into "+plan.Request.Target.Name); err != nil {
		return drivers.Evidence{}, err
	}
	r, point, err := f.begin(plan)
	if err != nil {
		return drivers.Evidence{}, err
	}
	rep.Command(plan.Steps[0].Command)
	if err := f.proceed(ctx, r, rep); err != nil {
		return drivers.Evidence{}, err
	}
	t := plan.Request.Target
	if err := f.arrive(t.Path, point.ID); err != nil {
		return drivers.Evidence{}, err
	}
	return drivers.Evidence{
		Target: t, Bytes: r.Bytes, Items: r.Items, Unit: "tables", Warnings: r.Warns,
		Detail: map[string]string{"point": point.ID}, Took: f.now().Sub(started),
	}, nil
}

// arrive puts a point into a target.
func (f *Fake) arrive(path, point string) error {
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	f.state.targets[path] = &fakeTarget{point: point}
	if !f.state.script.OnDisk {
		return nil
	}
	return os.WriteFile(path, []byte(point), 0o600)
}

// held says which point a target holds; the state is locked.
func (f *Fake) held(path string) string {
	if t := f.state.targets[path]; t != nil && t.point != "" {
		return t.point
	}
	if f.state.script.OnDisk {
		if b, err := os.ReadFile(path); err == nil {
			return string(b)
		}
	}
	return ""
}

// begin checks the plan and fills in the script's defaults.
func (f *Fake) begin(plan drivers.Plan) (Restoration, drivers.RecoveryPoint, error) {
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	req, r := plan.Request, f.state.script.Restore
	point, _ := f.find(req.Point.ID)
	if plan.Basis != f.basis(req) {
		return r, point, f.fault("restore", req.Point.ID, drivers.ErrPlanStale, "plan again")
	}
	if err := f.refuse("restore", req); err != nil {
		return r, point, err
	}
	if r.Steps == 0 {
		r.Steps = 10
	}
	if r.Bytes == 0 {
		r.Bytes = point.Size
	}
	return r, point, nil
}

// proceed takes the restore's time and reports progress.
func (f *Fake) proceed(ctx context.Context, r Restoration, rep *drivers.Reporter) error {
	said := 0
	for i := range r.Steps {
		if err := pause(ctx, r.Takes/time.Duration(r.Steps)); err != nil {
			return err
		}
		for ; said < len(r.Lines)*(i+1)/r.Steps; said++ {
			rep.Printf("%s", r.Lines[said])
		}
		rep.Progress(drivers.Progress{Phase: "restoring", Done: r.Bytes * int64(i+1) / int64(r.Steps), Total: r.Bytes, Unit: "bytes"})
		if fail, ok := f.failure("restore"); ok && r.FailAfter == i+1 {
			return fail.err(f.state.info.Name, "restore")
		}
	}
	return nil
}

// refuse applies the guard rails that every driver has.
func (f *Fake) refuse(op string, req drivers.RestoreRequest) error {
	if _, ok := f.find(req.Point.ID); !ok {
		return f.fault(op, req.Point.ID, drivers.ErrNotFound, "locate again")
	}
	if req.Target.Kind == drivers.TargetLive {
		return nil
	}
	if req.Target.Path == f.spec.Path {
		return f.fault(op, req.Target.Name, drivers.ErrTargetUnsafe, "it is the live system: restore into another place")
	}
	if f.held(req.Target.Path) != "" {
		return f.fault(op, req.Target.Name, drivers.ErrTargetUnsafe, "it is not empty: give another target")
	}
	return nil
}

// takes and failure read the script under its lock.
func (f *Fake) takes() time.Duration {
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	return f.state.script.VerifyTakes
}

func (f *Fake) failure(op string) (Failure, bool) {
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	fail, ok := f.state.script.Fails[op]
	return fail, ok
}

func (f *Fake) fault(op, object string, err error, hint string) error {
	return &drivers.Error{Driver: f.state.info.Name, Op: op, Object: object, Err: err, Hint: hint}
}

// find looks a point up; the state is locked.
func (f *Fake) find(id string) (drivers.RecoveryPoint, bool) {
	for _, p := range f.state.script.Points {
		if p.ID == id {
			return p, true
		}
	}
	return drivers.RecoveryPoint{}, false
}

// basis digests what a plan depends on; the state is locked.
func (f *Fake) basis(req drivers.RestoreRequest) string {
	p, _ := f.find(req.Point.ID)
	b, _ := json.Marshal([]any{p.ID, p.Size, f.state.touched[p.ID], req.Target.Path, req.Target.Kind, strings.Join(req.Select, "\x00")}) //nolint:errchkjson // plain values
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// Digest is a digest of everything that reading must not change: the points
// and the targets.
func (f *Fake) Digest() (string, error) {
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	held := map[string]string{}
	for p, t := range f.state.targets {
		held[p] = t.point
	}
	b, err := json.Marshal([]any{f.state.script, f.state.touched, held})
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), err
}
