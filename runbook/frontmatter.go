package runbook

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

const ruleFrontMatter = "front-matter"

// readFrontMatter reads the YAML head of src and returns the offset at which
// the markdown begins.
func (rb *Runbook) readFrontMatter(src []byte) int {
	head, body, ok := cutFrontMatter(src)
	if !ok {
		return body
	}
	file, err := parser.ParseBytes(head, 0)
	if err != nil {
		rb.frontProblem(yamlErrorPos(err), yamlErrorText(err)+"; correct the YAML between the two --- lines")
		return body
	}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		fields, ok := mapValues(doc.Body)
		if !ok {
			rb.frontProblem(Pos{2, 1}, "is not a mapping of keys to values; write `title: …`, one key a line")
			return body
		}
		for _, f := range fields {
			rb.setFront(f)
		}
	}
	return body
}

// cutFrontMatter finds the head between two `---` lines at the very start.
// The head keeps its first line as an empty one, so that its lines are the
// file's. Without a head, body is where a byte order mark ends.
func cutFrontMatter(src []byte) (head []byte, body int, ok bool) {
	if bytes.HasPrefix(src, []byte("\ufeff")) {
		body = len("\ufeff")
	}
	first, rest, _ := bytes.Cut(src[body:], []byte("\n"))
	if string(bytes.TrimRight(first, " \t\r")) != "---" {
		return nil, body, false
	}
	offset := body + len(first) + 1
	for len(rest) > 0 {
		line, next, _ := bytes.Cut(rest, []byte("\n"))
		end := min(offset+len(line)+1, len(src))
		switch string(bytes.TrimRight(line, " \t\r")) {
		case "---", "...":
			head = append([]byte("\n"), src[body+len(first)+1:offset]...)
			return head, end, true
		}
		offset, rest = end, next
	}
	return nil, body, false
}

// mapValues gives the pairs of a mapping. goccy knows a mapping of one pair
// as that pair.
func mapValues(node ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

func nodePos(n ast.Node) Pos {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return Pos{1, 1}
	}
	p := n.GetToken().Position
	return Pos{p.Line, p.Column}
}

// frontKeys holds how each known key is kept.
var frontKeys = map[string]func(*FrontMatter, ast.Node) error{
	"title":    func(f *FrontMatter, n ast.Node) error { return decodeText(n, &f.Title) },
	"workload": func(f *FrontMatter, n ast.Node) error { return decodeText(n, &f.Workload) },
	"driver":   func(f *FrontMatter, n ast.Node) error { return decodeText(n, &f.Driver) },
	"kind":     func(f *FrontMatter, n ast.Node) error { return decodeText(n, &f.Kind) },
	"modes":    func(f *FrontMatter, n ast.Node) error { return decodeModes(n, &f.Modes) },
	"rto":      func(f *FrontMatter, n ast.Node) error { return decodeDuration(n, &f.RTO) },
	"rpo":      func(f *FrontMatter, n ast.Node) error { return decodeDuration(n, &f.RPO) },
	"timebox":  func(f *FrontMatter, n ast.Node) error { return decodeDuration(n, &f.Timebox) },
	"vars":     func(f *FrontMatter, n ast.Node) error { return decodeVars(n, &f.Vars) },
	"shell":    func(f *FrontMatter, n ast.Node) error { return decodeShell(n, &f.Shell) },
}

func (rb *Runbook) setFront(f *ast.MappingValueNode) {
	key := strings.Trim(f.Key.String(), `"'`)
	set, known := frontKeys[key]
	if !known {
		p := nodePos(f.Key)
		rb.report(Problem{
			Line: p.Line, Column: p.Column, Rule: ruleFrontMatter, Severity: "warning",
			Message: fmt.Sprintf("unknown key %q is ignored; known keys are %s", key,
				strings.Join(slices.Sorted(maps.Keys(frontKeys)), ", ")),
		})
		return
	}
	if err := set(&rb.Front, f.Value); err != nil {
		rb.frontProblem(nodePos(f.Value), fmt.Sprintf("%s: %v", key, err))
	}
}

func (rb *Runbook) frontProblem(p Pos, message string) {
	rb.report(Problem{Line: p.Line, Column: p.Column, Rule: ruleFrontMatter, Severity: "error", Message: message})
}

func decodeText(n ast.Node, into *string) error {
	var v any
	if err := yaml.NodeToValue(n, &v); err != nil {
		return errors.New("not a text; put it in quotes")
	}
	switch v := v.(type) {
	case nil:
	case []any, map[string]any:
		return errors.New("must be one text, not a list or a mapping")
	default:
		*into = fmt.Sprint(v)
	}
	return nil
}

func decodeModes(n ast.Node, into *[]string) error {
	var list []string
	if err := yaml.NodeToValue(n, &list); err != nil {
		var one string
		if err := decodeText(n, &one); err != nil {
			return errors.New("must be a list of drill, incident, tabletop")
		}
		list = splitList(one)
	}
	for _, m := range list {
		if !slices.Contains(modeNames, m) {
			return fmt.Errorf("unknown mode %q; modes are %s", m, strings.Join(modeNames, ", "))
		}
	}
	*into = list
	return nil
}

var modeNames = []string{"drill", "incident", "tabletop"}

func decodeDuration(n ast.Node, into *time.Duration) error {
	var s string
	if err := decodeText(n, &s); err != nil {
		return err
	}
	d, err := parseDuration(s)
	if err != nil {
		return err
	}
	*into = d
	return nil
}

func decodeVars(n ast.Node, into *map[string]string) error {
	var raw map[string]any
	if err := yaml.NodeToValue(n, &raw); err != nil {
		return errors.New("must be a mapping of names to values")
	}
	vars := make(map[string]string, len(raw))
	for k, v := range raw {
		switch v := v.(type) {
		case nil:
			vars[k] = ""
		case []any, map[string]any:
			return fmt.Errorf("%s must be one value, not a list or a mapping", k)
		default:
			vars[k] = fmt.Sprint(v)
		}
	}
	*into = vars
	return nil
}

func decodeShell(n ast.Node, into *string) error {
	var s string
	if err := decodeText(n, &s); err != nil {
		return err
	}
	switch s {
	case "bash", "sh", "zsh":
		*into = s
		return nil
	}
	return fmt.Errorf("unknown shell %q; use bash, sh or zsh", s)
}

// yamlErrorPos is where goccy's parser stopped.
func yamlErrorPos(err error) Pos {
	var se *yaml.SyntaxError
	if errors.As(err, &se) && se.Token != nil && se.Token.Position != nil {
		return Pos{se.Token.Position.Line, se.Token.Position.Column}
	}
	return Pos{2, 1}
}

func yamlErrorText(err error) string {
	var se *yaml.SyntaxError
	if errors.As(err, &se) {
		return se.Message
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
