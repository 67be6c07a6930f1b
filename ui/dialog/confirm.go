package dialog

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Confirm asks a question with a few answers. Esc cancels it.
type Confirm struct {
	Title  string
	Body   string // plain text, paragraphs
	Detail []string
	Danger bool
	row    buttons
	scroll widget.List // of the body: Offset is its first line in view
	said   string
}

// Say writes a remark under the buttons, until the next key.
func (c *Confirm) Say(text string) { c.said = text }

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
		c.said = ""
		switch m.String() {
		case "esc":
			return &Result{}
		case "pgdown", "space":
			c.to(c.scroll.Offset + c.scroll.Height - 1)
		case "pgup":
			c.to(c.scroll.Offset - c.scroll.Height + 1)
		default:
			i = c.row.key(m)
		}
	case tea.MouseWheelMsg:
		c.to(c.scroll.Offset + wheelRows(m))
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
	c.scroll.Len, c.scroll.Height = len(lines), max(1, min(len(lines), height-frameRows-len(rows)-2))
	c.to(c.scroll.Offset)
	lines = append(lines[c.scroll.Offset:c.scroll.Offset+c.scroll.Height:c.scroll.Offset+c.scroll.Height], "")
	rows = c.row.render(st, iw, frameX, frameY+len(lines))
	lines = append(lines, rows...)
	if off := cmp.Or(c.said, c.row.off()); off != "" {
		lines = append(lines, st.Warn.Render(widget.Cut(off, iw, st.Glyph.Ellipsis)))
	}
	p := widget.Pane{Title: c.Title, Danger: c.Danger}
	if c.scroll.Len > c.scroll.Height {
		p.Scroll, p.Count = c.scroll.Scroll(), "pgdn, pgup: more"
	}
	return framed(st, p, lines, w)
}

func (c *Confirm) to(offset int) {
	c.scroll.Offset = max(0, min(offset, c.scroll.Len-c.scroll.Height))
}
