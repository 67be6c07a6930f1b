package drill

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// ErrDriven says that another process drives a run.
var ErrDriven = errors.New("another lifeboat drives this run")

// acquire takes the lock of a run. The kernel frees it when its holder dies,
// however that happens. Children do not inherit it.
func (e *Engine) acquire(run string) (*os.File, error) {
	if err := os.MkdirAll(e.RunDir(run), 0o700); err != nil {
		return nil, fmt.Errorf("state directory: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(e.RunDir(run), "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("state directory: %w", err)
	}
	for tries := 0; unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil; tries++ {
		who := holder(f)
		if tries == lockTries || e.drives(who) {
			return nil, errors.Join(fmt.Errorf("%w%s", ErrDriven, who), f.Close())
		}
		time.Sleep(lockEvery)
	}
	e.sign(f)
	return f, nil
}

// A lock may be taken for a moment although nobody drives the run: somebody
// looks whether it is (see Driven), or the holder died between the fork and
// the exec of a child, which has the lock until then.
const (
	lockTries = 300
	lockEvery = 10 * time.Millisecond
)

// drives says that who has signed a lock may still be there.
func (e *Engine) drives(who string) bool {
	pid := 0
	if _, err := fmt.Sscanf(who, " (process %d,", &pid); err != nil {
		return false
	}
	here := strings.HasSuffix(who, " on "+e.Host+")")
	return !here || !errors.Is(unix.Kill(pid, 0), unix.ESRCH)
}

// sign says in the lock who holds it, for people and for drives: the lock
// holds without it.
func (e *Engine) sign(f *os.File) {
	if f.Truncate(0) == nil {
		_, _ = f.WriteAt(fmt.Appendf(nil, "process %d, %s on %s\n", os.Getpid(), e.Operator, e.Host), 0)
	}
}

func holder(f *os.File) string {
	b := make([]byte, 200)
	n, _ := f.ReadAt(b, 0) // what can't be read is not told
	if who := strings.TrimSpace(string(b[:n])); who != "" {
		return " (" + who + ")"
	}
	return ""
}

func (r *Run) unlock() {
	if r.lock != nil {
		_ = r.lock.Truncate(0) // who comes next reads nobody's name
		_ = r.lock.Close()     // frees the lock
		r.lock = nil
	}
}

// Driven says whether a living process drives a run.
func (e *Engine) Driven(run string) bool {
	f, err := os.Open(filepath.Join(e.RunDir(run), "lock"))
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // opened to look
	return unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB) != nil
}
