// Package screen is the seam between the program and its screens: the Screen
// interface, what a screen is given, and the messages by which it asks to go
// somewhere else. It holds no screen.
package screen

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
)

// Screen is one full view. Implementations are pointers; all methods are
// called from the program's one loop.
type Screen interface {
	// Title names the screen in the header, in a few words.
	Title() string
	// Update takes a message: keys that no action claimed, clicks in the
	// screen's own coordinates, engine events, Tick, Shown. No I/O.
	Update(msg tea.Msg) tea.Cmd
	// View draws exactly width × height cells.
	View(width, height int) string
	// Actions is the screen's table of keys, most important first. It is
	// asked for at every key and every frame: it must be cheap.
	Actions() []keys.Action
}

// The optional interfaces of a Screen.
type (
	// Opener starts what a screen needs once, when it is opened.
	Opener interface{ Open() tea.Cmd }

	// Bannered draws its own header line instead of the tabs.
	Bannered interface{ Banner(width int) string }

	// Capturer takes every key as text while it says so (a filter line);
	// only ctrl+c is still global.
	Capturer interface{ Capturing() bool }

	// Hinted says in the footer what q does here: "leave, it keeps running".
	Hinted interface{ LeaveHint() string }

	// Remarker shows by itself why a key did nothing, and returns true; else
	// the program shows it.
	Remarker interface{ Remark(why string) bool }

	// Leaver is asked when the operator leaves the screen with q or esc: it
	// returns true after having opened its own question.
	Leaver interface{ AskLeave() bool }
)

// Env is what every screen is given. Styles is replaced when the terminal's
// colours become known: keep the Env, not the Styles.
type Env struct {
	Context context.Context // ends with the program: for the Cmds
	Styles  *theme.Styles
	Dialogs *dialog.Stack
	Now     func() time.Time
	// Attach lets the operator type into a task's terminal; nil: nobody can.
	Attach func(run, task string) tea.ExecCommand
	Live   Live
}

// Live is the runs that this process drives and that have not ended, by id,
// as they were at their last change.
type Live map[string]RunChanged

// Of gives the live run of a workload; ok is false when there is none.
func (l Live) Of(workload string) (RunChanged, bool) {
	for _, r := range l {
		if r.State.Info.Workload == workload {
			return r, true
		}
	}
	return RunChanged{}, false
}

// Shown tells a screen that it has come to the front (again).
type Shown struct{}

// Tick is sent to every open screen once a second.
type Tick struct{ Now time.Time }
