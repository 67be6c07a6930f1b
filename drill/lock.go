package drill

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// errDriven says that another process drives a run.
var errDriven = errors.New("another lifeboat drives this run")

// acquire takes the lock of a run. The kernel frees it when its holder dies,
// however that happens.
func (e *Engine) acquire(run string) (*os.File, error) {
	if err := os.MkdirAll(e.RunDir(run), 0o700); err != nil {
		return nil, fmt.Errorf("state directory: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(e.RunDir(run), "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("state directory: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(errDriven, f.Close())
	}
	return f, nil
}

func (r *Run) unlock() {
	if r.lock != nil {
		_ = r.lock.Close() // frees the lock
		r.lock = nil
	}
}

// Driven says whether a living process drives a run.
func (e *Engine) Driven(run string) bool {
	f, err := e.acquire(run)
	if err != nil {
		return errors.Is(err, errDriven)
	}
	_ = f.Close()
	return false
}

// Sweep brings the runs of dead processes to an end: what they left behind is
// removed, and their journals say so. It returns what it did, a line each.
// Runs that a living process drives are left alone.
func (e *Engine) Sweep(ctx context.Context) ([]string, error) {
	runs, err := e.History.Runs(ctx, RunFilter{Limit: 200})
	if err != nil {
		return nil, err
	}
	var told []string
	var errs []error
	for _, sum := range runs {
		if !sum.Ended.IsZero() || e.Driven(sum.ID) {
			continue
		}
		r, err := e.Open(ctx, sum.ID)
		if errors.Is(err, errDriven) {
			continue
		}
		if err == nil {
			err = r.Close("lifeboat ended without closing this run")
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("run %s was left open and can't be closed: %w", sum.ID, err))
			continue
		}
		s := r.State()
		told = append(told, fmt.Sprintf("run %s of %s was left open by a lifeboat that ended: %s, %s", sum.ID, sum.Workload, s.Verdict, s.swept()))
	}
	return told, errors.Join(errs...)
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
