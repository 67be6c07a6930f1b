// Package dashboard is the first screen: every workload with its tier, its
// newest recovery point against the RPO, its copies and its restore tests,
// worst finding first. The drill that is most overdue is selected, and one key
// away.
package dashboard

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/runbook"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Desk is what the dashboard works with: *drill.Desk.
type Desk interface {
	Workloads() []*inventory.Workload
	Status(ctx context.Context, w *inventory.Workload) (drill.Status, error)
	StartFor(ctx context.Context, req drill.StartRequest) (*drill.Run, error)
}

// Books finds the runbook of a workload: *drill.Library.
type Books interface {
	For(w *inventory.Workload, mode drill.Mode) (*runbook.Runbook, error)
}

// Screen is the dashboard.
type Screen struct {
	env    *screen.Env
	desk   Desk
	books  Books
	rows   []*row // in the inventory's order
	order  []*row // as shown
	list   widget.List
	filter screen.Filter
	zones  widget.Zones
	clicks screen.Clicks
	queue  []*row // not looked at yet
	begun  bool   // the first look is under way, or was taken
	busy   string // what is being started
	moved  bool   // the operator chose a row: the selection stays with it
	detail pane
	sort   sorting
}

type pane struct {
	focused bool
	offset  int
	lines   int
	height  int
	of      string // the workload it was drawn for
}

// row is one workload.
type row struct {
	w       *inventory.Workload
	name    string // cleaned
	status  *drill.Status
	err     error
	looking bool
	at      time.Time // of the last look
}

// New makes the dashboard.
func New(env *screen.Env, desk Desk, books Books) *Screen {
	s := &Screen{env: env, desk: desk, books: books}
	for _, w := range desk.Workloads() {
		s.rows = append(s.rows, &row{w: w, name: widget.CleanLine(w.Name)})
	}
	s.arrange()
	return s
}

// Title implements screen.Screen.
func (s *Screen) Title() string { return "Dashboard" }

// Open implements screen.Opener. Looking begins once the first frame is out.
func (s *Screen) Open() tea.Cmd {
	return tea.Tick(settle, func(time.Time) tea.Msg { return begin{} })
}

// Capturing implements screen.Capturer.
func (s *Screen) Capturing() bool { return s.filter.Typing }

// selected is the row under the cursor, or nil.
func (s *Screen) selected() *row {
	if len(s.order) == 0 {
		return nil
	}
	return s.order[s.list.Cursor]
}

// Update implements screen.Screen.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case begin:
		s.begun = true
		return s.refresh()
	case found:
		return s.take(msg)
	case startFailed:
		s.busy = ""
		s.explain(msg)
	case screen.Shown:
		s.busy = ""
		if s.begun {
			return s.look(s.stale())
		}
	case screen.RunChanged:
		if msg.State.Ended() {
			return s.look(s.rowsOf(msg.State.Info.Workload))
		}
	case tea.KeyPressMsg, tea.PasteMsg:
		s.key(msg)
	case tea.MouseWheelMsg:
		s.wheel(msg)
	case tea.MouseClickMsg:
		return s.click(msg)
	}
	return nil
}

func (s *Screen) key(msg tea.Msg) {
	if s.filter.Typing {
		changed, move := s.filter.Update(msg)
		if changed {
			s.arrange()
			s.list.To(0)
		}
		s.move(move)
		return
	}
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return
	}
	if s.detail.focused {
		s.detail.scroll(k.String())
		return
	}
	if s.list.Key(k.String()) {
		s.moved = true
	}
}

func (s *Screen) move(d int) {
	if d != 0 {
		s.list.Move(d)
		s.moved = true
	}
}

func (p *pane) scroll(key string) {
	l := widget.List{Len: p.lines, Cursor: p.offset, Height: p.height}
	if l.Key(key) {
		p.to(l.Cursor)
	}
}

func (p *pane) to(offset int) { p.offset = max(0, min(offset, p.lines-p.height)) }

func (s *Screen) wheel(m tea.MouseWheelMsg) {
	d := 3
	if m.Button == tea.MouseWheelUp {
		d = -3
	}
	if z, ok := s.zones.At(m.X, m.Y); ok && z.ID == detailZone {
		s.detail.to(s.detail.offset + d)
		return
	}
	s.list.Wheel(d)
	s.moved = true
}

func (s *Screen) click(m tea.MouseClickMsg) tea.Cmd {
	z, ok := s.zones.At(m.X, m.Y)
	if !ok {
		return nil
	}
	s.detail.focused = z.ID == detailZone
	if z.ID != rowZone {
		return nil
	}
	s.list.To(z.Index)
	s.moved = true
	if s.clicks.Twice(z.Index, s.env.Now()) {
		return s.enter()
	}
	return nil
}
