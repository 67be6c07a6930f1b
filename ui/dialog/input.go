package dialog

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

func cutLeft(s string, n int) string { return ansi.TruncateLeft(s, n, "") }

// Input asks for one line of text. Enter takes it, Esc cancels.
type Input struct {
	Title string
	Label string // what is asked, a sentence
	Ghost string // shown while it is empty
	Hint  string
	// Check gives what is wrong with the text, or "". Nil: anything goes.
	Check func(string) string
	line  Line
	wrong string
}

// NewInput asks for a line, with a default: typing replaces it, moving the
// cursor first edits it.
func NewInput(title, label, value string) *Input {
	in := &Input{Title: title, Label: label}
	in.line.SetText(value)
	in.line.Selected = value != ""
	return in
}

// Update implements Dialog.
func (in *Input) Update(msg tea.Msg) *Result {
	switch m := msg.(type) {
	case tea.PasteMsg:
		in.line.Insert(widget.CleanLine(m.Content))
		in.wrong = ""
	case tea.KeyPressMsg:
		switch m.String() {
		case "esc":
			return &Result{}
		case "enter":
			if in.Check != nil {
				if in.wrong = in.Check(in.line.Text); in.wrong != "" {
					return nil
				}
			}
			return &Result{OK: true, Text: in.line.Text}
		}
		if in.line.Key(m) {
			in.wrong = ""
		}
	}
	return nil
}

// View implements Dialog.
func (in *Input) View(st *theme.Styles, width, height int) string {
	w := fitWidth(64, width)
	iw := w - frameCols
	lines := clip(st, paragraphs(st, in.Label, iw), height-frameRows-4)
	lines = append(lines, "", in.line.Render(st, iw, true, in.Ghost))
	switch {
	case in.wrong != "":
		lines = append(lines, st.Bad.Render(st.Glyph.Fail+" "+in.wrong))
	case in.Hint != "":
		lines = append(lines, st.Muted.Render(in.Hint))
	default:
		lines = append(lines, "")
	}
	lines = append(lines, "", hintLine(st, "enter", "take it", "esc", "cancel"))
	return frame(st, in.Title, lines, w, false)
}

// hintLine draws key and word in turn.
func hintLine(st *theme.Styles, pairs ...string) string {
	out := ""
	for i := 0; i+1 < len(pairs); i += 2 {
		if out != "" {
			out += "  "
		}
		out += st.Key.Render(pairs[i]) + " " + st.KeyText.Render(pairs[i+1])
	}
	return out
}
