// Package history is the screen of past runs: their verdicts, what they
// measured against their objectives, and the trend of the selected workload's
// restore time against its RTO.
package history

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Runs lists summaries: drill.History.
type Runs interface {
	Runs(ctx context.Context, f drill.RunFilter) ([]drill.Summary, error)
}

// limit is how many runs are listed: more than anybody scrolls through.
const limit = 5000

// Screen is the history.
type Screen struct {
	env    *screen.Env
	runs   Runs
	all    []drill.Summary // newest first
	order  []int
	only   string // of this workload
	list   widget.List
	filter screen.Filter
	zones  widget.Zones
	clicks screen.Clicks
	loaded bool
	err    error
}

type listed struct {
	runs []drill.Summary
	err  error
}

// New makes the history.
func New(env *screen.Env, runs Runs) *Screen { return &Screen{env: env, runs: runs} }

// Title implements screen.Screen.
func (s *Screen) Title() string { return "History" }

// Open implements screen.Opener.
func (s *Screen) Open() tea.Cmd { return s.load() }

// Capturing implements screen.Capturer.
func (s *Screen) Capturing() bool { return s.filter.Typing }

func (s *Screen) load() tea.Cmd {
	ctx, runs := s.env.Context, s.runs
	return func() tea.Msg {
		list, err := runs.Runs(ctx, drill.RunFilter{Limit: limit})
		return listed{runs: list, err: err}
	}
}

// selected is the run under the cursor, or nil.
func (s *Screen) selected() *drill.Summary {
	if len(s.order) == 0 {
		return nil
	}
	return &s.all[s.order[s.list.Cursor]]
}

// Update implements screen.Screen.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case listed:
		s.take(msg)
	case screen.Shown:
		return s.load()
	case screen.RunChanged:
		if msg.State.Ended() {
			return s.load()
		}
	case screen.OpenHistory:
		s.only = msg.Workload
		s.filter.Drop()
		s.arrange()
		s.list.To(0)
	case tea.KeyPressMsg, tea.PasteMsg:
		s.key(msg)
	case tea.MouseWheelMsg:
		d := 3
		if msg.Button == tea.MouseWheelUp {
			d = -3
		}
		s.list.Wheel(d)
	case tea.MouseClickMsg:
		if z, ok := s.zones.At(msg.X, msg.Y); ok && z.ID == rowZone {
			s.list.To(z.Index)
			if s.clicks.Twice(z.Index, s.env.Now()) {
				return s.open()
			}
		}
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
		s.list.Move(move)
		return
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		s.list.Key(k.String())
	}
}

// take keeps the list; the cursor stays with its run.
func (s *Screen) take(msg listed) {
	was := ""
	if r := s.selected(); r != nil && s.list.Cursor > 0 {
		was = r.ID
	}
	s.all, s.err, s.loaded = msg.runs, msg.err, true
	s.arrange()
	for i, at := range s.order {
		if was != "" && s.all[at].ID == was {
			s.list.To(i)
		}
	}
}

func (s *Screen) arrange() {
	names := make([]string, 0, len(s.all))
	at := make([]int, 0, len(s.all))
	for i := range s.all {
		r := &s.all[i]
		if s.only == "" || r.Workload == s.only {
			names = append(names, widget.CleanLine(r.Workload+" "+string(r.Mode)+" "+string(r.Verdict)+" "+r.ID))
			at = append(at, i)
		}
	}
	s.order = s.order[:0]
	for _, i := range s.filter.Apply(names) {
		s.order = append(s.order, at[i])
	}
	s.list.SetLen(len(s.order))
}

// Actions implements screen.Screen.
func (s *Screen) Actions() []keys.Action {
	enter := "report"
	switch r := s.selected(); {
	case r == nil:
	case s.live(r):
		enter = "open the live run"
	case r.Ended.IsZero():
		enter = "pick it up"
	}
	only, short := "Only this workload", "only this workload"
	if s.only != "" {
		only, short = "Show all workloads", "all workloads"
	}
	return []keys.Action{
		{
			ID: "history.report", Keys: []string{"enter"}, Title: "Show the report", Short: enter, Group: "run",
			Help: "Timings, checks and evidence of the run; a live run is opened instead, one that was left is picked up.", Run: s.open, Disabled: s.nothing,
		},
		{
			ID: "history.only", Keys: []string{"w"}, Title: only, Short: short, Group: "list",
			Help: "Limits the list to the workload of the selected run, or lifts that.", Run: s.toggle, Disabled: s.nothing,
		},
		{
			ID: "history.filter", Keys: []string{"/"}, Title: "Filter the runs", Short: "filter", Group: "list",
			Help: "Letters of workload, mode, verdict or id, in their order.", Run: s.beginFilter, Disabled: s.none,
		},
		{
			ID: "history.refresh", Keys: []string{"r", "f5"}, Title: "Look again", Group: "list",
			Help: "Reads the history again.", Run: s.load,
		},
		{ID: "history.clear", Keys: []string{"esc"}, Title: "Show everything", Group: "list", Help: "Drops the filter.", Run: s.clear},
	}
}

func (s *Screen) none() string {
	if len(s.all) == 0 {
		return "there is no run yet"
	}
	return ""
}

func (s *Screen) nothing() string {
	if s.only != "" && len(s.order) == 0 {
		return ""
	}
	if s.selected() == nil {
		return "no run is selected"
	}
	return ""
}

func (s *Screen) live(r *drill.Summary) bool {
	_, ok := s.env.Live[r.ID]
	return ok
}

func (s *Screen) open() tea.Cmd {
	r := s.selected()
	switch {
	case r == nil:
		return nil
	case s.live(r), r.Ended.IsZero():
		return screen.Send(screen.OpenWalk{RunID: r.ID})
	}
	return screen.Send(screen.OpenReport{RunID: r.ID})
}

func (s *Screen) toggle() tea.Cmd {
	if s.only != "" {
		s.only = ""
	} else if r := s.selected(); r != nil {
		s.only = r.Workload
	}
	s.arrange()
	s.list.To(0)
	return nil
}

func (s *Screen) beginFilter() tea.Cmd { s.filter.Begin(); return nil }

func (s *Screen) clear() tea.Cmd {
	if !s.filter.Drop() {
		s.only = ""
	}
	s.arrange()
	return nil
}
