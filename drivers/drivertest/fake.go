package drivertest

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// Fake is a driver in memory with every ability. It does what its Script says
// and keeps a list of what was asked of it. It is safe for use by several
// goroutines.
type Fake struct {
	state *fakeState // shared by all drivers of one FakeFactory
	spec  drivers.Spec
	now   func() time.Time
}

type fakeState struct {
	mu      sync.Mutex
	info    drivers.Info
	script  Script
	errs    map[string][]error // one-off failures by operation
	gates   map[string]chan struct{}
	targets map[string]*fakeTarget // by path
	touched map[string]int         // how often a point was altered
	calls   []string
}

// fakeTarget is what lies under a target's path.
type fakeTarget struct {
	point string // what was restored there; empty: nothing
}

// Option changes a Fake as it is made.
type Option func(*Fake)

// NewFake makes a fake. Without options it has no points.
func NewFake(opts ...Option) *Fake {
	f := &Fake{
		state: &fakeState{
			info: drivers.Info{
				Name: "fake", Title: "Nothing at all (for tests)", Kinds: []string{"fake", "sqlite", "files", "postgresql"},
				Grades: drivers.Grades[:drivers.GradeReadable.Rank()+1], Select: "table",
			},
			errs: map[string][]error{}, gates: map[string]chan struct{}{},
			targets: map[string]*fakeTarget{}, touched: map[string]int{},
		},
		spec: drivers.Spec{Workload: "shop", Kind: "fake", Path: "/fake/live/shop", Copy: "nightly", Repository: "/fake/repository"},
		now:  func() time.Time { return time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC) },
	}
	for _, o := range opts {
		o(f)
	}
	return f
}

// WithScript sets the whole script.
func WithScript(s Script) Option { return func(f *Fake) { f.state.script = s } }

// WithPoints sets the points.
func WithPoints(ps ...drivers.RecoveryPoint) Option {
	return func(f *Fake) { f.state.script.Points = ps }
}

// WithRestore says how restores go.
func WithRestore(r Restoration) Option { return func(f *Fake) { f.state.script.Restore = r } }

// WithName gives the driver another name and kinds, to stand in for one that
// an inventory names.
func WithName(name string, kinds ...string) Option {
	return func(f *Fake) {
		f.state.info.Name = name
		if len(kinds) > 0 {
			f.state.info.Kinds = kinds
		}
	}
}

// WithClock sets the clock of a fake that no factory makes.
func WithClock(now func() time.Time) Option { return func(f *Fake) { f.now = now } }

// FakeFactory makes drivers that all share f's script, calls and targets.
func FakeFactory(f *Fake) drivers.Factory {
	return drivers.Factory{
		Info: f.state.info,
		New: func(spec drivers.Spec, env drivers.Env) (drivers.Driver, error) {
			now := env.Now
			if now == nil {
				now = f.now
			}
			return &Fake{state: f.state, spec: spec, now: now}, nil
		},
	}
}

// ScriptFactory makes fakes whose script is read from the JSON file that the
// copy's option "script" names: the same in every process.
func ScriptFactory() drivers.Factory {
	return drivers.Factory{
		Info: NewFake().state.info,
		New: func(spec drivers.Spec, env drivers.Env) (drivers.Driver, error) {
			s, err := ReadScript(spec.Options["script"])
			if err != nil {
				return nil, err
			}
			return FakeFactory(NewFake(WithScript(s))).New(spec, env)
		},
	}
}

// Edit changes the script.
func (f *Fake) Edit(change func(*Script)) {
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	change(&f.state.script)
}

// Spoil makes a grade of a point find this. Plans made of the point are stale
// from then on.
func (f *Fake) Spoil(point string, g drivers.Grade, o drivers.Outcome, detail, hint string) {
	f.Edit(func(s *Script) {
		if s.Verify == nil {
			s.Verify = map[string][]drivers.GradeResult{}
		}
		s.Verify[point] = append(s.Verify[point], drivers.GradeResult{Grade: g, Outcome: o, Detail: detail, Hint: hint})
	})
	f.Touch(point)
}

// Touch alters a point: plans made of it are stale from then on.
func (f *Fake) Touch(point string) {
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	f.state.touched[point]++
}

// Fail makes the next call of an operation fail with err.
func (f *Fake) Fail(op string, err error) {
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	f.state.errs[op] = append(f.state.errs[op], err)
}

// Hold makes calls of an operation wait, after they are entered in Calls,
// until release is called or their context ends.
func (f *Fake) Hold(op string) (release func()) {
	gate := make(chan struct{})
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	f.state.gates[op] = gate
	return sync.OnceFunc(func() {
		f.state.mu.Lock()
		defer f.state.mu.Unlock()
		delete(f.state.gates, op)
		close(gate)
	})
}

// Calls lists the operations that were asked, with their object:
// "verify readable 20261121T023000Z".
func (f *Fake) Calls() []string {
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	return slices.Clone(f.state.calls)
}

// Holding says which point a target's path holds: "" for nothing.
func (f *Fake) Holding(path string) string {
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	return f.held(path)
}

// LeftOver lists the paths of targets that were made and not removed.
func (f *Fake) LeftOver() []string {
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	var paths []string
	for p := range f.state.targets {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	return paths
}

// enter notes a call, waits at its gate and gives its scripted failure.
func (f *Fake) enter(ctx context.Context, op, object string) error {
	f.state.mu.Lock()
	call := op
	if object != "" {
		call += " " + object
	}
	f.state.calls = append(f.state.calls, call)
	gate := f.state.gates[op]
	f.state.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	f.state.mu.Lock()
	defer f.state.mu.Unlock()
	if q := f.state.errs[op]; len(q) > 0 {
		f.state.errs[op] = q[1:]
		return q[0]
	}
	late := op == "restore" && f.state.script.Restore.FailAfter > 0
	if fail, ok := f.state.script.Fails[op]; ok && !late {
		return fail.err(f.state.info.Name, op)
	}
	return nil
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}
