package runbook

import (
	"cmp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Finding is one destructive call in a script.
type Finding struct {
	Line   int    // 1-based, within the script
	Column int    // 1-based, in bytes
	What   string // the call: "rm -rf /data"
	Why    string // what it destroys
}

// Danger finds the destructive calls of a script by parsing it. It looks
// through sudo, env, xargs, timeout, nohup, ssh, bash -c and their kind, into
// SQL given to a database client, and through variables that the script
// itself assigns. A script that does not parse is read line by line.
func Danger(script, language string) []Finding {
	if language == "sql" {
		return dangerousSQL(script, Pos{1, 1})
	}
	if !isShell(language) {
		return nil
	}
	d := &dangerFinder{}
	d.script(script, Pos{1, 1}, map[string]string{}, 0)
	slices.SortStableFunc(d.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), strings.Compare(a.What, b.What))
	})
	return slices.Compact(d.found)
}

// maxNesting bounds how deep `bash -c "bash -c …"` is followed.
const maxNesting = 4

type dangerFinder struct {
	found []Finding
}

// script reads shell that begins at a place of the whole script; vars are the
// values known of its variables.
func (d *dangerFinder) script(script string, at Pos, vars map[string]string, depth int) {
	if depth > maxNesting {
		return
	}
	file, err := parseRunbookShell(script, "bash")
	if err == nil {
		s := &shellDanger{dangerFinder: d, at: at, vars: vars, depth: depth}
		syntax.Walk(file, s.visit)
		return
	}
	lines := strings.Split(script, "\n")
	if len(lines) == 1 {
		return
	}
	for i, line := range lines { // salvage the lines that parse by themselves
		place := Pos{at.Line + i, 1}
		if i == 0 {
			place = at
		}
		d.script(line, place, vars, depth)
	}
}

// shellDanger walks one parsed piece of shell.
type shellDanger struct {
	*dangerFinder
	at    Pos
	vars  map[string]string
	depth int
}

func (s *shellDanger) visit(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Assign:
		if n.Name != nil {
			s.vars[n.Name.Value] = s.expand(n.Value)
		}
	case *syntax.Stmt:
		s.redirects(n)
		s.heredoc(n)
	case *syntax.CallExpr:
		s.call(n)
	}
	return true
}

func (s *shellDanger) add(n syntax.Node, what, why string) {
	p := s.place(n.Pos())
	s.found = append(s.found, Finding{Line: p.Line, Column: p.Column, What: shorten(what), Why: why})
}

func (s *shellDanger) place(p syntax.Pos) Pos {
	line, col := max(int(p.Line()), 1), max(int(p.Col()), 1)
	if line == 1 {
		return Pos{s.at.Line, s.at.Column + col - 1}
	}
	return Pos{s.at.Line + line - 1, col}
}

func shorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}

// expand gives a word's text, with the variables whose values are known.
func (s *shellDanger) expand(w *syntax.Word) string {
	if w == nil {
		return ""
	}
	var b strings.Builder
	for _, part := range w.Parts {
		s.expandPart(&b, part)
	}
	return b.String()
}

func (s *shellDanger) expandPart(b *strings.Builder, part syntax.WordPart) {
	switch p := part.(type) {
	case *syntax.DblQuoted:
		for _, inner := range p.Parts {
			s.expandPart(b, inner)
		}
	case *syntax.ParamExp:
		if p.Param == nil {
			return
		}
		if value, ok := s.vars[p.Param.Value]; ok && p.Exp == nil {
			b.WriteString(value)
			return
		}
		b.WriteString("$" + p.Param.Value)
	default:
		writeLiteral(b, part)
	}
}

// redirects finds writes over a block device.
func (s *shellDanger) redirects(st *syntax.Stmt) {
	for _, r := range st.Redirs {
		switch r.Op {
		case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll:
			if target := s.expand(r.Word); isDevice(target) {
				s.add(r, "> "+target, "overwrites the device "+target)
			}
		}
	}
}

// heredoc reads SQL, or shell for another host, that a statement is fed.
func (s *shellDanger) heredoc(st *syntax.Stmt) {
	call, ok := st.Cmd.(*syntax.CallExpr)
	if !ok {
		return
	}
	for _, r := range st.Redirs {
		body := r.Hdoc
		if r.Op == syntax.WordHdoc {
			body = r.Word
		}
		if body == nil || len(call.Args) == 0 {
			continue
		}
		s.input(s.words(call), s.expand(body), s.place(body.Pos()))
	}
}

// input reads what a program is given on its standard input.
func (s *shellDanger) input(argv []string, text string, at Pos) {
	argv = unwrap(argv)
	if len(argv) == 0 {
		return
	}
	switch name := baseName(argv[0]); {
	case sqlClients[name]:
		s.found = append(s.found, dangerousSQL(text, at)...)
	case shells[name], name == "ssh":
		s.script(text, at, s.vars, s.depth+1)
	}
}

func (s *shellDanger) words(call *syntax.CallExpr) []string {
	words := make([]string, 0, len(call.Args))
	for _, w := range call.Args {
		text := s.expand(w)
		if _, bare := w.Parts[0].(*syntax.ParamExp); bare && len(w.Parts) == 1 {
			words = append(words, strings.Fields(text)...) // the shell splits it
			continue
		}
		words = append(words, text)
	}
	return words
}

// call judges one command line, with what it wraps.
func (s *shellDanger) call(call *syntax.CallExpr) {
	argv := unwrap(s.words(call))
	if len(argv) == 0 {
		return
	}
	name := baseName(argv[0])
	if why := destructive(name, argv[1:]); why != "" {
		s.add(call, strings.Join(argv, " "), why)
		return
	}
	if inner := innerScript(name, argv[1:]); inner != "" {
		s.script(inner, s.place(call.Pos()), s.vars, s.depth+1)
	}
	if sqlClients[name] {
		for _, sql := range optionValues(argv[1:], sqlOptions) {
			s.found = append(s.found, dangerousSQL(sql, s.place(call.Pos()))...)
		}
	}
}

func baseName(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
