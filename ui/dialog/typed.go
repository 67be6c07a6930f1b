package dialog

import (
	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
)

// Typed asks the operator to type a word before something destructive. A
// paste never fills it; nothing but the exact word is taken.
type Typed struct {
	Title  string
	Body   string // what is going to happen, in plain words
	Word   string // what has to be typed
	line   Line
	pasted bool
}

// NewTyped makes a typed confirmation.
func NewTyped(title, body, word string) *Typed {
	return &Typed{Title: title, Body: body, Word: word}
}

// Update implements Dialog.
func (t *Typed) Update(msg tea.Msg) *Result {
	switch m := msg.(type) {
	case tea.PasteMsg:
		t.pasted = true
	case tea.KeyPressMsg:
		t.pasted = false
		switch m.String() {
		case "esc":
			return &Result{}
		case "enter":
			if t.line.Text == t.Word {
				return &Result{OK: true, Text: t.line.Text}
			}
			return nil
		}
		t.line.Key(m)
	}
	return nil
}

// View implements Dialog.
func (t *Typed) View(st *theme.Styles, width, height int) string {
	w := fitWidth(62, width)
	iw := w - frameCols
	lines := clip(st, paragraphs(st, t.Body, iw), height-frameRows-6)
	lines = append(lines, "",
		st.Text.Render("Type ")+st.Bad.Render(t.Word)+st.Text.Render(" to go on:"),
		t.line.Render(st, iw, true, ""), "", t.state(st))
	return frame(st, t.Title, lines, w, true)
}

func (t *Typed) state(st *theme.Styles) string {
	switch {
	case t.pasted:
		return st.Warn.Render(st.Glyph.Warn + " a paste doesn't count: type it")
	case t.line.Text == t.Word:
		return hintLine(st, "enter", "go on", "esc", "cancel")
	}
	return hintLine(st, "esc", "cancel")
}
