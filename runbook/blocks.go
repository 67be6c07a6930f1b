package runbook

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// blockWriter turns the blocks of a section into those of its step.
type blockWriter struct {
	*builder
	step     *Step
	blocks   []Block
	numbered int
}

// section writes a section's own blocks, then its sub-sections, with their
// headings as prose.
func (w *blockWriter) section(sec *section) {
	for _, n := range sec.body {
		w.block(n)
	}
	for _, c := range sec.children {
		w.prose(c.line, c.line+max(c.height, 1)-1)
		w.section(c)
	}
}

func (w *blockWriter) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		w.code(n)
	case *ast.List:
		w.list(n)
	case *ast.Blockquote:
		if !w.doc.nodeHasCommand(n) {
			w.node(n)
			return
		}
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			w.block(c)
		}
	case *ast.HTMLBlock:
		if n.HTMLBlockType != ast.HTMLBlockType2 { // a comment is not for the reader
			w.node(n)
		}
	case *ast.ThematicBreak, *ast.LinkReferenceDefinition:
	default:
		w.node(n)
	}
}

// node writes a block as prose.
func (w *blockWriter) node(n ast.Node) {
	w.prose(w.doc.line(n), w.doc.lastLine(n))
}

// prose writes lines of markdown, as one block with prose right before it.
func (w *blockWriter) prose(first, last int) {
	text := w.doc.markdown(first, last)
	if text == "" {
		return
	}
	if n := len(w.blocks); n > 0 {
		if prev := &w.blocks[n-1]; prev.Prose != "" && prev.EndLine < first && first <= prev.EndLine+2 {
			prev.Prose += strings.Repeat("\n", first-prev.EndLine) + text
			prev.EndLine = last
			return
		}
	}
	w.blocks = append(w.blocks, Block{Line: first, EndLine: last, Prose: text})
}

// list writes a list as checklist items, or as prose where it only tells.
func (w *blockWriter) list(list *ast.List) {
	telling := enumeration.MatchString(w.doc.leadIn(list)) && !w.doc.nodeHasCommand(list) && !hasTasks(list)
	if telling {
		w.node(list)
		return
	}
	for it := list.FirstChild(); it != nil; it = it.NextSibling() {
		w.item(it)
	}
}

// item writes one list item, then what stands under it.
func (w *blockWriter) item(it ast.Node) {
	child := it.FirstChild()
	if child == nil {
		return
	}
	if line := w.doc.line(it); admonition.MatchString(w.doc.lineText(line)) {
		w.prose(line, w.doc.lastLine(child))
		child = child.NextSibling()
	}
	switch child.(type) {
	case *ast.TextBlock, *ast.Paragraph:
		if child.PreviousSibling() != nil {
			break // an admonition's text
		}
		item := &Item{Line: w.doc.line(it), Text: w.doc.plain(child)}
		if box, ok := child.FirstChild().(*extast.TaskCheckBox); ok {
			item.Task, item.Done = true, box.IsChecked
		}
		if item.Text != "" {
			w.blocks = append(w.blocks, Block{Line: item.Line, EndLine: w.doc.lastLine(child), Item: item})
		}
		child = child.NextSibling()
	}
	for ; child != nil; child = child.NextSibling() {
		w.block(child)
	}
}

func hasTasks(list ast.Node) bool {
	for it := list.FirstChild(); it != nil; it = it.NextSibling() {
		if first := it.FirstChild(); first != nil {
			if _, ok := first.FirstChild().(*extast.TaskCheckBox); ok {
				return true
			}
		}
	}
	return false
}

// code writes a code block as what it was read as.
func (w *blockWriter) code(n ast.Node) {
	f := w.doc.fence(n)
	first, last := f.line, w.doc.lastLine(n)
	switch f.kind {
	case fenceCommand:
		w.blocks = append(w.blocks, Block{Line: first, EndLine: last, Command: w.command(f)})
	case fenceAction:
		if a := w.action(f); a != nil {
			w.blocks = append(w.blocks, Block{Line: first, EndLine: last, Action: a})
		}
	default:
		if len(f.lines) == 0 {
			return
		}
		w.blocks = append(w.blocks, Block{Line: first, EndLine: last, Sample: &Sample{
			Line: f.lines[0].pos.Line, Language: f.language, Text: strings.Join(texts(f.lines), "\n"),
		}})
	}
}

func (w *blockWriter) command(f *fence) *Command {
	c := &Command{
		Line:     f.script[0].pos.Line,
		Column:   f.script[0].pos.Column,
		Language: f.language,
		Script:   strings.Join(texts(f.script), "\n"),
		Attrs:    f.attrs,
		Fence:    f.line,
	}
	for _, l := range f.script {
		c.Origin = append(c.Origin, l.pos)
	}
	w.commandAttrs(c, f)
	c.ID = w.blockID(c.Name, w.nextNumber())
	return c
}

// nextNumber counts the commands and actions of the step, for their IDs.
func (w *blockWriter) nextNumber() int {
	w.numbered++
	return w.numbered
}

// blockID is the name that the author gave, else the step's ID and a number.
func (w *blockWriter) blockID(name string, n int) string {
	return unique(w.blockIDs, firstNonEmpty(name, w.step.ID+"-"+strconv.Itoa(n)))
}
