package dialog

import (
	"cmp"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Choice is one item of a Choose. Text given here is cleaned already.
type Choice struct {
	ID     string
	Title  string
	Note   string   // right of the title, muted
	Detail []string // lines of the detail pane, may be styled
	Off    string   // why it can't be chosen; it is shown struck through
	Mark   string   // a styled glyph before the title
}

// Choose lets the operator pick one of a list. Letters filter it when Filter
// is set; Enter takes the item, Esc cancels.
type Choose struct {
	Title  string
	Label  string
	Items  []Choice
	Filter bool // typing narrows the list
	Empty  string
	Verb   string // what enter does; "choose" when empty
	list   widget.List
	query  Line
	shown  []int
	zones  widget.Zones
	said   string
}

const itemZone = "item"

// NewChoose makes a list with the cursor on item at.
func NewChoose(title, label string, items []Choice, at int) *Choose {
	c := &Choose{Title: title, Label: label, Items: items, Empty: "Nothing to choose from."}
	c.narrow()
	c.list.To(at)
	return c
}

func (c *Choose) narrow() {
	c.shown = c.shown[:0]
	q := strings.ToLower(c.query.Text)
	for i := range c.Items {
		if q == "" || strings.Contains(strings.ToLower(c.Items[i].Title+" "+c.Items[i].Note), q) {
			c.shown = append(c.shown, i)
		}
	}
	c.list.SetLen(len(c.shown))
}

// Update implements Dialog.
func (c *Choose) Update(msg tea.Msg) *Result {
	switch m := msg.(type) {
	case tea.MouseWheelMsg:
		c.list.Wheel(wheelRows(m))
	case tea.MouseClickMsg:
		if z, ok := c.zones.At(m.X, m.Y); ok && z.ID == itemZone {
			if c.list.Cursor == z.Index {
				return c.take()
			}
			c.list.To(z.Index)
			c.said = ""
		}
	case tea.KeyPressMsg:
		return c.key(m)
	}
	return nil
}

func (c *Choose) key(m tea.KeyPressMsg) *Result {
	c.said = ""
	switch k := m.String(); {
	case k == "esc":
		return &Result{}
	case k == "enter":
		return c.take()
	case c.Filter && m.Text != "" || k == "backspace" && c.Filter:
		c.query.Key(m)
		c.narrow()
	default:
		c.list.Key(k)
	}
	return nil
}

func (c *Choose) take() *Result {
	if len(c.shown) == 0 {
		return nil
	}
	i := c.shown[c.list.Cursor]
	if off := c.Items[i].Off; off != "" {
		c.said = off
		return nil
	}
	return &Result{OK: true, Choice: c.Items[i].ID, Index: i}
}

// View implements Dialog.
func (c *Choose) View(st *theme.Styles, width, height int) string {
	w := fitWidth(100, width)
	iw := w - frameCols
	head := clip(st, paragraphs(st, c.Label, iw), 3)
	if c.Filter {
		head = append(head, c.query.Render(st, iw, true, "type to narrow"))
	}
	head = append(head, "")
	listRows, detailRows := c.split(iw, height-frameRows-len(head)-2)
	lines := append([]string{}, head...)
	lines = append(lines, c.rows(st, iw, listRows, frameY+len(head))...)
	if detailRows > 0 {
		lines = append(lines, st.Border.Render(strings.Repeat(st.Glyph.Rule, iw)))
		lines = append(lines, c.detail(st, iw, detailRows-1)...)
	}
	lines = append(lines, "", c.foot(st))
	p := widget.Pane{Title: c.Title, Count: widget.Place(c.list.Cursor, len(c.shown))}
	return framed(st, p, lines, w)
}

// split shares the room between the list and the detail of its cursor.
func (c *Choose) split(w, room int) (list, detail int) {
	for i := range c.Items {
		n := len(c.Items[i].Detail)
		for _, d := range c.Items[i].Detail {
			if widget.Width(d) > w {
				n += len(widget.Wrap(d, w)) - 1
			}
		}
		detail = max(detail, n)
	}
	want := max(1, min(len(c.Items), 14))
	if detail == 0 {
		return max(1, min(want, room)), 0
	}
	detail = min(detail+1, max(0, room-min(want, 4)))
	return max(1, min(want, room-detail)), detail
}

func (c *Choose) rows(st *theme.Styles, w, n, y int) []string {
	c.zones.Reset()
	c.list.Fit(n)
	out := make([]string, 0, n)
	for i := range n {
		at := c.list.At(i)
		if at < 0 {
			break
		}
		it := &c.Items[c.shown[at]]
		c.zones.Add(itemZone, at, frameX, y+i, w, 1)
		out = append(out, c.row(st, it, w, at == c.list.Cursor))
	}
	if len(out) == 0 {
		out = append(out, st.Muted.Render(c.Empty))
	}
	for len(out) < n {
		out = append(out, "")
	}
	return out
}

func (c *Choose) row(st *theme.Styles, it *Choice, w int, on bool) string {
	title := it.Title
	if it.Off != "" && !on {
		title = st.Disabled.Render(title)
	}
	mark := it.Mark
	if mark != "" {
		mark += " "
	}
	row := widget.Fit(widget.Spread(" "+mark+title, st.Muted.Render(it.Note)+" ", w, st.Glyph.Ellipsis), w, "")
	if on {
		return widget.SelectRow(st, row, true)
	}
	return row
}

func (c *Choose) detail(st *theme.Styles, w, n int) []string {
	out := make([]string, max(n, 0))
	if len(c.shown) == 0 {
		return out
	}
	var lines []string
	for _, d := range c.Items[c.shown[c.list.Cursor]].Detail {
		lines = append(lines, widget.Wrap(d, w)...)
	}
	copy(out, clip(st, lines, n))
	return out
}

func (c *Choose) foot(st *theme.Styles) string {
	if c.said != "" {
		return st.Warn.Render(st.Glyph.Warn + " " + c.said)
	}
	if len(c.shown) > 0 {
		if off := c.Items[c.shown[c.list.Cursor]].Off; off != "" {
			return st.Warn.Render(st.Glyph.Warn+" not now: "+off) + "  " + hintLine(st, "esc", "cancel")
		}
	}
	return hintLine(st, "enter", cmp.Or(c.Verb, "choose"), "esc", "cancel")
}

func wheelRows(m tea.MouseWheelMsg) int {
	if m.Button == tea.MouseWheelUp {
		return -3
	}
	return 3
}
