package widget

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// inline draws the text of a block; soft line breaks become blanks.
func (r *docRenderer) inline(n ast.Node, style lipgloss.Style) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		b.WriteString(r.span(c, style))
	}
	return b.String()
}

func (r *docRenderer) span(n ast.Node, style lipgloss.Style) string {
	m := r.st.Markdown
	switch n := n.(type) {
	case *ast.Text:
		s := paint(style, string(n.Segment.Value(r.src)))
		switch {
		case n.HardLineBreak():
			s += "\n"
		case n.SoftLineBreak():
			s += " "
		}
		return s
	case *ast.String:
		return paint(style, string(n.Value))
	case *ast.CodeSpan:
		return r.inline(n, m.Code)
	case *ast.Emphasis:
		if n.Level >= 2 {
			return r.inline(n, style.Bold(true))
		}
		return r.inline(n, style.Italic(true))
	case *east.Strikethrough:
		return r.inline(n, style.Strikethrough(true))
	case *ast.Link:
		return r.link(r.inline(n, m.Link), string(n.Destination))
	case *ast.AutoLink:
		return paint(m.Link, string(n.URL(r.src)))
	case *ast.Image:
		return paint(r.st.Muted, "[image: ") + r.inline(n, r.st.Muted) + paint(r.st.Muted, "]")
	case *east.TaskCheckBox:
		if n.IsChecked {
			return r.st.Good.Render("[x]") + " "
		}
		return r.st.Accent.Render("[ ]") + " "
	case *ast.RawHTML:
		return ""
	}
	return r.inline(n, style)
}

func (r *docRenderer) link(text, to string) string {
	if to == "" || strings.HasPrefix(to, "#") || strings.Contains(text, to) {
		return text
	}
	return text + r.st.Faint.Render(" ("+CleanLine(to)+")")
}

// paint styles a text that may hold anything.
func paint(style lipgloss.Style, s string) string {
	if s = CleanLine(s); s == "" {
		return ""
	}
	return style.Render(s)
}
