package drill

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

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
