package ui_test

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/uitest/fake"
)

// BenchmarkDraw draws a large screen of an absurdly full dashboard.
func BenchmarkDraw(b *testing.B) {
	now := func() time.Time { return fake.Now }
	team := fake.Absurd(now, b.TempDir(), 2000, 1000)
	app := ui.New(options(team, now))
	app.Update(tea.WindowSizeMsg{Width: 240, Height: 70})
	for _, w := range []struct {
		name string
		key  string
	}{{"dashboard", ""}, {"library", "2"}} {
		b.Run(w.name, func(b *testing.B) {
			if w.key != "" {
				app.Update(tea.KeyPressMsg{Code: '2', Text: "2"})
			}
			for b.Loop() {
				_ = app.Draw()
			}
		})
	}
}

var unicodeTheme = theme.Options{Dark: true, Color: true, Unicode: true}
