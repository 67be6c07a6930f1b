package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/walk"
)

func TestReference(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 11, 21, 9, 14, 22, 0, time.UTC) }
	sections := ui.Reference(ui.Options{Now: now, Walk: walk.Screen(&drill.Desk{})})
	for _, s := range sections {
		if c := keys.Conflicts(s.Actions); len(c) > 0 && s.Title != "Lists" {
			t.Errorf("%s: two actions of one key: %v", s.Title, c)
		}
		for _, a := range s.Actions {
			if a.Title == "" || a.ID == "" {
				t.Errorf("%s: an action without a name: %+v", s.Title, a)
			}
			if a.Run != nil && a.Help == "" {
				t.Errorf("%s: %s has no help", s.Title, a.ID)
			}
		}
	}
	md := keys.Markdown(sections)
	for _, want := range []string{"## Dashboard", "## Walk", "| `enter`, `d` | Start a restore drill |", "| `ctrl+c` |"} {
		if !strings.Contains(md, want) {
			t.Errorf("the reference lacks %q:\n%s", want, md)
		}
	}
}
