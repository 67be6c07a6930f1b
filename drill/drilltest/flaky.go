package drilltest

import (
	"context"
	"sync"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// Fault is what goes wrong with an Append.
type Fault struct {
	Err   error         // it ends with; nil: it ends well
	Kept  bool          // the events were kept all the same
	Stays bool          // every later Append ends with Err too, and keeps nothing
	Takes time.Duration // before it does anything
}

// Flaky is a journal that goes wrong as planned, in front of one that does
// not. It stands for one process's access to the journal.
type Flaky struct {
	drill.Journal

	mu   sync.Mutex
	n    int // appends so far
	plan map[int]Fault
	down error
}

// Plan makes the n-th Append from now go wrong; 1 is the next.
func (j *Flaky) Plan(n int, f Fault) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.plan == nil {
		j.plan = map[int]Fault{}
	}
	j.plan[j.n+n] = f
}

// Down makes every Append end with err, as on a read-only or full file system;
// nil heals it, and forgets what was planned.
func (j *Flaky) Down(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.down, j.plan = err, nil
}

// Append implements drill.Journal.
func (j *Flaky) Append(ctx context.Context, events []drill.Event, sum drill.Summary) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.n++
	if j.down != nil {
		return j.down
	}
	f := j.plan[j.n]
	if f.Takes > 0 {
		time.Sleep(f.Takes)
	}
	if f.Stays {
		j.down = f.Err
	}
	if f.Err == nil || f.Kept {
		if err := j.Journal.Append(ctx, events, sum); err != nil {
			return err
		}
	}
	return f.Err
}
