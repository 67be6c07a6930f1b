package pgdump

import (
	"strings"

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
