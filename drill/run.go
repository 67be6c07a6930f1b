package drill

import (
	"context"
	"fmt"
	"os"
	"sync"

	"github.com/lifeboat-dr/lifeboat/runbook"
)

// Run is a live run. Its methods may be called from any goroutine.
type Run struct {
	e *Engine

	mu      sync.Mutex
	state   State
	outputs map[string]Feed
	lock    *os.File           // held while this process drives the run
	cancel  context.CancelFunc // of the running task; nil: none
	watch   map[chan struct{}]struct{}
	secrets secrets
	book    map[int]*runbook.Command // see book.go
	mask    func(string) string      // made when first needed, and when secrets grow
	unseal  error                    // why the evidence could not be signed
	broken  error                    // the journal could not be written: nothing more is done
	work    sync.WaitGroup
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
	bodies, err := Decide(&r.state, r.take(c), r.given())
	if err != nil {
		return err
	}
	return r.commit(ctx, bodies)
}

// given is what Decide may know beside the state.
func (r *Run) given() Given {
	g := r.e.given(r.state.Info.Workload)
	g.Now, g.Secrets, g.Commands = r.state.stamp(g.Now), r.secrets, r.book
	return g
}

// commit journals events, folds them in, then acts on them. The journal is
// written even when ctx has ended: what happened must be on disk.
func (r *Run) commit(ctx context.Context, bodies []Body) error {
	next, events := r.state, make([]Event, 0, len(bodies))
	for _, whole := range bodies {
		b := r.cleaned(whole)
		ev := Event{Run: next.Info.ID, Seq: next.Seq + 1, At: next.stamp(r.e.Now()), Body: b}
		if s, ok := b.(RunStarted); ok {
			ev.Run = s.Info.ID
		}
		var err error
		if err = r.e.note(&next, b, false); err != nil {
			return err
		}
		if next, err = Apply(next, ev); err != nil {
			return err
		}
		events = append(events, ev)
	}
	if err := r.e.Journal.Append(context.WithoutCancel(ctx), events, Summarise(&next)); err != nil {
		r.e.unnote(bodies)
		return fmt.Errorf("the journal can't be written: %w", err)
	}
	r.state = next
	if next.Ended() {
		r.e.track(r, false)
		if r.e.Seal != nil {
			r.unseal = r.e.Seal(context.WithoutCancel(ctx), next.Info.ID)
		}
		r.unlock()
		r.e.forget(next.Info.ID)
		if r.e.Supervisor != nil && len(r.e.Driving()) == 0 {
			r.e.Supervisor.Idle()
		}
	}
	for _, b := range bodies {
		_ = r.e.note(&next, b, true) // the journal has it; the sweep looks there too
		if t, ok := b.(TaskStarted); ok {
			t.Task.Secrets = r.secrets
			r.launch(t.Task, true)
		}
	}
	r.tell()
	return nil
}

// Interrupt ends the running task and its children; the walk then stands at
// its unit. It does nothing when nothing runs, and never ends the removal of a
// scratch target: one that is left behind is worse than a moment's wait.
func (r *Run) Interrupt() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.state.Running(); t != nil && t.Task.Kind != TaskDestroy && r.cancel != nil {
		r.cancel()
	}
}

// Output is what a task prints, while this process has it; nil otherwise.
func (r *Run) Output(task string) Feed {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.outputs[task]
}

// Unsealed is why the evidence of a run that has ended is not signed, or nil.
func (r *Run) Unsealed() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.unseal
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
