package keys_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

func nothing() tea.Cmd { return nil }

func table() []keys.Action {
	return []keys.Action{
		{ID: "a.run", Keys: []string{"enter", "r"}, Title: "Run it", Short: "run", Run: nothing},
		{ID: "a.skip", Keys: []string{"s"}, Title: "Skip it", Short: "skip", Run: nothing, Disabled: func() string { return "over" }},
		{ID: "b.skip", Keys: []string{"s"}, Title: "Skip all", Short: "skip all", Run: nothing},
		{ID: "a.note", Keys: []string{"n"}, Title: "Write a note", Short: "note", Run: nothing},
		{ID: "a.quiet", Keys: []string{"x"}, Title: "Not in the footer", Run: nothing},
	}
}

var last = []keys.Action{{ID: "app.help", Keys: []string{"?"}, Title: "Keys", Short: "keys", Run: nothing}}

func TestFindPrefersWhatIsPossible(t *testing.T) {
	if a := keys.Find(table(), "s"); a == nil || a.ID != "b.skip" {
		t.Errorf("%+v", a)
	}
	if a := keys.Find(table()[:2], "s"); a == nil || a.Reason() != "over" {
		t.Errorf("a disabled action is not found: %+v", a)
	}
	if a := keys.Find(table(), "z"); a != nil {
		t.Errorf("%+v", a)
	}
	if c := keys.Conflicts(table()); len(c) != 0 {
		t.Errorf("%v", c)
	}
	if c := keys.Conflicts(append(table(), keys.Action{ID: "c.other", Keys: []string{"n"}})); len(c) != 1 {
		t.Errorf("%v", c)
	}
}

func TestFooter(t *testing.T) {
	st := theme.New(theme.Options{Unicode: true})
	for w, want := range map[int]string{
		60: " enter run  s skip all  n note                       ? keys ",
		31: " enter run  s skip all  ? keys ",
		30: " enter run  n note     ? keys ",
		24: " enter run       ? keys ",
	} {
		var zones widget.Zones
		got := ansi.Strip(keys.Footer(st, table(), last, w, 9, &zones))
		if got != want {
			t.Errorf("%d:\n%q, want\n%q", w, got, want)
		}
		z, ok := zones.At(strings.Index(got, "?"), 9)
		if !ok || z.Index != len(table()) {
			t.Errorf("%d: a click on the help hits %+v", w, z)
		}
	}
}

func TestSearch(t *testing.T) {
	s := []keys.Section{{Title: "Walk", Actions: table()}, {Title: "Everywhere", Actions: last}}
	if m := keys.Search(s, "note"); len(m) == 0 || m[0].Action.ID != "a.note" || len(m[0].At) != 4 {
		t.Errorf("%+v", m)
	}
	if m := keys.Search(s, " "); len(m) != len(table())+1 {
		t.Errorf("%d found", len(m))
	}
	if m := keys.Search(s, "qqq"); len(m) != 0 {
		t.Errorf("%+v", m)
	}
}

func TestMarkdown(t *testing.T) {
	md := keys.Markdown([]keys.Section{{Title: "Walk", Actions: table()}})
	if !strings.Contains(md, "| `enter`, `r` | Run it |  |\n") {
		t.Error(md)
	}
}
