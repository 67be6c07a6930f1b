package dashboard

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

const (
	workers = 4           // looks at once
	chunk   = 32          // workloads a message, so that many don't flood the loop
	fresh   = time.Minute // a look that is younger is not repeated by itself

	// settle is for the first frame, which needs less: looking at thousands of
	// workloads takes every core.
	settle = 25 * time.Millisecond
)

// begin starts the first look.
type begin struct{}

// found brings what was seen of some workloads.
type found struct {
	rows   []*row
	status []drill.Status
	errs   []error
}

// refresh looks at everything again.
func (s *Screen) refresh() tea.Cmd { return s.look(s.rows) }

// stale are the rows that were never looked at, not well, or a while ago.
func (s *Screen) stale() []*row {
	var out []*row
	for _, r := range s.rows {
		if r.err != nil || r.status == nil || s.env.Now().Sub(r.at) > fresh {
			out = append(out, r)
		}
	}
	return out
}

func (s *Screen) rowsOf(workload string) []*row {
	var out []*row
	for _, r := range s.rows {
		if r.w.Name == workload {
			out = append(out, r)
		}
	}
	return out
}

// look queues rows and starts the workers that are free.
func (s *Screen) look(rows []*row) tea.Cmd {
	idle := workers
	for _, r := range s.rows {
		if r.looking && !slices.Contains(s.queue, r) {
			idle = 0 // workers are under way; they take the queue on
			break
		}
	}
	for _, r := range rows {
		if !r.looking {
			r.looking = true
			s.queue = append(s.queue, r)
		}
	}
	var cmds []tea.Cmd
	for range idle {
		cmds = append(cmds, s.next())
	}
	return tea.Batch(cmds...)
}

// next looks at the first rows of the queue.
func (s *Screen) next() tea.Cmd {
	n := min(len(s.queue), max(1, min(chunk, len(s.rows)/(4*workers))))
	if n == 0 {
		return nil
	}
	rows := s.queue[:n:n]
	s.queue = s.queue[n:]
	ws := make([]*inventory.Workload, n)
	for i, r := range rows {
		ws[i] = r.w
	}
	ctx, desk := s.env.Context, s.desk
	return func() tea.Msg {
		msg := found{rows: rows}
		for _, w := range ws {
			st, err := desk.Status(ctx, w)
			msg.status, msg.errs = append(msg.status, st), append(msg.errs, err)
		}
		return msg
	}
}

// take keeps what was seen, and lets the worker go on.
func (s *Screen) take(msg found) tea.Cmd {
	for i, r := range msg.rows {
		r.looking, r.at = false, s.env.Now()
		r.err = msg.errs[i]
		st := msg.status[i]
		r.status = &st
	}
	s.arrange()
	return s.next()
}

// start opens a run; its walk follows by itself.
func (s *Screen) start(req drill.StartRequest) tea.Cmd {
	what := string(req.Mode) + " of " + widget.CleanLine(req.Workload.Name)
	s.busy = what
	ctx, desk := s.env.Context, s.desk
	return func() tea.Msg {
		run, err := desk.StartFor(ctx, req)
		if err != nil {
			return startFailed{what: what, err: err}
		}
		return screen.Started{Run: run}
	}
}

type startFailed struct {
	what string
	err  error
}
