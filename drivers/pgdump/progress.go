package pgdump

import (
	"io"
	"strings"
	"sync"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// itemCounter turns pg_restore -v into progress: entries done of all.
type itemCounter struct {
	rep         *drivers.Reporter
	parallel    bool
	done, total int64
}

func (r *restoration) counter() *itemCounter {
	c := &itemCounter{rep: r.rep, parallel: r.jobs > 1}
	for i := range r.toc.List {
		if r.takes(&r.toc.List[i]) {
			c.total++
		}
	}
	return c
}

// Beginnings of the lines that say that an entry is worked on, one an entry:
// with several jobs pg_restore says it otherwise.
var (
	singleItem   = []string{"creating ", "processing data for table ", "executing ", "restoring large object "}
	parallelItem = []string{"processing item ", "finished item "}
)

func (c *itemCounter) line(l string) {
	rest, ok := strings.CutPrefix(l, "pg_restore: ")
	if !ok {
		return
	}
	starts := singleItem
	if c.parallel {
		starts = parallelItem
	}
	for _, s := range starts {
		if strings.HasPrefix(rest, s) {
			c.done = min(c.done+1, c.total)
			c.rep.Progress(drivers.Progress{Phase: printable(rest), Done: c.done, Total: c.total, Unit: "entries"})
			return
		}
	}
}

// serial gives a reporter that several goroutines may use: a tool's output,
// its progress and lifeboat's own reading come at the same time.
func serial(rep *drivers.Reporter) *drivers.Reporter {
	if rep == nil {
		return nil
	}
	var mu sync.Mutex
	s := &drivers.Reporter{}
	if rep.Out != nil {
		s.Out = &lockedWriter{mu: &mu, w: rep.Out}
	}
	if rep.OnProgress != nil {
		s.OnProgress = func(p drivers.Progress) {
			mu.Lock()
			defer mu.Unlock()
			rep.OnProgress(p)
		}
	}
	if rep.OnCommand != nil {
		s.OnCommand = func(line string) {
			mu.Lock()
			defer mu.Unlock()
			rep.OnCommand(line)
		}
	}
	return s
}

type lockedWriter struct {
	mu *sync.Mutex
	w  io.Writer
}

// Write passes p on.
func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
