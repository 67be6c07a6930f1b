package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/dashboard"
	"github.com/lifeboat-dr/lifeboat/ui/history"
	"github.com/lifeboat-dr/lifeboat/ui/library"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
)

// Options are what the program is made of.
type Options struct {
	Context context.Context // ends the screens' work; nil: context.Background()
	Now     func() time.Time
	Theme   theme.Options
	// Workspace is its directory, shown in the header.
	Workspace string
	// Width and Height are the terminal's, where they are known before it says
	// so: the first frame is then drawn at once. 0: not known.
	Width, Height int
	// First is sent once at the start: screen.OpenWalk or screen.Started to
	// begin in a walk.
	First tea.Msg

	Desk    dashboard.Desk // *drill.Desk
	Books   library.Books  // *drill.Library
	History drill.History
	// Runs picks up runs that were left; nil: runs end with the program.
	Runs Runs
	// LookTool says whether a program is installed, for the lint; nil: not asked.
	LookTool func(name string) bool
	// Report writes a run's report as markdown.
	Report func(ctx context.Context, runID string) (string, error)
	// Attach lets the operator type into a task's terminal; nil: nobody can.
	Attach func(run, task string) tea.ExecCommand
	// Walk makes the walk's screen, each time one is opened.
	Walk func(*screen.Env, screen.OpenWalk) screen.Screen
}

func (o *Options) tabs(env *screen.Env) []tab {
	return []tab{
		{"1", "Dashboard", dashboard.New(env, o.Desk, o.Books)},
		{"2", "Library", library.New(env, o.Books, o.Desk, o.LookTool)},
		{"3", "History", history.New(env, o.History)},
	}
}
