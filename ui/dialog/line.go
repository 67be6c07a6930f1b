package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/rivo/uniseg"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Line is a single line of text that is being edited. It moves by grapheme.
type Line struct {
	Text   string
	Cursor int // byte offset, on a boundary of graphemes
	// Selected says that the whole text is a default that typing replaces.
	Selected bool
	from     int // first cell in view
}

// SetText replaces the text and puts the cursor at its end.
func (l *Line) SetText(s string) { l.Text, l.Cursor = s, len(s) }

// Insert puts text at the cursor.
func (l *Line) Insert(s string) {
	if l.Selected {
		l.SetText("")
	}
	l.Selected = false
	l.Text = l.Text[:l.Cursor] + s + l.Text[l.Cursor:]
	l.Cursor += len(s)
}

// Key edits by a key, and says whether it was one of editing.
func (l *Line) Key(msg tea.KeyPressMsg) bool {
	if msg.Text == "" {
		defer func() { l.Selected = false }()
	}
	switch msg.String() {
	case "left", "ctrl+b":
		l.Cursor = before(l.Text, l.Cursor)
	case "right", "ctrl+f":
		l.Cursor = after(l.Text, l.Cursor)
	case "home", "ctrl+a":
		l.Cursor = 0
	case "end", "ctrl+e":
		l.Cursor = len(l.Text)
	case "backspace", "ctrl+h":
		if l.Selected {
			l.cut(0, len(l.Text))
			break
		}
		l.cut(before(l.Text, l.Cursor), l.Cursor)
	case "delete", "ctrl+d":
		l.cut(l.Cursor, after(l.Text, l.Cursor))
	case "ctrl+u":
		l.cut(0, l.Cursor)
	case "ctrl+k":
		l.cut(l.Cursor, len(l.Text))
	case "ctrl+w":
		head := strings.TrimRight(l.Text[:l.Cursor], " ")
		l.cut(strings.LastIndexByte(head, ' ')+1, l.Cursor)
	default:
		if msg.Text == "" {
			return false
		}
		l.Insert(widget.CleanLine(msg.Text))
	}
	return true
}

func (l *Line) cut(from, to int) {
	l.Text = l.Text[:from] + l.Text[to:]
	l.Cursor = from
}

// before is the boundary of graphemes left of at.
func before(s string, at int) int {
	prev := 0
	for g := uniseg.NewGraphemes(s); g.Next(); {
		from, to := g.Positions()
		if to >= at {
			return from
		}
		prev = to
	}
	return prev
}

// after is the boundary of graphemes right of at.
func after(s string, at int) int {
	if at >= len(s) {
		return len(s)
	}
	g := uniseg.NewGraphemes(s[at:])
	g.Next()
	_, to := g.Positions()
	return at + to
}

// Render draws the line in w cells with the cursor in view; ghost is shown
// while it is empty.
func (l *Line) Render(st *theme.Styles, w int, focused bool, ghost string) string {
	if w < 2 {
		return widget.Blank(w)
	}
	if l.Text == "" && ghost != "" {
		head := st.Input.Render(" ")
		if focused {
			head = st.Cursor.Render(" ")
		}
		return head + st.Input.Foreground(st.Muted.GetForeground()).Render(widget.Fit(ghost, w-1, st.Glyph.Ellipsis))
	}
	if l.Selected && focused && widget.Width(l.Text) < w {
		return st.Selected.Render(l.Text) + st.Cursor.Render(" ") + st.Input.Render(widget.Blank(w-1-widget.Width(l.Text)))
	}
	left, right := l.Text[:l.Cursor], l.Text[l.Cursor:]
	under := " "
	if n := after(right, 0); n > 0 {
		under, right = right[:n], right[n:]
	}
	at, cw := widget.Width(left), widget.Width(under)
	if at < l.from {
		l.from = at
	}
	if at+cw > l.from+w {
		l.from = at + cw - w
	}
	left = cutLeft(left, l.from)
	cursor := st.Input
	if focused {
		cursor = st.Cursor
	}
	rest := w - widget.Width(left) - cw
	return st.Input.Render(left) + cursor.Render(under) + st.Input.Render(widget.Fit(right, rest, ""))
}
