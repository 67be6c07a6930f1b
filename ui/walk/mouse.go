package walk

import (
	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
)

// click does what the cell stands for. A step that is clicked is looked at;
// the run stays where it is.
func (m *Model) click(x, y int) tea.Cmd {
	z, ok := m.zones.At(x, y)
	if !ok {
		return nil
	}
	switch z.ID {
	case promptZone:
		return m.press("enter")
	case wayZone:
		if a := keys.ByID(m.ways(), failureWays[z.Index]); a != nil {
			return m.perform(a)
		}
	case stepZone:
		m.focus = paneSteps
		m.lookAt(z.Index)
		return m.follow()
	case logZone:
		if m.log.Cursor == z.Index {
			return m.press("enter")
		}
		m.log.To(z.Index)
	case paneZone:
		m.focus = pane(z.Index)
	}
	return nil
}

// press performs the action of a key.
func (m *Model) press(key string) tea.Cmd {
	if a := keys.Find(m.Actions(), key); a != nil {
		return m.perform(a)
	}
	return nil
}

// perform runs an action, or says why it is not possible now.
func (m *Model) perform(a *keys.Action) tea.Cmd {
	if why := a.Reason(); why != "" {
		if m.Remark(why) {
			return nil
		}
		return screen.Say(screen.LevelWarn, why)
	}
	return a.Run()
}

// wheel scrolls what is under it.
func (m *Model) wheel(msg tea.MouseWheelMsg) tea.Cmd {
	how := "down"
	if msg.Button == tea.MouseWheelUp {
		how = "up"
	}
	z, ok := m.zones.At(msg.X, msg.Y)
	for range 3 {
		switch {
		case m.view != viewWalk:
			m.move(how)
		case ok && z.ID == paneZone && pane(z.Index) == paneOutput:
			m.tail.move(how)
		case ok && z.ID == paneZone && pane(z.Index) == paneStep:
			m.step.move(how)
		case ok && (z.ID == stepZone || z.ID == paneZone):
			m.lookTo(how)
			return m.follow()
		}
	}
	return m.follow()
}

// tick draws the clocks anew, and sees to it that the output is followed.
func (m *Model) tick() tea.Cmd { return m.follow() }
