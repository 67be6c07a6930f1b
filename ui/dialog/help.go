package dialog

import (
	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Help shows every key of the tables, those that are not possible now struck
// through with their reason. Enter on a line does it: Result.Choice is the ID.
type Help struct {
	rows  []helpRow
	keyW  int
	list  widget.List
	zones widget.Zones
}

type helpRow struct {
	action *keys.Action
	head   string // a heading instead of an action
}

// NewHelp makes the overlay.
func NewHelp(sections []keys.Section) *Help {
	h := &Help{}
	for _, s := range sections {
		group := ""
		for i := range s.Actions {
			a := &s.Actions[i]
			if len(a.Keys) == 0 {
				continue
			}
			name := s.Title
			if a.Group != "" {
				name += " · " + a.Group
			}
			if name != group {
				if len(h.rows) > 0 {
					h.rows = append(h.rows, helpRow{})
				}
				h.rows = append(h.rows, helpRow{head: name})
				group = name
			}
			h.rows = append(h.rows, helpRow{action: a})
			h.keyW = max(h.keyW, widget.Width(a.Names(true)))
		}
	}
	h.keyW = min(h.keyW, 16)
	h.list.SetLen(len(h.rows))
	h.step(1)
	return h
}

// step moves to the next line that is an action.
func (h *Help) step(d int) {
	for i := h.list.Cursor + d; i >= 0 && i < len(h.rows); i += d {
		if h.rows[i].action != nil {
			h.list.To(i)
			return
		}
	}
}

// Update implements Dialog.
func (h *Help) Update(msg tea.Msg) *Result {
	switch m := msg.(type) {
	case tea.MouseWheelMsg:
		h.list.Wheel(wheelRows(m))
		h.settle()
	case tea.MouseClickMsg:
		if z, ok := h.zones.At(m.X, m.Y); ok && h.rows[z.Index].action != nil {
			if h.list.Cursor == z.Index {
				return h.take()
			}
			h.list.To(z.Index)
		}
	case tea.KeyPressMsg:
		return h.key(m)
	}
	return nil
}

func (h *Help) key(m tea.KeyPressMsg) *Result {
	switch k := m.String(); k {
	case "esc", "?", "q":
		return &Result{}
	case "enter":
		return h.take()
	case "up", "k":
		h.step(-1)
	case "down", "j":
		h.step(1)
	default:
		if h.list.Key(k) {
			h.settle()
		}
	}
	return nil
}

func (h *Help) settle() {
	if len(h.rows) > 0 && h.rows[h.list.Cursor].action == nil {
		at := h.list.Cursor
		if h.step(1); h.list.Cursor == at {
			h.step(-1)
		}
	}
}

func (h *Help) take() *Result {
	if len(h.rows) == 0 || h.rows[h.list.Cursor].action == nil {
		return nil
	}
	a := h.rows[h.list.Cursor].action
	if a.Reason() != "" {
		return nil // the foot says why
	}
	return &Result{OK: true, Choice: a.ID}
}

// View implements Dialog.
func (h *Help) View(st *theme.Styles, width, height int) string {
	w := fitWidth(76, width)
	iw := w - frameCols
	n := max(1, min(len(h.rows), height-frameRows-5))
	h.list.Fit(n)
	h.zones.Reset()
	var lines []string
	for y := range n {
		i := h.list.At(y)
		if i < 0 {
			break
		}
		h.zones.Add(itemZone, i, frameX, frameY+len(lines), iw, 1)
		lines = append(lines, h.row(st, h.rows[i], iw, i == h.list.Cursor))
	}
	lines = append(append(lines, ""), h.foot(st, iw)...)
	p := widget.Pane{Title: "Keys", Scroll: h.list.Scroll(), Count: widget.Place(h.list.Cursor, len(h.rows))}
	return framed(st, p, lines, w)
}

func (h *Help) row(st *theme.Styles, r helpRow, w int, on bool) string {
	if r.action == nil {
		return widget.Blank(h.keyW+3) + st.TitleFocus.Render(r.head)
	}
	a := r.action
	key := widget.FitRight(st.Key.Render(a.Names(st.Unicode)), h.keyW+1, st.Glyph.Ellipsis)
	title := st.Text.Render(a.Title)
	if a.Reason() != "" {
		title = st.Disabled.Render(a.Title)
	}
	row := widget.Fit(key+"  "+title, w, st.Glyph.Ellipsis)
	if on {
		return widget.SelectRow(st, row, true)
	}
	return row
}

// foot explains the action under the cursor.
func (h *Help) foot(st *theme.Styles, w int) []string {
	if len(h.rows) > 0 && h.rows[h.list.Cursor].action != nil {
		return explain(st, h.rows[h.list.Cursor].action, w)
	}
	return []string{hintLine(st, "enter", "do it", "esc", "close"), ""}
}

// explain says in two lines what an action does, or why it can't now.
func explain(st *theme.Styles, a *keys.Action, w int) []string {
	if why := a.Reason(); why != "" {
		return foot(st.Glyph.Warn+" not now: "+why, st.Warn, w)
	}
	return foot(a.Help, st.Muted, w)
}
