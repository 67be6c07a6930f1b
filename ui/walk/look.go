package walk

import (
	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui/keys"
)

// lookActions show more, and change nothing.
func (m *Model) lookActions() []keys.Action {
	return []keys.Action{
		{
			ID: "walk.current", Keys: []string{"."}, Title: "Return to the current step", Group: "look",
			Help: "Ends looking at another step.", Run: m.run0(m.toCurrent), Disabled: m.notAway,
		},
		{
			ID: "walk.output", Keys: []string{"o"}, Title: "Show all output", Short: "output", Group: "look",
			Help: "All that the task printed, from its file.", Run: m.openOutput, Disabled: m.noOutput,
		},
		{
			ID: "walk.log", Keys: []string{"l"}, Title: "Show the command log", Short: "log", Group: "look",
			Help: "Everything that was run, step by step.", Run: m.run0(m.openLog), Disabled: m.notOpened,
		},
		{
			ID: "walk.plan", Keys: []string{"p"}, Title: "Show the plan", Short: "plan", Group: "look",
			Help: "What the restore does, before and after it has run.", Run: m.run0(m.openPlan), Disabled: m.noPlan,
		},
		{
			ID: "walk.copy", Keys: []string{"y"}, Title: "Copy the command", Group: "look",
			Help: "Puts what the step runs on the terminal's clipboard.", Run: m.copyCommand, Disabled: m.noCopy,
		},
		{
			ID: "walk.focus", Keys: []string{"tab"}, Title: "Next pane", Short: "pane", Group: "look",
			Help: "Goes to the next pane: steps, step, output.", Run: m.run0(func() { m.turn(1) }),
		},
		{
			ID: "walk.focusback", Keys: []string{"shift+tab"}, Title: "Previous pane", Group: "look",
			Help: "Goes to the pane before.", Run: m.run0(func() { m.turn(panes - 1) }),
		},
	}
}

// run0 makes a Run of something that only changes the screen.
func (m *Model) run0(f func()) func() tea.Cmd {
	return func() tea.Cmd {
		f()
		return m.follow()
	}
}

// moves are the keys of movement, the same in every view.
func (m *Model) moves() []keys.Action {
	move := func(id, title string, names ...string) keys.Action {
		return keys.Action{
			ID: "walk." + id, Keys: names, Title: title, Group: "move",
			Help: "In the pane that has the focus.", Run: m.run0(func() { m.move(id) }),
		}
	}
	return []keys.Action{
		move("down", "Down; in the steps: look at the next one", "down", "j"),
		move("up", "Up; in the steps: look at the one before", "up", "k"),
		move("pgdown", "A page down", "pgdown", "space", "ctrl+f"),
		move("pgup", "A page up", "pgup", "ctrl+b"),
		move("top", "To the top", "home", "g"),
		move("bottom", "To the end", "end", "G"),
		{
			ID: "walk.close", Keys: []string{"esc"}, Title: "Back to the current step", Group: "move",
			Help: "Closes what was opened on top of the walk.", Run: m.run0(m.escape), Disabled: m.notDeep,
		},
	}
}

// closing is the action by which the key that opened a view closes it.
func (m *Model) closing(id, key, title string) keys.Action {
	return keys.Action{
		ID: id, Keys: []string{key, "enter"}, Title: title, Short: "close", Group: "look",
		Help: "Back to the walk.", Run: m.run0(m.escape),
	}
}

// move moves in what has the focus.
func (m *Model) move(how string) {
	switch {
	case m.view == viewLog:
		moveList(&m.log, how)
	case m.view == viewOutput:
		m.page.move(how)
	case m.view == viewPlan, m.view == viewVerdict:
		m.text.move(how)
	case m.focus == paneOutput && m.shows(paneOutput):
		m.tail.move(how)
	case m.focus == paneSteps || how == "down" || how == "up":
		m.lookTo(how)
	default:
		m.step.move(how)
	}
}

// lookTo looks at another step; the run stays where it is.
func (m *Model) lookTo(how string) {
	i := m.at()
	switch how {
	case "down":
		i++
	case "up":
		i--
	case "top", "pgup":
		i = 0
	default:
		i = len(m.s.Steps) - 1
	}
	m.lookAt(i)
}

func (m *Model) lookAt(i int) {
	i = max(0, min(i, len(m.s.Steps)-1))
	if i == m.at() {
		return
	}
	m.look, m.step = i, scroller{}
	if i == max(m.s.Current, 0) {
		m.toCurrent()
	}
}

func (m *Model) toCurrent() {
	m.look, m.step = -1, scroller{follow: true}
}

// escape closes what is on top.
func (m *Model) escape() {
	switch {
	case m.view == viewOutput:
		m.view = m.back
	case m.view == viewVerdict:
		m.view = viewWalk
	case m.view != viewWalk:
		m.view = viewWalk
	default:
		m.toCurrent()
	}
	if m.view == viewWalk && m.s.Concluded() && !m.away() {
		m.text = scroller{}
	}
}

func (m *Model) notDeep() string {
	if m.view == viewWalk && !m.away() || m.view == viewVerdict {
		return "this is the walk itself: q leaves it"
	}
	return ""
}

func (m *Model) notAway() string {
	if !m.away() {
		return "this is the current step"
	}
	return ""
}

func (m *Model) notOpened() string {
	if !m.have {
		return "the run is being opened"
	}
	return ""
}

func (m *Model) noOutput() string {
	if m.sees == "" {
		return "nothing has been run in this step yet"
	}
	return ""
}

func (m *Model) noPlan() string {
	if m.s.Plan == nil {
		return "there is no plan yet: the restore step makes it"
	}
	return ""
}

func (m *Model) openPlan() { m.view, m.text = viewPlan, scroller{} }

func (m *Model) turn(by pane) {
	for range panes {
		m.focus = (m.focus + by) % panes
		if m.shows(m.focus) {
			return
		}
	}
}
