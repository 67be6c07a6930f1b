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
	// Operands are the words that the call acts on, as the script has them
	// but without quotes: the files of rm, the file of a redirection, the
	// host, port and database (or DSN) of a database client, for others every
	// argument that is no option. Variables that the script sets once have
	// their values; others stay as written. What can't be told is "…": a
	// variable with several values, the files that xargs is fed. The host of
	// ssh and the container of exec come first, PGHOST and its kind as
	// NAME=value where the script sets them, and the database that SQL drops
	// last. Empty where all of it is left to the environment.
	Operands []string
}

// unknownWord is the operand of which nothing is known.
const unknownWord = "…"

// loadsSQL is why SQL that is not in the script is found.
const loadsSQL = "loads SQL that can't be read from here"

// Danger finds the destructive calls of a script by parsing it. It looks
// through sudo, env, xargs, timeout, nohup, ssh, eval, aliases, bash -c and
// their kind, into SQL given to a database client as an option, by a pipe, a
// here-document or a here-string, and through variables that the script
// itself assigns. SQL that a client loads from a file or another program
// can't be read, and is found for that. A script that does not parse is read
// line by line.
func Danger(script, language string) []Finding {
	if language == "sql" {
		return dangerousSQL(script, Pos{1, 1})
	}
	if !isShell(language) {
		return nil
	}
	d := &dangerFinder{vars: map[string]string{}, assigned: map[string]int{}, aliases: map[string]string{}}
	d.script(script, Pos{1, 1}, nil, 0)
	for i, last := 0, strings.Count(script, "\n")+1; i < len(d.found); i++ {
		d.found[i].Line = min(d.found[i].Line, last) // a variable's value may have more lines than the script
	}
	slices.SortStableFunc(d.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), strings.Compare(a.What, b.What))
	})
	return slices.CompactFunc(d.found, func(a, b Finding) bool {
		return a.Line == b.Line && a.Column == b.Column && a.What == b.What && a.Why == b.Why && slices.Equal(a.Operands, b.Operands)
	})
}

// maxNesting bounds how deep `bash -c "bash -c …"` is followed.
const maxNesting = 4

// maxFindings bounds what is said of one script.
const maxFindings = 200

type dangerFinder struct {
	found    []Finding
	vars     map[string]string // values of the variables that the script sets
	assigned map[string]int    // how often it sets each
	aliases  map[string]string
}

// script reads shell that begins at a place of the whole script; outer are
// the operands of what runs it elsewhere, such as ssh's host.
func (d *dangerFinder) script(script string, at Pos, outer []string, depth int) {
	if depth > maxNesting || len(d.found) > maxFindings {
		return
	}
	file, err := parseRunbookShell(script, "bash")
	if err == nil {
		s := &shellDanger{dangerFinder: d, text: script, at: at, outer: outer, depth: depth}
		syntax.Walk(file, s.countAssigns)
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
		d.script(line, place, outer, depth)
	}
}

// shellDanger walks one parsed piece of shell.
type shellDanger struct {
	*dangerFinder
	text  string
	at    Pos
	outer []string
	depth int
}

func (s *shellDanger) visit(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Assign:
		s.assign(n)
	case *syntax.ForClause:
		s.loop(n)
	case *syntax.Stmt:
		s.redirects(n)
	case *syntax.BinaryCmd:
		s.pipe(n)
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
	s.found = append(s.found, Finding{Line: p.Line, Column: p.Column, What: shorten(what), Why: why, Operands: all})
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

// call judges one command line, with what it wraps.
func (s *shellDanger) call(call *syntax.CallExpr) {
	c := s.command(call)
	if len(c.argv) == 0 {
		return
	}
	c.at = s.place(call.Pos())
	s.remember(c)
	s.judge(c)
}

// remember takes in what a builtin changes: aliases, and variables read.
func (s *shellDanger) remember(c command) {
	switch c.name {
	case "alias":
		for _, a := range c.args() {
			if name, value, ok := strings.Cut(a.text, "="); ok {
				s.aliases[name] = value
			}
		}
	case "read", "mapfile", "readarray":
		for _, a := range c.args() {
			s.assigned[a.text] += 2
		}
	}
}

func (s *shellDanger) judge(c command) {
	if why := c.destructive(); why != "" {
		s.addAt(c.at, c.what(), why, append(c.where(), c.operands()...))
		return
	}
	if inner := c.innerScript(); inner != "" {
		s.script(inner, c.at, append(slices.Clone(s.outer), c.where()...), s.depth+1)
		return
	}
	s.findExec(c)
	if spec, ok := clients[c.name]; ok {
		s.client(c, spec.read(c.args()))
	}
}

func baseName(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
