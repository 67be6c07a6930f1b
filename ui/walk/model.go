package walk

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// pane is what has the focus, and what is shown where one pane fits.
type pane int

const (
	paneSteps pane = iota
	paneStep
	paneOutput
	panes
)

// view is what fills the room under the clocks.
type view int

const (
	viewWalk    view = iota
	viewLog          // every task
	viewOutput       // all output of one task
	viewPlan         // what the restore does
	viewVerdict      // the end
)

// Model is the screen of one run. It is made for the program's one loop.
type Model struct {
	env   *screen.Env
	desk  *drill.Desk
	id    string
	watch bool // looks on

	run    *drill.Run // nil until it is opened, and when looking on
	s      drill.State
	have   bool
	broken error   // why nothing more can be done
	first  tea.Cmd // what showing the first state asks for; Open returns it
	one    bool    // one pane at a time, at the last draw

	// What follows from the state, made anew when it changes.
	offer   Offer
	verdict drill.Verdict // that the run would end with here

	busy bool      // a command is on its way to the run
	wary time.Time // Enter is dead until then: the offer changed by itself
	said remark    // why the last key did nothing

	view  view
	w     int  // of the screen
	back  view // where esc goes from the output
	focus pane
	look  int // the step that is looked at; -1 follows the walk
	steps widget.List
	step  scroller
	tail  tail
	sees  string // id of the task whose output is shown
	polls bool   // a poll is on its way
	chain int    // of polls: one at a time
	log   widget.List
	page  pager
	text  scroller // of the plan and the verdict
	doc   docCache
	zones widget.Zones
}

// New makes the walk of a run. Nothing is opened before Open.
func New(env *screen.Env, desk *drill.Desk, open screen.OpenWalk) *Model {
	m := &Model{env: env, desk: desk, id: open.RunID, watch: open.Watch, look: -1, focus: paneStep}
	if live, ok := env.Live[open.RunID]; ok && !open.Watch {
		m.run = live.Run
		m.first = m.show(live.State, nil)
	}
	return m
}

// Screen is New as the program's options want it.
func Screen(desk *drill.Desk) func(*screen.Env, screen.OpenWalk) screen.Screen {
	return func(env *screen.Env, open screen.OpenWalk) screen.Screen { return New(env, desk, open) }
}

// Title implements screen.Screen.
func (m *Model) Title() string {
	if !m.have {
		return "Run " + m.id
	}
	return widget.Upper(string(m.s.Info.Mode)) + " of " + m.s.Info.Workload
}

// LeaveHint implements screen.Hinted.
func (m *Model) LeaveHint() string {
	if m.live() && !m.watch {
		return "leave, it runs on"
	}
	return "back"
}

// live says that the run has not ended.
func (m *Model) live() bool { return m.have && !m.s.Ended() }

// Update implements screen.Screen.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w = msg.Width
	case opened:
		return m.opened(msg)
	case watched:
		return m.watched(msg)
	case screen.RunChanged:
		if msg.State.Info.ID == m.id && !m.watch {
			m.run = msg.Run
			return m.show(msg.State, msg.Run.Broken)
		}
	case did:
		if msg.by == m {
			return m.did(msg)
		}
	case tailed:
		if msg.by == m {
			return m.tailed(msg)
		}
	case paged:
		if msg.by == m {
			m.paged(msg)
		}
	case screen.Tick:
		return m.tick()
	case tea.MouseClickMsg:
		return m.click(msg.X, msg.Y)
	case tea.MouseWheelMsg:
		return m.wheel(msg)
	}
	return nil
}

// show takes a new state. broken, which may be nil, is asked why the run
// can't go on.
func (m *Model) show(s drill.State, broken func() error) tea.Cmd {
	if m.have && s.Seq < m.s.Seq {
		return nil // an older one that was under way
	}
	before, was := m.s, m.have
	m.s, m.have = s, true
	if broken != nil {
		m.broken = broken()
	}
	m.offer = Prompt(&m.s)
	m.verdict, _ = drill.Judge(&m.s)
	if was {
		m.moved(&before)
	}
	if m.s.Concluded() && !before.Concluded() {
		m.view, m.text = viewVerdict, scroller{}
	}
	if m.env.Now().Before(m.wary) {
		return tea.Batch(m.follow(), m.rearm())
	}
	return m.follow()
}

// moved brings into view what has changed.
func (m *Model) moved(before *drill.State) {
	if m.s.Seq == before.Seq {
		return
	}
	_, _, failed := m.s.Failed()
	switch {
	case m.s.Current != before.Current:
		m.look, m.focus = -1, paneStep
	case m.s.Running() != nil && before.Running() == nil, failed:
		m.focus = paneOutput
	case m.s.Running() == nil && before.Running() != nil:
		m.focus = paneStep
	}
	if before.Running() != nil && m.s.Running() == nil && m.grave() {
		m.wary = m.env.Now().Add(deadTime)
	}
	m.step = scroller{follow: true}
}

// grave says that the offer, which changed by itself, runs something or ends
// the run: an Enter that was meant for something else must not take it.
func (m *Model) grave() bool {
	switch m.offer.Deed {
	case DeedEnd:
		return true
	case DeedNext:
		u := nextUnit(&m.s)
		return u != nil && u.Kind != drill.UnitItem
	}
	return false
}

// deadTime is how long Enter does nothing after the offer changed by itself.
const deadTime = 500 * time.Millisecond

// at is the step that is looked at.
func (m *Model) at() int {
	if m.look >= 0 && m.look < len(m.s.Steps) {
		return m.look
	}
	return max(0, min(m.s.Current, len(m.s.Steps)-1))
}

// away says that another step than the current one is looked at.
func (m *Model) away() bool { return m.look >= 0 && m.look != max(m.s.Current, 0) }
