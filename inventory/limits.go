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
	maxPending  = 100    // "a: b: c:" inside of [ or {
	maxSiblings = 10_000 // keys of one mapping
)

// load is what the tokens so far ask of the parser.
type load struct {
	depth, marks, pending int
	line, onLine          int
	before                int         // column of the token before
	siblings              map[int]int // column → keys of the open mapping there
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
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		l.depth, l.marks, l.pending = l.depth+1, l.marks+1, 0
	case token.SequenceEndType, token.MappingEndType:
		l.depth, l.marks, l.pending = max(0, l.depth-1), 0, 0
	case token.CollectEntryType:
		l.marks, l.pending = 0, 0
	case token.MappingValueType:
		l.marks, l.pending = l.marks+1, l.pending+1
		l.sibling(l.before)
	case token.SequenceEntryType:
		l.marks++
		l.close(t.Position.Column)
	case token.MappingKeyType, token.AnchorType, token.AliasType, token.TagType:
		l.marks++
	case token.CommentType:
	default:
		l.marks = 0
	}
	l.before = t.Position.Column
	return l.tooMuch()
}

// sibling counts a key at a column, which ends the mappings that were deeper.
func (l *load) sibling(column int) {
	if l.depth > 0 {
		return
	}
	l.pending = 0
	l.siblings[column]++
	l.close(column)
}

// close forgets the mappings that are deeper than a column.
func (l *load) close(column int) {
	maps.DeleteFunc(l.siblings, func(c, _ int) bool { return c > column })
}

func (l *load) tooMuch() string {
	switch {
	case l.depth > maxNesting || l.marks > maxMarks || l.pending > maxPending:
		return fmt.Sprintf("nested deeper than %d levels", maxNesting)
	case l.onLine > maxOnLine:
		return fmt.Sprintf("more than %d words and marks on one line", maxOnLine)
	case l.depth == 0 && l.siblings[l.before] > maxSiblings:
		return fmt.Sprintf("more than %d keys side by side", maxSiblings)
	}
	return ""
}
