package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Button is one answer of a dialog.
type Button struct {
	ID     string // Result.Choice
	Text   string
	Key    string // a letter that chooses it; empty: none
	Danger bool
	Off    string // why not now; the button is shown struck through
}

// buttons is a row of buttons with one of them in focus.
type buttons struct {
	list  []Button
	at    int
	zones widget.Zones
}

const buttonZone = "button"

// key moves the focus, and returns the button that was chosen, or -1.
func (b *buttons) key(msg tea.KeyPressMsg) int {
	switch k := msg.String(); k {
	case "left", "shift+tab", "up":
		b.at = (b.at + len(b.list) - 1) % max(1, len(b.list))
	case "right", "tab", "down":
		b.at = (b.at + 1) % max(1, len(b.list))
	case "enter":
		return b.allowed(b.at)
	default:
		for i := range b.list {
			if b.list[i].Key != "" && b.list[i].Key == k {
				return b.allowed(i)
			}
		}
	}
	return -1
}

func (b *buttons) allowed(i int) int {
	if i < 0 || i >= len(b.list) || b.list[i].Off != "" {
		return -1
	}
	return i
}

// click returns the button at a cell, or -1.
func (b *buttons) click(m tea.MouseClickMsg) int {
	if z, ok := b.zones.At(m.X, m.Y); ok && z.ID == buttonZone {
		b.at = z.Index
		return b.allowed(z.Index)
	}
	return -1
}

// render draws the row, broken into lines of at most w cells; x and y are
// where its first cell lies in the dialog.
func (b *buttons) render(st *theme.Styles, w, x, y int) []string {
	b.zones.Reset()
	lines := []string{""}
	at := 0
	for i, btn := range b.list {
		text := " " + btn.Text + " "
		if btn.Key != "" {
			text = " " + keys.Name(btn.Key, st.Unicode) + "  " + btn.Text + " "
		}
		text = widget.Cut(text, w, st.Glyph.Ellipsis)
		bw := widget.Width(text)
		if at > 0 && at+2+bw > w {
			lines = append(lines, "")
			at = 0
		}
		if at > 0 {
			lines[len(lines)-1] += "  "
			at += 2
		}
		b.zones.Add(buttonZone, i, x+at, y+len(lines)-1, bw, 1)
		lines[len(lines)-1] += b.style(st, i, text)
		at += bw
	}
	return lines
}

func (b *buttons) style(st *theme.Styles, i int, text string) string {
	btn := b.list[i]
	switch {
	case btn.Off != "":
		return st.Disabled.Render(text)
	case i == b.at && btn.Danger:
		return st.ButtonDanger.Render(text)
	case i == b.at:
		return st.ButtonOn.Render(text)
	}
	return st.Button.Render(text)
}

// off gives the reason of the button in focus, or "".
func (b *buttons) off() string {
	if b.at < 0 || b.at >= len(b.list) {
		return ""
	}
	return b.list[b.at].Off
}

// frame draws a dialog's border around its lines. The first line of the body
// is at row 2, column 3 of the dialog.
func frame(st *theme.Styles, title string, lines []string, w int, danger bool) string {
	return framed(st, widget.Pane{Title: title, Danger: danger}, lines, w)
}

func framed(st *theme.Styles, p widget.Pane, lines []string, w int) string {
	body := append([]string{""}, lines...)
	p.Title = widget.CleanLine(p.Title)
	p.Focused, p.Pad, p.Body = true, 2, strings.Join(body, "\n")
	return p.Render(st, w, len(body)+3)
}

// foot fills exactly two lines at the end of a dialog.
func foot(text string, style lipgloss.Style, w int) []string {
	lines := widget.Wrap(text, w)
	out := []string{"", ""}
	for i := range out {
		if i < len(lines) {
			out[i] = style.Render(lines[i])
		}
	}
	return out
}

const (
	frameX    = 3 // of the first cell of the body
	frameY    = 2
	frameCols = 6 // cells that the frame takes from the width
	frameRows = 4
)

// fitWidth is how wide a dialog is that would like want cells for its body.
func fitWidth(want, screen int) int {
	return max(20, min(want+frameCols, screen-8))
}

func paragraphs(st *theme.Styles, text string, w int) []string {
	var out []string
	for _, p := range strings.Split(widget.Clean(text), "\n") {
		for _, l := range widget.Wrap(p, w) {
			out = append(out, st.Text.Render(l))
		}
	}
	return out
}

// clip keeps the first lines that fit, ending with a mark when some don't.
func clip(st *theme.Styles, lines []string, n int) []string {
	if len(lines) <= n || n < 1 {
		return lines
	}
	return append(lines[:n-1:n-1], st.Muted.Render(st.Glyph.Ellipsis))
}

func size(s string) (w, h int) {
	for _, l := range strings.Split(s, "\n") {
		w = max(w, widget.Width(l))
		h++
	}
	return w, h
}

// holdNote says on the bottom border that keys are being swallowed.
func holdNote(st *theme.Styles, box string) string {
	lines := strings.Split(box, "\n")
	note := " keys wait until you stop typing "
	w := widget.Width(box[:strings.IndexByte(box+"\n", '\n')])
	if w < len(note)+4 || len(lines) == 0 {
		return box
	}
	last := len(lines) - 1
	lines[last] = widget.Over(lines[last], st.Warn.Render(note), 2, 0, w, 1)
	return strings.Join(lines, "\n")
}
