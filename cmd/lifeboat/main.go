// Command lifeboat helps people bring data back: it walks an operator through
// a restore, times it against its objectives, and keeps the evidence.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signals()
	code := Main(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// signals gives a context that ends with each signal that asks a program to
// end. A write to a closed pipe must not kill it, since scratch targets would
// stay: the write fails instead, and output ends the run. SIGPIPE does not end
// the context: it also tells of a child that stopped reading, and of a lost
// connection.
func signals() (context.Context, context.CancelFunc) {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
}

// streams are the program's three.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// Main runs lifeboat with these arguments and gives its exit status.
func Main(ctx context.Context, args []string, s streams) int {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	out := &output{w: s.out, fail: cancel}
	a := &app{streams: streams{s.in, out, s.err}, screen: s.out, now: time.Now, getenv: os.LookupEnv}
	root := newRoot(a)
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(out)
	root.SetErr(s.err)
	err := root.ExecuteContext(ctx)
	a.close()
	if lost := out.failure(); lost != nil && (err == nil || errors.Is(err, context.Canceled)) {
		err = lost
	}
	return a.exitStatus(err)
}
