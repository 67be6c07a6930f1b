package drilltest

import (
	"context"
	"path/filepath"
	"slices"
	"sync"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// Mishap is what happens to a task in Shims.
type Mishap string

// The mishaps. Without one a task is done, and its end is seen.
const (
	// NotStarted: no process could be started; nothing was done.
	NotStarted Mishap = "not started"
	// KilledEarly: its process ended before it did anything; nobody saw that.
	KilledEarly Mishap = "killed early"
	// KilledLate: its process ended after it did everything; nobody saw that.
	KilledLate Mishap = "killed late"
	// Stuck: it does nothing and goes on until it is cancelled.
	Stuck Mishap = "stuck"
)

// Shims is a Supervisor that outlives engines, as processes of their own do.
// What it is asked to do is done in this process, by Executor.
type Shims struct {
	Executor drill.Executor
	Dir      string // for output
	// Mishap says what happens to a task when it begins; nil: nothing does.
	Mishap func(t drill.Task) Mishap

	mu    sync.Mutex
	tasks map[string]*shim
	begun []drill.Task
	stuck int
}

type shim struct {
	void   bool
	cancel context.CancelFunc
	done   chan struct{}
	result drill.Result
}

var _ drill.Supervisor = (*Shims)(nil)

// Begun lists the tasks whose work was begun, in order; one that was killed
// early counts.
func (s *Shims) Begun() []drill.Task {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.begun)
}

// Stuck says that a task goes on that does not end by itself.
func (s *Shims) Stuck() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stuck > 0
}

// Supervise implements drill.Supervisor.
func (s *Shims) Supervise(ctx context.Context, t drill.Task, fresh bool) drill.Result {
	sh, r := s.claim(t, fresh)
	if sh == nil {
		return r
	}
	select {
	case <-sh.done:
	case <-ctx.Done():
		sh.cancel()
		<-sh.done
	}
	return sh.result
}

// claim gives the shim of a task, which it begins where it may; without one,
// how the task ended.
func (s *Shims) claim(t drill.Task, fresh bool) (*shim, drill.Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	unstarted := drill.Result{Unstarted: true, Error: "it never began"}
	if sh, ok := s.tasks[t.ID]; ok {
		if sh.void {
			return nil, unstarted
		}
		return sh, drill.Result{}
	}
	if s.tasks == nil {
		s.tasks = map[string]*shim{}
	}
	if !fresh {
		s.tasks[t.ID] = &shim{void: true}
		return nil, unstarted
	}
	var m Mishap
	if s.Mishap != nil {
		m = s.Mishap(t)
	}
	if m == NotStarted {
		return nil, drill.Result{Error: "can't be started: no process is left"}
	}
	ctx, cancel := context.WithCancel(context.Background())
	sh := &shim{cancel: cancel, done: make(chan struct{})}
	s.tasks[t.ID], s.begun = sh, append(s.begun, t)
	if m == Stuck {
		s.stuck++
	}
	go s.work(ctx, sh, t, m)
	return sh, drill.Result{}
}

func (s *Shims) work(ctx context.Context, sh *shim, t drill.Task, m Mishap) {
	defer close(sh.done)
	switch m {
	case Stuck:
		<-ctx.Done()
		s.mu.Lock()
		s.stuck--
		s.mu.Unlock()
		sh.result = drill.Result{Error: "cancelled", Canceled: true}
	case KilledEarly:
		sh.result = unseen
	case KilledLate:
		s.do(ctx, t)
		sh.result = unseen
	default:
		sh.result = s.do(ctx, t)
	}
}

var unseen = drill.Result{Unknown: true, Error: "its end was not seen"}

func (s *Shims) do(ctx context.Context, t drill.Task) drill.Result {
	out, err := drill.NewOutput(filepath.Join(s.Dir, drill.OutputName(t.ID)), nil)
	if err != nil {
		return drill.Result{Error: err.Error()}
	}
	return drill.Keep(ctx, s.Executor, t, out)
}

// Feed implements drill.Supervisor: nothing is printed here.
func (s *Shims) Feed(string, string) drill.Feed { return nil }

// Alive implements drill.Supervisor.
func (s *Shims) Alive(_, task string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	sh := s.tasks[task]
	if sh == nil || sh.void {
		return false
	}
	select {
	case <-sh.done:
		return false
	default:
		return true
	}
}

// Idle implements drill.Supervisor.
func (s *Shims) Idle() {}
