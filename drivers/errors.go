package drivers

import (
	"errors"
	"strings"
)

// What can go wrong, for errors.Is.
var (
	ErrNotFound     = errors.New("not found")
	ErrCorrupt      = errors.New("corrupt")
	ErrUnsupported  = errors.New("not supported")
	ErrToolMissing  = errors.New("tool missing")
	ErrDenied       = errors.New("permission denied")
	ErrTargetUnsafe = errors.New("refused: target is not safe")
	ErrPlanStale    = errors.New("plan is stale")
	ErrNoSpace      = errors.New("no space left")
	ErrUnreachable  = errors.New("unreachable")
)

// Error is a driver's error: what was tried on what, and what to do next.
type Error struct {
	Driver   string
	Op       string // locate, verify, plan, restore …
	Object   string // file, database, point
	ExitCode int    // of the tool; 0: none
	Hint     string // what the operator can do next
	Err      error  // one of the sentinels wrapped, never nil
}

// Error says what happened and where; the hint is kept apart.
func (e *Error) Error() string {
	parts := []string{e.Driver + " " + e.Op}
	if e.Object != "" {
		parts = append(parts, e.Object)
	}
	return strings.Join(append(parts, e.Err.Error()), ": ")
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint returns the first hint in err's chain, or "".
func Hint(err error) string {
	var e *Error
	for errors.As(err, &e) {
		if e.Hint != "" {
			return e.Hint
		}
		err = e.Err
	}
	return ""
}
