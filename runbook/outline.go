package runbook

import (
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// section is a heading with what stands under it, or something that a reader
// takes for one: a bold "Step 2: …" paragraph, an item of a list of steps.
type section struct {
	title    string // plain text without its number
	number   string // "3", "2.1"
	explicit bool   // written as "Step 3"
	phase    bool   // written as "Phase 2", "Scenario 1": holds steps more often than it is one
	level    int
	line     int  // 0 for a document without a heading
	height   int  // lines of the heading itself
	last     int  // the last line of all that stands under it
	role     role // what the title says
	attrs    map[string]string
	body     []ast.Node
	children []*section
	parent   *section
}

// outline reads the tree of sections. A first heading that is the only one of
// its level becomes the root, as the document's title.
func (d *document) outline() *section {
	root := &section{}
	open := root
	for n := d.root.FirstChild(); n != nil; n = n.NextSibling() {
		s := d.headingSection(n)
		if s == nil {
			d.addBody(open, n)
			continue
		}
		for open != root && open.level >= s.level {
			open = open.parent
		}
		s.parent = open
		open.children = append(open.children, s)
		open = s
	}
	root.close(len(d.ix.starts))
	if only := root.children; len(only) == 1 && (only[0].number == "" || only[0].chapter()) {
		only := only[0]
		only.body = append(root.body, only.body...)
		only.parent = nil
		return only
	}
	if len(root.children) > 0 {
		root.title = root.children[0].title
	}
	return root
}

// headingSection opens a section for a heading, or for a paragraph that
// stands for one.
func (d *document) headingSection(n ast.Node) *section {
	switch n := n.(type) {
	case *ast.Heading:
		text, attrs := cutHeadingAttrs(d.plain(n))
		s := newSection(text)
		s.level, s.line, s.attrs = n.Level, d.line(n), attrs
		s.height = max(d.lastLine(n)-s.line+1, 1)
		return s
	case *ast.Paragraph:
		return d.boldHeading(n)
	}
	return nil
}

// addBody appends a block to a section. An HTML comment `<!-- lifeboat: … -->`
// gives the section its attributes instead.
func (d *document) addBody(s *section, n ast.Node) {
	if h, ok := n.(*ast.HTMLBlock); ok {
		if attrs := commentAttrs(d.markdown(d.line(h), d.lastLine(h))); attrs != nil {
			s.mergeAttrs(attrs)
			return
		}
	}
	s.body = append(s.body, n)
}

func (s *section) mergeAttrs(attrs map[string]string) {
	if s.attrs == nil {
		s.attrs = map[string]string{}
	}
	for k, v := range attrs {
		s.attrs[k] = v
	}
}

// Levels below those of real headings.
const (
	boldLevel     = 7 // "**Diagnosis**"
	boldStepLevel = 8 // "**Step 2:** …"
	itemLevel     = 9 // an item of a list of steps
)

var (
	gluedHeading = lazyregexp.New(`^(#{2,6})([^#\s].*?)#*$|^(#{1,6})(\pL[^#]*)#+$`)
	stepLead     = hint(lazyregexp.New(`^(?:S|s)(?:tep|TEP)\s+\d+\b`), "tep ", "TEP ")
	boldNumber   = lazyregexp.New(`^\d+[.):]?$`)
	boldTitle    = lazyregexp.New(`^\d+[.):]\s+\pL`)
)

// boldHeading takes a paragraph for a heading where a reader would: "**Step 2:
// Stop it**", "**3.** Stop it", "Step 1. Check logs", a "##Glued" heading.
// Its text stays in the body where there is more of it than a title.
func (d *document) boldHeading(p *ast.Paragraph) *section {
	level := boldStepLevel
	lineText := d.lineText(d.line(p))
	var s *section
	switch strong := firstStrong(p); {
	case strings.HasPrefix(lineText, "#") && gluedHeading.MatchString(lineText):
		m := gluedHeading.FindStringSubmatch(lineText)
		s = newSection(strings.TrimSpace(m[2] + m[4]))
		level = len(m[1] + m[3])
	case strong != nil && strong.NextSibling() == nil:
		s = newSection(strings.TrimRight(d.plain(strong), ": "))
		if s.number == "" {
			if s.role == roleNone {
				return nil
			}
			level = boldLevel
		}
	case strong != nil && boldTitle.MatchString(d.plain(strong)):
		s = newSection(strings.TrimRight(d.plain(strong), ": "))
	case strong != nil && (boldNumber.MatchString(d.plain(strong)) || stepLead.MatchString(d.plain(strong))),
		stepLead.MatchString(lineText):
		s = newSection(d.plain(p))
		s.title = sentence(s.title)
	default:
		return nil
	}
	s.level, s.line, s.height = level, d.line(p), 1
	if d.lastLine(p) > s.line || len(s.title)+12 < len(d.plain(p)) {
		s.body = []ast.Node{p}
	}
	return s
}

// firstStrong is the bold text with which a paragraph begins, or nil.
func firstStrong(p ast.Node) ast.Node {
	if e, ok := p.FirstChild().(*ast.Emphasis); ok && e.Level == 2 {
		return e
	}
	return nil
}

func newSection(text string) *section {
	h := splitHeading(text)
	return &section{title: h.title, number: h.number, explicit: h.explicit, phase: h.phase, role: classify(h.title)}
}

// close gives each section below its last line: the one before the next
// section that is not below it.
func (s *section) close(last int) {
	s.last = last
	for i, c := range s.children {
		end := last
		if i+1 < len(s.children) {
			end = s.children[i+1].line - 1
		}
		c.close(end)
	}
}

// subtree gives the section's own blocks and those of all sections under it.
func (s *section) subtree() []ast.Node {
	nodes := append([]ast.Node(nil), s.body...)
	for _, c := range s.children {
		nodes = append(nodes, c.subtree()...)
	}
	return nodes
}

// marked holds for a section that its author calls a step, by an attribute
// that only steps have.
func (s *section) marked() bool {
	return s.attrs["budget"] != "" || s.attrs["phase"] != ""
}

// chapter holds for a document's title with the number that the document has
// among others: "05 - Installing the server".
func (s *section) chapter() bool { return s.level == 1 && !s.explicit && len(s.children) > 0 }

// aside holds for what stands before or after the steps, or undoes them.
func (s *section) aside() bool {
	return s.role == rolePrereq || s.role == roleRollback || s.role == rolePost
}

// withoutChildren is the section with its own blocks alone.
func (s *section) withoutChildren() *section {
	own := *s
	own.children = nil
	return &own
}

// sentence cuts a text to its first sentence, for a title.
func sentence(s string) string {
	const longest = 100
	s = strings.TrimSpace(s)
	cut := len(s)
	for _, end := range []string{". ", ": ", "; ", " – ", " — "} {
		if i := strings.Index(s, end); i > 3 && i < cut {
			cut = i
		}
	}
	s = strings.TrimRight(s[:cut], ".:;, ")
	if r := []rune(s); len(r) > longest {
		s = strings.TrimRight(string(r[:longest-1]), " ,;:") + "…"
	}
	return s
}
