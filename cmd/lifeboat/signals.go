package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

// signaled is why a context ended that a signal has ended.
type signaled struct{ sig os.Signal }

func (s signaled) Error() string {
	switch s.sig {
	case os.Interrupt:
		return "interrupted"
	case syscall.SIGHUP:
		return "the terminal was closed"
	}
	return "ended by a signal (" + s.sig.String() + ")"
}

// signals are the requests to end that the process gets.
type signals struct {
	deaf atomic.Bool // the end of the terminal ends nothing
	stop func()
}

// listen ends a context with the first signal that asks a program to end. A
// write to a closed pipe must not kill it, since scratch targets would stay:
// the write fails instead, and output ends the run. SIGPIPE does not end the
// context: it also tells of a child that stopped reading.
func listen(cancel context.CancelCauseFunc) *signals {
	ch, quit := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	signal.Notify(ch, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	s := &signals{stop: func() { signal.Stop(ch); close(quit) }}
	go func() {
		for {
			select {
			case sig := <-ch:
				if sig != syscall.SIGHUP || !s.deaf.Load() {
					cancel(signaled{sig})
				}
			case <-quit:
				return
			}
		}
	}()
	return s
}

// terminalGone says that a context ended because nobody is there any more:
// what runs is left running.
func terminalGone(ctx context.Context) bool {
	var s signaled
	return errors.As(context.Cause(ctx), &s) && s.sig == syscall.SIGHUP
}
