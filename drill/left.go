package drill

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
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
		if !s.Ended() {
			out = append(out, l)
		}
	}
	return out, nil
}

// Sweep looks after what dead processes left behind, and returns what it did,
// a line each. Runs that may still be picked up are left alone for a day; an
// unattended one makes room for the next unattended run of its workload,
// which unattended names ("": none starts). Scratch targets whose run has
// ended, and that are not kept on purpose, are removed.
func (e *Engine) Sweep(ctx context.Context, unattended string) ([]string, error) {
	left, err := e.Left(ctx)
	if err != nil {
		return nil, err
	}
	var told []string
	var errs []error
	for i := range left {
		l := &left[i]
		if l.Alive || !e.stale(l, unattended) {
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

// slip is a scratch target that may exist, whatever became of its run. Slips
// lie in a directory of their own, so that finding them costs no walk through
// all runs.
type slip struct {
	Record   drivers.ScratchRecord `json:"record"`
	Workload string                `json:"workload"`
	Copy     string                `json:"copy,omitempty"`
	Until    time.Time             `json:"until,omitzero"` // kept on purpose
}

func (e *Engine) slips() string { return filepath.Join(filepath.Dir(e.RunsDir), "scratch") }

func (e *Engine) slipFile(id string) string {
	return filepath.Join(e.slips(), filepath.Base(id)+".json")
}

// note keeps the slips in step with events: before they are journaled where a
// target is to be made, after that where one is gone or kept.
func (e *Engine) note(s *State, b Body, journaled bool) error {
	switch b := b.(type) {
	case ScratchPlanned:
		if !journaled {
			return e.putSlip(slip{Record: b.Record, Workload: s.Info.Workload, Copy: s.scratchCopy()})
		}
	case TaskEnded:
		if t := s.Task(b.Task); journaled && t != nil && t.Task.Kind == TaskDestroy && b.Result.OK {
			_ = os.Remove(e.slipFile(t.Task.Scratch.ID)) // the sweep finds nothing to remove
		}
	case ScratchKept:
		for i := range s.Scratch {
			if rec := s.Scratch[i].Record; journaled && rec.ID == b.ID && !b.Until.IsZero() {
				return e.putSlip(slip{Record: rec, Workload: s.Info.Workload, Copy: s.scratchCopy(), Until: b.Until})
			}
		}
	}
	return nil
}

func (e *Engine) putSlip(sl slip) error {
	data, err := json.Marshal(sl)
	if err == nil {
		err = os.MkdirAll(e.slips(), 0o700)
	}
	if err == nil {
		err = WriteFile(e.slipFile(sl.Record.ID), data)
	}
	if err != nil {
		return fmt.Errorf("the scratch target can't be recorded: %w", err)
	}
	return nil
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
		data, err := os.ReadFile(f)
		var sl slip
		if err == nil {
			err = json.Unmarshal(data, &sl)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", f, err))
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
	if !sl.Until.IsZero() && e.Now().Before(sl.Until) {
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
