package runbook

import (
	"fmt"

	"github.com/yuin/goldmark/ast"
)

// outside finds the commands and actions that no step holds: they would never
// be run, nor shown.
func (l *linter) outside() {
	held := map[int]bool{}
	l.rb.allSteps(func(st *Step) {
		for i := range st.Blocks {
			held[st.Blocks[i].Line] = true
		}
	})
	for _, p := range l.rb.Problems {
		held[p.Line] = true // an action that could not be read
	}
	for _, f := range runnableFences(l.rb.Source) {
		if held[f.line] || (f.kind == fenceAction && l.reportedWithin(f)) {
			continue
		}
		l.add(Pos{f.line, 1}, ruleOutsideSteps, severityWarning,
			fmt.Sprintf("the commands at line %d belong to no step; number the heading above them (`## 3. …`), put them under a heading such as `## Steps`, or mark the fence {ignore} if they are not to be run", f.line))
	}
}

// reportedWithin holds where Parse has said something of a fence.
func (l *linter) reportedWithin(f *fence) bool {
	for _, p := range l.rb.Problems {
		if p.Line >= f.line && p.Line <= f.line+len(f.lines)+1 {
			return true
		}
	}
	return false
}

// runnableFences are the code blocks of a document that can be run, wherever
// they stand.
func runnableFences(source string) []*fence {
	scratch := &Runbook{}
	doc := newDocument([]byte(source), scratch.readFrontMatter([]byte(source)))
	var out []*fence
	_ = ast.Walk(doc.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n.(type) {
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			if f := doc.fence(n); f.kind != fenceSample {
				out = append(out, f)
			}
		}
		return ast.WalkContinue, nil
	})
	return out
}
