package drill

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
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
		Now: e.Now(), ID: newID(6), ScratchDir: dir, Danger: danger,
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

func danger(script, language string) []string {
	var out []string
	for _, f := range runbook.Danger(script, language) {
		out = append(out, f.What+": "+f.Why)
	}
	return out
}

// newID gives 2n random hex digits.
func newID(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails
	return hex.EncodeToString(b)
}

// Run is a live run. Its methods may be called from any goroutine.
type Run struct {
	e *Engine

	mu      sync.Mutex
	state   State
	outputs map[string]*Output
	lock    *os.File           // held while this process drives the run
	cancel  context.CancelFunc // of the running task; nil: none
	watch   map[chan struct{}]struct{}
	broken  error // the journal could not be written: nothing more is done
	work    sync.WaitGroup
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

// State is the run as it is now.
func (r *Run) State() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

// ID is the run's id.
func (r *Run) ID() string { return r.State().Info.ID }

// Do asks something of the run. It returns a *Refusal when the run can't, and
// another error when the journal can't be written: then nothing was done. It
// returns as soon as the journal has it; a task goes on by itself. It must not
// be called from a screen's Update.
func (r *Run) Do(ctx context.Context, c Command) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken != nil {
		return r.broken
	}
	bodies, err := Decide(&r.state, c, r.e.given(r.state.Info.Workload))
	if err != nil {
		return err
	}
	return r.commit(ctx, bodies)
}

// commit journals events, folds them in, then acts on them. The journal is
// written even when ctx has ended: what happened must be on disk.
func (r *Run) commit(ctx context.Context, bodies []Body) error {
	next, events := r.state, make([]Event, 0, len(bodies))
	for _, b := range bodies {
		ev := Event{Run: next.Info.ID, Seq: next.Seq + 1, At: r.e.Now().Round(0).UTC(), Body: b}
		if s, ok := b.(RunStarted); ok {
			ev.Run = s.Info.ID
		}
		var err error
		if next, err = Apply(next, ev); err != nil {
			return err
		}
		events = append(events, ev)
	}
	if err := r.e.Journal.Append(context.WithoutCancel(ctx), events, Summarise(&next)); err != nil {
		return fmt.Errorf("the journal can't be written: %w", err)
	}
	r.state = next
	if next.Ended() {
		r.e.track(r, false)
		r.unlock()
		for _, f := range sessionFiles {
			_ = os.Remove(filepath.Join(r.e.RunDir(next.Info.ID), f)) // mostly absent
		}
	}
	for _, b := range bodies {
		if t, ok := b.(TaskStarted); ok {
			r.launch(t.Task)
		}
	}
	r.tell()
	return nil
}

// launch starts a task. It is called with the lock held.
func (r *Run) launch(t Task) {
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	out, err := NewOutput(filepath.Join(r.e.RunDir(t.Run), t.ID+".out"), r.e.Now)
	if err == nil {
		r.outputs[t.ID] = out
	}
	r.work.Add(1)
	go func() {
		defer r.work.Done()
		defer cancel()
		res := Result{Error: "its output can't be kept", Hint: "look at the state directory: is the disk full?"}
		if err == nil {
			res = r.e.Executor.Run(ctx, t, out)
			res = sealed(res, t, out)
		} else {
			res.Error += ": " + err.Error()
		}
		r.finish(t, res)
	}()
}

// sealed closes the output and puts what it holds into the result. Output
// that could not be kept makes a good end a bad one: there is no evidence.
func sealed(res Result, t Task, out *Output) Result {
	size, lines, sum, err := out.Close()
	res.Output, res.Bytes, res.Lines, res.SHA256 = t.ID+".out", size, lines, sum
	if err != nil && res.OK {
		res.OK = false
		res.Error = "it ended well, but its output could not be kept: " + err.Error()
		res.Hint = "free space under the state directory, then retry"
	}
	return res
}

// finish journals a task's end. When that fails, the run stops: going on
// without a journal would leave no truth behind.
func (r *Run) finish(t Task, res Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cancel = nil
	bodies, err := Decide(&r.state, finish{task: t.ID, result: res}, r.e.given(r.state.Info.Workload))
	if err == nil {
		err = r.commit(context.Background(), bodies)
	}
	if err != nil {
		r.broken = fmt.Errorf("%s ended, but its end could not be kept: %w", t.Title, err)
		r.tell()
	}
}

// Interrupt ends the running task and its children; the walk then stands at
// its unit. It does nothing when nothing runs.
func (r *Run) Interrupt() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cancel != nil {
		r.cancel()
	}
}

// Output is what a task prints, while this process has it; nil otherwise.
func (r *Run) Output(task string) *Output {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.outputs[task]
}

// Broken is why the run can't go on in this process, or nil.
func (r *Run) Broken() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.broken
}

// Watch gives a channel that gets a value after each change; changes in
// between are joined. stop ends it.
func (r *Run) Watch() (changed <-chan struct{}, stop func()) {
	ch := make(chan struct{}, 1)
	r.mu.Lock()
	r.watch[ch] = struct{}{}
	r.mu.Unlock()
	return ch, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.watch, ch)
	}
}

func (r *Run) tell() {
	for ch := range r.watch {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// Settle waits until no task runs. When ctx ends first, the task is
// interrupted and waited for.
func (r *Run) Settle(ctx context.Context) error {
	changed, stop := r.Watch()
	defer stop()
	for {
		if err := r.Broken(); err != nil {
			return err
		}
		s := r.State()
		if s.Running() == nil {
			return ctx.Err()
		}
		select {
		case <-changed:
		case <-ctx.Done():
			r.Interrupt()
			<-changed
		}
	}
}

// Close brings the run to a truthful end before the process ends: a running
// task is interrupted, a run that is still open is aborted, and its scratch
// target removed. When the journal can't be written the scratch targets are
// removed all the same; the error then says what that run is left as.
func (r *Run) Close(reason string) error {
	ctx := context.Background()
	for {
		r.Interrupt()
		if err := r.Settle(ctx); err != nil {
			return errors.Join(err, r.abandon(ctx))
		}
		s := r.State()
		if s.Ended() {
			r.work.Wait()
			return nil
		}
		if s.Concluded() {
			continue
		}
		if err := r.Do(ctx, Abort{Reason: reason}); err != nil {
			var no *Refusal
			if !errors.As(err, &no) {
				return errors.Join(err, r.abandon(ctx))
			}
		}
	}
}

// abandon removes the scratch targets of a run whose journal can't be
// written, and names those that stay.
func (r *Run) abandon(ctx context.Context) error {
	r.work.Wait()
	s := r.State()
	r.e.track(r, false)
	var errs []error
	for i := range s.Scratch {
		sc := &s.Scratch[i]
		if sc.Status != ScratchReady && sc.Status != ScratchRecorded {
			continue
		}
		out, err := NewOutput(os.DevNull, r.e.Now)
		if err != nil {
			return err
		}
		res := r.e.Executor.Run(ctx, Task{
			ID: newID(6), Run: s.Info.ID, Kind: TaskDestroy, Step: -1, Unit: -1,
			Workload: s.Info.Workload, Copy: s.scratchCopy(), Scratch: &sc.Record,
		}, out)
		_, _, _, _ = out.Close()
		if !res.OK {
			errs = append(errs, fmt.Errorf("the scratch target %s stays: %s", sc.Record.Dir, res.Error))
		}
	}
	r.unlock()
	return errors.Join(errs...)
}
