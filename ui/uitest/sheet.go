// Package uitest tests the whole program the way an operator uses it: a sheet
// presses keys and says what must be on the screen. It runs a real
// tea.Program in a testing/synctest bubble without a terminal, so an hour on
// the clock takes no time and nothing sleeps.
//
//	uitest.Run(t, 100, 30, newApp, func(s *uitest.Sheet) {
//		s.Play(`
//			see "orders-db"
//			press enter
//			see "Start a drill"
//			wait 2s
//		`)
//	})
//
// The verbs of Play, one a line, are those of Sheet in lower case: press KEY…,
// type TEXT, paste TEXT, see TEXT, miss TEXT, click TEXT, wheel up|down,
// resize WxH, wait DURATION, ended, golden NAME. # begins a comment.
package uitest

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

// Sheet drives one program.
type Sheet struct {
	t       testing.TB
	program *tea.Program
	camera  *camera
	done    chan error
	over    bool
	w, h    int
}

// Run makes the model inside a bubble, starts it at that size, and plays.
// The program is ended afterwards if it still runs.
func Run(t *testing.T, w, h int, model func(t *testing.T) tea.Model, play func(s *Sheet)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		cam := &camera{inner: model(t)}
		p := tea.NewProgram(cam, tea.WithContext(ctx), tea.WithInput(nil), tea.WithOutput(io.Discard),
			tea.WithoutRenderer(), tea.WithoutSignalHandler(), tea.WithoutCatchPanics(),
			tea.WithWindowSize(w, h), tea.WithEnvironment([]string{"TERM=xterm-256color"}))
		s := &Sheet{t: t, program: p, camera: cam, done: make(chan error, 1), w: w, h: h}
		go func() {
			_, err := p.Run()
			s.done <- err
		}()
		synctest.Wait()
		s.send(tea.WindowSizeMsg{Width: w, Height: h})
		s.Wait(100 * time.Millisecond) // nobody sees more of the first frame
		defer func() {
			if !s.Ended() {
				p.Quit()
				s.end(<-s.done)
			}
			cancel()
			<-time.After(time.Hour) // the bubble's clock: what still ticks ends
		}()
		play(s)
	})
}

// send delivers a message and lets everything that follows from it happen.
func (s *Sheet) send(msg tea.Msg) {
	s.t.Helper()
	if s.Ended() {
		return
	}
	s.program.Send(msg)
	synctest.Wait()
}

// Send delivers any message, an engine event for example.
func (s *Sheet) Send(msg tea.Msg) { s.t.Helper(); s.send(msg) }

// Ended says whether the program has quit.
func (s *Sheet) Ended() bool {
	if s.over {
		return true
	}
	select {
	case err := <-s.done:
		s.end(err)
	default:
	}
	return s.over
}

func (s *Sheet) end(err error) {
	s.over = true
	if err != nil && !errors.Is(err, tea.ErrProgramKilled) {
		s.t.Errorf("the program ended: %v", err)
	}
}

// Press presses keys, one after the other, as Bubble Tea names them.
func (s *Sheet) Press(keys ...string) {
	s.t.Helper()
	for _, k := range keys {
		s.send(Key(k))
	}
}

// Type types a text, a key a character.
func (s *Sheet) Type(text string) {
	s.t.Helper()
	for _, r := range text {
		s.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// Paste pastes a text.
func (s *Sheet) Paste(text string) { s.t.Helper(); s.send(tea.PasteMsg{Content: text}) }

// Resize changes the terminal's size.
func (s *Sheet) Resize(w, h int) {
	s.t.Helper()
	s.w, s.h = w, h
	s.send(tea.WindowSizeMsg{Width: w, Height: h})
}

// Wait lets time pass.
func (s *Sheet) Wait(d time.Duration) {
	s.t.Helper()
	<-time.After(d) // the bubble's clock: takes no time
	synctest.Wait()
}

// Screen is what is on the screen, without colours.
func (s *Sheet) Screen() string { return ansi.Strip(s.camera.content()) }

// Styled is what is on the screen, with its colours.
func (s *Sheet) Styled() string { return s.camera.content() }

// See fails unless the text is on the screen.
func (s *Sheet) See(text string) {
	s.t.Helper()
	if screen := s.Screen(); !strings.Contains(screen, text) {
		s.t.Fatalf("not on the screen: %q\n%s", text, screen)
	}
}

// Miss fails if the text is on the screen.
func (s *Sheet) Miss(text string) {
	s.t.Helper()
	if screen := s.Screen(); strings.Contains(screen, text) {
		s.t.Fatalf("on the screen, and should not be: %q\n%s", text, screen)
	}
}

// Click clicks on the first place where the text stands.
func (s *Sheet) Click(text string) {
	s.t.Helper()
	x, y, ok := s.find(text)
	if !ok {
		s.t.Fatalf("nothing to click: %q\n%s", text, s.Screen())
	}
	s.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	s.send(tea.MouseReleaseMsg{X: x, Y: y, Button: tea.MouseLeft})
}

// Wheel turns the wheel over the first place where the text stands.
func (s *Sheet) Wheel(b tea.MouseButton, text string) {
	s.t.Helper()
	x, y, ok := s.find(text)
	if !ok {
		x, y = s.w/2, s.h/2
	}
	s.send(tea.MouseWheelMsg{X: x, Y: y, Button: b})
}

func (s *Sheet) find(text string) (x, y int, ok bool) {
	for y, line := range strings.Split(s.Screen(), "\n") {
		if i := strings.Index(line, text); i >= 0 {
			return ansi.StringWidth(line[:i]), y, true
		}
	}
	return 0, 0, false
}

// Fits fails unless the view is exactly as large as the terminal.
func (s *Sheet) Fits() {
	s.t.Helper()
	lines := strings.Split(s.Screen(), "\n")
	if len(lines) != s.h {
		s.t.Fatalf("%d lines on a screen of %d\n%s", len(lines), s.h, s.Screen())
	}
	for i, l := range lines {
		if w := ansi.StringWidth(l); w != s.w {
			s.t.Fatalf("line %d is %d cells wide on a screen of %d: %q", i+1, w, s.w, l)
		}
	}
}

// Golden compares the screen, without colours, with testdata/NAME.golden.
func (s *Sheet) Golden(name string) {
	s.t.Helper()
	golden.RequireEqual(named{s.t, name}, []byte(s.Screen()))
}

// named gives a golden file a name of its own.
type named struct {
	testing.TB
	name string
}

// Name is the golden file's name.
func (n named) Name() string { return n.name }

// camera stands before a model: the program's own calls of View are spared,
// the screen is drawn when the sheet looks at it.
type camera struct {
	mu    sync.Mutex // the sheet draws while a tick may come in
	inner tea.Model
	fresh bool
	last  string
}

// Init implements tea.Model.
func (c *camera) Init() tea.Cmd { return c.inner.Init() }

// Update implements tea.Model.
func (c *camera) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	c.mu.Lock()
	defer c.mu.Unlock()
	next, cmd := c.inner.Update(msg)
	c.inner, c.fresh = next, false
	return c, cmd
}

// View implements tea.Model.
func (c *camera) View() tea.View { return tea.View{} }

// content draws the screen.
func (c *camera) content() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.fresh {
		c.last, c.fresh = c.inner.View().Content, true
	}
	return c.last
}
