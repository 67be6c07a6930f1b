package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// The least size that lifeboat can be used at.
const (
	MinWidth  = 60
	MinHeight = 20
)

const toastFor = 5 * time.Second

// App is the program: the one tea.Model. Everything else is a plain struct
// that it calls.
type App struct {
	opt   Options
	env   *screen.Env
	theme theme.Options
	tabs  []tab
	tab   int
	stack []screen.Screen // above the tab, the front one last
	w, h  int
	zones widget.Zones
	toast screen.Toast
	until time.Time // the toast goes

	quitting *dialog.Confirm // the question before quitting, asked last
}

type tab struct {
	key, title string
	screen     screen.Screen
}

// New makes the program. No screen is opened before Init.
func New(opt Options) *App {
	a := &App{opt: opt, theme: opt.Theme, w: opt.Width, h: opt.Height}
	if opt.Context == nil {
		opt.Context = context.Background()
	}
	a.env = &screen.Env{
		Context: opt.Context,
		Styles:  theme.New(opt.Theme),
		Dialogs: dialog.NewStack(opt.Now),
		Now:     opt.Now,
		Live:    screen.Live{},
		Attach:  opt.Attach,
	}
	a.tabs = opt.tabs(a.env)
	return a
}

// Init implements tea.Model. Only the front tab looks at anything: the others
// do when they are shown, and the first frame need not share the processor
// with them.
func (a *App) Init() tea.Cmd {
	cmds := []tea.Cmd{a.tick(), tea.RequestBackgroundColor, open(a.front()), a.front().Update(screen.Shown{}), a.findLeft()}
	if a.opt.First != nil {
		cmds = append(cmds, screen.Send(a.opt.First))
	}
	return tea.Batch(cmds...)
}

func open(s screen.Screen) tea.Cmd {
	if o, ok := s.(screen.Opener); ok {
		return o.Open()
	}
	return nil
}

func (a *App) tick() tea.Cmd {
	return tea.Every(time.Second, func(time.Time) tea.Msg { return screen.Tick{Now: a.opt.Now()} })
}

// Update implements tea.Model.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		return a, a.keyboard(msg)
	case tea.MouseMsg:
		return a, a.mouse(msg)
	case tea.WindowSizeMsg:
		a.w, a.h = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		a.theme.Dark = msg.IsDark()
		a.restyle()
	case tea.ColorProfileMsg:
		a.theme.Color = a.opt.Theme.Color && msg.Profile > colorprofile.ASCII
		a.restyle()
	case screen.Tick:
		if a.toast.Text != "" && msg.Now.After(a.until) {
			a.toast = screen.Toast{}
		}
		return a, tea.Batch(a.tick(), a.broadcast(msg))
	case leftRuns:
		return a, a.askLeft(msg)
	case turned:
		return a, a.changed(msg)
	case screen.RunChanged: // a screen has opened a run from its journal
		return a, tea.Batch(a.keep(msg.Run, msg.State), a.broadcast(msg))
	default:
		if cmd, ok := a.navigate(msg); ok {
			return a, cmd
		}
	}
	return a, tea.Batch(a.env.Dialogs.Update(msg), a.broadcast(msg))
}

// restyle replaces the styles in place: every screen holds the Env.
func (a *App) restyle() { a.env.Styles = theme.New(a.theme) }

// broadcast gives a message to every open screen.
func (a *App) broadcast(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, t := range a.tabs {
		cmds = append(cmds, t.screen.Update(msg))
	}
	for _, s := range a.stack {
		cmds = append(cmds, s.Update(msg))
	}
	return tea.Batch(cmds...)
}

// front is the screen that is seen.
func (a *App) front() screen.Screen {
	if n := len(a.stack); n > 0 {
		return a.stack[n-1]
	}
	return a.tabs[a.tab].screen
}

func (a *App) small() bool { return a.w < MinWidth || a.h < MinHeight }
