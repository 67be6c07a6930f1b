// Package fake is a team with an estate to test the interface with: real
// engine, invented workloads, recovery points and runs, everything in memory.
package fake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing/fstest"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

// Team is everything that the interface is made of.
type Team struct {
	Desk   *drill.Desk
	Store  *Store
	Points map[string][]drivers.RecoveryPoint // by workload/copy
	Errs   map[string]error                   // by workload/copy: locating fails
	Books  fstest.MapFS
	now    func() time.Time
}

// New makes an empty team with that clock. runsDir takes the runs' files.
func New(now func() time.Time, runsDir string) *Team {
	t := &Team{
		Store: &Store{}, now: now, Points: map[string][]drivers.RecoveryPoint{},
		Errs: map[string]error{}, Books: fstest.MapFS{},
	}
	info := drivers.Info{Name: "fake", Title: "an invented tool", Kinds: []string{"postgresql", "sqlite", "files"}, Grades: drivers.Grades}
	reg := drivers.NewRegistry(drivers.Factory{Info: info, New: func(s drivers.Spec, _ drivers.Env) (drivers.Driver, error) {
		return &driver{info: info, points: t.Points[s.Workload+"/"+s.Copy], err: t.Errs[s.Workload+"/"+s.Copy]}, nil
	}})
	estate := &drill.Estate{
		Inventory: &inventory.Inventory{Path: "/srv/dr/lifeboat.yaml", Dir: "/srv/dr"},
		Registry:  reg, Lookup: func(string) (string, bool) { return "", false },
	}
	t.Desk = &drill.Desk{
		Engine: &drill.Engine{
			Journal: t.Store, History: t.Store, Executor: executor{}, Estate: estate, Now: now,
			RunsDir: runsDir, ScratchDir: runsDir, Operator: "kim", Host: "bastion", Version: "test",
		},
		Library: &drill.Library{Builtin: fs.FS(t.Books), Pick: func(string, drill.Mode) (string, bool) { return "restore", true }},
	}
	t.Books["restore.md"] = &fstest.MapFile{Data: []byte(Runbook)}
	return t
}

// Add declares a workload with copies of the fake driver.
func (t *Team) Add(name, tier string, rpo, rto time.Duration, copies ...string) *inventory.Workload {
	w := &inventory.Workload{
		Name: name, Kind: "postgresql", Tier: tier, Owner: "payments@example.com",
		Objectives: inventory.Objectives{RPO: rpo, RTO: rto},
		Checks:     []inventory.Check{{Name: "rows orders", Rows: "orders", Expect: ">= 1"}},
	}
	media := []string{"disk", "object", "tape"}
	for i, c := range copies {
		w.Copies = append(w.Copies, &inventory.Copy{
			Name: c, Driver: "fake", Repository: "/mnt/nas/" + name + "/" + c, Media: media[i%3],
			Site: fmt.Sprintf("dc%d", i+1), Offsite: i > 0,
		})
	}
	inv := t.Desk.Estate.Inventory
	inv.Workloads = append(inv.Workloads, w)
	return w
}

// Point adds a recovery point that is so old.
func (t *Team) Point(workload, copyName string, age time.Duration, problems ...string) {
	at := t.now().Add(-age)
	key := workload + "/" + copyName
	t.Points[key] = append(t.Points[key], drivers.RecoveryPoint{
		ID: at.UTC().Format("20060102T150405Z"), Time: at, TimeSource: drivers.TimeManifest, Kind: drivers.PointFull,
		Size: 48 << 20, Copy: copyName, Driver: "fake", Problems: problems,
		Files: []string{"/mnt/nas/" + key + "/" + at.UTC().Format("20060102T150405Z") + ".dump"},
	})
	slices.SortFunc(t.Points[key], func(a, b drivers.RecoveryPoint) int { return b.Time.Compare(a.Time) })
}

// Past adds a finished run that ended so long ago.
func (t *Team) Past(w *inventory.Workload, ago, rto time.Duration, v drill.Verdict, reasons ...string) {
	met, lost := rto <= w.RTO, 7*time.Hour
	rpoMet := lost <= w.RPO
	ended := t.now().Add(-ago)
	sum := drill.Summary{
		ID: fmt.Sprintf("%08x", len(t.Store.sums)*7919+0x7f3a), Workload: w.Name, Kind: w.Kind, Tier: w.Tier,
		Mode: drill.ModeDrill, Title: "Restore " + w.Kind, Runbook: "builtin:restore", Operator: "kim", Host: "bastion",
		Started: ended.Add(-rto), Ended: ended, Verdict: v, Reasons: reasons, Point: "20261121T020004Z", Copy: "nightly",
		Size: 48 << 20, RTOTarget: w.RTO, RPOTarget: w.RPO,
	}
	if v == drill.VerdictPassed {
		sum.RTO, sum.RTOMet, sum.RPO, sum.RPOMet, sum.Restore = rto, &met, lost, &rpoMet, rto/2
	}
	t.Store.sums = append(t.Store.sums, sum)
}

// Store keeps journals and summaries in memory.
type Store struct {
	sums   []drill.Summary
	events map[string][]drill.Event
}

// Forget empties the store.
func (s *Store) Forget() { *s = Store{} }

// Append implements drill.Journal.
func (s *Store) Append(_ context.Context, events []drill.Event, sum drill.Summary) error {
	if s.events == nil {
		s.events = map[string][]drill.Event{}
	}
	for _, e := range events {
		s.events[e.Run] = append(s.events[e.Run], e)
	}
	for i := range s.sums {
		if s.sums[i].ID == sum.ID {
			s.sums[i] = sum
			return nil
		}
	}
	s.sums = append(s.sums, sum)
	return nil
}

// Events implements drill.Journal.
func (s *Store) Events(_ context.Context, run string) ([]drill.Event, error) {
	if ev, ok := s.events[run]; ok {
		return ev, nil
	}
	return nil, drill.ErrNoRun
}

// Runs implements drill.History.
func (s *Store) Runs(_ context.Context, f drill.RunFilter) ([]drill.Summary, error) {
	var out []drill.Summary
	for _, r := range s.sums {
		if (f.Workload == "" || f.Workload == r.Workload) && (!f.Ended || !r.Ended.IsZero()) && (!f.Open || r.Ended.IsZero()) {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b drill.Summary) int { return b.Started.Compare(a.Started) })
	if f.Limit > 0 && len(out) > f.Limit {
		out = out[:f.Limit]
	}
	return out, nil
}

// FindRun implements drill.History.
func (s *Store) FindRun(_ context.Context, prefix string) (drill.Summary, error) {
	for _, r := range s.sums {
		if strings.HasPrefix(r.ID, prefix) {
			return r, nil
		}
	}
	return drill.Summary{}, drill.ErrNoRun
}

// executor ends every task well at once.
type executor struct{}

func (executor) Run(context.Context, drill.Task, *drill.Output) drill.Result {
	return drill.Result{OK: true}
}

// driver lists what it was given.
type driver struct {
	info   drivers.Info
	points []drivers.RecoveryPoint
	err    error
}

var errNone = errors.New("the fake driver restores nothing")

func (d *driver) Info() drivers.Info { return d.info }

func (d *driver) Locate(context.Context) ([]drivers.RecoveryPoint, error) {
	return slices.Clone(d.points), d.err
}

func (d *driver) Verify(context.Context, drivers.VerifyRequest, *drivers.Reporter) (drivers.Verification, error) {
	return drivers.Verification{}, errNone
}

func (d *driver) Plan(context.Context, drivers.RestoreRequest) (drivers.Plan, error) {
	return drivers.Plan{}, errNone
}

func (d *driver) Restore(context.Context, drivers.Plan, *drivers.Reporter) (drivers.Evidence, error) {
	return drivers.Evidence{}, errNone
}
