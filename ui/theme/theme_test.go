package theme_test

import (
	"testing"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
)

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		env            map[string]string
		color, unicode bool
	}{
		{map[string]string{"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}, true, true},
		{map[string]string{"TERM": "xterm-256color"}, true, true},
		{map[string]string{"TERM": "xterm", "LANG": "C"}, true, false},
		{map[string]string{"TERM": "xterm", "LANG": "C", "LC_ALL": "C.UTF-8"}, true, true},
		{map[string]string{"TERM": "linux", "LANG": "C.UTF-8"}, true, false},
		{map[string]string{"TERM": "dumb", "LANG": "C.UTF-8"}, false, false},
		{map[string]string{"TERM": "xterm", "LANG": "C.UTF-8", "NO_COLOR": "1"}, false, true},
	} {
		o := theme.Detect(func(k string) string { return c.env[k] })
		if o.Color != c.color || o.Unicode != c.unicode {
			t.Errorf("%v: %+v", c.env, o)
		}
	}
}

// TestNoColor: without colour, what is selected and what is focused is still
// told apart from the rest.
func TestNoColor(t *testing.T) {
	st := theme.New(theme.Options{})
	if st.Selected.Render("x") == "x" || st.SelectedDim.Render("x") == "x" || st.TitleFocus.Render("x") == st.Title.Render("x") {
		t.Error("selection or focus is carried by colour alone")
	}
	if st.Good.GetForeground() != st.Text.GetForeground() {
		t.Error("a colour is left")
	}
}
