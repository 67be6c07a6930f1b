package shim

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/internal/proc"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

// Process is a shim that was started. drivers/command starts them.
type Process interface {
	Stdin() io.WriteCloser
	Signal(sig syscall.Signal) error
	Wait() (code int, signal, said string)
}

// Supervisor does tasks in shims. It implements drill.Supervisor.
type Supervisor struct {
	// Start starts a shim, which waits for its request.
	Start      func() (Process, error)
	RunDir     func(run string) string
	SessionDir func(run string) string
	Inventory  *inventory.Inventory
	Mask       []string // what is to be masked in output
	Now        func() time.Time

	mu    sync.Mutex
	ready Process // waits for the next request
}

var _ drill.Supervisor = (*Supervisor)(nil)

// Feed implements drill.Supervisor.
func (s *Supervisor) Feed(run, task string) drill.Feed {
	return feed{s.files(run, task)}
}

func (s *Supervisor) files(run, task string) files { return files{s.RunDir(run), task} }

// Alive implements drill.Supervisor.
func (s *Supervisor) Alive(run, task string) bool {
	f := s.files(run, task)
	if _, done, _ := f.result(); done {
		return false
	}
	c, ok, err := f.claimed()
	return err == nil && ok && c.Process.Alive()
}

// Idle implements drill.Supervisor: the shim that waits ends.
func (s *Supervisor) Idle() {
	if p := s.take(); p != nil {
		dismiss(p)
	}
}

// dismiss ends a shim that waits, and leaves no dead process behind.
func dismiss(p Process) {
	_ = p.Stdin().Close() // it ends by that
	go p.Wait()
}

func (s *Supervisor) take() Process {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.ready
	s.ready = nil
	return p
}

// prepare starts the next shim ahead of its request: a program takes time to
// start, and the operator should not feel it at each step.
func (s *Supervisor) prepare() {
	p, err := s.Start()
	if err != nil {
		return // the next request starts one, and tells
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ready == nil {
		s.ready = p
		return
	}
	dismiss(p) // two at once; one is enough
}

// Supervise implements drill.Supervisor.
func (s *Supervisor) Supervise(ctx context.Context, t drill.Task, fresh bool) drill.Result {
	f := s.files(t.Run, t.ID)
	if !fresh {
		if res, done := s.before(f, t); done {
			return res
		}
	} else if res, ok := s.begin(ctx, f, t); ok {
		return res
	}
	return s.await(ctx, f, t)
}

// before looks at what an earlier process left of a task. done is false where
// a shim is at it.
func (s *Supervisor) before(f files, t drill.Task) (drill.Result, bool) {
	if r, ok, err := f.result(); ok || err != nil {
		return s.ended(f, t, r, err), true
	}
	if f.claimTask(claim{Void: true, At: s.Now()}) == nil {
		return unstarted(), true
	}
	return drill.Result{}, false // claimed: await looks who has it
}

func unstarted() drill.Result {
	return drill.Result{
		Unstarted: true, Error: "lifeboat ended before this was started: nothing was done",
		Hint: "run it now, if it is still to be done",
	}
}

// begin starts a shim on a task and waits for its end. ok is false where
// somebody else has the task. A shim that ended before it claimed the task has
// done nothing: another one is tried, once.
func (s *Supervisor) begin(ctx context.Context, f files, t drill.Task) (drill.Result, bool) {
	for again := false; ; again = true {
		p, err := s.hand(t)
		if err != nil {
			return drill.Result{Error: "can't be started: " + err.Error(), Hint: "is this machine out of memory or processes?"}, true
		}
		go s.prepare()
		code, signal, said := s.wait(ctx, p)
		if r, ok, err := f.result(); ok || err != nil {
			return s.ended(f, t, r, err), true
		}
		if code == exitClaimed {
			return drill.Result{}, false
		}
		if _, ok, err := f.claimed(); ok || err != nil {
			return s.lost(f, t, cause(code, signal, said)), true
		}
		if again || ctx.Err() != nil {
			return drill.Result{Error: "was not started: " + cause(code, signal, said), Canceled: ctx.Err() != nil}, true
		}
	}
}

// hand gives the request to a shim: the one that waits, else a new one.
func (s *Supervisor) hand(t drill.Task) (Process, error) {
	req := Request{
		RunDir: s.RunDir(t.Run), SessionDir: s.SessionDir(t.Run), Task: t, Inventory: s.inventory(t),
		Mask: slices.AppendSeq(slices.Clip(s.Mask), maps.Values(t.Secrets)), Secrets: t.Secrets,
	}
	data, err := json.Marshal(req)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(req.RunDir, 0o700); err != nil {
		return nil, err
	}
	if p := s.take(); p != nil {
		if send(p, data) == nil {
			return p, nil
		}
		go p.Wait() // it has ended meanwhile, with nothing done
	}
	p, err := s.Start()
	if err != nil {
		return nil, err
	}
	return p, send(p, data)
}

func send(p Process, data []byte) error {
	if _, err := p.Stdin().Write(data); err != nil {
		return err
	}
	return p.Stdin().Close()
}

// inventory is what a shim needs of it: a command of the runbook, its
// workload; a driver, all, since no workload's source may be a target.
func (s *Supervisor) inventory(t drill.Task) *inventory.Inventory {
	if s.Inventory == nil || t.Kind != drill.TaskShell {
		return s.Inventory
	}
	inv := *s.Inventory
	inv.Workloads = nil
	if w := s.Inventory.Workload(t.Workload); w != nil {
		inv.Workloads = []*inventory.Workload{w}
	}
	return &inv
}

// wait waits for a shim's end; when ctx ends, the shim is told to end its
// task.
func (s *Supervisor) wait(ctx context.Context, p Process) (code int, signal, said string) {
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-ctx.Done():
			_ = p.Signal(syscall.SIGTERM) // it may have ended by itself
		case <-ended:
		}
	}()
	return p.Wait()
}

func cause(code int, signal, said string) string {
	switch {
	case said != "":
		return said
	case signal != "":
		return "its supervisor was ended by " + signal
	}
	return fmt.Sprintf("its supervisor ended with status %d", code)
}

// awaitEvery is how often another process's shim is looked at.
const awaitEvery = 50 * time.Millisecond

// await waits for the end of a task that a shim of another process does.
func (s *Supervisor) await(ctx context.Context, f files, t drill.Task) drill.Result {
	c, ok, err := f.claimed()
	switch {
	case ok && c.Void: // by one who ended before he could say so
		return unstarted()
	case err != nil:
		return s.lost(f, t, err.Error())
	case !ok:
		return s.lost(f, t, "nobody knows who did it")
	}
	tick := time.NewTicker(awaitEvery)
	defer tick.Stop()
	stop := ctx.Done()
	for {
		alive := c.Process.Alive() // before the result is looked for: it comes first
		if r, ok, err := f.result(); ok || err != nil {
			return s.ended(f, t, r, err)
		}
		if !alive {
			return s.lost(f, t, "its supervisor (process "+fmt.Sprint(c.Process.PID)+") is gone")
		}
		select {
		case <-tick.C:
		case <-stop:
			stop = nil
			_ = syscall.Kill(c.Process.PID, syscall.SIGTERM) // it may have ended by itself
		}
	}
}

// ended gives the result that a shim left.
func (s *Supervisor) ended(f files, t drill.Task, r drill.Result, err error) drill.Result {
	if err != nil {
		return s.lost(f, t, err.Error())
	}
	f.tidy()
	return r
}

// lost is the result of a task whose end nobody saw. What it left running is
// ended: nobody would see its end either.
func (s *Supervisor) lost(f files, t drill.Task, why string) drill.Result {
	r := drill.Result{
		Unknown: true, Error: "its end was not seen: " + why,
		Hint: "look at the target before you run it again: it may have done all, part or none of its work",
	}
	if n := s.endChildren(f); n > 0 {
		r.Error += fmt.Sprintf("; %d processes that it had left running were ended", n)
	}
	drill.Digest(&r, f.out())
	return r
}

// endChildren ends the sessions that a task started.
func (s *Supervisor) endChildren(f files) int {
	n := 0
	for _, leader := range f.children() {
		for _, p := range proc.Session(leader) {
			if syscall.Kill(p.PID, syscall.SIGKILL) == nil {
				n++
			}
		}
	}
	return n
}
