package inventory

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// pos is a place in the file, from 1; zero: the file as a whole.
type pos struct{ line, column int }

// node is a YAML value with aliases, anchors, tags and merge keys resolved.
// A node that is reached through aliases is shared, so aliases cost nothing.
type node struct {
	kind    nodeKind
	at      pos
	text    string // of a scalar, as written, without quotes
	plain   bool   // a scalar without quotes
	entries []entry
	items   []*node
	size    int // values in it, each alias counted as what it stands for
}

type entry struct {
	key    string
	at     pos
	value  *node
	merged bool // came in by <<, so that an own key may replace it
}

type nodeKind string

const (
	nothing nodeKind = "nothing"
	scalar  nodeKind = "a single value"
	mapping nodeKind = "a mapping"
	list    nodeKind = "a list"
	broken  nodeKind = "unreadable" // the error is on record already
)

// maxDepth of nodes: an inventory has five levels.
const maxDepth = 64

// builder turns the parser's tree into nodes.
type builder struct {
	r       *reader
	anchors map[string]*node
	copied  int // entries that merge keys have copied
}

// build gives a broken node where n, or what it needs, can't be read; the error
// is then on record.
func (b *builder) build(n ast.Node, depth int) *node {
	if depth > maxDepth {
		return b.fail(at(n), "nested too deeply", "an inventory needs five levels")
	}
	switch v := n.(type) {
	case nil, *ast.NullNode:
		return &node{kind: nothing, at: at(n), size: 1}
	case *ast.MappingNode:
		return b.mapping(v, depth)
	case *ast.MappingValueNode:
		return b.mapping(&ast.MappingNode{Start: v.Start, Values: []*ast.MappingValueNode{v}}, depth)
	case *ast.SequenceNode:
		return b.list(v, depth)
	case *ast.AnchorNode:
		built := b.build(v.Value, depth+1)
		if v.Name != nil {
			b.anchors[v.Name.GetToken().Value] = built
		}
		return built
	case *ast.AliasNode:
		return b.alias(v)
	case *ast.TagNode:
		return b.tag(v, depth)
	}
	return b.scalar(n)
}

func (b *builder) fail(at pos, message, hint string) *node {
	b.r.fail(at, "", message, hint)
	return &node{kind: broken, at: at, size: 1}
}

func (b *builder) mapping(m *ast.MappingNode, depth int) *node {
	built := &node{kind: mapping, at: start(m), size: 1}
	for _, v := range m.Values {
		if v.Key.IsMergeKey() {
			b.merge(built, b.build(v.Value, depth+1), at(v.Value))
			continue
		}
		key, ok := b.key(v.Key)
		value := b.build(v.Value, depth+1)
		if ok {
			built.entries = append(built.entries, entry{key: key, at: at(v.Key), value: value})
			built.size = add(built.size, value.size)
		}
	}
	return built
}

// key gives the text of a mapping's key, which may be a number.
func (b *builder) key(k ast.MapKeyNode) (string, bool) {
	switch v := k.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
		return v.GetToken().Value, true
	}
	b.fail(at(k), "a key must be a single word", "")
	return "", false
}

// merge brings the entries of from in, behind whatever is there already.
func (b *builder) merge(into, from *node, where pos) {
	if from.kind == list {
		for _, item := range from.items {
			b.merge(into, item, where)
		}
		return
	}
	if from.kind == broken {
		return
	}
	if from.kind != mapping {
		b.fail(where, "<< wants an alias of a mapping", "")
		return
	}
	if b.copied += len(from.entries) + 1; b.copied > maxValues {
		b.fail(where, "aliases expand to more than a million values", "write the values out")
		return
	}
	for _, e := range from.entries {
		e.merged = true
		into.entries = append(into.entries, e)
		into.size = add(into.size, e.value.size)
	}
}

func (b *builder) list(s *ast.SequenceNode, depth int) *node {
	built := &node{kind: list, at: at(s), size: 1}
	for _, v := range s.Values {
		item := b.build(v, depth+1)
		built.items = append(built.items, item)
		built.size = add(built.size, item.size)
	}
	return built
}

// alias finds what was anchored before. An anchor is known only once its value
// has been read, so that it can't hold itself.
func (b *builder) alias(a *ast.AliasNode) *node {
	name := ""
	if a.Value != nil {
		name = a.Value.GetToken().Value
	}
	if known, ok := b.anchors[name]; ok {
		return known
	}
	return b.fail(at(a), fmt.Sprintf("no anchor &%s before this alias", shorten(name)),
		"a text that starts with * needs quotes")
}

// tag accepts YAML's own tags, which say what a scalar shows anyway.
func (b *builder) tag(t *ast.TagNode, depth int) *node {
	name := t.GetToken().Value
	if strings.HasPrefix(name, "!!") {
		return b.build(t.Value, depth+1)
	}
	return b.fail(at(t), "a text that starts with ! needs quotes", `write "`+shorten(name)+` …"`)
}

func (b *builder) scalar(n ast.Node) *node {
	built := &node{kind: scalar, at: at(n), size: 1}
	switch v := n.(type) {
	case *ast.StringNode:
		built.text = v.Value
		built.plain = !strings.ContainsAny(firstOf(v.GetToken().Origin), `"'`)
	case *ast.LiteralNode:
		built.text = v.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		built.text, built.plain = v.GetToken().Value, true
	default:
		return b.fail(at(n), "a value that lifeboat.yaml has no use for", "put it in quotes if it is text")
	}
	return built
}

// firstOf gives the first character of a token, which may be a quote.
func firstOf(origin string) string {
	origin = strings.TrimSpace(origin)
	if origin == "" {
		return ""
	}
	return origin[:1]
}

// at gives the position of a parser's node.
func at(n ast.Node) pos {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return pos{}
	}
	p := n.GetToken().Position
	return pos{p.Line, p.Column}
}

// start is at, but for a mapping without braces it is its first key, where the
// parser names the colon.
func start(n ast.Node) pos {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return at(m.Values[0].Key)
	}
	return at(n)
}

// add adds sizes without overflow.
func add(a, b int) int { return min(a+b, 1<<40) }
