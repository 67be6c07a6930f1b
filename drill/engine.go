package drill

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/lifeboat-dr/lifeboat/runbook"
)

// Engine drives runs: it journals, then acts, then tells who watches.
type Engine struct {
	Journal  Journal
	History  History
	Executor Executor
	Estate   *Estate
	Now      func() time.Time
	// RunsDir holds a directory for each run (output, shell session), 0700.
	RunsDir string
	// ScratchDir is where scratch targets are made; empty: the system's
	// temporary directory.
	ScratchDir string
	Operator   string
	Host       string
	Version    string

	mu   sync.Mutex
	live map[*Run]struct{}
}

// Close brings every run that this engine still drives to a truthful end:
// see Run.Close. It is for the program's own end, whatever caused it.
func (e *Engine) Close(reason string) error {
	e.mu.Lock()
	var runs []*Run
	for r := range e.live {
		runs = append(runs, r)
	}
	e.mu.Unlock()
	var errs []error
	for _, r := range runs {
		errs = append(errs, r.Close(reason))
	}
	return errors.Join(errs...)
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

// given collects what Decide may not find out by itself.
func (e *Engine) given(workload string) Given {
	dir := e.ScratchDir
	if dir == "" {
		dir = os.TempDir()
	}
	return Given{
		Now: e.Now(), ID: newID(6), ScratchDir: dir, Danger: runbook.Danger,
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

// newID gives 2n random hex digits.
func newID(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails
	return hex.EncodeToString(b)
}

// newRun makes a live run of a state.
func (e *Engine) newRun(s State) *Run {
	r := &Run{e: e, state: s, outputs: map[string]*Output{}, watch: map[chan struct{}]struct{}{}}
	if !s.Ended() {
		e.track(r, true)
	}
	return r
}

// Open picks a run up from its journal. A task that was running when its
// process ended is marked as one whose end nobody saw; it is never run again
// by itself. A run that another process drives is an error.
func (e *Engine) Open(ctx context.Context, id string) (*Run, error) {
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
	r.lock = lock
	if s.Ended() {
		r.unlock()
	}
	if t := s.Running(); t != nil {
		err = r.Do(ctx, lose{task: t.Task.ID, why: "lifeboat ended while this was running; its end was not seen"})
	}
	return r, err
}
