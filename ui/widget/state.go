package widget

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
)

// Empty draws what stands where there is nothing yet: a headline and what to
// do next, in the middle of exactly w × h cells. Lines may be styled.
func Empty(st *theme.Styles, headline string, lines []string, w, h int) string {
	text := []string{st.Strong.Render(headline)}
	if len(lines) > 0 {
		text = append(text, "")
	}
	for _, l := range lines {
		for _, s := range Wrap(l, max(10, min(w-4, 72))) {
			if !strings.Contains(s, "\x1b") {
				s = st.Muted.Render(s)
			}
			text = append(text, s)
		}
	}
	widest := 0
	for _, l := range text {
		widest = max(widest, Width(l))
	}
	left := Blank(max(0, (w-widest)/2))
	out := make([]string, max(0, (h-len(text))/2))
	for _, l := range text {
		out = append(out, left+l)
	}
	return Box(strings.Join(out, "\n"), w, h, st.Glyph.Ellipsis)
}

// Field is one line of a list of names and values.
type Field struct{ Name, Value string }

// Fields draws names and values in two columns of w cells; long values are
// wrapped under themselves. Empty values are left out.
func Fields(st *theme.Styles, fields []Field, w int) []string {
	nameW := 0
	for _, f := range fields {
		if f.Value != "" {
			nameW = max(nameW, Width(f.Name))
		}
	}
	nameW = min(nameW, w/3)
	var out []string
	for _, f := range fields {
		if f.Value == "" {
			continue
		}
		name := f.Name
		for _, v := range Wrap(f.Value, max(4, w-nameW-2)) {
			out = append(out, Fit(st.Muted.Render(name), nameW, st.Glyph.Ellipsis)+"  "+st.Text.Render(v))
			name = ""
		}
	}
	return out
}
