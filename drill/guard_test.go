package drill_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/drilltest"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

// witness is a driver that tells identities by a table, and can refuse to.
type witness struct {
	*drivertest.Fake
	source string
	names  map[string]string // by address; "": unknown; absent: unreachable
	room   int64
}

func (w *witness) Identify(_ context.Context, t drivers.Target) (drivers.Identity, error) {
	name, ok := w.names[t.Path]
	switch {
	case !ok:
		return drivers.Identity{}, &drivers.Error{Driver: "fake", Op: "identify", Object: t.Path, Err: drivers.ErrUnreachable}
	case name == "panic":
		panic("boom")
	case name == "":
		return drivers.Identity{Kind: "k", Unknown: "it keeps silent"}, nil
	}
	name, within, _ := strings.Cut(name, "<")
	return drivers.Identity{Kind: "k", Value: name, Within: strings.Fields(within), Empty: true}, nil
}

func (w *witness) SourceTarget() (drivers.Target, bool) {
	return drivers.Target{Kind: drivers.TargetLive, Path: w.source}, w.source != ""
}

func (w *witness) Room(context.Context, drivers.Target) (drivers.Room, bool) {
	return drivers.Room{Path: "/small", Free: w.room}, w.room > 0
}

// watched is an estate of the workload shop and two others, whose sources and
// targets are told by names.
func watched(t *testing.T, names map[string]string, room int64) (drivers.Driver, drivers.RecoveryPoint) {
	t.Helper()
	fake := drivertest.NewFake(drivertest.WithPoints(drivertest.Points(drilltest.Now, 1)...), drivertest.WithRestore(drivertest.Restoration{Needs: 1 << 20}))
	factory := drivertest.FakeFactory(fake)
	newFake := factory.New
	factory.New = func(spec drivers.Spec, env drivers.Env) (drivers.Driver, error) {
		d, err := newFake(spec, env)
		if err != nil {
			return nil, err
		}
		return &witness{Fake: d.(*drivertest.Fake), source: spec.Path, names: names, room: room}, nil
	}
	workload := func(name, source string) *inventory.Workload {
		return &inventory.Workload{Name: name, Kind: "fake", Source: inventory.Source{Path: source}, Copies: []*inventory.Copy{}}
	}
	shop := workload("shop", "/live/shop")
	shop.Copies = []*inventory.Copy{{Name: "nightly", Driver: "fake", Repository: "/r"}}
	e := &drill.Estate{
		Inventory: &inventory.Inventory{Workloads: []*inventory.Workload{shop, workload("billing", "/live/billing"), workload("nowhere", "")}},
		Registry:  drivers.NewRegistry(factory),
	}
	d, err := e.Open(shop, shop.Copies[0])
	if err != nil {
		t.Fatal(err)
	}
	ps, err := d.Locate(t.Context())
	if err != nil || len(ps) == 0 {
		t.Fatal(ps, err)
	}
	return d, ps[0]
}

func TestGuard(t *testing.T) {
	known := map[string]string{"/live/shop": "A", "/live/billing": "B", "/t": "C"}
	with := func(pairs ...string) map[string]string {
		out := map[string]string{}
		for k, v := range known {
			out[k] = v
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			if out[pairs[i]] = pairs[i+1]; pairs[i+1] == "gone" {
				delete(out, pairs[i])
			}
		}
		return out
	}
	for name, c := range map[string]struct {
		names           map[string]string
		drill, incident string // what the refusal says; "": none
		warns           string // in an incident, and where a drill is not refused
	}{
		"another":               {names: known, warns: "live source of workload nowhere: lifeboat.yaml gives it no address"},
		"the own source":        {names: with("/t", "A"), drill: "it is the live source of workload shop", incident: "it is the live source of workload shop"},
		"another's source":      {names: with("/t", "B"), drill: "it is the live source of workload billing", incident: "it is the live source of workload billing"},
		"in the own source":     {names: with("/t", "C<X A"), drill: "it lies in the live source of workload shop", incident: "it lies in"},
		"in another's source":   {names: with("/t", "C<X B"), drill: "it lies in the live source of workload billing", warns: "lies in the live source of workload billing"},
		"around the own source": {names: with("/live/shop", "A<C"), drill: "it holds the live source of workload shop", incident: "it holds"},
		"own source gone":       {names: with("/live/shop", "gone"), drill: "could not be compared with the live source of workload shop: fake identify", warns: "workload shop: fake identify: /live/shop: unreachable"},
		"own source silent":     {names: with("/live/shop", ""), drill: "the source does not tell what it is: it keeps silent", warns: "it keeps silent"},
		"own source panics":     {names: with("/live/shop", "panic"), drill: "internal error: boom", warns: "boom"},
		"target silent":         {names: with("/t", ""), drill: "the target does not tell what it is: it keeps silent", warns: "the target does not tell"},
		"another's gone":        {names: with("/live/billing", "gone"), warns: "workload billing: fake identify: /live/billing: unreachable"},
		"another's silent":      {names: with("/live/billing", ""), warns: "workload billing: the source does not tell"},
	} {
		d, p := watched(t, c.names, 0)
		for _, incident := range []bool{false, true} {
			want := c.drill
			if incident {
				want = c.incident
			}
			req := drivers.RestoreRequest{Point: p, Incident: incident, Target: drivers.Target{Kind: drivers.TargetParallel, Name: "t", Path: "/t"}}
			plan, err := d.Plan(t.Context(), req)
			switch {
			case want == "" && err != nil:
				t.Errorf("%s, incident %v: %v", name, incident, err)
			case want == "" && !strings.Contains(strings.Join(plan.Warnings, "\n"), c.warns):
				t.Errorf("%s, incident %v: warnings %q", name, incident, plan.Warnings)
			case want != "" && (!errors.Is(err, drivers.ErrTargetUnsafe) || !strings.Contains(err.Error(), want) || drivers.Hint(err) == ""):
				t.Errorf("%s, incident %v: %v (hint %q)", name, incident, err, drivers.Hint(err))
			}
		}
	}
}

// TestGuardLooksAgain: what an address leads to may change while a plan waits
// for its confirmation.
func TestGuardLooksAgain(t *testing.T) {
	names := map[string]string{"/live/shop": "A", "/live/billing": "B", "/t": "C"}
	d, p := watched(t, names, 0)
	plan, err := d.Plan(t.Context(), drivers.RestoreRequest{Point: p, Target: drivers.Target{Kind: drivers.TargetParallel, Name: "t", Path: "/t"}})
	if err != nil {
		t.Fatal(err)
	}
	names["/t"] = "B"
	if _, err := d.Restore(t.Context(), plan, nil); !errors.Is(err, drivers.ErrTargetUnsafe) || !strings.Contains(err.Error(), "workload billing") {
		t.Errorf("%v", err)
	}
	names["/t"] = "C"
	if _, err := d.Restore(t.Context(), plan, nil); err != nil {
		t.Error(err)
	}
}

func TestGuardOfScratchAndLive(t *testing.T) {
	id := drivers.ScratchPrefix + "0123456789ab"
	rec := &drivers.ScratchRecord{ID: id, Dir: "/tmp/" + id}
	names := map[string]string{"/live/shop": "A", "/live/billing": "B", "/alias": "A", "/other": "C"}
	d, p := watched(t, names, 0)
	for _, c := range []struct {
		target drivers.Target
		says   string
	}{
		{drivers.Target{Kind: drivers.TargetScratch, Path: rec.Dir + "/data", Scratch: rec}, ""},
		{drivers.Target{Kind: drivers.TargetScratch, Path: rec.Dir + "/data"}, "no record"},
		{drivers.Target{Kind: drivers.TargetScratch, Path: "/live/billing", Scratch: rec}, "does not lie in"},
		{drivers.Target{Kind: drivers.TargetScratch, Path: rec.Dir + "/../../live/billing", Scratch: rec}, "does not lie in"},
		{drivers.Target{Kind: drivers.TargetScratch, Path: "/live/x", Scratch: &drivers.ScratchRecord{ID: "live", Dir: "/live"}}, "no record"},
		{drivers.Target{Kind: drivers.TargetLive, Path: "/live/shop"}, ""},
		{drivers.Target{Kind: drivers.TargetLive, Path: "/alias"}, ""},
		{drivers.Target{Kind: drivers.TargetLive, Path: "/live/billing"}, "nothing shows that it is the live source of workload shop"},
		{drivers.Target{Kind: drivers.TargetLive, Path: "/other"}, "nothing shows"},
	} {
		_, err := d.Plan(t.Context(), drivers.RestoreRequest{Point: p, Target: c.target, Incident: c.target.Kind == drivers.TargetLive})
		if c.says == "" && err != nil || c.says != "" && (!errors.Is(err, drivers.ErrTargetUnsafe) || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%+v: %v, expected %q", c.target, err, c.says)
		}
	}
}

func TestGuardAsksForRoom(t *testing.T) {
	names := map[string]string{"/live/shop": "A", "/live/billing": "B", "/t": "C"}
	to := drivers.Target{Kind: drivers.TargetParallel, Name: "t", Path: "/t"}
	d, p := watched(t, names, 1)
	_, err := d.Plan(t.Context(), drivers.RestoreRequest{Point: p, Target: to})
	if !errors.Is(err, drivers.ErrNoSpace) || !errors.Is(err, drivers.ErrTargetUnsafe) || !strings.Contains(err.Error(), "/small") {
		t.Errorf("%v", err)
	}
	d, _ = watched(t, names, 0)
	plan, err := d.Plan(t.Context(), drivers.RestoreRequest{Point: p, Target: to})
	if err != nil || !slices.ContainsFunc(plan.Warnings, func(w string) bool { return strings.Contains(w, "can't be seen from here") }) {
		t.Errorf("%q %v", plan.Warnings, err)
	}
}
