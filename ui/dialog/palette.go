package dialog

import (
	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Palette finds an action by its name. Result.Choice is the action's ID.
type Palette struct {
	sections []keys.Section
	query    Line
	found    []keys.Match
	list     widget.List
	zones    widget.Zones
}

// NewPalette makes a palette over those tables.
func NewPalette(sections []keys.Section) *Palette {
	p := &Palette{sections: sections}
	p.search()
	return p
}

func (p *Palette) search() {
	p.found = keys.Search(p.sections, p.query.Text)
	p.list = widget.List{Len: len(p.found), Height: p.list.Height}
}

// Update implements Dialog.
func (p *Palette) Update(msg tea.Msg) *Result {
	switch m := msg.(type) {
	case tea.PasteMsg:
		p.query.Insert(widget.CleanLine(m.Content))
		p.search()
	case tea.MouseWheelMsg:
		p.list.Wheel(wheelRows(m))
	case tea.MouseClickMsg:
		if z, ok := p.zones.At(m.X, m.Y); ok {
			p.list.To(z.Index)
			return p.take()
		}
	case tea.KeyPressMsg:
		return p.key(m)
	}
	return nil
}

func (p *Palette) key(m tea.KeyPressMsg) *Result {
	switch m.String() {
	case "esc", "ctrl+p":
		return &Result{}
	case "enter":
		return p.take()
	case "up":
		p.list.Move(-1)
	case "down":
		p.list.Move(1)
	case "pgup":
		p.list.Page(-1)
	case "pgdown":
		p.list.Page(1)
	default:
		was := p.query.Text
		if p.query.Key(m); p.query.Text != was {
			p.search()
		}
	}
	return nil
}

func (p *Palette) take() *Result {
	if len(p.found) == 0 {
		return nil
	}
	a := p.found[p.list.Cursor].Action
	if a.Reason() != "" {
		return nil // the foot says why
	}
	return &Result{OK: true, Choice: a.ID}
}

// View implements Dialog.
func (p *Palette) View(st *theme.Styles, width, height int) string {
	w := fitWidth(72, width)
	iw := w - frameCols
	lines := []string{p.query.Render(st, iw, true, "what do you want to do?"), ""}
	n := max(3, min(14, height-frameRows-len(lines)-5))
	p.list.Fit(n)
	p.zones.Reset()
	for y := range n {
		i := p.list.At(y)
		if i < 0 {
			lines = append(lines, "")
			continue
		}
		p.zones.Add(itemZone, i, frameX, frameY+len(lines), iw, 1)
		lines = append(lines, p.row(st, p.found[i], iw, i == p.list.Cursor))
	}
	if len(p.found) == 0 {
		lines[2] = st.Muted.Render("Nothing is called that.")
	}
	pane := widget.Pane{Title: "Commands", Scroll: p.list.Scroll(), Count: widget.Place(p.list.Cursor, len(p.found))}
	return framed(st, pane, append(append(lines, ""), p.foot(st, iw)...), w)
}

func (p *Palette) row(st *theme.Styles, m keys.Match, w int, on bool) string {
	a := m.Action
	title := st.Text.Render(a.Title)
	if a.Reason() != "" {
		title = st.Disabled.Render(a.Title)
	} else if len(m.At) > 0 {
		title = highlight(st, a.Title, m.At)
	}
	right := st.Muted.Render(m.Group)
	if len(a.Keys) > 0 {
		right += "  " + widget.FitRight(st.Key.Render(keys.Name(a.Keys[0], st.Unicode)), 7, "")
	}
	row := widget.Spread(" "+title, right+" ", w, st.Glyph.Ellipsis)
	if on {
		return widget.SelectRow(st, row, true)
	}
	return row
}

func highlight(st *theme.Styles, s string, at []int) string {
	hit := map[int]bool{}
	for _, i := range at {
		hit[i] = true
	}
	out := ""
	for i, r := range s {
		if hit[i] {
			out += st.Match.Render(string(r))
		} else {
			out += st.Text.Render(string(r))
		}
	}
	return out
}

func (p *Palette) foot(st *theme.Styles, w int) []string {
	if len(p.found) > 0 {
		return explain(st, p.found[p.list.Cursor].Action, w)
	}
	return []string{hintLine(st, "esc", "close"), ""}
}
