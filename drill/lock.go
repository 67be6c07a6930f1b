package drill

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

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
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		who := holder(f)
		return nil, errors.Join(fmt.Errorf("%w%s", ErrDriven, who), f.Close())
	}
	e.sign(f)
	return f, nil
}

// sign says in the lock who holds it. That is for people: the lock holds
// without it.
func (e *Engine) sign(f *os.File) {
	if f.Truncate(0) == nil {
		_, _ = fmt.Fprintf(f, "process %d, %s on %s\n", os.Getpid(), e.Operator, e.Host)
	}
}

func holder(f *os.File) string {
	b, err := io.ReadAll(io.LimitReader(f, 200))
	if who := strings.TrimSpace(string(b)); err == nil && who != "" {
		return " (" + who + ")"
	}
	return ""
}

func (r *Run) unlock() {
	if r.lock != nil {
		_ = r.lock.Close() // frees the lock
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
