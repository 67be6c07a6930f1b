package runbook

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// redirects judges the files that a statement writes, and what it is fed.
func (s *shellDanger) redirects(st *syntax.Stmt) {
	for _, r := range st.Redirs {
		target := s.expand(r.Word)
		switch r.Op {
		case syntax.RdrOut, syntax.RdrClob, syntax.RdrAll, syntax.RdrAllClob, syntax.AppOut, syntax.AppAll, syntax.RdrInOut, syntax.DplOut:
			s.written(st, r, target)
		case syntax.RdrIn:
			if target.text != "/dev/null" && !strings.HasPrefix(target.text, "<(") {
				s.feed(st.Cmd, stdin{})
			} else if strings.HasPrefix(target.text, "<(") {
				s.feed(st.Cmd, s.processOutput(r.Word))
			}
		case syntax.Hdoc, syntax.DashHdoc:
			if r.Hdoc != nil {
				s.feed(st.Cmd, stdin{s.expandHere(r.Hdoc), s.place(r.Hdoc.Pos()), true})
			}
		case syntax.WordHdoc:
			s.feed(st.Cmd, stdin{target.text, s.place(r.Word.Pos()), !target.open})
		}
	}
}

// processOutput is what <(…) gives.
func (s *shellDanger) processOutput(w *syntax.Word) stdin {
	if len(w.Parts) == 1 {
		if p, ok := w.Parts[0].(*syntax.ProcSubst); ok && len(p.Stmts) == 1 {
			text, known := s.output(p.Stmts[0])
			return stdin{text, s.place(w.Pos()), known}
		}
	}
	return stdin{}
}

// written judges a redirection to a file.
func (s *shellDanger) written(st *syntax.Stmt, r *syntax.Redirect, target arg) {
	if r.Op == syntax.DplOut && (target.text == "-" || isDigits(strings.TrimSuffix(target.text, "-")) || target.open) {
		return
	}
	why := s.overwrites(target)
	appends := r.Op == syntax.AppOut || r.Op == syntax.AppAll || r.Op == syntax.RdrInOut
	aside := r.N != nil && r.N.Value != "1" // errors and the like
	empties := s.writesNothing(st.Cmd) && !aside
	switch {
	case isDevice(target.text), target.text == "/proc/sysrq-trigger":
	case appends, s.noClobber && r.Op != syntax.RdrClob:
		return
	case empties && temporary(target.text) && !ownTemporary(target.src) && r.Op == syntax.RdrClob:
		why = "empties the file"
	case aside && !live(target.text), why == "":
		return
	case empties:
		why = "empties the file"
	}
	s.add(r, "> "+target.text, why, []string{target.src})
}

func isDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
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
		return args == "-n" || args == ""
	case "printf":
		return args == "" || args == "%s"
	}
	return false
}
