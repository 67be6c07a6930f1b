package inventory

import (
	"fmt"
	"maps"

	"github.com/goccy/go-yaml/token"
)

// Limits that no inventory written by people comes near. Nesting, and keys side
// by side, cost the YAML parser stack and time that grow with their square; a
// stack that overflows can't be recovered from.
const (
	maxNesting  = 32     // of [ and {
	maxMarks    = 64     // - ? : & ! [ { without a value between them
	maxOnLine   = 2_000  // tokens
	maxInFlow   = 10_000 // tokens from [ or { to its end
	maxDocs     = 10     // --- lines
	maxSiblings = 10_000 // keys of one mapping
)

// load is what the tokens so far ask of the parser.
type load struct {
	depth, marks, inFlow, docs int
	line, onLine               int
	before                     int         // column of the token before
	siblings                   map[int]int // column → keys of the open mapping there
}

// checkLimits holds the parser's input to the limits above.
func (r *reader) checkLimits(tokens token.Tokens) bool {
	l := &load{siblings: map[int]int{}}
	for _, t := range tokens {
		if why := l.add(t); why != "" {
			r.fail(pos{t.Position.Line, t.Position.Column}, "", why, "an inventory is flatter and shorter")
			return false
		}
	}
	return true
}

// add counts one token; it says what is too much, if anything.
func (l *load) add(t *token.Token) string {
	if t.Position.Line != l.line {
		l.line, l.onLine = t.Position.Line, 0
	}
	l.onLine++
	l.inFlow++
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		l.depth, l.marks = l.depth+1, l.marks+1
	case token.SequenceEndType, token.MappingEndType:
		l.depth, l.marks = max(0, l.depth-1), 0
	case token.CollectEntryType:
		l.marks = 0
	case token.MappingValueType:
		l.marks++
		l.sibling(l.before)
	case token.SequenceEntryType:
		l.marks++
		l.close(t.Position.Column)
	case token.DocumentHeaderType:
		l.marks, l.docs = 0, l.docs+1
	case token.MappingKeyType:
		l.marks++
		l.sibling(t.Position.Column)
	case token.AnchorType, token.AliasType, token.TagType:
		l.marks++
	case token.CommentType:
	default:
		l.marks = 0
	}
	if l.depth == 0 {
		l.inFlow = 0
	}
	l.before = t.Position.Column
	return l.tooMuch()
}

// sibling counts a key at a column, which ends the mappings that were deeper.
func (l *load) sibling(column int) {
	if l.depth > 0 {
		return
	}
	l.siblings[column]++
	l.close(column)
}

// close forgets the mappings that are deeper than a column.
func (l *load) close(column int) {
	maps.DeleteFunc(l.siblings, func(c, _ int) bool { return c > column })
}

func (l *load) tooMuch() string {
	switch {
	case l.depth > maxNesting || l.marks > maxMarks:
		return fmt.Sprintf("nested deeper than %d levels", maxNesting)
	case l.inFlow > maxInFlow:
		return fmt.Sprintf("more than %d words and marks within one [ ] or { }", maxInFlow)
	case l.docs > maxDocs:
		return fmt.Sprintf("more than %d documents in one file", maxDocs)
	case l.onLine > maxOnLine:
		return fmt.Sprintf("more than %d words and marks on one line", maxOnLine)
	case l.depth == 0 && l.siblings[l.before] > maxSiblings:
		return fmt.Sprintf("more than %d keys side by side", maxSiblings)
	}
	return ""
}
