package runbook

import (
	"encoding/base64"
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

// pipe judges what a program is fed by the one before it.
func (s *shellDanger) pipe(b *syntax.BinaryCmd) {
	if b.Op != syntax.Pipe && b.Op != syntax.PipeAll {
		return
	}
	to := b.Y
	for {
		inner, ok := to.Cmd.(*syntax.BinaryCmd)
		if !ok || (inner.Op != syntax.Pipe && inner.Op != syntax.PipeAll) {
			break
		}
		to = inner.X
	}
	in := stdin{at: s.place(b.X.Pos())}
	in.text, in.known = s.output(b.X)
	before := len(s.found)
	s.feed(to.Cmd, in)
	for i := before; in.known && i < len(s.found); i++ {
		s.found[i].Line, s.found[i].Column = in.at.Line, in.at.Column // lines of the output are none of the script
	}
}

var printfVerb = lazyregexp.New(`%[-+ #0-9.]*[a-zA-Z]`)

// output is what a statement prints, where that is plain to see.
func (s *shellDanger) output(st *syntax.Stmt) (string, bool) {
	switch cmd := st.Cmd.(type) {
	case *syntax.BinaryCmd:
		if cmd.Op != syntax.Pipe && cmd.Op != syntax.PipeAll {
			return "", false
		}
		text, known := s.output(cmd.X)
		if !known {
			return "", false
		}
		return s.filtered(cmd.Y, text)
	case *syntax.CallExpr:
		return s.printed(st, cmd)
	}
	return "", false
}

// printed is what a call prints.
func (s *shellDanger) printed(st *syntax.Stmt, call *syntax.CallExpr) (string, bool) {
	c := s.command(call)
	args := c.args()
	for _, a := range args {
		if a.open && strings.Contains(a.text, "$(") {
			return "", false
		}
	}
	words := textsOf(args)
	switch c.name {
	case "echo":
		for len(words) > 0 && echoFlag.MatchString(words[0]) {
			words = words[1:]
		}
		return ansiC(strings.Join(words, " ")), true
	case "printf":
		text := strings.Join(words, "\n") // the format, then all that it may print
		if len(words) > 1 {
			text = printfVerb.ReplaceAllString(words[0], ";") + "\n;\n" + filledFormat(words) + "\n;\n" + strings.Join(words, " ") + "\n;\n" + strings.Join(words[1:], "\n;\n")
		}
		return ansiC(text), true
	}
	for _, r := range st.Redirs {
		switch {
		case r.Hdoc != nil:
			return s.filtered(st, s.expandHere(r.Hdoc))
		case r.Op == syntax.WordHdoc:
			return s.filtered(st, s.expand(r.Word).text)
		}
	}
	return "", false
}

// filledFormat is printf's format with its words in it.
func filledFormat(words []string) string {
	n := 0
	return printfVerb.ReplaceAllStringFunc(words[0], func(string) string {
		if n++; n < len(words) {
			return words[n]
		}
		return ""
	})
}

// filtered is what a program prints of a text that it is fed: what cat and
// tee let through, and base64 decodes.
func (s *shellDanger) filtered(st *syntax.Stmt, text string) (string, bool) {
	call, ok := st.Cmd.(*syntax.CallExpr)
	if !ok {
		return "", false
	}
	c := s.command(call)
	o := optionStyle{}.parse(c.args())
	switch {
	case c.name == "cat" && len(o.words) == 0, c.name == "tee":
		return text, true
	case c.name == "base64" && o.has("-d -D --decode"):
		decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		return string(decoded), err == nil
	}
	return "", false
}

var echoFlag = lazyregexp.New(`^-[neE]+$`)

// feed gives a command, or each within braces and loops, its standard input.
func (s *shellDanger) feed(cmd syntax.Command, in stdin) {
	switch cmd := cmd.(type) {
	case *syntax.CallExpr:
		c := s.command(cmd)
		c.at = s.place(cmd.Pos())
		s.fed(c, in, 0)
	case *syntax.Block, *syntax.Subshell, *syntax.WhileClause, *syntax.IfClause, *syntax.ForClause:
		syntax.Walk(cmd, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Stmt:
				for _, r := range n.Redirs {
					if r.Op == syntax.RdrIn || r.Op == syntax.Hdoc || r.Op == syntax.DashHdoc || r.Op == syntax.WordHdoc {
						return false // it reads something else
					}
				}
			case *syntax.BinaryCmd:
				if n.Op == syntax.Pipe || n.Op == syntax.PipeAll {
					s.feed(n.X.Cmd, in)
					return false
				}
			case *syntax.CallExpr:
				s.feed(n, in)
			}
			return true
		})
	case *syntax.TimeClause:
		if cmd.Stmt != nil {
			s.feed(cmd.Stmt.Cmd, in)
		}
	}
}

var transferDeletes = lazyregexp.New(`(?im)^\s*(rm|mrm|rmdir|delete|mdelete|del|mirror\s.*--delete.*|mirror\s.*-e\s.*|glob\s+rm.*)\b`)

// fed judges a program by what it reads. Through `ssh host "…"` and `sh -c`
// it is the inner command that reads.
func (s *shellDanger) fed(c command, in stdin, depth int) {
	if depth > maxNesting {
		return
	}
	if inner, ok := c.innerScript(); ok {
		s.innerReads(c, inner.src, in, depth)
		return
	}
	if len(c.argv) == 0 || c.fed {
		return
	}
	if spec, ok := clientOf(c.name); ok {
		s.clientInput(c, spec, in)
		return
	}
	switch {
	case s.runsInput(c):
		if in.known {
			s.nested(c, in.text, in.at)
			return
		}
		s.addAt(c.at, c.what(), runsUnread, append(append(c.where(), srcsOf(c.args())...), unknownWord))
	case interpreters[c.name] != nil && readsProgram(c):
		if in.known {
			s.code(c, interpreters[c.name], in.text, in.at)
			return
		}
		s.addAt(c.at, c.what(), runsUnread, append(c.where(), unknownWord))
	case listed("sftp lftp ftp", c.name) && in.known && transferDeletes.MatchString(in.text):
		s.addAt(in.at, c.what(), "deletes files", append(c.where(), append(srcsOf(c.args()), unknownWord)...))
	}
}

// runsInput holds for a shell that reads its script from its input.
func (s *shellDanger) runsInput(c command) bool {
	words := srcsOf(optionStyle{takes: "-o -O"}.parse(c.args()).words)
	o := optionStyle{first: true}.parse(c.args())
	switch c.name {
	case "ssh":
		host, _ := sshOptions.skipOptions(c.args())
		return len(host) == 1 && !o.has("-N -f -W")
	case "su", "runuser", "newgrp":
		return len(words) < 3
	case "at", "batch":
		return !o.has("-l -r -d -c -f")
	case "make":
		return slices.ContainsFunc(optionStyle{takes: "-f -C -j -I --file --makefile --directory"}.parse(c.args()).values("-f --file --makefile"), func(a arg) bool { return a.text == "-" || a.text == "/dev/stdin" })
	case "sudo", "doas", "chroot", "nsenter", "unshare":
		return o.has("-s -i --shell --login") || c.name != "sudo" && c.name != "doas"
	case "source", ".":
		return len(words) > 0 && (words[0] == "/dev/stdin" || words[0] == "-")
	case "parallel":
		return true
	}
	return shells[c.name] && (len(words) == 0 || o.has("-s") || words[0] == "-" || words[0] == "/dev/stdin")
}

// readsProgram holds for an interpreter without a program on its command
// line.
func readsProgram(c command) bool {
	in := interpreters[c.name]
	o := optionStyle{takes: in.code + " " + in.takes, attached: in.inPlace, first: true}.parse(c.args())
	return len(o.values(in.code)) == 0 && !o.has("-m --version -V --help") && (len(o.words) == 0 || o.word(0) == "-" || o.word(0) == "/dev/stdin")
}

// innerReads finds the commands of an inner script that may read the input.
func (s *shellDanger) innerReads(c command, inner string, in stdin, depth int) {
	file, err := parseRunbookShell(inner, "bash")
	if err != nil {
		return
	}
	sc := s.shellScope
	sc.outer, sc.depth, sc.foreign = append(append([]string{}, s.outer...), c.where()...), s.depth+1, true
	sc.at = &c.at
	sub := &shellDanger{dangerFinder: s.dangerFinder, shellScope: sc, text: inner, begin: c.at}
	for _, st := range file.Stmts {
		cmd := st.Cmd
		if b, ok := cmd.(*syntax.BinaryCmd); ok && depth < maxNesting {
			cmd = &syntax.Block{Stmts: []*syntax.Stmt{{Cmd: b}}}
		}
		if call, ok := cmd.(*syntax.CallExpr); ok {
			ic := sub.command(call)
			ic.at = c.at
			sub.fed(ic, in, depth+1)
			continue
		}
		sub.feed(cmd, in)
	}
}
