package drill

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/lifeboat-dr/lifeboat/runbook"
)

// Engine drives runs: it journals, then acts, then tells who watches.
type Engine struct {
	Journal  Journal
	History  History
	Executor Executor
	// Supervisor does tasks outside of this process; nil: Executor does them
	// here, and they end with it.
	Supervisor Supervisor
	Estate     *Estate
	Now        func() time.Time
	// RunsDir holds a directory for each run (output, shell session), 0700.
	RunsDir string
	// RuntimeDir holds the shell sessions of open runs: best in memory, since a
	// session may hold what the operator exported. Empty: the run's directory.
	RuntimeDir string
	// ScratchDir is where scratch targets are made; empty: the system's
	// temporary directory.
	ScratchDir string
	Operator   string
	Host       string
	Version    string
	// IsSecret says by its name that a variable's value must not be kept; nil:
	// none is.
	IsSecret func(name string) bool
	// Mask makes what hides registered secrets, and these, in a text that will
	// be kept; nil: nothing is hidden.
	Mask func(more []string) func(text string) string
	// Seal signs the evidence of a run that has ended; nil: nothing is signed.
	Seal func(ctx context.Context, run string) error

	mu   sync.Mutex
	live map[*Run]struct{}
}

// Close brings every run that this engine still drives to a truthful end:
// see Run.Close. It is for the program's own end, whatever caused it.
func (e *Engine) Close(reason string) error {
	var errs []error
	for _, r := range e.Driving() {
		errs = append(errs, r.Close(reason))
	}
	return errors.Join(errs...)
}

// Driving are the open runs that this engine drives.
func (e *Engine) Driving() []*Run {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Collect(maps.Keys(e.live))
}

func (e *Engine) track(r *Run, on bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.live == nil {
		e.live = map[*Run]struct{}{}
	}
	if on {
		e.live[r] = struct{}{}
	} else {
		delete(e.live, r)
	}
}

// RunDir is a run's directory.
func (e *Engine) RunDir(run string) string { return filepath.Join(e.RunsDir, run) }

// SessionDir is where a run's shell session is kept while the run is open.
func (e *Engine) SessionDir(run string) string {
	if e.RuntimeDir == "" {
		return e.RunDir(run)
	}
	return filepath.Join(e.RuntimeDir, run)
}

// forget removes the shell session of a run that has ended.
func (e *Engine) forget(run string) {
	if e.RuntimeDir != "" {
		_ = os.RemoveAll(e.SessionDir(run)) // of what is left, nothing is needed
		return
	}
	for _, f := range sessionFiles {
		_ = os.Remove(filepath.Join(e.RunDir(run), f)) // mostly absent
	}
}

// given collects what Decide may not find out by itself.
func (e *Engine) given(workload string) Given {
	dir := e.ScratchDir
	if dir == "" {
		dir = os.TempDir()
	}
	return Given{
		Now: e.Now(), ID: newID(6), ScratchDir: dir, Danger: runbook.Danger,
		Exists: Exists,
		ScratchDriver: func(copyName string) string {
			w, err := e.Estate.Workload(workload)
			if err != nil {
				return ""
			}
			if c := w.Copy(copyName); c != nil {
				return c.Driver
			}
			return ""
		},
	}
}

// Exists says that something is there, or that it can't be told.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// newID gives 2n random hex digits.
func newID(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails
	return hex.EncodeToString(b)
}

// Feed is what a task of a run has printed so far, whoever drives it; nil
// where only its driver can know.
func (e *Engine) Feed(run, task string) Feed {
	for _, r := range e.Driving() {
		if r.ID() == run {
			return r.Output(task)
		}
	}
	if e.Supervisor == nil {
		return nil
	}
	return e.Supervisor.Feed(run, task)
}

// newRun makes a live run of a state.
func (e *Engine) newRun(s State) *Run {
	r := &Run{e: e, state: s, outputs: map[string]Feed{}, watch: map[chan struct{}]struct{}{}}
	if !s.Ended() {
		e.track(r, true)
	}
	return r
}

// Resume picks a run up to go on with it, and says so in its journal: see Open.
func (e *Engine) Resume(ctx context.Context, id string, unattended bool) (*Run, error) {
	r, err := e.open(ctx, id, &Resumed{Operator: e.Operator, Host: e.Host, Version: e.Version, Unattended: unattended})
	return r, err
}

// Open picks a run up from its journal. A task that was running when its
// process ended is waited for where a Supervisor has kept it; otherwise it is
// marked as one whose end nobody saw. It is never run again by itself. A run
// that another process drives is ErrDriven.
func (e *Engine) Open(ctx context.Context, id string) (*Run, error) {
	return e.open(ctx, id, nil)
}

func (e *Engine) open(ctx context.Context, id string, by *Resumed) (*Run, error) {
	lock, err := e.acquire(id)
	if err != nil {
		return nil, err
	}
	events, err := e.Journal.Events(ctx, id)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	s, err := Fold(events)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	r := e.newRun(s)
	r.lock, r.book = lock, reread(&s.Info)
	if s.Ended() {
		r.unlock()
		return r, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if by != nil {
		if err := r.commit(ctx, append([]Body{*by}, r.lost()...)); err != nil {
			r.drop()
			return nil, err
		}
	}
	if err := r.pickUp(ctx); err != nil {
		r.drop()
		return nil, err
	}
	return r, nil
}

// drop lets go of a run that could not be picked up.
func (r *Run) drop() {
	r.e.track(r, false)
	r.unlock()
}

// pickUp takes a task up that was running when the run's process ended. It is
// called with the lock held.
func (r *Run) pickUp(ctx context.Context) error {
	t := r.state.Running()
	switch {
	case t == nil:
		return nil
	case r.e.Supervisor != nil:
		r.launch(t.Task, false)
		return nil
	}
	bodies, err := Decide(&r.state, lose{task: t.Task.ID, why: "lifeboat ended while this was running; its end was not seen"}, r.given())
	if err != nil {
		return err
	}
	return r.commit(ctx, bodies)
}
