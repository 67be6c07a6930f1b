package dialog

import (
	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
)

// Confirm asks a question with a few answers. Esc cancels it.
type Confirm struct {
	Title  string
	Body   string // plain text, paragraphs
	Detail []string
	Danger bool
	row    buttons
}

// NewConfirm makes a question. The first button is in focus.
func NewConfirm(title, body string, list ...Button) *Confirm {
	if len(list) == 0 {
		list = []Button{{ID: "ok", Text: "OK"}}
	}
	return &Confirm{Title: title, Body: body, row: buttons{list: list}}
}

// NewInfo makes a message with one button.
func NewInfo(title, body string) *Confirm { return NewConfirm(title, body) }

// Focus puts the focus on the button with that id.
func (c *Confirm) Focus(id string) *Confirm {
	for i := range c.row.list {
		if c.row.list[i].ID == id {
			c.row.at = i
		}
	}
	return c
}

// Update implements Dialog.
func (c *Confirm) Update(msg tea.Msg) *Result {
	i := -1
	switch m := msg.(type) {
	case tea.KeyPressMsg:
		if m.String() == "esc" {
			return &Result{}
		}
		i = c.row.key(m)
	case tea.MouseClickMsg:
		i = c.row.click(m)
	}
	if i < 0 {
		return nil
	}
	return &Result{OK: true, Choice: c.row.list[i].ID, Index: i}
}

// View implements Dialog.
func (c *Confirm) View(st *theme.Styles, width, height int) string {
	w := fitWidth(62, width)
	iw := w - frameCols
	lines := paragraphs(st, c.Body, iw)
	for _, d := range c.Detail {
		lines = append(lines, st.Muted.Render(d))
	}
	rows := c.row.render(st, iw, 0, 0)
	lines = clip(st, lines, height-frameRows-len(rows)-2)
	lines = append(lines, "")
	rows = c.row.render(st, iw, frameX, frameY+len(lines))
	lines = append(lines, rows...)
	if off := c.row.off(); off != "" {
		lines = append(lines, st.Warn.Render(off))
	}
	return frame(st, c.Title, lines, w, c.Danger)
}
