package main

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/lifeboat-dr/lifeboat/internal/picture"
	"github.com/lifeboat-dr/lifeboat/ui"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/uitest"
)

// demoModel makes the demo, and the program on it, as `lifeboat demo` does.
// Its clock begins on a fixed morning.
func demoModel(t *testing.T) (model func(*testing.T) tea.Model, stop func()) {
	t.Helper()
	dir, err := os.MkdirTemp("", "shop-")
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	morning := time.Date(2026, 11, 21, 9, 14, 0, 0, time.UTC)
	a := &app{
		streams: streams{strings.NewReader(""), io.Discard, io.Discard}, dir: dir,
		now: func() time.Time { return morning.Add(time.Since(began)) },
		getenv: func(k string) (string, bool) {
			if k == "LIFEBOAT_STATE" {
				return filepath.Join(dir, "state"), true
			}
			return os.LookupEnv(k)
		},
	}
	if err := a.buildDemo(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	d, err := a.desk(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	began = time.Time{}                    // from here on the clock is the test's: see model
	model = func(t *testing.T) tea.Model { // with the bubble's own context
		began = time.Now()
		opt := a.options(t.Context(), d, nil)
		opt.Theme = theme.Options{Dark: true, Color: true, Unicode: true}
		opt.Workspace = "~/shop"
		return ui.New(opt)
	}
	return model, func() {
		a.close()
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	}
}

// TestDemoOnScreen walks the demo as a first-time user does: enter, and enter
// again. The pictures of the README are made on the way.
func TestDemoOnScreen(t *testing.T) {
	model, stop := demoModel(t)
	defer stop()
	uitest.Run(t, 100, 30, model, func(s *uitest.Sheet) {
		s.Send(tea.ColorProfileMsg{Profile: colorprofile.TrueColor})
		s.See("shop")
		s.See("overdue")
		snap(t, s, "dashboard")
		s.Press("enter")
		s.See("DRILL")
		for range 4 { // start, locate, next step, choose
			s.Press("enter")
		}
		s.See("suggested")
		s.Press("enter")
		for range 40 {
			if strings.Contains(s.Screen(), "P A S S E D") {
				break
			}
			if strings.Contains(s.Screen(), "readable") && strings.Contains(s.Screen(), "next step: 4") {
				snap(t, s, "walk")
			}
			s.Press("enter")
			s.Wait(time.Second) // a person reads; the bubble's clock does not wait
		}
		s.See("P A S S E D")
		s.See("RTO")
		s.See("RPO")
		snap(t, s, "verdict")
	})
}

// snap keeps a picture of the screen where pictures are wanted.
func snap(t *testing.T, s *uitest.Sheet, name string) {
	t.Helper()
	path := filepath.Join("..", "..", "docs", "pictures", name+".svg")
	svg := picture.SVG(s.Styled(), 100, 30)
	if flag.Lookup("update").Value.String() != "true" {
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%v: run this test with -update", err)
		}
		return
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(svg), 0o644); err != nil {
		t.Fatal(err)
	}
}
