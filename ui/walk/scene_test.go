package walk_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/drilltest"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/runbook"
	"github.com/lifeboat-dr/lifeboat/ui"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/uitest"
	"github.com/lifeboat-dr/lifeboat/ui/walk"
)

const runID = "7f3a91c2"

// scene is a run on fake drivers, its walk opened, in a bubble.
type scene struct {
	mode  drill.Mode
	book  string
	setup func(sc *scene)
	theme theme.Options
	alone bool // the runbook without a workload

	fake *drivertest.Fake
	desk *drill.Desk
	mem  *drilltest.Memory
	now  func() time.Time
}

const drillBook = "# Restore shop\n\n" +
	"## Prerequisites\n\n- [ ] Tell the team that a restore is tried\n\n" +
	"## 1. Locate\n<!-- lifeboat: budget=1m -->\n\nList every copy that is **known**.\n\n```lifeboat\naction: locate\n```\n\n" +
	"## 2. Choose\n\n```lifeboat\naction: choose\n```\n\n" +
	"## 3. Verify the backup\n<!-- lifeboat: budget=10m -->\n\nRead every byte before anything is restored.\n\n```lifeboat\naction: verify\n```\n\n" +
	"## 4. Restore\n<!-- lifeboat: budget=20m -->\n\n```lifeboat\naction: restore\nto: scratch\n```\n\n" +
	"## 5. Validate\n<!-- lifeboat: budget=5m -->\n\n```lifeboat\naction: check\n```\n\n" +
	"## Rollback\n\n1. Say that it did not work\n"

var liveBook = strings.Replace(drillBook, "to: scratch", "to: live", 1)

// model makes the program of the scene.
func (sc *scene) model(t *testing.T) tea.Model {
	t.Helper()
	sc.now = func() time.Time { return time.Now().UTC() }
	sc.fake = drivertest.NewFake(drivertest.WithPoints(drivertest.Points(sc.now().Add(-7*time.Hour), 3)...))
	sc.desk, sc.mem = drilltest.Desk(t, sc.fake, sc.now)
	sc.desk.ScratchDir = "/scratch"
	if sc.book == "" {
		sc.book = drillBook
	}
	sc.desk.Library.Builtin = fstest.MapFS{"walk.md": {Data: []byte(sc.book)}}
	if sc.mode == "" {
		sc.mode = drill.ModeDrill
	}
	if sc.setup != nil {
		sc.setup(sc)
	}
	if sc.theme == (theme.Options{}) {
		sc.theme = theme.Options{Dark: true, Color: true, Unicode: true}
	}
	sc.start(t)
	return ui.New(ui.Options{
		Context: t.Context(), Now: sc.now, Theme: sc.theme, Workspace: "/srv/dr",
		Desk: sc.desk, Books: sc.desk.Library, History: sc.mem,
		Report: func(context.Context, string) (string, error) { return "# The report\n", nil },
		Walk:   walk.Screen(sc.desk), First: screen.OpenWalk{RunID: runID},
	})
}

// start opens the journal of a run whose id is known.
func (sc *scene) start(t *testing.T) {
	t.Helper()
	w := sc.desk.Workloads()[0]
	req := drill.StartRequest{Workload: w, Mode: sc.mode}
	if sc.alone {
		rb := runbook.Parse("walk.md", []byte(sc.book))
		req.Workload, req.Runbook = nil, rb
	}
	if sc.mode == drill.ModeIncident {
		req.Since = sc.now().Add(-20 * time.Minute)
	}
	r, err := sc.desk.StartFor(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	events, err := sc.mem.Events(t.Context(), r.ID())
	if err != nil {
		t.Fatal(err)
	}
	first := events[0]
	body := first.Body.(drill.RunStarted)
	body.Info.ID, body.Info.Vars["LIFEBOAT_RUN"] = runID, runID
	first.Run, first.Body = runID, body
	s, err := drill.Apply(drill.State{}, first)
	if err != nil {
		t.Fatal(err)
	}
	if err := sc.mem.Append(t.Context(), []drill.Event{first}, drill.Summarise(&s)); err != nil {
		t.Fatal(err)
	}
}

// state is the run as its journal tells it.
func (sc *scene) state(t *testing.T) drill.State {
	t.Helper()
	events, err := sc.mem.Events(context.Background(), runID)
	if err != nil {
		t.Fatal(err)
	}
	s, err := drill.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// play runs a script at a size.
func (sc *scene) play(t *testing.T, w, h int, script string) {
	t.Helper()
	uitest.Run(t, w, h, sc.model, func(s *uitest.Sheet) { s.Play(script) })
}

func spoil(sc *scene) {
	id := drivertest.Points(sc.now().Add(-7*time.Hour), 1)[0].ID
	sc.fake.Spoil(id, "readable", "failed", "page 12 of orders is damaged", "choose another recovery point")
}

// withSource gives the workload a live system to restore into.
func withSource(sc *scene) {
	sc.desk.Workloads()[0].Source = inventory.Source{Path: "/srv/shop.db"}
}

var scratchName = regexp.MustCompile(`lifeboat-scratch-[0-9a-f]{0,12}`)

// picture compares the screen with a golden, random names made equal.
func picture(t *testing.T, s *uitest.Sheet, name string) {
	t.Helper()
	s.Fits()
	text := scratchName.ReplaceAllStringFunc(s.Screen(), func(m string) string {
		return "lifeboat-scratch-" + strings.Repeat("0", len(m)-len("lifeboat-scratch-"))
	})
	golden.RequireEqual(named{t, name}, []byte(text))
}

// named gives a golden file a name of its own.
type named struct {
	testing.TB
	name string
}

func (n named) Name() string { return n.name }
