package walk

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// handDialog shows the lines that a person runs elsewhere, whole and one a
// row, and takes a note.
type handDialog struct {
	title string
	lines []string // cleaned
	note  dialog.Line
	text  scroller
}

// Update implements dialog.Dialog.
func (d *handDialog) Update(msg tea.Msg) *dialog.Result {
	switch m := msg.(type) {
	case tea.PasteMsg:
		d.note.Insert(widget.CleanLine(m.Content))
	case tea.MouseWheelMsg:
		d.text.move(map[bool]string{true: "up", false: "down"}[m.Button == tea.MouseWheelUp])
	case tea.KeyPressMsg:
		switch k := m.String(); k {
		case "esc":
			return &dialog.Result{}
		case "enter":
			return &dialog.Result{OK: true, Text: d.note.Text}
		case "up", "down":
			d.text.move(k)
		case "pgup", "pgdown":
			d.text.move(k)
		default:
			d.note.Key(m)
		}
	}
	return nil
}

// View implements dialog.Dialog.
func (d *handDialog) View(st *theme.Styles, width, height int) string {
	w := max(20, min(96, width-4))
	p := widget.Pane{Title: d.title, Focused: true, Pad: 2}
	iw, _ := p.Inner(w, height)
	body := []string{""}
	if len(d.lines) > 0 {
		body = append(body, st.Muted.Render("Run this elsewhere, or do the same by other means:"), "")
		rows := max(1, height-12)
		code := widget.Highlight(st, "bash", strings.Join(wrapAll(d.lines, iw-2), "\n"))
		for _, l := range d.text.fit(code, min(rows, len(code)), 0, 0) {
			body = append(body, st.Code.Gutter.Render(st.Glyph.Gutter)+" "+l)
		}
		p.Scroll = widget.Scroll{}
		body = append(body, "")
	}
	body = append(body, st.Text.Render("What did you do? (it stands in the report)"),
		d.note.Render(st, iw, true, "a note"), "",
		st.Key.Render("enter")+" "+st.KeyText.Render("mark as done by hand")+"  "+
			st.Key.Render("esc")+" "+st.KeyText.Render("back"))
	p.Body = strings.Join(body, "\n")
	return p.Render(st, w, min(len(body)+3, max(height-1, 6)))
}

// wrapAll breaks lines hard at w cells, so that nothing of them is hidden.
func wrapAll(lines []string, w int) []string {
	var out []string
	for _, l := range lines {
		for widget.Width(l) > w && w > 4 {
			head := widget.Cut(l, w, "")
			out = append(out, head)
			l = l[len(head):]
		}
		out = append(out, l)
	}
	return out
}
