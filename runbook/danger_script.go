package runbook

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A script may nest shells, and call functions, without end: these bound what
// is followed, and what is said.
const (
	maxNesting  = 6
	maxFindings = 200
	maxCalls    = 2000
)

// dangerFinder is what is known of a script while it is read from its begin.
type dangerFinder struct {
	found         []Finding
	vars          map[string]*shellVariable
	aliases       map[string]string
	functions     map[string]*function
	databases     map[string]bool // that createdb has made
	choices       map[string]int  // which of a variable's values is tried
	severalValued bool            // some variable has had several values
	calls         int
	processes     int
	expanding     int  // how many $(…) deep a word is read
	noClobber     bool // set -C: > writes over nothing
	exportAll     bool // set -a
}

func newDangerFinder() *dangerFinder {
	return &dangerFinder{
		vars: map[string]*shellVariable{}, aliases: map[string]string{}, functions: map[string]*function{}, databases: map[string]bool{},
		choices: map[string]int{},
	}
}

// shellScope is where a piece of shell runs.
type shellScope struct {
	outer   []string // operands of what runs it elsewhere, such as ssh's host
	depth   int
	process int   // 0 is the script's own shell; others do not give variables back
	foreign bool  // the environment is not the script's: sudo, ssh
	params  []arg // $1 and on, where they are known
	bound   bool  // params are known
	at      *Pos  // findings are said to be here: the call of a function
}

// shellDanger walks one parsed piece of shell.
type shellDanger struct {
	*dangerFinder
	shellScope
	text   string
	begin  Pos
	nodes  []syntax.Node
	depart map[syntax.Node][]string // variables that are unsure after a node
}

// script reads shell that begins at a place of the whole script.
func (d *dangerFinder) script(script string, at Pos, sc shellScope) {
	if sc.depth > maxNesting || len(d.found) > maxFindings || d.calls > maxCalls {
		return
	}
	file, err := parseRunbookShell(script, "bash")
	if err == nil {
		s := &shellDanger{dangerFinder: d, shellScope: sc, text: script, begin: at}
		s.prepare(file)
		s.walk(file)
		return
	}
	lines := strings.Split(script, "\n")
	if len(lines) == 1 {
		d.roughly(script, at, sc)
		return
	}
	for i, line := range lines { // salvage the lines that parse by themselves
		place := Pos{at.Line + i, 1}
		if i == 0 {
			place = at
		}
		d.script(line, place, sc)
	}
}

// roughly judges a line that does not parse by its words, as if nothing in it
// were quoted: another shell may see more in it.
func (d *dangerFinder) roughly(line string, at Pos, sc shellScope) {
	s := &shellDanger{dangerFinder: d, shellScope: sc, text: line, begin: at}
	for _, part := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(";|&()`\n", r) }) {
		var words []arg
		for _, w := range strings.Fields(part) {
			w = strings.Trim(w, `"'{}`)
			words = append(words, arg{text: w, src: unknownWord})
		}
		if len(words) == 0 || !knownProgram(nameOfProgram(words[0])) {
			continue
		}
		c := command{at: at}
		c.unwrap(words, nil)
		if s.calls++; s.calls < maxCalls {
			s.judge(c)
		}
	}
}

// nested reads a script that a command starts in a process of its own.
func (s *shellDanger) nested(c command, script string, at Pos) {
	sc := s.shellScope
	sc.outer = append(slices.Clone(s.outer), c.where()...)
	sc.depth++
	if c.name != "eval" && c.name != "trap" {
		s.processes++
		sc.process = s.processes
		sc.foreign = s.foreign || c.foreign || c.name == "ssh" || c.name == "su" || c.name == "runuser"
		sc.params, sc.bound = nil, false
	}
	if s.shellScope.at != nil {
		at = *s.shellScope.at
	}
	known := map[string]int{}
	for name, v := range s.vars {
		known[name] = len(v.values)
	}
	if sc.process == s.process {
		s.script(script, at, sc)
		return
	}
	clobber := s.noClobber // another shell has options of its own
	s.noClobber = false
	s.script(script, at, sc)
	s.noClobber = clobber
	for name, v := range s.vars {
		if len(v.values) != known[name] {
			v.unsure = true
		}
	}
}

// walk visits a tree; what is set where it may not be reached is unsure after.
func (s *shellDanger) walk(root syntax.Node) {
	syntax.Walk(root, func(n syntax.Node) bool {
		if n == nil {
			last := s.nodes[len(s.nodes)-1]
			s.nodes = s.nodes[:len(s.nodes)-1]
			for _, name := range s.depart[last] {
				s.variable(name).unsure = true
			}
			return true
		}
		if !s.visit(n) {
			return false
		}
		s.nodes = append(s.nodes, n)
		return true
	})
}

func (s *shellDanger) visit(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.FuncDecl:
		return s.declare(n)
	case *syntax.Assign:
		s.assign(n)
	case *syntax.ForClause:
		s.loop(n)
	case *syntax.Stmt:
		s.redirects(n)
	case *syntax.BinaryCmd:
		s.pipe(n)
	case *syntax.DeclClause:
		s.declared(n)
	case *syntax.CallExpr:
		s.call(n)
	}
	return true
}

func (s *shellDanger) add(n syntax.Node, what, why string, operands []string) {
	s.addAt(s.place(n.Pos()), what, why, operands)
}

func (s *shellDanger) addAt(p Pos, what, why string, operands []string) {
	all := append(slices.Clone(s.outer), operands...)
	for i, o := range all {
		if climbs(o) {
			all[i] = unknownWord
		}
	}
	s.found = append(s.found, Finding{Line: p.Line, Column: p.Column, What: shorten(what), Why: why, Operands: all})
}

// climbs holds for a pattern that may match "..".
func climbs(path string) bool {
	for _, part := range strings.Split(path, "/") {
		if strings.HasPrefix(part, ".") && strings.ContainsAny(part, "*?[@+!") {
			return true
		}
	}
	return false
}

func (s *shellDanger) place(p syntax.Pos) Pos {
	if s.shellScope.at != nil {
		return *s.shellScope.at
	}
	line, col := max(int(p.Line()), 1), max(int(p.Col()), 1)
	if line == 1 {
		return Pos{s.begin.Line, s.begin.Column + col - 1}
	}
	return Pos{s.begin.Line + line - 1, col}
}
