package library

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/runbook"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

type listed struct {
	books []drill.Book
	err   error
}

type opened struct {
	ref      string
	runbook  *runbook.Runbook
	problems []runbook.Problem
	err      error
}

type startFailed struct{ err error }

// load lists the runbooks; none of them is read.
func (s *Screen) load() tea.Cmd {
	books := s.books
	return func() tea.Msg {
		list, err := books.List()
		return listed{books: list, err: err}
	}
}

func (s *Screen) take(msg listed) tea.Cmd {
	var was string
	if b := s.selected(); b != nil {
		was = b.Ref
	}
	s.loaded, s.err = true, msg.err
	s.all = s.all[:0]
	for _, b := range msg.books {
		s.all = append(s.all, book{Book: b, name: widget.CleanLine(b.Name)})
	}
	s.arrange()
	if s.want == "" {
		s.want = was
	}
	return s.choose()
}

// choose selects the wanted runbook and reads it.
func (s *Screen) choose() tea.Cmd {
	if s.want != "" && s.loaded {
		if !slices.ContainsFunc(s.order, func(i int) bool { return s.all[i].Ref == s.want }) && s.filter.Drop() {
			s.arrange()
		}
		for i, at := range s.order {
			if s.all[at].Ref == s.want {
				s.list.To(i)
			}
		}
		s.want = ""
	}
	return s.fetch()
}

func (s *Screen) arrange() {
	names := make([]string, len(s.all))
	for i := range s.all {
		names[i] = s.all[i].name
	}
	s.order = s.filter.Apply(names)
	s.list.SetLen(len(s.order))
}

// fetch reads the selected runbook, unless it is the one that is shown.
func (s *Screen) fetch() tea.Cmd {
	b := s.selected()
	if b == nil || s.read.ref == b.Ref {
		return nil
	}
	s.read = reader{ref: b.Ref}
	s.steps = widget.List{}
	ref, books, env := b.Ref, s.books, runbook.LintEnv{LookTool: s.look, Vars: s.known()}
	return func() tea.Msg {
		rb, err := books.Open(ref)
		msg := opened{ref: ref, runbook: rb, err: err}
		if err == nil {
			msg.problems = runbook.Lint(rb, env)
		}
		return msg
	}
}

// known are the variables that the inventory gives to runbooks.
func (s *Screen) known() []string {
	var out []string
	for _, w := range s.desk.Workloads() {
		for k := range w.Vars {
			out = append(out, k)
		}
	}
	return out
}

// show takes a runbook that was read; one that is no longer selected is
// dropped.
func (s *Screen) show(msg opened) {
	if msg.ref != s.read.ref {
		return
	}
	s.read.err, s.read.runbook, s.read.problems = msg.err, msg.runbook, msg.problems
	if msg.runbook != nil {
		s.read.steps = outline(msg.runbook)
	}
	s.steps.SetLen(len(s.read.steps))
	if len(s.read.steps) > 1 && s.read.steps[0].section {
		s.steps.To(1)
	}
}

// jump brings the step under the cursor into the reader's view.
func (s *Screen) jump() {
	if s.steps.Cursor < len(s.read.steps) {
		s.read.toLine(s.read.steps[s.steps.Cursor].line)
	}
}

// start opens a run; its walk follows by itself.
func (s *Screen) start(req drill.StartRequest) tea.Cmd {
	s.busy = true
	ctx, desk := s.env.Context, s.desk
	return func() tea.Msg {
		run, err := desk.StartFor(ctx, req)
		if err != nil {
			return startFailed{err: err}
		}
		return screen.Started{Run: run}
	}
}
