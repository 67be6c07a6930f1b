// Command lifeboat helps people bring data back: it walks an operator through
// a restore, times it against its objectives, and keeps the evidence.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := Main(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// streams are the program's three.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// Main runs lifeboat with these arguments and gives its exit status.
func Main(ctx context.Context, args []string, s streams) int {
	a := &app{streams: s, now: time.Now, getenv: os.LookupEnv}
	root := newRoot(a)
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	err := root.ExecuteContext(ctx)
	a.close()
	return exitStatus(s.err, err)
}
