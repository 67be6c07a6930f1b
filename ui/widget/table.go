package widget

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
)

// Column is one column of a table. Its width is fixed, or grows with the room
// that is left; where room is short the columns of the highest rank go first.
type Column struct {
	Title string
	Width int // cells; the least when Grow is set
	Grow  int // share of the room that is left; 0: fixed
	Max   int // most cells of a growing column; 0: no limit
	Rank  int // 0: always shown
	Right bool
}

// Table draws the rows of a list that are in view.
type Table struct {
	Columns []Column
	// Row gives the cells of row i, one a column, styled.
	Row     func(i int) []string
	List    *List
	Focused bool
	NoHead  bool
}

const gapWidth = 2

// Render draws the table in exactly w × h cells and scrolls its list to fit.
func (t Table) Render(st *theme.Styles, w, h int) string {
	widths := t.layout(w - 2)
	var out []string
	if !t.NoHead {
		out = append(out, Fit(" "+st.Header.Render(t.line(st, widths, t.titles())), w, ""))
	}
	t.List.Fit(h - len(out))
	for y := range t.List.Height {
		i := t.List.At(y)
		if i < 0 {
			break
		}
		row := Fit(" "+t.line(st, widths, t.Row(i)), w, "")
		if i == t.List.Cursor {
			row = SelectRow(st, row, t.Focused)
		}
		out = append(out, row)
	}
	return Box(strings.Join(out, "\n"), w, h, st.Glyph.Ellipsis)
}

// Body gives how many lines of the table are above its first row.
func (t Table) Body() int {
	if t.NoHead {
		return 0
	}
	return 1
}

// SelectRow paints a drawn row as the selected one.
func SelectRow(st *theme.Styles, row string, focused bool) string {
	style := st.SelectedDim
	if focused {
		style = st.Selected
	}
	return style.Render(ansi.Strip(row))
}

func (t Table) titles() []string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Title
	}
	return out
}

func (t Table) line(st *theme.Styles, widths []int, cells []string) string {
	var b strings.Builder
	first := true
	for i, w := range widths {
		if w <= 0 || i >= len(cells) {
			continue
		}
		if !first {
			b.WriteString(Blank(gapWidth))
		}
		first = false
		if t.Columns[i].Right {
			b.WriteString(FitRight(cells[i], w, st.Glyph.Ellipsis))
		} else {
			b.WriteString(Fit(cells[i], w, st.Glyph.Ellipsis))
		}
	}
	return b.String()
}

// layout gives each column its width; 0 for those that are left out.
func (t Table) layout(w int) []int {
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = max(c.Width, 1)
	}
	for need(widths) > w {
		worst := -1
		for i, c := range t.Columns {
			if widths[i] > 0 && c.Rank > 0 && (worst < 0 || c.Rank >= t.Columns[worst].Rank) {
				worst = i
			}
		}
		if worst < 0 {
			break
		}
		widths[worst] = 0
	}
	t.refill(widths, w)
	t.grow(widths, w-need(widths))
	return widths
}

// refill takes columns back that fit after all, the most important first: a
// wide one may have made room for several.
func (t Table) refill(widths []int, w int) {
	for {
		best := -1
		for i, c := range t.Columns {
			fits := widths[i] == 0 && need(widths)+max(c.Width, 1)+gapWidth <= w
			if fits && (best < 0 || c.Rank < t.Columns[best].Rank) {
				best = i
			}
		}
		if best < 0 {
			return
		}
		widths[best] = max(t.Columns[best].Width, 1)
	}
}

func (t Table) grow(widths []int, room int) {
	for room > 0 {
		share := 0
		for i, c := range t.Columns {
			if widths[i] > 0 && (c.Max == 0 || widths[i] < c.Max) {
				share += c.Grow
			}
		}
		if share == 0 {
			return
		}
		unit, given := max(1, room/share), 0
		for i, c := range t.Columns {
			if widths[i] == 0 || c.Grow == 0 || (c.Max > 0 && widths[i] >= c.Max) {
				continue
			}
			d := min(unit*c.Grow, room-given)
			if c.Max > 0 {
				d = min(d, c.Max-widths[i])
			}
			widths[i] += d
			given += d
		}
		if given == 0 {
			return
		}
		room -= given
	}
}

func need(widths []int) int {
	n := 0
	for _, w := range widths {
		if w > 0 {
			n += w + gapWidth
		}
	}
	return max(0, n-gapWidth)
}

// Chip draws a short text as a coloured label.
func Chip(style lipgloss.Style, text string) string { return style.Render(" " + text + " ") }
