package rsync

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// vanished is the exit status of a copy of a tree that was changing: harmless.
const vanished = 24

// run starts rsync and sorts its end: nil for 0 and for vanished files, which
// are warnings.
func (d *driver) run(ctx context.Context, op string, args []string, total int64, rep *drivers.Reporter) (warnings []string, err error) {
	argv := append([]string{"rsync"}, args...)
	rep.Command(line(argv))
	var said tail
	shown := &locked{w: rep.Writer()} // both streams come at once
	out := &progress{rep: rep, total: total, rest: shown}
	exit, err := d.exec(ctx, drivers.Command{Argv: argv, Stdout: out, Stderr: io.MultiWriter(&said, shown)})
	out.flush()
	if err != nil {
		return nil, d.toolError(op, err)
	}
	if exit.OK() {
		return nil, nil
	}
	if exit.Code == vanished {
		return []string{"some files of the source vanished while they were copied (rsync exit status 24)"}, nil
	}
	hint, is := classify(exit, said.String())
	return nil, &drivers.Error{Driver: name, Op: op, Object: said.first(), ExitCode: exit.Code, Hint: hint, Err: is}
}

func (d *driver) exec(ctx context.Context, c drivers.Command) (drivers.Exit, error) {
	if d.runner == nil {
		return drivers.Exit{}, fmt.Errorf("rsync: %w", drivers.ErrToolMissing)
	}
	return d.runner.Run(ctx, c)
}

func (d *driver) toolError(op string, err error) error {
	hint := ""
	if errors.Is(err, drivers.ErrToolMissing) {
		hint = info.Tools[0].Install
	}
	return d.fail(op, "rsync", err, hint)
}

// classify sorts how rsync ended, by its status and its messages.
func classify(exit drivers.Exit, said string) (hint string, is error) {
	if exit.Signal != "" {
		return "see who ended it; nothing half made was given its final name", fmt.Errorf("rsync was ended by %s", exit.Signal)
	}
	status := fmt.Sprintf("rsync exit status %d (%s)", exit.Code, meaning(exit.Code))
	switch {
	case strings.Contains(said, "No space left on device"), strings.Contains(said, "Disk quota exceeded"):
		return "make room on the receiving file system, then start again", fmt.Errorf("%w: %s", drivers.ErrNoSpace, status)
	case strings.Contains(said, "Permission denied"), strings.Contains(said, "Operation not permitted"):
		return "run as a user who may read all of the one side and write the other; root keeps owners too", fmt.Errorf("%w: %s", drivers.ErrDenied, status)
	case strings.Contains(said, "Input/output error"):
		return "the disk or the mount has errors: see the kernel's log, and use another copy", fmt.Errorf("%w: %s", drivers.ErrUnreachable, status)
	case strings.Contains(said, "No such file or directory"):
		return "something that was listed is gone: look again", fmt.Errorf("%w: %s", drivers.ErrNotFound, status)
	}
	hints := map[int]string{
		1: "an option was refused: is this rsync older than 3.1?", 3: "a path is not what it should be: a file where a folder belongs?",
		11: "reading or writing failed: see the messages above", 12: "one half of rsync was ended: see the messages above",
		20: "rsync was told to stop", 23: "some files could not be copied: see the messages above, nothing was taken for complete",
		25: "more files would be deleted than allowed", 30: "the other side fell silent",
	}
	return hints[exit.Code], errors.New(status)
}

func meaning(code int) string {
	words := map[int]string{
		1: "usage", 2: "protocol incompatible", 3: "input or output files", 5: "client-server protocol", 10: "socket",
		11: "file I/O", 12: "data stream", 20: "signal", 22: "memory", 23: "partial transfer", 25: "delete limit", 30: "timeout",
	}
	if w, ok := words[code]; ok {
		return w
	}
	return "not known"
}

// locked is a writer for several goroutines.
type locked struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// tail keeps the start of what was said: the first error is the telling one.
type tail struct{ bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	if room := 16<<10 - t.Len(); room > 0 {
		t.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// first is the first message, without rsync's own name.
func (t *tail) first() string {
	l, _, _ := strings.Cut(strings.TrimSpace(t.String()), "\n")
	return strings.TrimPrefix(l, "rsync: ")
}

// progressRE reads a line of --info=progress2.
var progressRE = lazyregexp.New(`^\s*([\d,.]+)\s+(\d+)%\s+\S+/s\s+[\d:]+`)

// progress reads rsync's progress, which is redrawn with \r, and passes
// everything else on.
type progress struct {
	rep   *drivers.Reporter
	total int64 // 0: not known, the percentage tells
	rest  io.Writer
	line  []byte
}

func (p *progress) Write(b []byte) (int, error) {
	for _, c := range b {
		if c != '\r' && c != '\n' {
			p.line = append(p.line, c)
			continue
		}
		p.flush()
	}
	return len(b), nil
}

func (p *progress) flush() {
	l := string(p.line)
	p.line = p.line[:0]
	m := progressRE.FindStringSubmatch(l)
	if m == nil {
		if strings.TrimSpace(l) != "" {
			_, _ = io.WriteString(p.rest, l+"\n")
		}
		return
	}
	done, err := strconv.ParseInt(strings.NewReplacer(",", "", ".", "").Replace(m[1]), 10, 64)
	if err != nil {
		return
	}
	total := p.total
	if pct, err := strconv.ParseInt(m[2], 10, 64); total == 0 && err == nil && pct > 0 {
		total = done * 100 / pct
	}
	p.rep.Progress(drivers.Progress{Phase: "copying", Done: done, Total: max(total, done), Unit: "bytes"})
}

// line writes a command as a person would type it.
func line(argv []string) string {
	words := make([]string, len(argv))
	for i, a := range argv {
		words[i] = shell(a)
	}
	return strings.Join(words, " ")
}

// shell quotes a word for a line that a person may copy.
func shell(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
