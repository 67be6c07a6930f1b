// Package library is the screen of the runbooks: those of the workspace and
// those that ship with lifeboat, with a reader, the steps that were found, and
// what lint says.
package library

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/runbook"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Books are the runbooks: *drill.Library.
type Books interface {
	List() ([]drill.Book, error)
	Open(ref string) (*runbook.Runbook, error)
	For(w *inventory.Workload, mode drill.Mode) (*runbook.Runbook, error)
}

// Desk starts runs: *drill.Desk.
type Desk interface {
	Workloads() []*inventory.Workload
	StartFor(ctx context.Context, req drill.StartRequest) (*drill.Run, error)
}

// The panes of the screen.
const (
	listPane = iota
	readerPane
	stepsPane
)

// Screen is the library.
type Screen struct {
	env    *screen.Env
	books  Books
	desk   Desk
	look   func(string) bool
	all    []book
	order  []int
	list   widget.List
	filter screen.Filter
	zones  widget.Zones
	focus  int
	loaded bool
	err    error
	want   string // the reference to select once the list is there
	read   reader
	steps  widget.List
	busy   bool
}

// book is one entry of the list.
type book struct {
	drill.Book
	name string // cleaned
}

// New makes the library. look says whether a program is installed; nil: the
// lint does not ask.
func New(env *screen.Env, books Books, desk Desk, look func(string) bool) *Screen {
	return &Screen{env: env, books: books, desk: desk, look: look}
}

// Title implements screen.Screen.
func (s *Screen) Title() string { return "Library" }

// Open implements screen.Opener.
func (s *Screen) Open() tea.Cmd { return s.load() }

// Capturing implements screen.Capturer.
func (s *Screen) Capturing() bool { return s.filter.Typing }

// selected is the book under the cursor, or nil.
func (s *Screen) selected() *book {
	if len(s.order) == 0 {
		return nil
	}
	return &s.all[s.order[s.list.Cursor]]
}

// Update implements screen.Screen.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case listed:
		return s.take(msg)
	case opened:
		s.show(msg)
	case startFailed:
		s.busy = false
		s.explain(msg.err)
	case screen.Shown:
		s.busy = false
		return s.load()
	case screen.OpenRunbook:
		s.want = msg.Ref
		return s.choose()
	case tea.KeyPressMsg, tea.PasteMsg:
		return s.key(msg)
	case tea.MouseWheelMsg:
		return s.wheel(msg)
	case tea.MouseClickMsg:
		return s.click(msg)
	}
	return nil
}

func (s *Screen) key(msg tea.Msg) tea.Cmd {
	if s.filter.Typing {
		changed, move := s.filter.Update(msg)
		if changed {
			s.arrange()
			s.list.To(0)
		}
		s.list.Move(move)
		return s.fetch()
	}
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch s.focus {
	case readerPane:
		s.read.key(k.String())
	case stepsPane:
		if s.steps.Key(k.String()) {
			s.jump()
		}
	default:
		if s.list.Key(k.String()) {
			return s.fetch()
		}
	}
	return nil
}

func (s *Screen) wheel(m tea.MouseWheelMsg) tea.Cmd {
	d := 3
	if m.Button == tea.MouseWheelUp {
		d = -3
	}
	z, _ := s.zones.At(m.X, m.Y)
	switch z.ID {
	case readerZone:
		s.read.to(s.read.offset + d)
	case stepZone, stepsZone:
		s.steps.Wheel(d)
	default:
		s.list.Wheel(d)
		return s.fetch()
	}
	return nil
}

func (s *Screen) click(m tea.MouseClickMsg) tea.Cmd {
	z, ok := s.zones.At(m.X, m.Y)
	if !ok {
		return nil
	}
	switch z.ID {
	case readerZone:
		s.focus = readerPane
	case stepsZone:
		s.focus = stepsPane
	case stepZone:
		s.focus = stepsPane
		s.steps.To(z.Index)
		s.jump()
	case rowZone:
		s.focus = listPane
		s.list.To(z.Index)
		return s.fetch()
	default:
		s.focus = listPane
	}
	return nil
}
