package drivertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// fakeSuite is the fake's own, over drivers that wrap makes of it.
func fakeSuite(wrap func(*Fake) drivers.Driver) Suite {
	fake := func(e *Estate) *Fake { return e.Data.(*Fake) }
	spoil := func(g drivers.Grade) Damage {
		return Damage{"spoiled at " + string(g), g, func(e *Estate, p drivers.RecoveryPoint) error {
			fake(e).Spoil(p.ID, g, drivers.Failed, "spoiled", "choose another")
			return nil
		}}
	}
	return Suite{
		New: func(t testing.TB) *Estate {
			f := NewFake()
			return &Estate{Driver: wrap(f), Digest: f.Digest, Work: "/fake/work", Data: f}
		},
		Seed: func(e *Estate, n int) error {
			fake(e).Edit(func(s *Script) { s.Points = Points(noon, n) })
			return nil
		},
		Damage: []Damage{spoil(drivers.GradeExists), spoil(drivers.GradeChecksum), spoil(drivers.GradeReadable)},
		Target: func(*Estate) drivers.Target {
			return drivers.Target{Kind: drivers.TargetParallel, Name: "beside", Path: "/fake/beside"}
		},
	}
}

func TestFakeConforms(t *testing.T) {
	Run(t, fakeSuite(func(f *Fake) drivers.Driver { return f }))
}

func TestFakeScript(t *testing.T) {
	f := NewFake(WithName("pgdump", "postgresql"), WithPoints(Points(noon, 2)...), WithClock(func() time.Time { return noon }))
	d, err := FakeFactory(f).New(drivers.Spec{Workload: "orders", Copy: "nightly"}, drivers.Env{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	ps, err := d.Locate(t.Context())
	if err != nil || len(ps) != 2 || ps[0].Driver != "pgdump" || ps[0].Copy != "nightly" {
		t.Fatalf("%+v %v", ps, err)
	}
	f.Spoil(ps[0].ID, drivers.GradeChecksum, drivers.Failed, "altered", "choose another")
	v, err := d.Verify(t.Context(), drivers.VerifyRequest{Point: ps[0], Grade: drivers.GradeReadable}, nil)
	if err != nil || v.OK() || v.Proved != drivers.GradeAge || v.Failure().Detail != "altered" {
		t.Errorf("%+v %v", v, err)
	}
	old, err := d.Verify(t.Context(), drivers.VerifyRequest{Point: ps[1], Grade: drivers.GradeReadable, MaxAge: time.Hour}, nil)
	if err != nil || !old.Stale() {
		t.Errorf("a day old against an hour: %+v %v", old, err)
	}
	f.Fail("locate", drivers.ErrDenied)
	if _, err := d.Locate(t.Context()); !errors.Is(err, drivers.ErrDenied) {
		t.Errorf("scripted failure: %v", err)
	}
	if _, err := d.Locate(t.Context()); err != nil {
		t.Errorf("it fails once: %v", err)
	}
	if calls := strings.Join(f.Calls(), "; "); !strings.Contains(calls, "verify readable "+ps[0].ID) {
		t.Errorf("calls: %s", calls)
	}
}

// A restore takes its time, reports it, and ends when it is told to.
func TestFakeRestoreTakesTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := NewFake(WithPoints(Points(noon, 1)...), WithRestore(Restoration{Takes: time.Hour, Steps: 4, Lines: []string{"a", "b"}}))
		req := drivers.RestoreRequest{Point: Points(noon, 1)[0], Target: drivers.Target{Kind: drivers.TargetScratch, Name: "s", Path: "/s"}}
		plan, err := f.Plan(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var seen []string
		rep := &drivers.Reporter{OnProgress: func(p drivers.Progress) {
			seen = append(seen, fmt.Sprintf("%d/%d", p.Done>>20, p.Total>>20))
			if len(seen) == 2 {
				cancel()
			}
		}}
		started := time.Now()
		if _, err := f.Restore(ctx, plan, rep); !errors.Is(err, context.Canceled) || f.Holding("/s") != "" {
			t.Errorf("cancelled: %v", err)
		}
		if took := time.Since(started); took != 30*time.Minute {
			t.Errorf("cancelled after %s", took)
		}
		var said strings.Builder
		rep = &drivers.Reporter{Out: &said}
		if _, err := f.Restore(t.Context(), plan, rep); err != nil || said.String() != "a\nb\n" {
			t.Errorf("%v, said %q", err, said.String())
		}
		if got := strings.Join(seen, " "); got != "16/64 32/64" {
			t.Errorf("progress %s", got)
		}
	})
}

func TestFakeHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := NewFake()
		release := f.Hold("locate")
		done := false
		go func() {
			_, _ = f.Locate(t.Context())
			done = true
		}()
		synctest.Wait()
		if done || len(f.Calls()) != 1 {
			t.Error("the call did not wait")
		}
		release()
		synctest.Wait()
		if !done {
			t.Error("the call still waits")
		}
	})
}

// The same script drives fakes of several processes, on real directories.
func TestScriptFactory(t *testing.T) {
	dir := t.TempDir()
	b, err := json.Marshal(Script{
		Points: Points(noon, 1), OnDisk: true, Restore: Restoration{FailAfter: 2, Steps: 3},
		Fails: map[string]Failure{"restore": {Is: "no space left", Hint: "make room", ExitCode: 11}},
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "script.json")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	open := func() drivers.Driver {
		d, err := ScriptFactory().New(drivers.Spec{Options: map[string]string{"script": file}}, drivers.Env{})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	id := drivers.ScratchPrefix + "0123456789ab"
	rec := drivers.ScratchRecord{ID: id, Dir: filepath.Join(dir, id)}
	first, second := open().(*Fake), open().(*Fake)
	target, err := first.Provision(t.Context(), rec, Points(noon, 1)[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := first.Plan(t.Context(), drivers.RestoreRequest{Point: Points(noon, 1)[0], Target: target})
	if err != nil {
		t.Fatal(err)
	}
	_, err = second.Restore(t.Context(), plan, nil)
	var e *drivers.Error
	if !errors.Is(err, drivers.ErrNoSpace) || !errors.As(err, &e) || e.ExitCode != 11 || drivers.Hint(err) != "make room" {
		t.Errorf("scripted failure: %v", err)
	}
	second.Edit(func(s *Script) { s.Fails = nil })
	if _, err := second.Restore(t.Context(), plan, nil); err != nil || first.Holding(target.Path) != plan.Request.Point.ID {
		t.Errorf("restored by the other: %v, it holds %q", err, first.Holding(target.Path))
	}
	if err := second.Destroy(t.Context(), rec, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(rec.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("left behind: %v", err)
	}
}

func TestInspect(t *testing.T) {
	f := NewFake(WithPoints(Points(noon, 3)...))
	for _, finding := range Inspect(t.Context(), f) {
		if !finding.OK {
			t.Errorf("%+v", finding)
		}
	}
	for _, finding := range Inspect(t.Context(), &backwards{f}) {
		if finding.OK == (finding.Subject == "locate-newest-first") {
			t.Errorf("%+v", finding)
		}
	}
}
