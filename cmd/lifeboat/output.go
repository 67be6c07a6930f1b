package main

import (
	"context"
	"errors"
	"io"
	"sync"
	"syscall"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// output is stdout. A write that fails ends the command in an orderly way:
// nobody can follow what it does any more.
type output struct {
	w    io.Writer
	fail context.CancelCauseFunc

	mu   sync.Mutex
	lost *outputError
	last func() // is called before fail
	deaf bool   // a terminal that is gone ends nothing
}

// outputError says that stdout takes nothing more.
type outputError struct{ err error }

func (e *outputError) Error() string {
	if errors.Is(e.err, syscall.EPIPE) {
		return "the output was closed"
	}
	return "the output can't be written: " + e.err.Error()
}

func (e *outputError) Unwrap() error { return e.err }

// Write passes on. After a failure it tries no more.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	if o.lost != nil {
		defer o.mu.Unlock()
		return 0, o.lost
	}
	n, err := o.w.Write(p)
	if err == nil {
		o.mu.Unlock()
		return n, nil
	}
	if o.deaf && errors.Is(err, syscall.EIO) {
		o.mu.Unlock()
		return len(p), nil
	}
	lost := &outputError{err}
	o.lost = lost
	last := o.last
	o.mu.Unlock()
	if last != nil {
		last()
	}
	if o.fail != nil {
		o.fail(lost)
	}
	return n, lost
}

// carryOn makes a terminal that is gone end nothing.
func (o *output) carryOn() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.deaf = true
}

// before sets what is done between a failure and the end of the context.
func (o *output) before(f func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last = f
}

// failure is why stdout takes nothing more, or nil.
func (o *output) failure() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lost == nil {
		return nil
	}
	return o.lost
}

// ending says in the journal why a run ends with its context.
func ending(ctx context.Context) string {
	var lost *outputError
	if errors.As(context.Cause(ctx), &lost) {
		return lost.Error()
	}
	if cause := (signaled{}); errors.As(context.Cause(ctx), &cause) {
		return cause.Error()
	}
	return "interrupted"
}

// journal tells trouble with the journal from other errors: see keeping.
type journal struct{ drill.Journal }

type journalError struct{ err error }

func (e *journalError) Error() string { return e.err.Error() }
func (e *journalError) Unwrap() error { return e.err }

// Append marks its errors.
func (j journal) Append(ctx context.Context, events []drill.Event, sum drill.Summary) error {
	if err := j.Journal.Append(ctx, events, sum); err != nil {
		return &journalError{err}
	}
	return nil
}

// keeping says that an error is trouble with keeping things: the journal, the
// disk. Nobody used the command wrongly.
func keeping(err error) bool {
	for _, e := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO} {
		if errors.Is(err, e) {
			return true
		}
	}
	return errors.As(err, new(*journalError))
}
