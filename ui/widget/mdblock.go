package widget

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// blocks draws the children of a container.
func (r *docRenderer) blocks(n ast.Node, f frame) frame {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if !f.tight && c != n.FirstChild() {
			r.gap(f)
		}
		f = r.block(c, f)
	}
	return f
}

func (r *docRenderer) block(n ast.Node, f frame) frame {
	switch n := n.(type) {
	case *ast.Heading:
		return r.heading(n, f)
	case *ast.Paragraph, *ast.TextBlock:
		return r.put(f, r.at(n), r.wrap(r.inline(n, r.st.Text), f)...)
	case *ast.FencedCodeBlock:
		info := ""
		if n.Info != nil {
			info = string(n.Info.Segment.Value(r.src))
		}
		return r.code(n, info, f)
	case *ast.CodeBlock:
		return r.code(n, "", f)
	case *ast.List:
		return r.list(n, f)
	case *ast.Blockquote:
		bar := r.st.Border.Render(r.st.Glyph.Quote) + " "
		r.blocks(n, frame{lead: f.lead + bar, rest: f.rest + bar})
		f.lead = f.rest
		return f
	case *ast.ThematicBreak:
		rule := strings.Repeat(r.st.Glyph.Rule, max(1, min(r.w-f.width(), 40)))
		return r.put(f, r.at(n), r.st.Markdown.Rule.Render(rule))
	case *ast.HTMLBlock:
		return r.html(n, f)
	case *east.Table:
		return r.table(n, f)
	}
	return r.blocks(n, f)
}

func (r *docRenderer) heading(n *ast.Heading, f frame) frame {
	m := r.st.Markdown
	style := m.H3
	switch n.Level {
	case 1:
		style = m.H1
	case 2:
		style = m.H2
	}
	at := r.at(n)
	f = r.put(f, at, r.wrap(r.inline(n, style), f)...)
	if n.Level == 1 {
		f = r.put(f, at, m.Rule.Render(strings.Repeat(r.st.Glyph.Rule, r.w-f.width())))
	}
	return f
}

func (r *docRenderer) wrap(s string, f frame) []string {
	return strings.Split(lipgloss.Wrap(s, max(8, r.w-f.width()), ""), "\n")
}

func (r *docRenderer) code(n ast.Node, info string, f frame) frame {
	var src strings.Builder
	first := r.at(n)
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		src.Write(seg.Value(r.src))
	}
	lang, _, _ := strings.Cut(strings.TrimSpace(info), " ")
	lang, _, _ = strings.Cut(lang, "{")
	gutter := r.st.Code.Gutter.Render(r.st.Glyph.Gutter) + " "
	room := max(8, r.w-f.width()-2)
	for i, line := range Highlight(r.st, lang, strings.TrimRight(src.String(), "\n")) {
		for j, part := range strings.Split(lipgloss.Wrap(line, room, "/-_=,;"), "\n") {
			if j > 0 {
				part = "  " + part
			}
			f = r.put(f, first+i, gutter+part)
		}
	}
	return f
}

func (r *docRenderer) list(n *ast.List, f frame) frame {
	num := n.Start
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		mark := r.st.Glyph.Bullet
		if n.IsOrdered() {
			mark = fmt.Sprintf("%d%c", num, n.Marker)
			num++
		}
		lead := r.st.Markdown.Bullet.Render(mark) + " "
		if !n.IsTight && c != n.FirstChild() {
			r.gap(f)
		}
		before := len(r.doc.Lines)
		item := frame{lead: f.lead + lead, rest: f.rest + Blank(Width(mark)+1), tight: n.IsTight}
		r.blocks(c, item)
		if len(r.doc.Lines) == before {
			r.put(item, r.at(c), "")
		}
		f.lead = f.rest
	}
	return f
}

// html shows what a reader of the source would see; comments are left out.
func (r *docRenderer) html(n *ast.HTMLBlock, f frame) frame {
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		line := strings.TrimRight(string(seg.Value(r.src)), "\n")
		if strings.HasPrefix(strings.TrimSpace(line), "<!--") {
			return f
		}
		f = r.put(f, r.line(seg.Start), r.st.Faint.Render(CleanLine(line)))
	}
	return f
}

func (r *docRenderer) table(n *east.Table, f frame) frame {
	var rows [][]string
	var at []int
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		style := r.st.Text
		if _, ok := c.(*east.TableHeader); ok {
			style = r.st.Header
		}
		var cells []string
		for cell := c.FirstChild(); cell != nil; cell = cell.NextSibling() {
			cells = append(cells, r.inline(cell, style))
		}
		rows = append(rows, cells)
		at = append(at, r.at(c))
	}
	widths := shrink(rows, r.w-f.width())
	for i, row := range rows {
		if i == 0 && strings.TrimSpace(strings.Join(row, "")) == "" {
			continue // a table without a head
		}
		f = r.put(f, at[i], r.tableRow(row, widths)...)
		if i == 0 {
			total := (len(widths) - 1) * gapWidth
			for _, w := range widths {
				total += w
			}
			f = r.put(f, at[i], r.st.Markdown.Rule.Render(strings.Repeat(r.st.Glyph.Rule, max(total, 1))))
		}
	}
	return f
}

func (r *docRenderer) tableRow(cells []string, widths []int) []string {
	cols := make([][]string, len(widths))
	high := 1
	for i := range widths {
		if i < len(cells) {
			cols[i] = strings.Split(lipgloss.Wrap(cells[i], widths[i], ""), "\n")
			high = max(high, len(cols[i]))
		}
	}
	out := make([]string, high)
	for y := range out {
		for i, w := range widths {
			cell := ""
			if y < len(cols[i]) {
				cell = cols[i][y]
			}
			if i > 0 {
				out[y] += Blank(gapWidth)
			}
			out[y] += Fit(cell, w, r.st.Glyph.Ellipsis)
		}
	}
	return out
}

// shrink gives the columns of a table widths that fit into room together.
func shrink(rows [][]string, room int) []int {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 1)
			}
			widths[i] = max(widths[i], Width(cell))
		}
	}
	for need(widths) > room {
		widest := 0
		for i := range widths {
			if widths[i] > widths[widest] {
				widest = i
			}
		}
		if len(widths) == 0 || widths[widest] <= 4 {
			break
		}
		widths[widest]--
	}
	return widths
}
