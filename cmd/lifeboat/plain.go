package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/internal/term"
)

// teller prints a run's journal, a line or two an event.
type teller struct {
	w     io.Writer
	desk  *drill.Desk
	id    string // of the run
	mu    sync.Mutex
	state drill.State // as far as it has been told
	err   error       // of the journal; told once
}

// follow prints a run's journal as it grows, until stop is called; stop
// prints what is left first. flush prints what there is now.
func (a *app) follow(d *drill.Desk, r *drill.Run) (flush, stop func()) {
	t := &teller{w: a.talk(), desk: d, id: r.ID()}
	if out, ok := t.w.(*output); ok { // Walk says only "interrupted": the note says why
		out.before(func() {
			if s := r.State(); !s.Ended() {
				_ = r.Do(context.Background(), drill.AddNote{Text: "output closed"}) // a broken journal shows itself
			}
		})
	}
	changed, unwatch := r.Watch()
	quit := make(chan struct{})
	var wg sync.WaitGroup
	t.tell()
	wg.Go(func() {
		for {
			select {
			case <-changed:
				t.tell()
			case <-quit:
				t.tell()
				return
			}
		}
	})
	return t.tell, func() {
		close(quit)
		wg.Wait()
		unwatch()
	}
}

// tell prints the events that are new.
func (t *teller) tell() {
	t.mu.Lock()
	defer t.mu.Unlock()
	events, err := t.desk.Journal.Events(context.Background(), t.id)
	if err != nil {
		if t.err == nil {
			t.err = err
			t.line(t.desk.Now(), "the journal can't be read: %v", err)
		}
		return
	}
	for _, e := range events[min(int(t.state.Seq), len(events)):] {
		if t.state, err = drill.Apply(t.state, e); err != nil {
			return
		}
		t.event(e)
	}
}

func (t *teller) line(at time.Time, format string, args ...any) {
	fmt.Fprintf(t.w, "%s  %s\n", at.Local().Format("15:04:05"), cleanf(format, args...))
}

func (t *teller) event(e drill.Event) {
	switch b := e.Body.(type) {
	case drill.RunStarted:
		t.line(e.At, "%s of %s: %s (run %s)", b.Info.Mode, b.Info.Workload, b.Info.Title, b.Info.ID)
	case drill.StepStarted:
		t.line(e.At, "step %d of %d: %s", b.Step+1, len(t.state.Steps), t.state.Steps[b.Step].StepDef.Step.Title)
	case drill.StepEnded:
		if b.Status != drill.StepDone {
			t.line(e.At, "  step %s: %s", b.Status, b.Reason)
		}
	case drill.PointChosen:
		t.line(e.At, "  recovery point %s/%s of %s (%s)", b.Point.Copy, b.Point.ID, b.Point.Time.UTC().Format(time.RFC3339), b.Why)
	case drill.UnitEnded:
		t.unit(e, b)
	case drill.TaskStarted:
		t.line(e.At, "  %s", b.Task.Title)
	case drill.TaskEnded:
		t.end(t.state.Task(b.Task))
	case drill.Resumed:
		t.line(e.At, "picked up by %s on %s", b.Operator, b.Host)
		t.soFar()
	case drill.ScratchKept:
		t.line(e.At, "  scratch target %s stays: %s", b.ID, b.Why)
	case drill.Concluded:
		t.line(e.At, "concluded: %s", b.Verdict)
	}
}

// soFar tells of a task that was going on when the run was picked up.
func (t *teller) soFar() {
	ts := t.state.Running()
	if ts == nil {
		return
	}
	t.line(t.state.At, "  %s: running since %s", ts.Task.Title, ts.Started.Local().Format("15:04:05"))
	t.tail(ts)
}

// unit tells of what ended without a task.
func (t *teller) unit(e drill.Event, b drill.UnitEnded) {
	st := &t.state.Steps[b.Step]
	it := st.StepDef.Step.Blocks[st.Units[b.Unit].Block].Item
	switch {
	case it != nil:
		t.line(e.At, "  [%s] %s %s", b.Status, it.Text, b.Note)
	case b.Note != "":
		t.line(e.At, "  %s: %s", b.Status, b.Note)
	}
}

func (t *teller) end(ts *drill.TaskState) {
	if ts == nil || ts.Result == nil {
		return
	}
	r := ts.Result
	for _, w := range r.Warnings {
		t.line(ts.Ended, "    warning: %s", w)
	}
	if r.Unstarted {
		t.line(ts.Ended, "    not started: %s", r.Error)
		return
	}
	if r.OK {
		t.line(ts.Ended, "    done in %s", r.Took.Round(time.Millisecond))
		if !t.state.Info.Unattended {
			t.tail(ts)
		}
		return
	}
	t.line(ts.Ended, "    FAILED after %s: %s", r.Took.Round(time.Millisecond), r.Error)
	if r.Hint != "" {
		t.line(ts.Ended, "    → %s", r.Hint)
	}
	t.tail(ts)
}

// tail prints the last lines of what a command of the runbook printed.
func (t *teller) tail(ts *drill.TaskState) {
	out := t.desk.Feed(t.id, ts.Task.ID)
	if out == nil || ts.Task.Kind != drill.TaskShell && ts.Task.Kind != drill.TaskSQL {
		return
	}
	for _, l := range lastLines(string(out.Tail(4096)), 12) {
		fmt.Fprintf(t.w, "          | %s\n", term.Clean(l))
	}
}

func lastLines(s string, n int) []string {
	s = strings.TrimRight(s, "\n")
	if s == "" {
		return nil
	}
	lines := strings.Split(s, "\n")
	return lines[max(0, len(lines)-n):]
}
