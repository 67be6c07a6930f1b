package widget

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// placeholders are what a human replaces before a command runs.
var placeholders = lazyregexp.New(`\{\{[^}\n]*\}\}|<[A-Za-z][A-Za-z0-9_. -]*>`)

// shellMarks tells what each byte of a script is. Where a guess is asked for,
// a text that does not parse is left plain.
func shellMarks(src string, guess bool) []class {
	marks := make([]class, len(src))
	masked := placeholders.ReplaceAllStringFunc(src, func(m string) string { return strings.Repeat("x", len(m)) })
	file, err := syntax.NewParser(syntax.KeepComments(true)).Parse(strings.NewReader(masked), "")
	if err != nil {
		if !guess {
			lexShell(src, marks)
		}
	} else {
		syntax.Walk(file, func(n syntax.Node) bool {
			markNode(n, marks)
			return true
		})
	}
	for _, at := range placeholders.FindAllStringIndex(src, -1) {
		fill(marks, at[0], at[1], placeholderClass)
	}
	return marks
}

func markNode(n syntax.Node, marks []class) {
	span := func(n syntax.Node, c class) { fill(marks, int(n.Pos().Offset()), int(n.End().Offset()), c) }
	word := func(p syntax.Pos, w string, c class) {
		if p.IsValid() {
			fill(marks, int(p.Offset()), int(p.Offset())+len(w), c)
		}
	}
	switch n := n.(type) {
	case *syntax.Comment:
		span(n, commentClass)
	case *syntax.CallExpr:
		if len(n.Args) > 0 {
			span(n.Args[0], commandClass)
		}
	case *syntax.Assign:
		if n.Name != nil {
			span(n.Name, variableClass)
		}
	case *syntax.SglQuoted, *syntax.DblQuoted:
		span(n, stringClass)
	case *syntax.ParamExp:
		span(n, variableClass)
	case *syntax.BinaryCmd:
		word(n.OpPos, n.Op.String(), operatorClass)
	case *syntax.Redirect:
		word(n.OpPos, n.Op.String(), operatorClass)
	default:
		markWords(n, word)
	}
}

// markWords marks the reserved words of a clause.
func markWords(n syntax.Node, word func(syntax.Pos, string, class)) {
	switch n := n.(type) {
	case *syntax.IfClause:
		word(n.Position, "if", keywordClass)
		word(n.ThenPos, "then", keywordClass)
		word(n.FiPos, "fi", keywordClass)
	case *syntax.WhileClause:
		word(n.WhilePos, "while", keywordClass)
		word(n.DoPos, "do", keywordClass)
		word(n.DonePos, "done", keywordClass)
	case *syntax.ForClause:
		word(n.ForPos, "for", keywordClass)
		word(n.DoPos, "do", keywordClass)
		word(n.DonePos, "done", keywordClass)
	case *syntax.CaseClause:
		word(n.Case, "case", keywordClass)
		word(n.Esac, "esac", keywordClass)
	}
}

// lexShell marks what can be told without parsing: comments, strings and
// variables.
func lexShell(src string, marks []class) {
	for i := 0; i < len(src); {
		switch c := src[i]; {
		case c == '#' && (i == 0 || src[i-1] == ' ' || src[i-1] == '\n'):
			i = markTo(src, marks, i, "\n", commentClass)
		case c == '\'' || c == '"':
			if !strings.Contains(src[i+1:], string(c)) {
				return
			}
			i = markTo(src, marks, i, string(c), stringClass)
		case c == '$':
			j := i + 1
			for j < len(src) && (isWord(src[j]) || src[j] == '{' || src[j] == '}') {
				j++
			}
			fill(marks, i, j, variableClass)
			i = j
		default:
			i++
		}
	}
}
