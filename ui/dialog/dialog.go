// Package dialog holds the overlays that ask the operator something. A dialog
// returns a Result and never acts: what follows is the business of the screen
// that pushed it.
//
// The stack draws dialogs on a canvas of the screen's size and gives the top
// one every key. A dialog that opened by itself (PushUnasked) swallows keys
// until the keyboard has been quiet for half a second.
package dialog

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Result is what the operator answered.
type Result struct {
	OK     bool   // false: cancelled
	Choice string // id of the button or of the chosen item
	Index  int    // of the chosen item
	Text   string // what was typed
}

// Dialog is one overlay.
type Dialog interface {
	// Update takes a key, a paste, or a click in the dialog's own
	// coordinates. It returns a result when it is done.
	Update(msg tea.Msg) *Result
	// View draws the dialog within at most width × height cells, and
	// remembers its zones.
	View(st *theme.Styles, width, height int) string
}

// Quiet is how long the keyboard must be quiet before a dialog that opened by
// itself takes a key.
const Quiet = 500 * time.Millisecond

// armed is sent when a quiet time may have passed, so that the dialog is drawn
// anew.
type armed struct{}

// Stack is the open dialogs, the last one on top.
type Stack struct {
	now     func() time.Time
	items   []item
	lastKey time.Time
	x, y    int // of the top dialog, as drawn last
}

type item struct {
	dialog Dialog
	then   func(Result) tea.Cmd
	wary   bool // swallows keys until quiet
}

// NewStack makes an empty stack with that clock.
func NewStack(now func() time.Time) *Stack { return &Stack{now: now} }

// Push opens a dialog that the operator asked for. then is called inside
// Update once it has closed, also when it was cancelled; it may be nil.
func (s *Stack) Push(d Dialog, then func(Result) tea.Cmd) {
	s.items = append(s.items, item{dialog: d, then: then})
}

// PushUnasked opens a dialog that the operator did not ask for.
func (s *Stack) PushUnasked(d Dialog, then func(Result) tea.Cmd) tea.Cmd {
	s.items = append(s.items, item{dialog: d, then: then, wary: true})
	if now := s.now(); s.lastKey.Before(now) {
		s.lastKey = now
	}
	return s.rearm()
}

// Open says whether a dialog is open.
func (s *Stack) Open() bool { return len(s.items) > 0 }

// Len is the number of open dialogs.
func (s *Stack) Len() int { return len(s.items) }

// Top is the dialog on top, or nil.
func (s *Stack) Top() Dialog {
	if len(s.items) == 0 {
		return nil
	}
	return s.items[len(s.items)-1].dialog
}

// Clear closes all dialogs without an answer.
func (s *Stack) Clear() { s.items = nil }

// Replace puts d in the place of the top dialog; its continuation stays.
func (s *Stack) Replace(d Dialog) {
	if len(s.items) > 0 {
		s.items[len(s.items)-1].dialog = d
	}
}

// Holding says whether the top dialog is still swallowing keys.
func (s *Stack) Holding() bool {
	return s.Open() && s.items[len(s.items)-1].wary && s.now().Sub(s.lastKey) < Quiet
}

// Noticed tells the stack that a key was pressed while no dialog was open.
func (s *Stack) Noticed() { s.lastKey = s.now() }

// Update gives a message to the top dialog. Clicks are in screen coordinates.
func (s *Stack) Update(msg tea.Msg) tea.Cmd {
	if !s.Open() {
		return nil
	}
	switch msg := msg.(type) {
	case armed:
		return nil
	case tea.KeyPressMsg, tea.PasteMsg, tea.MouseClickMsg:
		held := s.Holding()
		s.lastKey = s.now()
		if held {
			return s.rearm()
		}
		s.items[len(s.items)-1].wary = false
		return s.deliver(s.local(msg))
	}
	return s.deliver(s.local(msg))
}

func (s *Stack) rearm() tea.Cmd {
	return tea.Tick(Quiet, func(time.Time) tea.Msg { return armed{} })
}

func (s *Stack) local(msg tea.Msg) tea.Msg {
	switch m := msg.(type) {
	case tea.MouseClickMsg:
		m.X, m.Y = m.X-s.x, m.Y-s.y
		return m
	case tea.MouseWheelMsg:
		m.X, m.Y = m.X-s.x, m.Y-s.y
		return m
	}
	return msg
}

func (s *Stack) deliver(msg tea.Msg) tea.Cmd {
	top := s.items[len(s.items)-1]
	res := top.dialog.Update(msg)
	if res == nil {
		return nil
	}
	s.items = s.items[:len(s.items)-1]
	if top.then == nil {
		return nil
	}
	return top.then(*res)
}

// View draws the dialogs over a screen of exactly width × height cells.
func (s *Stack) View(st *theme.Styles, under string, width, height int) string {
	if !s.Open() {
		return under
	}
	out := under
	for i, it := range s.items {
		box := it.dialog.View(st, width, height)
		if i == len(s.items)-1 && s.Holding() {
			box = holdNote(st, box)
		}
		w, h := size(box)
		x, y := max(0, (width-w)/2), max(0, (height-h)/2)
		if i == len(s.items)-1 {
			s.x, s.y = x, y
		}
		out = widget.Over(out, box, x, y, width, height)
	}
	return out
}
