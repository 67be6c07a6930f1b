package runbook

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// enumeration matches the end of a sentence before a list that tells of
// things, and not of steps to take.
var enumeration = lazyregexp.New(`(?i)\b(options?|causes?|reasons?|phases|scenarios|places|cases|ways|choices|symptoms|criteria|` +
	`this (script|command|job|task|alert|will|means)[^.]*|the (script|command|job|alert|task|output)[^.]*|(it|which) (will|does)|includes?|including|contains?|consists of|` +
	`one of( the following)?|either|triggers?|when|means|because|look at|depends on|assum(e|es|ing|ptions)|` +
	`following (conditions|values|fields|errors|components))\b([^.:]*:|[^.:,]{0,40})\s*$`)

// listSteps reads the items of the ordered lists of steps among nodes. What
// stands between items and after the last belongs to the item before it; what
// stands before the first is the prelude.
func (d *document) listSteps(nodes []ast.Node, procedural bool) (items []*section, prelude []ast.Node) {
	for i, n := range nodes {
		list, ok := n.(*ast.List)
		goesOn := ok && len(items) > 0 && strconv.Itoa(list.Start-1) == items[len(items)-1].number
		if ok && d.isStepList(list, procedural || goesOn || d.splitSteps(list, nodes[i+1:])) {
			items = append(items, d.itemSections(list)...)
			continue
		}
		if len(items) == 0 {
			prelude = append(prelude, n)
			continue
		}
		last := items[len(items)-1]
		last.body = append(last.body, n)
	}
	return items, prelude
}

// splitSteps holds for the one item of a list that is an instruction and
// goes on below: what stands between its items is not indented, which makes
// each item a list of its own.
func (d *document) splitSteps(list *ast.List, after []ast.Node) bool {
	if !list.IsOrdered() || list.ChildCount() != 1 {
		return false
	}
	for _, n := range after {
		if next, ok := n.(*ast.List); ok && next.IsOrdered() {
			return next.Start == list.Start+1 && d.instructs(list.FirstChild()) && d.instructs(next.FirstChild())
		}
	}
	return false
}

// instructs holds for a list item that tells to do something: in words, by a
// command, or by one at the beginning of its text.
func (d *document) instructs(item ast.Node) bool {
	return imperative(d.itemText(item)) || d.nodeHasCommand(item) || d.leadsWithCommand(item)
}

// leadsWithCommand holds for an item such as "`systemctl stop etcd`, then …".
func (d *document) leadsWithCommand(item ast.Node) bool {
	first := item.FirstChild()
	if first == nil {
		return false
	}
	span, ok := first.FirstChild().(*ast.CodeSpan)
	if !ok {
		return false
	}
	typed := d.plain(span)
	return strings.Contains(typed, " ") && beginsWithTool(typed)
}

func (d *document) hasStepList(nodes []ast.Node) bool {
	for _, n := range nodes {
		if list, ok := n.(*ast.List); ok && d.isStepList(list, true) {
			return true
		}
	}
	return false
}

// isStepList holds for an ordered list whose items are steps. Outside of a
// procedure at least half of them must tell the reader to do something, and a
// single item must hold a command.
func (d *document) isStepList(list *ast.List, procedural bool) bool {
	if !list.IsOrdered() || enumeration.MatchString(d.leadIn(list)) || d.unwritten(list) {
		return false
	}
	if procedural || (!d.english() && list.ChildCount() > 1) {
		return true
	}
	items, doing := 0, 0
	for it := list.FirstChild(); it != nil; it = it.NextSibling() {
		items++
		if d.instructs(it) {
			doing++
		}
	}
	return doing*2 >= items && (items > 1 || list.Start > 1 || d.hasCommand([]ast.Node{list}))
}

// unwritten holds for a list of which every item says "TODO".
func (d *document) unwritten(list *ast.List) bool {
	for it := list.FirstChild(); it != nil; it = it.NextSibling() {
		if it.ChildCount() > 1 || !isStub(d.itemText(it)) {
			return false
		}
	}
	return true
}

// leadIn is the text of the paragraph right before a block.
func (d *document) leadIn(n ast.Node) string {
	if p, ok := n.PreviousSibling().(*ast.Paragraph); ok {
		return d.plain(p)
	}
	if p, ok := n.PreviousSibling().(*ast.TextBlock); ok {
		return d.plain(p)
	}
	return ""
}

// itemText is the first paragraph of a list item as plain text.
func (d *document) itemText(item ast.Node) string {
	if first := item.FirstChild(); first != nil {
		switch first.(type) {
		case *ast.TextBlock, *ast.Paragraph:
			return d.plain(first)
		}
	}
	return ""
}

// itemSections makes a section of each item of an ordered list.
func (d *document) itemSections(list *ast.List) []*section {
	var out []*section
	number := list.Start
	for it := list.FirstChild(); it != nil; it = it.NextSibling() {
		s := &section{
			title:  d.itemTitle(it),
			number: strconv.Itoa(number),
			line:   d.line(it),
			level:  itemLevel,
		}
		for c := it.FirstChild(); c != nil; c = c.NextSibling() {
			d.addBody(s, c)
		}
		out = append(out, s)
		number++
	}
	return out
}

// itemTitle names a list item: its bold beginning, else its first sentence.
func (d *document) itemTitle(item ast.Node) string {
	first := item.FirstChild()
	if first == nil {
		return ""
	}
	if strong := firstStrong(first); strong != nil {
		if t := strings.Trim(d.plain(strong), " .:"); len(t) > 2 {
			return splitHeading(t).title
		}
	}
	return sentence(d.itemText(item))
}

// hasInstructions holds for text with a bulleted list of instructions, or of
// task-list items, that is nothing but that.
func (d *document) hasInstructions(nodes []ast.Node) bool {
	for _, n := range nodes {
		list, ok := n.(*ast.List)
		if !ok || list.IsOrdered() || enumeration.MatchString(d.leadIn(list)) {
			continue
		}
		items, doing := 0, 0
		for it := list.FirstChild(); it != nil; it = it.NextSibling() {
			items++
			if imperative(d.itemText(it)) {
				doing++
			}
		}
		if items > 1 && doing*3 >= items*2 {
			return true
		}
	}
	return false
}

// hasCommand holds where one of the blocks, or a block in it, is a command or
// a driver action.
func (d *document) hasCommand(nodes []ast.Node) bool {
	for _, n := range nodes {
		if d.nodeHasCommand(n) {
			return true
		}
	}
	return false
}

func (d *document) nodeHasCommand(n ast.Node) bool {
	switch n.(type) {
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		k := d.fence(n).kind
		return k == fenceCommand || k == fenceAction
	case *ast.List, *ast.ListItem, *ast.Blockquote:
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			if d.nodeHasCommand(c) {
				return true
			}
		}
	}
	return false
}

// hasCode holds where one of the blocks is code, and no drawing.
func (d *document) hasCode(nodes []ast.Node) bool {
	for _, n := range nodes {
		if n.Kind() != ast.KindFencedCodeBlock {
			continue
		}
		switch d.fence(n).language {
		case "mermaid", "plantuml", "dot", "ascii":
		default:
			return true
		}
	}
	return false
}
