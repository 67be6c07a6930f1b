// Package picture draws a terminal screen as SVG, for the README and for
// looking at what a test saw.
package picture

import (
	"fmt"
	"html"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
)

// The size of a cell and of the margin, in SVG user units.
const (
	cellWidth  = 8.4
	cellHeight = 17.0
	margin     = 10.0
)

const (
	paper = "#16161c"
	ink   = "#e5e5e5"
)

// SVG draws a screen of styled text (SGR sequences) of that many cells, light
// on dark.
func SVG(screen string, width, height int) string {
	buf := uv.NewScreenBuffer(width, height)
	uv.NewStyledString(screen).Draw(buf, buf.Bounds())
	var b strings.Builder
	w, h := float64(width)*cellWidth+2*margin, float64(height)*cellHeight+2*margin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img">`+"\n", w, h, w, h)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", paper)
	b.WriteString(`<g font-family="ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="14" xml:space="preserve">` + "\n")
	for y := range height {
		row(&b, buf, y, width)
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// row draws runs of cells of one style: backgrounds first, then text. Each
// run is set to its exact length, so that no font can move what follows.
func row(b *strings.Builder, buf uv.ScreenBuffer, y, width int) {
	top := margin + float64(y)*cellHeight
	for x := 0; x < width; {
		c := buf.CellAt(x, y)
		if c == nil {
			x++
			continue
		}
		end, text := x, ""
		for end < width {
			n := buf.CellAt(end, y)
			if n == nil || !n.Style.Equal(&c.Style) {
				break
			}
			text += n.Content
			end += max(n.Width, 1)
		}
		run(b, c.Style, text, margin+float64(x)*cellWidth, top, float64(end-x)*cellWidth)
		x = end
	}
}

func run(b *strings.Builder, s uv.Style, text string, left, top, length float64) {
	fg, bg := hex(s.Fg, ink), hex(s.Bg, "")
	if s.Attrs&uv.AttrReverse != 0 {
		fg, bg = hex(s.Bg, paper), hex(s.Fg, ink)
	}
	if bg != "" {
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`, left, top, length, cellHeight, bg)
	}
	if strings.TrimSpace(text) == "" {
		if bg != "" {
			b.WriteByte('\n')
		}
		return
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" textLength="%.1f" lengthAdjust="spacingAndGlyphs" fill="%s"%s>%s</text>`+"\n",
		left, top+cellHeight*0.76, length, fg, attributes(s), html.EscapeString(strings.ReplaceAll(text, " ", "\u00a0")))
}

func attributes(s uv.Style) string {
	out := ""
	if s.Attrs&uv.AttrBold != 0 {
		out += ` font-weight="bold"`
	}
	if s.Attrs&uv.AttrItalic != 0 {
		out += ` font-style="italic"`
	}
	if s.Attrs&uv.AttrFaint != 0 {
		out += ` opacity="0.55"`
	}
	switch {
	case s.Attrs&uv.AttrStrikethrough != 0:
		out += ` text-decoration="line-through"`
	case s.Underline != uv.UnderlineNone:
		out += ` text-decoration="underline"`
	}
	return out
}

func hex(c color.Color, fallback string) string {
	if c == nil {
		return fallback
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
