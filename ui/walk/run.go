package walk

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
)

// The messages of this screen to itself.
type (
	opened struct {
		by  *Model
		run *drill.Run
		err error
	}
	watched struct {
		by    *Model
		state drill.State
		err   error
	}
	// did is the answer to a command.
	did struct {
		by    *Model
		cmd   drill.Command
		err   error
		state drill.State
		then  func() tea.Cmd // after a success
	}
	// armed draws anew.
	armed struct{}
)

// Open implements screen.Opener.
func (m *Model) Open() tea.Cmd {
	switch {
	case m.watch:
		return m.lookOn(0)
	case m.run != nil:
		return m.first
	}
	ctx, desk, id := m.env.Context, m.desk, m.id
	return func() tea.Msg {
		run, err := desk.Resume(ctx, id, false)
		return opened{by: m, run: run, err: err}
	}
}

// opened takes a run that was opened from its journal, and tells the program
// about it, which keeps and watches it.
func (m *Model) opened(msg opened) tea.Cmd {
	if msg.by != m {
		return nil
	}
	if errors.Is(msg.err, drill.ErrDriven) {
		m.watch = true // somebody else drives it
		return m.lookOn(0)
	}
	if msg.err != nil {
		m.broken = msg.err
		return nil
	}
	m.run = msg.run
	run := msg.run
	return func() tea.Msg { return screen.RunChanged{Run: run, State: run.State()} }
}

// lookOn reads the journal of a run that another process drives.
func (m *Model) lookOn(after time.Duration) tea.Cmd {
	ctx, journal, id := m.env.Context, m.desk.Journal, m.id
	read := func() tea.Msg {
		events, err := journal.Events(ctx, id)
		if err != nil {
			return watched{by: m, err: err}
		}
		s, err := drill.Fold(events)
		return watched{by: m, state: s, err: err}
	}
	if after == 0 {
		return read
	}
	return tea.Tick(after, func(time.Time) tea.Msg { return read() })
}

func (m *Model) watched(msg watched) tea.Cmd {
	if msg.by != m {
		return nil
	}
	if msg.err != nil {
		m.broken = msg.err
		return nil
	}
	cmd := m.show(msg.state, nil)
	if m.s.Ended() {
		return cmd
	}
	return tea.Batch(cmd, m.lookOn(time.Second))
}

// do gives a command to the run. Until the answer is there, no other one is
// given.
func (m *Model) do(c drill.Command, then func() tea.Cmd) tea.Cmd {
	if m.run == nil || m.busy {
		return nil
	}
	m.busy = true
	ctx, run := m.env.Context, m.run
	return func() tea.Msg {
		err := run.Do(ctx, c)
		return did{by: m, cmd: c, err: err, state: run.State(), then: then}
	}
}

// did takes the answer to a command.
func (m *Model) did(msg did) tea.Cmd {
	m.busy = false
	cmd := m.show(msg.state, nil)
	m.wary = time.Time{} // the operator asked for this change
	if msg.err != nil {
		return tea.Batch(cmd, m.refused(msg))
	}
	if msg.then != nil {
		return tea.Batch(cmd, msg.then())
	}
	return cmd
}

// refused says why a command was not taken, or asks what it lacks.
func (m *Model) refused(msg did) tea.Cmd {
	var no *drill.Refusal
	if !errors.As(msg.err, &no) {
		m.env.Dialogs.Push(dialog.NewInfo("That could not be done", clean(msg.err.Error())+
			"\n\nNothing was run. The clock goes on."), nil)
		return nil
	}
	switch no.Kind {
	case drill.RefuseAnswer:
		return m.askAnswers(no.Missing, func() tea.Cmd { return m.do(msg.cmd, nil) })
	case drill.RefuseConfirm:
		return m.askAllow(no, msg.cmd)
	case drill.RefuseGuard:
		m.showGuard(no)
		return nil
	case drill.RefusePoint:
		if len(m.s.Points) > 0 {
			return m.askPoint()
		}
	case drill.RefuseNow:
	}
	text := no.Reason
	if no.Hint != "" {
		text += ": " + no.Hint
	}
	return screen.Say(screen.LevelWarn, text)
}

// enter does what the offer says.
func (m *Model) enter() tea.Cmd {
	if m.away() {
		m.toCurrent()
		return nil
	}
	if now := m.env.Now(); now.Before(m.wary) {
		m.wary = now.Add(deadTime)
		m.said = remark{text: "just changed: ", until: m.wary, seq: m.s.Seq, before: true}
		return m.rearm()
	}
	switch o := m.offer; o.Deed {
	case DeedNext:
		return m.do(drill.Next{}, nil)
	case DeedChoose:
		return m.askPoint()
	case DeedAnswer:
		return m.askAnswers(o.Refusal.Missing, func() tea.Cmd { return m.do(drill.Next{}, nil) })
	case DeedConfirm:
		return m.askAllow(o.Refusal, drill.Next{})
	case DeedPlan:
		return m.askPlan()
	case DeedRefused:
		m.showGuard(o.Refusal)
	case DeedRelease:
		return m.do(drill.Release{}, nil)
	case DeedEnd:
		return m.do(drill.Conclude{}, nil)
	case DeedType:
		return m.attach()
	case DeedLeave:
		return screen.Send(screen.OpenDashboard{})
	case DeedNone:
	}
	return nil
}

// attach gives the terminal to the command that runs, until it ends or the
// operator comes back.
func (m *Model) attach() tea.Cmd {
	t := m.s.Running()
	if t == nil {
		return nil
	}
	return tea.Exec(m.env.Attach(m.id, t.Task.ID), func(err error) tea.Msg {
		if err != nil {
			return screen.Toast{Text: clean(err.Error()), Level: screen.LevelWarn}
		}
		return armed{}
	})
}

// rearm draws the screen anew when Enter works again.
func (m *Model) rearm() tea.Cmd {
	return tea.Tick(deadTime, func(time.Time) tea.Msg { return armed{} })
}
