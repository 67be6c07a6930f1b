package pgdump

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
)

// errWatchdog says that a tool was ended because it stood still.
var errWatchdog = errors.New("it stands still")

// A reader that has not moved in the dump for stallAfter has stalled.
const (
	stallAfter = 2 * time.Minute
	watchEvery = time.Second
)

// restoreCall is one call of pg_restore on a dump.
type restoreCall struct {
	args    []string
	env     []string
	stdout  io.Writer
	onLine  func(string)
	timeout time.Duration
	watch   bool // the dump comes on stdin, and how far it is read is watched
}

// restoreRun is how it ended.
type restoreRun struct {
	exit   drivers.Exit
	stderr []string // the last lines
}

// keepLines of what a tool says; a broken dump can make it say a thousand.
const keepLines = 4000

// firstError is the first line that says what is wrong.
func (r restoreRun) firstError() string {
	for _, l := range r.stderr {
		if _, msg, ok := strings.Cut(l, "error: "); ok {
			return printable(msg)
		}
	}
	if len(r.stderr) > 0 {
		return printable(r.stderr[len(r.stderr)-1])
	}
	return fmt.Sprintf("it ended with status %d %s", r.exit.Code, r.exit.Signal)
}

// reader finds the pg_restore that fits a dump: as old as possible, but not
// older than the pg_dump that made it, if one such is here.
func (d *Driver) reader(ctx context.Context, p *dump) (tool, error) {
	t, err := d.tools.atLeast(ctx, "pg_restore", majorOf(p.dumpVersion()))
	if err == nil {
		return t, nil
	}
	// An older one may still know this archive version: it says so itself.
	if all := d.tools.all(ctx, "pg_restore"); len(all) > 0 {
		return all[len(all)-1], nil
	}
	return tool{}, err
}

// runRestore runs pg_restore on a dump.
func (d *Driver) runRestore(ctx context.Context, rep *drivers.Reporter, t tool, p *dump, c restoreCall) (restoreRun, error) {
	argv := append([]string{t.path}, c.args...)
	line := shellLine(append(argv, p.path))
	stdin := io.Reader(nil)
	if p.gzipped || (c.watch && p.format != archive.Directory) {
		r, err := p.open()
		if err != nil {
			return restoreRun{}, err
		}
		defer r.Close() //nolint:errcheck // read only
		stdin = r
		line = shellLine(argv) + " < " + shellWord(p.path)
		if p.gzipped {
			line = "gzip -dc " + shellWord(p.path) + " | " + shellLine(argv)
		}
	} else {
		argv = append(argv, p.path)
	}
	rep.Command(line)
	ctx, stop := d.watch(ctx, stdin, c.watch)
	defer stop()
	lines := &lineWriter{out: rep.Writer(), each: c.onLine}
	exit, err := d.env.Runner.Run(ctx, drivers.Command{
		Argv: argv, Env: c.env, Stdin: stdin, Stdout: c.stdout, Stderr: lines, Timeout: c.timeout,
	})
	lines.flush()
	if err != nil {
		if cause := context.Cause(ctx); errors.Is(cause, errWatchdog) {
			err = cause
		}
		return restoreRun{exit: exit, stderr: lines.kept}, err
	}
	return restoreRun{exit: exit, stderr: lines.kept}, nil
}

// watch ends the context when a reader of f has stood still too long. Child
// and parent share the file's offset, so that it can be seen from here.
func (d *Driver) watch(ctx context.Context, r io.Reader, on bool) (context.Context, func()) {
	f, ok := r.(*os.File)
	if !ok || !on {
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		last, still := int64(-1), time.Duration(0)
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			at, err := f.Seek(0, io.SeekCurrent)
			if err != nil {
				return
			}
			still += watchEvery
			if at != last {
				last, still = at, 0
			}
			if still >= d.stall {
				cancel(fmt.Errorf("%w: no byte read after byte %d for %s", errWatchdog, at, d.stall))
				return
			}
		}
	})
	return ctx, func() { cancel(nil); wg.Wait() }
}

// lineWriter passes lines on and keeps the first of them.
type lineWriter struct {
	out  io.Writer
	each func(string)
	kept []string
	rest []byte
}

// Write takes what a tool prints.
func (w *lineWriter) Write(p []byte) (int, error) {
	_, _ = w.out.Write(p) // what is shown is no part of what is proved
	w.rest = append(w.rest, p...)
	for {
		line, rest, ok := bytes.Cut(w.rest, []byte{'\n'})
		if !ok {
			break
		}
		w.take(string(line))
		w.rest = rest
	}
	return len(p), nil
}

func (w *lineWriter) flush() {
	if len(w.rest) > 0 {
		w.take(string(w.rest))
		w.rest = nil
	}
}

func (w *lineWriter) take(line string) {
	if len(w.kept) < keepLines {
		w.kept = append(w.kept, line)
	}
	if w.each != nil {
		w.each(line)
	}
}

// shellLine prints a command as a person would type it.
func shellLine(argv []string) string {
	words := make([]string, len(argv))
	for i, a := range argv {
		words[i] = shellWord(a)
	}
	return strings.Join(words, " ")
}

func shellWord(s string) string {
	plain := func(r rune) bool {
		return (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9') || strings.ContainsRune("@%+=:,./_-", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
