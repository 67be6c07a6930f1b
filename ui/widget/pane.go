package widget

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
)

// Pane is a bordered box with a title. The focused one is the coloured one.
type Pane struct {
	Title   string // styled or plain; cleaned by the caller
	Extra   string // at the right of the top border
	Count   string // at the right of the bottom border
	Body    string
	Scroll  Scroll // a thumb on the right border when not all is in view
	Focused bool
	Danger  bool
	Pad     int // blanks left and right of the body
}

// Inner gives the size of the body of a pane of w × h cells.
func (p Pane) Inner(w, h int) (int, int) { return max(0, w-2-2*p.Pad), max(0, h-2) }

// Render draws the pane in exactly w × h cells.
func (p Pane) Render(st *theme.Styles, w, h int) string {
	if w < 4 || h < 2 {
		return Box("", w, h, "")
	}
	g := st.Glyph
	line, title := st.Border, st.Title
	switch {
	case p.Danger:
		line, title = st.DialogDanger, st.Bad
	case p.Focused:
		line, title = st.BorderFocus, st.TitleFocus
	}
	iw, ih := p.Inner(w, h)
	out := make([]string, 0, h)
	out = append(out, edge(st, line.Render, g.Border.TopLeft, g.Border.Top, g.Border.TopRight,
		pad(title.Render(p.Title), p.Title), pad(st.Count.Render(p.Extra), p.Extra), w))
	from, to, bar := p.Scroll.thumb(ih)
	body := strings.Split(p.Body, "\n")
	left, right := line.Render(g.Border.Left), line.Render(g.Border.Right)
	for i := range ih {
		text := ""
		if i < len(body) {
			text = body[i]
		}
		end := right
		if bar && i >= from && i <= to {
			end = st.Accent.Render(g.Thumb)
			if !p.Focused {
				end = st.Muted.Render(g.Thumb)
			}
		}
		out = append(out, left+Blank(p.Pad)+Fit(text, iw, g.Ellipsis)+Blank(p.Pad)+end)
	}
	out = append(out, edge(st, line.Render, g.Border.BottomLeft, g.Border.Bottom, g.Border.BottomRight,
		"", pad(st.Count.Render(p.Count), p.Count), w))
	return strings.Join(out, "\n")
}

func pad(styled, raw string) string {
	if raw == "" {
		return ""
	}
	return " " + styled + " "
}

// edge draws a top or bottom border with a text at its left and its right.
func edge(st *theme.Styles, line func(...string) string, l, fill, r, left, right string, w int) string {
	room := w - 2
	if Width(left) > room {
		left = Cut(left, room, st.Glyph.Ellipsis)
	}
	rest := room - Width(left)
	if Width(right)+2 > rest {
		right = ""
	}
	rest -= Width(right)
	tailFill := ""
	if right != "" && rest > 1 {
		tailFill, rest = fill, rest-1
	}
	return line(l) + left + line(strings.Repeat(fill, max(rest, 0))) + right + line(tailFill+r)
}
