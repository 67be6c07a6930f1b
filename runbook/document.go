package runbook

import (
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// document is a markdown text with its syntax tree. Offsets in the tree are
// offsets in the file: what the parser must not see is blanked for it, and
// not cut.
type document struct {
	src    []byte
	ix     lineIndex
	root   ast.Node
	body   int                 // offset at which the markdown begins
	fences map[ast.Node]*fence // what each code block was read as

	language func() bool // whether it is written in English, found out once
}

// markdown is safe for concurrent use: each Parse makes its own context. It is
// made at its first use: most commands read no runbook.
var markdown = sync.OnceValue(func() parser.Parser {
	return goldmark.New(goldmark.WithExtensions(extension.Table, extension.TaskList)).Parser()
})

func newDocument(src []byte, body int) *document {
	masked := maskForParser(src, body)
	return &document{
		src:      src,
		ix:       newLineIndex(src),
		root:     markdown().Parse(text.NewReader(masked), parser.WithContext(parser.NewContext())),
		body:     body,
		fences:   map[ast.Node]*fence{},
		language: sync.OnceValue(func() bool { return isEnglish(string(src[body:])) }),
	}
}

// english holds for a document in the language whose verbs we know.
func (d *document) english() bool { return d.language() }

// line is the line on which a block begins.
func (d *document) line(n ast.Node) int {
	return max(d.ix.line(d.offset(n)), 1)
}

// offset is where a block begins; goldmark does not know it for every kind.
func (d *document) offset(n ast.Node) int {
	if p := n.Pos(); p >= 0 && (p > 0 || n.PreviousSibling() == nil) {
		return p
	}
	if n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
		return n.Lines().At(0).Start
	}
	if c := n.FirstChild(); c != nil {
		return d.offset(c)
	}
	return max(n.Pos(), 0)
}

// lastLine is the last line with text of a block: the one before the next
// block's first, without the blank lines between.
func (d *document) lastLine(n ast.Node) int {
	next := len(d.ix.starts) + 1
	for a := n; a != nil; a = a.Parent() {
		if s := a.NextSibling(); s != nil {
			next = d.line(s)
			break
		}
	}
	first := d.line(n)
	last := max(next-1, first)
	for last > first && strings.TrimSpace(d.lineText(last)) == "" {
		last--
	}
	return last
}

// lineText is a line without its end.
func (d *document) lineText(line int) string {
	return strings.TrimRight(string(d.src[d.ix.start(line):d.ix.start(line+1)]), "\r\n")
}

// markdown gives the source of the lines first to last, without the
// indentation that they share.
func (d *document) markdown(first, last int) string {
	lines := make([]string, 0, last-first+1)
	for l := first; l <= last; l++ {
		lines = append(lines, d.lineText(l))
	}
	return strings.TrimSpace(dedent(lines))
}

func dedent(lines []string) string {
	common := -1
	for i, l := range lines {
		trimmed := strings.TrimLeft(l, " ")
		if trimmed == "" || (i == 0 && len(lines) > 1) {
			continue
		}
		if indent := len(l) - len(trimmed); common < 0 || indent < common {
			common = indent
		}
	}
	for i, l := range lines {
		indent := len(l) - len(strings.TrimLeft(l, " "))
		lines[i] = l[min(max(common, 0), indent):]
	}
	return strings.Join(lines, "\n")
}

// intro is the markdown between the title and the first step.
func (d *document) intro(root *section, steps []Step) string {
	first := d.ix.line(d.body)
	if root.line > 0 {
		first = root.line + root.height
	}
	last := len(d.ix.starts)
	if len(steps) > 0 {
		last = steps[0].Line - 1
	}
	if last < first {
		return "" // the title's own text is the first step
	}
	return d.markdown(first, last)
}

// htmlTags are what people write in markdown as HTML, and not as a
// placeholder in angle brackets.
var htmlTags = lazyregexp.New(`(?i)^</?(a|b|br|i|p|s|u|em|h[1-6]|hr|li|ol|td|th|tr|ul|del|div|dd|dl|dt|img|ins|kbd|pre|sub|sup|var|body|code|font|form|head|html|link|main|meta|nav|span|small|style|table|tbody|thead|title|video|button|center|details|figure|iframe|script|strong|summary|section|blockquote)\b[^>]*>$`)

// plain is the text of an inline tree as a reader sees it.
func (d *document) plain(n ast.Node) string {
	var b strings.Builder
	d.writePlain(&b, n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func (d *document) writePlain(b *strings.Builder, n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.Write(c.Segment.Value(d.src))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.AutoLink:
			b.Write(c.Label(d.src))
		case *ast.RawHTML:
			for i := range c.Segments.Len() {
				seg := c.Segments.At(i)
				tag := seg.Value(d.src)
				if !htmlTags.Match(tag) && !strings.HasPrefix(string(tag), "<!") {
					b.Write(tag)
				}
			}
		default:
			d.writePlain(b, c)
		}
	}
}
