package dialog

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Text edits several lines, a command for example. ctrl+s takes the text, Esc
// cancels; Enter begins a new line.
type Text struct {
	Title string
	Label string
	// Check gives what is wrong with the text, or "". Nil: anything goes.
	Check func(string) string
	lines []Line
	at    int
	top   int
	wrong string
	orig  string
	sure  bool // Esc was pressed once with changes
	zones widget.Zones
}

// NewText makes an editor with the cursor at the end of the text.
func NewText(title, label, value string) *Text {
	t := &Text{Title: title, Label: label, orig: value}
	t.set(value)
	return t
}

func (t *Text) set(value string) {
	t.lines = nil
	for _, l := range strings.Split(value, "\n") {
		t.lines = append(t.lines, Line{Text: l, Cursor: len(l)})
	}
	t.at = len(t.lines) - 1
}

// Value is the text as it stands.
func (t *Text) Value() string {
	out := make([]string, len(t.lines))
	for i := range t.lines {
		out[i] = t.lines[i].Text
	}
	return strings.Join(out, "\n")
}

// Update implements Dialog.
func (t *Text) Update(msg tea.Msg) *Result {
	switch m := msg.(type) {
	case tea.PasteMsg:
		t.insert(widget.Clean(strings.ReplaceAll(m.Content, "\r", "\n")))
	case tea.MouseWheelMsg:
		t.move(wheelRows(m))
	case tea.MouseClickMsg:
		if z, ok := t.zones.At(m.X, m.Y); ok {
			t.at = z.Index
		}
	case tea.KeyPressMsg:
		return t.key(m)
	}
	return nil
}

func (t *Text) key(m tea.KeyPressMsg) *Result {
	k := m.String()
	if k == "esc" {
		if t.Value() == t.orig || t.sure {
			return &Result{}
		}
		t.sure = true
		return nil
	}
	t.sure = false
	switch k {
	case "ctrl+s", "ctrl+enter":
		if t.Check != nil {
			if t.wrong = t.Check(t.Value()); t.wrong != "" {
				return nil
			}
		}
		return &Result{OK: true, Text: t.Value()}
	case "enter":
		t.insert("\n")
	case "up":
		t.move(-1)
	case "down":
		t.move(1)
	case "pgup":
		t.move(-10)
	case "pgdown":
		t.move(10)
	case "tab":
		t.insert("    ")
	case "backspace":
		t.backspace(m)
	default:
		t.lines[t.at].Key(m)
	}
	t.wrong = ""
	return nil
}

func (t *Text) backspace(m tea.KeyPressMsg) {
	l := &t.lines[t.at]
	if l.Cursor > 0 || t.at == 0 {
		l.Key(m)
		return
	}
	up := &t.lines[t.at-1]
	up.Cursor = len(up.Text)
	up.Text += l.Text
	t.lines = append(t.lines[:t.at], t.lines[t.at+1:]...)
	t.at--
}

// move goes d lines down, keeping the column where it can.
func (t *Text) move(d int) {
	col := widget.Width(t.lines[t.at].Text[:t.lines[t.at].Cursor])
	t.at = max(0, min(t.at+d, len(t.lines)-1))
	l := &t.lines[t.at]
	l.Cursor = 0
	for l.Cursor < len(l.Text) && widget.Width(l.Text[:after(l.Text, l.Cursor)]) <= col {
		l.Cursor = after(l.Text, l.Cursor)
	}
}

func (t *Text) insert(s string) {
	for i, part := range strings.Split(s, "\n") {
		if i > 0 {
			l := &t.lines[t.at]
			rest := l.Text[l.Cursor:]
			l.Text = l.Text[:l.Cursor]
			next := append([]Line{{Text: rest}}, t.lines[t.at+1:]...)
			t.lines = append(t.lines[:t.at+1:t.at+1], next...)
			t.at++
		}
		t.lines[t.at].Insert(part)
	}
}

// View implements Dialog.
func (t *Text) View(st *theme.Styles, width, height int) string {
	w := fitWidth(90, width)
	iw := w - frameCols
	lines := clip(st, paragraphs(st, t.Label, iw), 3)
	lines = append(lines, "")
	n := max(1, min(max(len(t.lines), 5), height-frameRows-len(lines)-2))
	t.scroll(n)
	t.zones.Reset()
	digits := len(fmt.Sprint(len(t.lines)))
	for y := range n {
		i := t.top + y
		if i >= len(t.lines) {
			lines = append(lines, widget.Blank(digits+1)+st.Input.Render(widget.Blank(iw-digits-1)))
			continue
		}
		t.zones.Add("line", i, frameX, frameY+len(lines), iw, 1)
		num := st.Faint.Render(fmt.Sprintf("%*d ", digits, i+1))
		lines = append(lines, num+t.lines[i].Render(st, iw-digits-1, i == t.at, ""))
	}
	return frame(st, t.Title, append(lines, "", t.foot(st)), w, false)
}

func (t *Text) scroll(n int) {
	t.top = max(0, min(t.top, len(t.lines)-n))
	if t.at < t.top {
		t.top = t.at
	}
	if t.at >= t.top+n {
		t.top = t.at - n + 1
	}
}

func (t *Text) foot(st *theme.Styles) string {
	switch {
	case t.wrong != "":
		return st.Bad.Render(st.Glyph.Fail + " " + t.wrong)
	case t.sure:
		return st.Warn.Render(st.Glyph.Warn + " the text was changed: esc again drops the changes")
	}
	return hintLine(st, "ctrl+s", "take it", "enter", "new line", "esc", "cancel")
}
