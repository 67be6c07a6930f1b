package walk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/drilltest"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/walk"
)

// bench is a walk without a program: its Cmds are run by hand, on the real
// clock.
type bench struct {
	t   *testing.T
	m   *walk.Model
	run *drill.Run

	asked []tea.Cmd // by the keys
}

func newBench(t *testing.T) *bench {
	t.Helper()
	f := drivertest.NewFake(drivertest.WithPoints(drivertest.Points(time.Now().Add(-time.Hour), 1)...))
	t.Cleanup(f.Hold("locate"))
	desk, _ := drilltest.Desk(t, f, time.Now)
	run, err := desk.StartFor(t.Context(), drill.StartRequest{Workload: desk.Workloads()[0], Mode: drill.ModeDrill})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = run.Close("the test is over") })
	for range 2 { // the first step, and its locate
		if err := run.Do(t.Context(), drill.Next{}); err != nil {
			t.Fatal(err)
		}
	}
	env := &screen.Env{
		Context: t.Context(), Styles: theme.New(theme.Options{Dark: true, Color: true, Unicode: true}),
		Dialogs: dialog.NewStack(time.Now), Now: time.Now,
		Live: screen.Live{run.ID(): {Run: run, State: run.State()}},
	}
	return &bench{t: t, run: run, m: walk.New(env, desk, screen.OpenWalk{RunID: run.ID()})}
}

// perform runs a Cmd and everything that follows from it, n times deep.
func (b *bench) perform(cmd tea.Cmd, deep int) {
	if cmd == nil || deep == 0 {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			b.perform(c, deep)
		}
	default:
		b.perform(b.m.Update(msg), deep-1)
	}
}

// key is what a key press costs: finding its action, performing it, drawing.
func (b *bench) key(name string) {
	if a := keys.Find(b.m.Actions(), name); a != nil && a.Reason() == "" {
		b.asked = append(b.asked, a.Run())
	}
	b.m.View(140, 43)
}

// settle does what the keys asked for.
func (b *bench) settle() {
	for _, cmd := range b.asked[max(0, len(b.asked)-1):] {
		b.perform(cmd, 2)
	}
	b.asked = nil
}

// cost is the least that a pair of keys takes, of many rounds.
func (b *bench) cost() time.Duration {
	best := time.Hour
	for range 50 {
		start := time.Now()
		b.key("down")
		b.key("up")
		best = min(best, time.Since(start))
	}
	return best
}

// A key costs beside five million lines what it costs beside a screenful.
func TestFiveMillionLinesDoNotSlowTheKeys(t *testing.T) {
	b := newBench(t)
	s := b.run.State()
	out := b.run.Output(s.Running().Task.ID).(*drill.Output)
	for i := range 60 {
		fmt.Fprintf(out, "line %d of the flood\n", i)
	}
	b.perform(b.m.Open(), 2)
	quiet := b.cost()

	done := make(chan struct{})
	go func() {
		defer close(done)
		chunk := strings.Repeat("a line of the flood, as long as they are\n", 1000)
		for range 5000 {
			_, _ = out.Write([]byte(chunk))
		}
	}()
	during := b.cost()
	<-done
	fmt.Fprintln(out, "the last line")
	b.settle()
	b.perform(b.m.Update(screen.Tick{Now: time.Now()}), 2)
	if view := b.m.View(140, 43); !strings.Contains(view, "the last line") || !strings.Contains(view, "5,000,061 lines") {
		t.Errorf("the end of the output is not in view:\n%s", ansi.Strip(view))
	}
	loud := b.cost()
	const slack = 2 * time.Millisecond
	t.Logf("quiet %s, while they come %s, loud %s", quiet, during, loud)
	if loud > 3*quiet+slack || during > 6*quiet+10*slack {
		t.Errorf("two keys take %s beside five million lines, %s while they come, %s without", loud, during, quiet)
	}
}
