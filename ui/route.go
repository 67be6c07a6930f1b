package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
)

// keyboard routes a key or a paste: dialog, global actions, front screen.
func (a *App) keyboard(msg tea.Msg) tea.Cmd {
	key, isKey := msg.(tea.KeyPressMsg)
	if isKey && key.String() == "ctrl+c" {
		return a.interrupt()
	}
	if isKey && key.String() == repaintKey { // also over a dialog or a filter
		return repaint()
	}
	if a.small() {
		return nil // nobody acts on what can't be seen
	}
	if a.env.Dialogs.Open() {
		return a.env.Dialogs.Update(msg)
	}
	a.env.Dialogs.Noticed()
	front := a.front()
	if c, ok := front.(screen.Capturer); !isKey || (ok && c.Capturing()) {
		return front.Update(msg)
	}
	a.toast = screen.Toast{}
	if act := keys.Find(a.global(), key.String()); act != nil {
		return a.perform(act)
	}
	if act := keys.Find(front.Actions(), key.String()); act != nil {
		return a.perform(act)
	}
	if key.String() == "esc" && len(a.stack) > 0 {
		return a.leave()
	}
	return front.Update(msg)
}

// perform runs an action, or says why it is not possible now.
func (a *App) perform(act *keys.Action) tea.Cmd {
	if why := act.Reason(); why != "" {
		if r, ok := a.front().(screen.Remarker); ok && r.Remark(why) {
			return nil
		}
		a.say(screen.Toast{Text: why, Level: screen.LevelWarn})
		return nil
	}
	if act.Run == nil {
		return nil
	}
	return act.Run()
}

func (a *App) say(t screen.Toast) {
	a.toast = t
	a.until = a.opt.Now().Add(toastFor)
}

// interrupt is ctrl+c: it closes a dialog, asks when something is live, and
// otherwise quits. Pressed again it does not answer that question.
func (a *App) interrupt() tea.Cmd {
	if a.small() {
		return tea.Quit
	}
	if a.quitting != nil && a.env.Dialogs.Top() == dialog.Dialog(a.quitting) {
		a.quitting.Say("choose: s stay, l leave, a abort")
		return nil
	}
	if a.env.Dialogs.Open() {
		return a.env.Dialogs.Update(tea.KeyPressMsg{Code: tea.KeyEscape})
	}
	return a.quit()
}

// quit ends the program; with a live run it asks first.
func (a *App) quit() tea.Cmd {
	if len(a.env.Live) > 0 {
		a.askQuit()
		return nil
	}
	return tea.Quit
}

// leave goes one screen back; from a tab it quits.
func (a *App) leave() tea.Cmd {
	n := len(a.stack)
	if n == 0 {
		return a.quit()
	}
	if l, ok := a.stack[n-1].(screen.Leaver); ok && l.AskLeave() {
		return nil
	}
	return a.back()
}

// back closes the front screen.
func (a *App) back() tea.Cmd {
	if n := len(a.stack); n > 0 {
		a.stack = a.stack[:n-1]
	}
	return a.front().Update(screen.Shown{})
}

// mouse routes a click or the wheel: dialog, chrome, front screen.
func (a *App) mouse(msg tea.MouseMsg) tea.Cmd {
	if a.small() {
		return nil
	}
	if a.env.Dialogs.Open() {
		return a.env.Dialogs.Update(msg)
	}
	at := msg.Mouse()
	if click, ok := msg.(tea.MouseClickMsg); ok {
		if click.Button != tea.MouseLeft {
			return nil
		}
		if cmd, done := a.clickChrome(at.X, at.Y); done {
			return cmd
		}
	}
	if at.Y < headerRows || at.Y >= a.h-footerRows {
		return nil
	}
	switch m := msg.(type) {
	case tea.MouseClickMsg:
		m.Y -= headerRows
		return a.front().Update(m)
	case tea.MouseWheelMsg:
		m.Y -= headerRows
		return a.front().Update(m)
	}
	return nil
}

func (a *App) clickChrome(x, y int) (tea.Cmd, bool) {
	z, ok := a.zones.At(x, y)
	if !ok {
		return nil, false
	}
	switch z.ID {
	case tabZone:
		return a.show(z.Index), true
	case keys.FooterZone:
		acts := append(a.front().Actions(), a.pinned()...)
		if z.Index < len(acts) {
			return a.perform(&acts[z.Index]), true
		}
	}
	return nil, true
}

// show brings a tab to the front.
func (a *App) show(i int) tea.Cmd {
	a.tab, a.stack = i, nil
	return a.front().Update(screen.Shown{})
}

// push opens a screen above the others.
func (a *App) push(s screen.Screen) tea.Cmd {
	a.stack = append(a.stack, s)
	return tea.Batch(open(s), s.Update(tea.WindowSizeMsg{Width: a.w, Height: a.h}), s.Update(screen.Shown{}))
}

// navigate does what a screen asked for.
func (a *App) navigate(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case screen.OpenWalk:
		return a.push(a.opt.Walk(a.env, msg)), true
	case screen.OpenReport:
		return a.push(a.report(msg.RunID)), true
	case screen.Started:
		s := msg.Run.State()
		return tea.Batch(a.keep(msg.Run, s), a.push(a.opt.Walk(a.env, screen.OpenWalk{RunID: s.Info.ID}))), true
	case screen.OpenRunbook:
		return tea.Batch(a.show(1), a.front().Update(msg)), true
	case screen.OpenHistory:
		return tea.Batch(a.show(2), a.front().Update(msg)), true
	case screen.OpenDashboard:
		return a.show(0), true
	case screen.Back:
		return a.back(), true
	case screen.Toast:
		a.say(msg)
		return nil, true
	}
	return nil, false
}
