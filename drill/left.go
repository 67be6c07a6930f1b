package drill

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// leftFor is how long a run that nobody drives may be picked up before the
// sweep ends it.
const leftFor = 24 * time.Hour

// LeftRun is a run that is open and that nobody drives.
type LeftRun struct {
	Summary
	State State
	Task  *TaskState // the one that was started and has no end, or nil
	Alive bool       // Task is still being worked on
	// Elsewhere: it belongs to another workspace, whose inventory only a
	// lifeboat of that workspace has.
	Elsewhere bool
}

// Left lists the runs that are open and that nobody drives, newest first.
func (e *Engine) Left(ctx context.Context) ([]LeftRun, error) {
	runs, err := e.History.Runs(ctx, RunFilter{Open: true})
	if err != nil {
		return nil, err
	}
	var out []LeftRun
	for _, sum := range runs {
		if e.Driven(sum.ID) {
			continue
		}
		events, err := e.Journal.Events(ctx, sum.ID)
		if err != nil {
			return out, err
		}
		s, err := Fold(events)
		if err != nil {
			return out, err
		}
		l := LeftRun{Summary: sum, State: s, Task: s.Running()}
		if l.Task != nil && e.Supervisor != nil {
			l.Alive = e.Supervisor.Alive(sum.ID, l.Task.Task.ID)
		}
		l.Elsewhere = s.Info.Kind != "" && s.Info.Dir != e.workspace()
		if !s.Ended() {
			out = append(out, l)
		}
	}
	return out, nil
}

// workspace is the directory of the inventory, or empty.
func (e *Engine) workspace() string {
	if e.Estate.Inventory == nil {
		return ""
	}
	return e.Estate.Inventory.Dir
}

// Sweep looks after what dead processes left behind, and returns what it did,
// a line each. Runs that may still be picked up are left alone for a day; an
// unattended one makes room for the next unattended run of its workload,
// which unattended names ("": none starts). Scratch targets whose run has
// ended, and that are not kept on purpose, are removed. What belongs to another
// workspace waits for a lifeboat of that.
func (e *Engine) Sweep(ctx context.Context, unattended string) ([]string, error) {
	left, err := e.Left(ctx)
	if err != nil {
		return nil, err
	}
	var told []string
	var errs []error
	for i := range left {
		l := &left[i]
		if l.Alive || l.Elsewhere || !e.stale(l, unattended) {
			continue
		}
		line, err := e.end(ctx, l.ID, "lifeboat ended without closing this run")
		if errors.Is(err, ErrDriven) {
			continue
		}
		errs = append(errs, err)
		if line != "" {
			told = append(told, line)
		}
	}
	more, err := e.sweepScratch(ctx)
	return append(told, more...), errors.Join(append(errs, err)...)
}

// stale says that nobody will pick a run up any more.
func (e *Engine) stale(l *LeftRun, unattended string) bool {
	return e.Supervisor == nil || e.Now().Sub(l.State.At) >= leftFor ||
		l.State.Info.Unattended && unattended != "" && l.Workload == unattended
}

// end brings a run that nobody drives to its end.
func (e *Engine) end(ctx context.Context, id, why string) (string, error) {
	r, err := e.Open(ctx, id)
	if err == nil {
		err = r.Close(why)
	}
	if err != nil {
		return "", fmt.Errorf("run %s was left open and can't be closed: %w", id, err)
	}
	s := r.State()
	return fmt.Sprintf("run %s of %s was left open by a lifeboat that ended: %s, %s", id, s.Info.Workload, s.Verdict, s.swept()), nil
}

// swept says what became of the scratch targets.
func (s *State) swept() string {
	removed := 0
	for i := range s.Scratch {
		switch sc := &s.Scratch[i]; sc.Status {
		case ScratchRemoved:
			removed++
		case ScratchLeft:
			return "scratch target " + sc.Record.Dir + " stays: " + sc.Why
		case ScratchRecorded, ScratchReady:
			return "scratch target " + sc.Record.Dir + " stays"
		}
	}
	if removed > 0 {
		return "its scratch target was removed"
	}
	return "it had left nothing behind"
}

// sweepScratch removes scratch targets whose run has ended or is not known.
func (e *Engine) sweepScratch(ctx context.Context) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(e.slips(), "*.json"))
	if err != nil {
		return nil, err
	}
	var told []string
	var errs []error
	for _, f := range files {
		sl, err := readSlip(f)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		line, err := e.sweepOne(ctx, sl)
		errs = append(errs, err)
		if line != "" {
			told = append(told, line)
		}
	}
	return told, errors.Join(errs...)
}

func (e *Engine) sweepOne(ctx context.Context, sl slip) (string, error) {
	kept := !sl.Until.IsZero() && e.Now().Before(sl.Until)
	if kept || sl.Workspace != "" && sl.Workspace != e.workspace() {
		return "", nil
	}
	sum, err := e.History.FindRun(ctx, sl.Record.Run)
	if err != nil && !errors.Is(err, ErrNoRun) {
		return "", err
	}
	if err == nil && sum.Ended.IsZero() {
		return "", nil // it looks after its own
	}
	res := e.destroy(ctx, sl)
	if !res.OK {
		return "", fmt.Errorf("the scratch target %s stays: %s (to remove it: rm -rf %s)", sl.Record.ID, res.Error, sl.Record.Dir)
	}
	_ = os.Remove(e.slipFile(sl.Record.ID)) // it is found again, and nothing behind it
	return "scratch target " + sl.Record.Dir + " was left behind: removed", nil
}

// destroy removes a scratch target outside of any journal, in this process.
func (e *Engine) destroy(ctx context.Context, sl slip) Result {
	out, err := NewOutput(os.DevNull, e.Now)
	if err != nil {
		return unkept(err)
	}
	defer func() { _, _, _, _ = out.Close() }()
	return e.Executor.Run(ctx, Task{
		ID: newID(6), Run: sl.Record.Run, Kind: TaskDestroy, Step: -1, Unit: -1,
		Workload: sl.Workload, Copy: sl.Copy, Scratch: &sl.Record,
	}, out)
}
