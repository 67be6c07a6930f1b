// Command lifeboat helps people bring data back: it walks an operator through
// a restore, times it against its objectives, and keeps the evidence.
package main

import (
	"context"
	"errors"
	"io"
	"os"
)

func main() {
	os.Exit(process(os.Args[1:]))
}

// process is the whole life of the process, which a test starts too: of
// lifeboat, or of one of its shims.
func process(args []string) int {
	if len(args) == 1 && args[0] == shimWord {
		return shimMain(os.Stdin, os.Stderr)
	}
	return Main(args, streams{os.Stdin, os.Stdout, os.Stderr})
}

// streams are the program's three.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// Main runs lifeboat with these arguments and gives its exit status.
func Main(args []string, s streams) int {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	out := &output{w: s.out, fail: cancel}
	a := &app{
		streams: streams{s.in, out, s.err}, screen: s.out, now: clock(), getenv: os.LookupEnv,
		start: startShim, signals: listen(cancel),
	}
	defer a.signals.stop()
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
