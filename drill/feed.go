package drill

import (
	"context"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// Feed is what a task has printed so far, for those who look on. It may be
// asked at any time from any goroutine, also after the task has ended.
type Feed interface {
	// Tail returns the end of the output, at most limit bytes, from the start
	// of a line. It is data: it may hold anything.
	Tail(limit int) []byte
	// Quiet is when the task last printed something, and how much it has
	// printed.
	Quiet() (last time.Time, lines, size int64)
	// Progress is how far the task says it has come, and the command line
	// that its driver runs now.
	Progress() (drivers.Progress, string)
}

// Supervisor does tasks outside of this process, so that they outlive it.
type Supervisor interface {
	// Supervise does a task to its end. A task that an earlier process began
	// is not begun again: it is waited for, or its end is read. Where nobody
	// can have begun it, fresh decides: true begins it, false gives
	// Result.Unstarted and sees to it that it never begins. Cancelling ctx
	// ends the task and its children.
	Supervise(ctx context.Context, t Task, fresh bool) Result
	// Feed is what a task has printed so far, whoever drives it.
	Feed(run, task string) Feed
	// Alive says that a task is being worked on, whoever drives its run.
	Alive(run, task string) bool
	// Idle says that no task is on its way: what was kept ready may go.
	Idle()
}
