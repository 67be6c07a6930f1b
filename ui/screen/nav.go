package screen

import (
	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// The messages by which a screen asks to go elsewhere.
type (
	// OpenWalk opens the walk of a run. A run that this process drives is in
	// Env.Live; another one is opened from its journal. Watch looks on
	// without driving it.
	OpenWalk struct {
		RunID string
		Watch bool
	}

	// Started says that a run was started. The program keeps it in Env.Live,
	// watches it, and opens its walk.
	Started struct{ Run *drill.Run }

	// RunChanged is sent to every open screen after each change of a run
	// that this process drives.
	RunChanged struct {
		Run   *drill.Run
		State drill.State
	}

	// OpenRunbook opens the library with that runbook selected: a path, or
	// builtin:NAME.
	OpenRunbook struct{ Ref string }

	// OpenHistory opens the history, of one workload when it is named.
	OpenHistory struct{ Workload string }

	// OpenReport opens a finished run's report.
	OpenReport struct{ RunID string }

	// OpenDashboard goes to the dashboard.
	OpenDashboard struct{}

	// Back leaves the front screen.
	Back struct{}

	// Toast shows a line for a few seconds.
	Toast struct {
		Text  string
		Level Level
	}
)

// Level is how much a toast matters.
type Level int

// The levels.
const (
	LevelInfo Level = iota
	LevelGood
	LevelWarn
	LevelBad
)

// Send returns a Cmd that delivers msg.
func Send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }

// Say returns a Cmd that shows a toast.
func Say(level Level, text string) tea.Cmd {
	return Send(Toast{Text: text, Level: level})
}
