package drill

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
)

// launch starts a task; one that is not fresh may have been begun before. It
// is called with the lock held.
func (r *Run) launch(t Task, fresh bool) {
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	work := r.here
	if r.e.Supervisor != nil {
		work = r.supervised(fresh)
	}
	do := work(t)
	r.work.Add(1)
	go func() {
		defer r.work.Done()
		defer cancel()
		r.finish(t, do(ctx))
	}()
}

// supervised does a task outside of this process.
func (r *Run) supervised(fresh bool) func(Task) func(context.Context) Result {
	return func(t Task) func(context.Context) Result {
		r.outputs[t.ID] = r.e.Supervisor.Feed(t.Run, t.ID)
		return func(ctx context.Context) Result { return r.e.Supervisor.Supervise(ctx, t, fresh) }
	}
}

// here does a task in this process.
func (r *Run) here(t Task) func(context.Context) Result {
	out, err := NewOutput(filepath.Join(r.e.RunDir(t.Run), OutputName(t.ID)), r.e.Now)
	if err != nil {
		return func(context.Context) Result { return unkept(err) }
	}
	r.outputs[t.ID] = out
	return func(ctx context.Context) Result { return Keep(ctx, r.e.Executor, t, out) }
}

// OutputName is the file of a task's output in its run's directory.
func OutputName(task string) string { return task + ".out" }

func unkept(err error) Result {
	return Result{
		Error: "its output can't be kept: " + err.Error(),
		Hint:  "look at the state directory: is the disk full?",
	}
}

// Keep does a task, closes its output and puts what that holds into the
// result. Output that could not be kept makes a good end a bad one: there is
// no evidence. A Supervisor calls it where the task is done.
func Keep(ctx context.Context, x Executor, t Task, out *Output) Result {
	res := x.Run(ctx, t, out)
	size, lines, sum, err := out.Close()
	res.Output, res.Bytes, res.Lines, res.SHA256 = OutputName(t.ID), size, lines, sum
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
	if r.broken != nil {
		return // let go of: who picks the run up reads the end
	}
	bodies, err := Decide(&r.state, finish{task: t.ID, result: res}, r.given())
	if err == nil {
		err = r.commit(context.Background(), bodies)
	}
	if err != nil {
		r.broken = fmt.Errorf("%s ended, but its end could not be kept: %w", t.Title, err)
		r.tell()
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
		res := r.e.destroy(ctx, slip{Record: sc.Record, Workload: s.Info.Workload, Copy: s.scratchCopy()})
		if !res.OK {
			errs = append(errs, fmt.Errorf("the scratch target %s stays: %s", sc.Record.Dir, res.Error))
		}
	}
	r.unlock()
	return errors.Join(errs...)
}
