package runbook

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

const ruleAction = "action"

// action reads a `lifeboat` fence: a YAML mapping with `action:` and
// arguments that are texts. Nil, with a problem, where it is none.
func (w *blockWriter) action(f *fence) *Action {
	if len(f.lines) == 0 {
		w.actionProblem(Pos{f.line, 1}, "the fence is empty; write `action: locate` or another action")
		return nil
	}
	first := f.lines[0].pos
	// The YAML parser counts from the fence's first line and column.
	place := func(p Pos) Pos { return Pos{first.Line + p.Line - 1, first.Column + p.Column - 1} }
	file, err := parser.ParseBytes([]byte(strings.Join(texts(f.lines), "\n")), 0)
	if err != nil {
		w.actionProblem(place(yamlErrorPos(err)), yamlErrorText(err)+"; write `key: value`, one a line")
		return nil
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		w.actionProblem(first, "the fence is empty; write `action: locate` or another action")
		return nil
	}
	fields, ok := mapValues(file.Docs[0].Body)
	if !ok {
		w.actionProblem(first, "not a mapping; write `action: restore` and its arguments, one `key: value` a line")
		return nil
	}
	a := &Action{Line: first.Line, Args: map[string]string{}, ArgLines: map[string]int{}}
	for _, field := range fields {
		w.actionField(a, field, place(nodePos(field.Key)))
	}
	if a.Name == "" {
		w.actionProblem(first, "no `action:`; say what is to be done, such as `action: restore`")
		return nil
	}
	a.ID = w.blockID(f.attrs["name"], w.nextNumber())
	return a
}

// actionField takes one pair of the mapping into the action.
func (w *blockWriter) actionField(a *Action, field *ast.MappingValueNode, at Pos) {
	key := strings.Trim(field.Key.String(), `"'`)
	var value string
	switch err := decodeText(field.Value, &value); {
	case err != nil:
		w.actionProblem(at, key+": "+err.Error())
	case key == "action":
		a.Name, a.Line = value, at.Line
	default:
		a.Args[key], a.ArgLines[key] = value, at.Line
	}
}

func (w *blockWriter) actionProblem(p Pos, message string) {
	w.rb.report(Problem{Line: p.Line, Column: p.Column, Rule: ruleAction, Severity: "error", Message: message})
}
