// Package docs holds the tests that keep README and docs true: every path,
// link, flag, subcommand, make target and key that they name exists, and the
// examples of runbooks are read as the text says.
//
// What a page names on purpose though it is not here (a file of the reader's,
// a flag of another program) it declares, at the top or where it is:
//
//	<!-- docs-check: not here: runbooks/orders.md, --link-dest -->
package docs

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

const root = ".."

// page is one markdown file, read.
type page struct {
	path    string // relative to the root
	src     []byte
	spans   []found // code spans
	links   []found // destinations of links and images
	kbd     []found // <kbd>…</kbd>
	fences  []fence
	anchors map[string]bool
	notHere map[string]bool
}

// found is a piece of text and its place.
type found struct {
	text string
	line int
}

// fence is a code block.
type fence struct {
	label, text string
	line        int // of its first line
}

// pages reads README, docs and the other texts for people. README has to be
// there.
func pages(t *testing.T) []*page {
	t.Helper()
	paths := []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md"}
	for _, pattern := range []string{"docs/*.md", "docs/*/*.md", "runbooks/*.md"} {
		more, err := fs.Glob(os.DirFS(root), pattern)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, more...)
	}
	var out []*page
	for _, p := range paths {
		src, err := os.ReadFile(filepath.Join(root, p))
		if err != nil {
			t.Errorf("%s should be there: %v", p, err)
			continue
		}
		out = append(out, read(p, src))
	}
	return out
}

var (
	kbdForm     = regexp.MustCompile(`<kbd>([^<]+)</kbd>`)
	htmlLink    = regexp.MustCompile(`(?:src|href)="([^"]+)"`)
	notHereForm = regexp.MustCompile(`<!--\s*docs-check: not here:([^>]*?)-->`)
)

func read(path string, src []byte) *page {
	p := &page{path: path, src: blankFrontMatter(src), anchors: map[string]bool{}, notHere: map[string]bool{}}
	md := goldmark.New(goldmark.WithExtensions(extension.Table))
	doc := md.Parser().Parse(text.NewReader(p.src))
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			p.node(n)
		}
		return ast.WalkContinue, nil
	})
	p.keys()
	for _, m := range notHereForm.FindAllSubmatch(p.src, -1) {
		for _, name := range strings.Split(string(m[1]), ",") {
			p.notHere[strings.TrimSpace(name)] = true
		}
	}
	return p
}

// blankFrontMatter keeps the line numbers.
func blankFrontMatter(src []byte) []byte {
	rest, ok := bytes.CutPrefix(src, []byte("---\n"))
	if !ok {
		return src
	}
	head, body, ok := bytes.Cut(rest, []byte("\n---\n"))
	if !ok {
		return src
	}
	return append(bytes.Repeat([]byte("\n"), bytes.Count(head, []byte("\n"))+3), body...)
}

func (p *page) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.CodeSpan:
		p.spans = append(p.spans, found{plain(n, p.src), p.line(n)})
	case *ast.Link:
		p.links = append(p.links, found{string(n.Destination), p.line(n)})
	case *ast.Image:
		p.links = append(p.links, found{string(n.Destination), p.line(n)})
	case *ast.Heading:
		p.anchors[anchor(plain(n, p.src))] = true
	case *ast.RawHTML:
		p.html(string(n.Segments.Value(p.src)), p.line(n))
	case *ast.HTMLBlock:
		p.html(string(n.Lines().Value(p.src)), p.line(n))
	case *ast.FencedCodeBlock:
		f := fence{label: strings.ToLower(string(n.Language(p.src))), text: string(n.Lines().Value(p.src))}
		if n.Lines().Len() > 0 {
			f.line = p.lineAt(n.Lines().At(0).Start)
		}
		p.fences = append(p.fences, f)
	}
}

func (p *page) html(s string, line int) {
	for _, m := range htmlLink.FindAllStringSubmatch(s, -1) {
		p.links = append(p.links, found{m[1], line})
	}
}

// keys finds <kbd> everywhere but in fences.
func (p *page) keys() {
	line := 0
	for l := range strings.Lines(p.prose()) {
		line++
		for _, m := range kbdForm.FindAllStringSubmatch(l, -1) {
			p.kbd = append(p.kbd, found{m[1], line})
		}
	}
}

// prose is the page with the text of its fences blanked.
func (p *page) prose() string {
	fenced := map[int]bool{}
	for _, f := range p.fences {
		for i := range strings.Count(f.text, "\n") {
			fenced[f.line+i] = true
		}
	}
	lines := strings.SplitAfter(string(p.src), "\n")
	for i := range lines {
		if fenced[i+1] {
			lines[i] = "\n"
		}
	}
	return strings.Join(lines, "")
}

// plain is the text of a node.
func plain(n ast.Node, src []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := c.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(src))
			if t.SoftLineBreak() {
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// line is where a node begins: its first text, or its block.
func (p *page) line(n ast.Node) int {
	at := -1
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := c.(*ast.Text); ok && entering {
			at = t.Segment.Start
			return ast.WalkStop, nil
		}
		return ast.WalkContinue, nil
	})
	for b := n; at < 0 && b != nil; b = b.Parent() {
		if b.Type() == ast.TypeBlock && b.Lines().Len() > 0 {
			at = b.Lines().At(0).Start
		}
	}
	return p.lineAt(max(at, 0))
}

func (p *page) lineAt(offset int) int { return 1 + bytes.Count(p.src[:offset], []byte("\n")) }

// anchor is the fragment that code hosts give a heading.
func anchor(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ' || r == '-':
			b.WriteByte('-')
		case r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r > 127:
			b.WriteRune(r)
		}
	}
	return b.String()
}
