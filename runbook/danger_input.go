package runbook

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// stdin is what a program is given on its standard input.
type stdin struct {
	text  string
	at    Pos
	known bool // text is all of it; else it comes from elsewhere
}

// redirects judges the files that a statement writes, and what it is fed.
func (s *shellDanger) redirects(st *syntax.Stmt) {
	for _, r := range st.Redirs {
		target := s.expand(r.Word)
		switch r.Op {
		case syntax.RdrOut, syntax.RdrClob, syntax.RdrAll, syntax.AppOut, syntax.AppAll:
			s.written(st, r, target)
		case syntax.RdrIn:
			if target.text != "/dev/null" {
				s.feed(st.Cmd, stdin{})
			}
		case syntax.Hdoc, syntax.DashHdoc:
			if r.Hdoc != nil {
				s.feed(st.Cmd, stdin{s.expandHere(r.Hdoc), s.place(r.Hdoc.Pos()), true})
			}
		case syntax.WordHdoc:
			s.feed(st.Cmd, stdin{target.text, s.place(r.Word.Pos()), true})
		}
	}
}

// systemFile is what a machine does not come up without.
var systemFile = lazyregexp.New(`^/(etc|boot|usr)/`)

// written judges a redirection to a file.
func (s *shellDanger) written(st *syntax.Stmt, r *syntax.Redirect, target arg) {
	appends := r.Op == syntax.AppOut || r.Op == syntax.AppAll
	switch {
	case isDevice(target.text):
		s.add(r, "> "+target.text, "overwrites the device "+target.text, []string{target.src})
	case appends, r.N != nil && r.N.Value != "1", temporary(target.src), strings.HasPrefix(target.text, "/dev/"), strings.HasPrefix(target.text, "/proc/"):
	case s.writesNothing(st.Cmd):
		s.add(st, "> "+target.text, "empties the file", []string{target.src})
	case systemFile.MatchString(target.text):
		s.add(r, "> "+target.text, "overwrites a file of the system", []string{target.src})
	}
}

// writesNothing holds for what leaves an empty file: no command, `:`, `true`,
// `cat /dev/null`, `echo -n`.
func (s *shellDanger) writesNothing(cmd syntax.Command) bool {
	if cmd == nil {
		return true
	}
	call, ok := cmd.(*syntax.CallExpr)
	if !ok {
		return false
	}
	c := s.command(call)
	args := strings.TrimSpace(strings.Join(textsOf(c.args()), " "))
	switch c.name {
	case "", ":", "true":
		return true
	case "cat":
		return args == "/dev/null"
	case "echo":
		return args == "-n"
	case "printf":
		return args == "" || args == "%s"
	}
	return false
}

// pipe judges what a program is fed by the one before it.
func (s *shellDanger) pipe(b *syntax.BinaryCmd) {
	if b.Op != syntax.Pipe && b.Op != syntax.PipeAll {
		return
	}
	from, to := b.X, b.Y
	for {
		inner, ok := from.Cmd.(*syntax.BinaryCmd)
		if !ok || (inner.Op != syntax.Pipe && inner.Op != syntax.PipeAll) {
			break
		}
		from = inner.Y
	}
	for {
		inner, ok := to.Cmd.(*syntax.BinaryCmd)
		if !ok || (inner.Op != syntax.Pipe && inner.Op != syntax.PipeAll) {
			break
		}
		to = inner.X
	}
	in := stdin{at: s.place(from.Pos())}
	in.text, in.known = s.output(from)
	before := len(s.found)
	s.feed(to.Cmd, in)
	for i := before; in.known && i < len(s.found); i++ {
		s.found[i].Line, s.found[i].Column = in.at.Line, in.at.Column // lines of the output are none of the script
	}
}

var printfVerb = lazyregexp.New(`%[-+ #0-9.]*[a-zA-Z]`)

// output is what a statement prints, where that is plain to see.
func (s *shellDanger) output(st *syntax.Stmt) (string, bool) {
	call, ok := st.Cmd.(*syntax.CallExpr)
	if !ok {
		return "", false
	}
	c := s.command(call)
	args := textsOf(c.args())
	switch c.name {
	case "echo":
		for len(args) > 0 && echoFlag.MatchString(args[0]) {
			args = args[1:]
		}
		return printfEscapes.Replace(strings.Join(args, " ")), true
	case "printf":
		text := strings.Join(args, "\n") // the format, then all that it may print
		if len(args) > 1 {
			text = printfVerb.ReplaceAllString(args[0], ";") + "\n;" + strings.Join(args, " ") + "\n;" + strings.Join(args[1:], "\n;")
		}
		return printfEscapes.Replace(text), true
	case "cat":
		if len(args) > 0 {
			return "", false
		}
		for _, r := range st.Redirs {
			if r.Hdoc != nil {
				return s.expandHere(r.Hdoc), true
			}
			if r.Op == syntax.WordHdoc {
				return s.expand(r.Word).text, true
			}
		}
	}
	return "", false
}

var echoFlag = lazyregexp.New(`^-[neE]+$`)

// feed gives a command, or each within braces, its standard input.
func (s *shellDanger) feed(cmd syntax.Command, in stdin) {
	switch cmd := cmd.(type) {
	case *syntax.CallExpr:
		c := s.command(cmd)
		c.at = s.place(cmd.Pos())
		s.fed(c, in, 0)
	case *syntax.Block, *syntax.Subshell:
		syntax.Walk(cmd, func(n syntax.Node) bool {
			if call, ok := n.(*syntax.CallExpr); ok {
				s.feed(call, in)
			}
			return true
		})
	case *syntax.TimeClause:
		if cmd.Stmt != nil {
			s.feed(cmd.Stmt.Cmd, in)
		}
	}
}

// fed judges a program by what it reads. Through `ssh host "…"` and `sh -c`
// it is the inner command that reads.
func (s *shellDanger) fed(c command, in stdin, depth int) {
	if len(c.argv) == 0 || c.xargs || depth > maxNesting {
		return
	}
	if spec, ok := clients[c.name]; ok {
		s.clientInput(c, spec.read(c.args()), in)
		return
	}
	inner := c.innerScript()
	switch {
	case inner != "":
		s.innerReads(c, inner, in, depth)
	case in.known && shells[c.name] && !slices.ContainsFunc(c.args(), func(a arg) bool { return a.text == "" || a.text[0] != '-' }),
		in.known && (c.name == "ssh" || c.name == "su" || c.name == "runuser"):
		s.script(in.text, in.at, append(slices.Clone(s.outer), c.where()...), s.depth+1)
	}
}

// innerReads finds the commands of an inner script that may read the input.
func (s *shellDanger) innerReads(c command, inner string, in stdin, depth int) {
	file, err := parseRunbookShell(inner, "bash")
	if err != nil {
		return
	}
	sub := &shellDanger{dangerFinder: s.dangerFinder, text: inner, at: c.at, outer: append(slices.Clone(s.outer), c.where()...), depth: depth + 1}
	syntax.Walk(file, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.CallExpr); ok {
			ic := sub.command(call)
			ic.at = c.at
			sub.fed(ic, in, depth+1)
		}
		return true
	})
}
