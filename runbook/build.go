package runbook

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// builder makes Steps of sections. It hands out the IDs, which are unique
// within the runbook, over all its lists of steps.
type builder struct {
	doc      *document
	rb       *Runbook
	stepIDs  map[string]int
	blockIDs map[string]int
}

func newBuilder(doc *document, rb *Runbook) *builder {
	return &builder{doc: doc, rb: rb, stepIDs: map[string]int{}, blockIDs: map[string]int{}}
}

func (b *builder) steps(sections []*section) []Step {
	out := make([]Step, 0, len(sections))
	for _, sec := range sections {
		out = append(out, b.step(sec))
	}
	return out
}

func (b *builder) step(sec *section) Step {
	st := Step{
		Title:  firstNonEmpty(sec.title, b.rb.Title, "Step"),
		Number: sec.number,
		Line:   max(sec.line, 1),
	}
	if sec.line == 0 && len(sec.body) > 0 {
		st.Line = b.doc.line(sec.body[0])
	}
	st.ID = unique(b.stepIDs, slug(st.Title))
	b.stepAttrs(&st, sec)
	w := blockWriter{builder: b, step: &st}
	w.section(sec)
	st.Blocks = w.blocks
	st.Kind = kindOf(&st)
	return st
}

func kindOf(st *Step) StepKind {
	kind := KindManual
	for i := range st.Blocks {
		switch blk := &st.Blocks[i]; {
		case blk.Action != nil:
			return KindAction
		case blk.Command != nil:
			kind = KindCommand
		case blk.Item != nil && kind == KindManual:
			kind = KindChecklist
		}
	}
	return kind
}

var phaseNames = []string{"detect", "decide", "locate", "fetch", "verify", "restore", "validate", "cutover", "cleanup"}

// stepAttrs reads the attributes of a heading: budget, phase, modes.
func (b *builder) stepAttrs(st *Step, sec *section) {
	for key, value := range sec.attrs {
		var err error
		switch key {
		case "budget":
			st.Budget, err = parseDuration(value)
		case "phase":
			if st.Phase = value; !slices.Contains(phaseNames, value) {
				err = fmt.Errorf("unknown phase %q; phases are %s", value, strings.Join(phaseNames, ", "))
			}
		case "modes", "mode":
			st.Modes = splitList(value)
			for _, m := range st.Modes {
				if !slices.Contains(modeNames, m) {
					err = fmt.Errorf("unknown mode %q; modes are %s", m, strings.Join(modeNames, ", "))
				}
			}
		default:
			if !strings.HasPrefix(key, "#") && !strings.HasPrefix(key, ".") {
				b.rb.report(unknownAttribute(Pos{st.Line, 1}, key, "budget, phase, modes"))
			}
		}
		if err != nil {
			b.rb.report(badValue(Pos{st.Line, 1}, key, err))
		}
	}
}

const (
	ruleUnknownAttribute = "unknown-attribute"
	ruleAttributeValue   = "attribute-value"
)

func unknownAttribute(at Pos, key, known string) Problem {
	return Problem{
		Line: at.Line, Column: at.Column, Rule: ruleUnknownAttribute, Severity: "warning",
		Message: fmt.Sprintf("unknown attribute %q is ignored; known here are %s", key, known),
	}
}

func badValue(at Pos, key string, err error) Problem {
	return Problem{
		Line: at.Line, Column: at.Column, Rule: ruleAttributeValue, Severity: "error",
		Message: fmt.Sprintf("%s: %v", key, err),
	}
}

// slug makes an ID of a title: "Verify the backup" becomes verify-the-backup.
func slug(title string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(title) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() > 60 {
			break
		}
	}
	if s := strings.Trim(b.String(), "-"); s != "" {
		return s
	}
	return "step"
}

// unique gives id, or id-2, id-3 … where it is taken. taken holds the last
// number given out for each.
func unique(taken map[string]int, id string) string {
	n := taken[id]
	if n == 0 {
		taken[id] = 1
		return id
	}
	for {
		n++
		candidate := id + "-" + strconv.Itoa(n)
		if taken[candidate] == 0 {
			taken[candidate], taken[id] = 1, n
			return candidate
		}
	}
}
