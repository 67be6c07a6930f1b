package drivertest

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// Preflight gives the script's findings, or that all is well.
func (f *Fake) Preflight(ctx context.Context) []drivers.Finding {
	if err := f.enter(ctx, "preflight", ""); err != nil {
		return []drivers.Finding{{Subject: "fake", Detail: err.Error(), Hint: drivers.Hint(err)}}
	}
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	if len(f.state.script.Findings) > 0 {
		return slices.Clone(f.state.script.Findings)
	}
	return []drivers.Finding{{OK: true, Subject: f.spec.Repository, Detail: "can be read"}}
}

// Provision makes a scratch target.
func (f *Fake) Provision(ctx context.Context, rec drivers.ScratchRecord, point drivers.RecoveryPoint, rep *drivers.Reporter) (drivers.Target, error) {
	if err := f.enter(ctx, "provision", point.ID); err != nil {
		return drivers.Target{}, err
	}
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	if f.state.script.OnDisk {
		if err := os.Mkdir(rec.Dir, 0o700); err != nil {
			return drivers.Target{}, err
		}
	}
	path := filepath.Join(rec.Dir, "data")
	f.state.targets[path] = &fakeTarget{}
	rep.Printf("made %s", rec.Dir)
	return drivers.Target{
		Kind: drivers.TargetScratch, Name: rec.ID, Path: path, Scratch: &rec,
		Vars: map[string]string{"LIFEBOAT_TARGET": path},
	}, nil
}

// Destroy removes a scratch target, made or not.
func (f *Fake) Destroy(ctx context.Context, rec drivers.ScratchRecord, rep *drivers.Reporter) error {
	if err := f.enter(ctx, "destroy", rec.ID); err != nil {
		return err
	}
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	if f.state.script.OnDisk {
		if !strings.HasPrefix(filepath.Base(rec.Dir), drivers.ScratchPrefix) {
			return f.fault("destroy", rec.Dir, drivers.ErrTargetUnsafe, "its name is not that of a scratch target")
		}
		if err := os.RemoveAll(rec.Dir); err != nil {
			return err
		}
	}
	delete(f.state.targets, filepath.Join(rec.Dir, "data"))
	rep.Printf("removed %s", rec.Dir)
	return nil
}

// Validate holds every check, except where the script says otherwise.
func (f *Fake) Validate(ctx context.Context, req drivers.ValidateRequest, rep *drivers.Reporter) ([]drivers.CheckResult, error) {
	if err := f.enter(ctx, "validate", req.Target.Name); err != nil {
		return nil, err
	}
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	var out []drivers.CheckResult
	for _, c := range req.Checks {
		r, scripted := f.state.script.Checks[c.Name]
		if !scripted {
			r = drivers.CheckResult{Outcome: drivers.Passed, Got: "as expected", Want: c.Expect, Proves: true}
			if c.Newest {
				at := f.dataTime(req.Target.Path)
				r.Newest = &at
			}
		}
		r.Name = c.Name
		rep.Printf("%s: %s", r.Name, r.Outcome)
		out = append(out, r)
	}
	return out, nil
}

// dataTime is the time of what the path holds; the state is locked.
func (f *Fake) dataTime(path string) time.Time {
	if p, ok := f.find(f.held(path)); ok {
		return p.Time
	}
	if len(f.state.script.Points) > 0 {
		return f.state.script.Points[0].Time
	}
	return f.now()
}

// Backup adds a point of now.
func (f *Fake) Backup(ctx context.Context, rep *drivers.Reporter) (drivers.RecoveryPoint, error) {
	if err := f.enter(ctx, "backup", f.spec.Copy); err != nil {
		return drivers.RecoveryPoint{}, err
	}
	p := Points(f.now(), 1)[0]
	p.Copy, p.Driver = f.spec.Copy, f.state.info.Name
	f.Edit(func(s *Script) { s.Points = append(s.Points, p) })
	rep.Printf("made %s", p.ID)
	return p, nil
}

// Identify takes the path for the identity.
func (f *Fake) Identify(ctx context.Context, t drivers.Target) (drivers.Identity, error) {
	if err := f.enter(ctx, "identify", t.Name); err != nil {
		return drivers.Identity{}, err
	}
	return drivers.Identity{Kind: "fake", Value: t.Path, Empty: t.Path != f.spec.Path && f.Holding(t.Path) == ""}, nil
}

// SourceTarget is the live system.
func (f *Fake) SourceTarget() (drivers.Target, bool) {
	return drivers.Target{
		Kind: drivers.TargetLive, Name: f.spec.Workload, Path: f.spec.Path,
		Vars: map[string]string{"LIFEBOAT_TARGET": f.spec.Path},
	}, f.spec.Path != ""
}

// Query prints the script of the runbook.
func (f *Fake) Query(ctx context.Context, t drivers.Target, script string, rep *drivers.Reporter) error {
	if err := f.enter(ctx, "query", t.Name); err != nil {
		return err
	}
	rep.Printf("on %s: %s", t.Name, strings.TrimSpace(script))
	return nil
}
