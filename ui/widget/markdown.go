package widget

import (
	"sort"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
)

// Doc is a markdown document laid out for one width.
type Doc struct {
	Lines  []string // styled, at most as wide as asked
	Source []int    // the 1-based source line of each of Lines
}

// markdown is made at its first use: most screens show none.
var markdown = sync.OnceValue(func() parser.Parser {
	return goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()
})

// Markdown lays a document out in w cells. YAML front matter is left out.
// first is the number of the document's first line in its file, for excerpts;
// 1 for a whole one.
func Markdown(st *theme.Styles, src string, w, first int) *Doc {
	src = clean(src, true)
	body, skipped := cutFrontMatter(src)
	r := &docRenderer{
		st: st, src: []byte(body), first: first + skipped, w: max(w, 10),
		starts: lineStarts(body), doc: &Doc{},
	}
	root := markdown().Parse(text.NewReader(r.src))
	r.blocks(root, frame{})
	for n := len(r.doc.Lines); n > 0 && strings.TrimSpace(r.doc.Lines[n-1]) == ""; n-- {
		r.doc.Lines, r.doc.Source = r.doc.Lines[:n-1], r.doc.Source[:n-1]
	}
	return r.doc
}

// LineOf gives the first laid-out line that stands for a source line or one
// after it.
func (d *Doc) LineOf(source int) int {
	for i, s := range d.Source {
		if s >= source {
			return i
		}
	}
	return max(0, len(d.Lines)-1)
}

// SourceOf gives the source line of a laid-out line.
func (d *Doc) SourceOf(line int) int {
	if line < 0 || line >= len(d.Source) {
		return 0
	}
	return d.Source[line]
}

// View draws h lines from offset on, in exactly w × h cells.
func (d *Doc) View(st *theme.Styles, offset, w, h int) string {
	from := max(0, min(offset, len(d.Lines)))
	to := min(from+h, len(d.Lines))
	return Box(strings.Join(d.Lines[from:to], "\n"), w, h, st.Glyph.Ellipsis)
}

func cutFrontMatter(src string) (body string, skipped int) {
	if !strings.HasPrefix(src, "---\n") {
		return src, 0
	}
	for _, end := range []string{"\n---\n", "\n...\n"} {
		if i := strings.Index(src[3:], end); i >= 0 {
			cut := 3 + i + len(end)
			return src[cut:], strings.Count(src[:cut], "\n")
		}
	}
	return src, 0
}

func lineStarts(s string) []int {
	starts := []int{0}
	for i := range len(s) {
		if s[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// docRenderer walks a document.
type docRenderer struct {
	st     *theme.Styles
	src    []byte
	starts []int // byte offset of each line
	first  int
	w      int
	doc    *Doc
}

// frame is what stands before the lines of a block: the first one may have a
// bullet where the others have blanks.
type frame struct {
	lead, rest string // styled
	tight      bool   // no blank lines between blocks
}

func (f frame) width() int { return Width(f.rest) }

// line gives the source line of a byte.
func (r *docRenderer) line(offset int) int {
	return sort.SearchInts(r.starts, offset+1) - 1 + r.first
}

// at gives the source line where a block begins.
func (r *docRenderer) at(n ast.Node) int {
	for c := n; c != nil; c = c.FirstChild() {
		if c.Type() != ast.TypeInline && c.Lines().Len() > 0 {
			return r.line(c.Lines().At(0).Start)
		}
	}
	if n := len(r.doc.Source); n > 0 {
		return r.doc.Source[n-1]
	}
	return r.first
}

// put adds lines of a block, the first one led in.
func (r *docRenderer) put(f frame, source int, lines ...string) frame {
	for _, l := range lines {
		r.doc.Lines = append(r.doc.Lines, Cut(f.lead+l, r.w, r.st.Glyph.Ellipsis))
		r.doc.Source = append(r.doc.Source, source)
		f.lead = f.rest
	}
	return f
}

// gap adds a blank line unless there is one already or nothing above.
func (r *docRenderer) gap(f frame) {
	n := len(r.doc.Lines)
	if n == 0 || strings.TrimSpace(r.doc.Lines[n-1]) == "" {
		return
	}
	r.doc.Lines = append(r.doc.Lines, strings.TrimRight(f.rest, " "))
	r.doc.Source = append(r.doc.Source, r.doc.Source[n-1])
}
