package runbook

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// environment holds variables that are there without anybody assigning them.
var environment = wordSet(`HOME PATH USER PWD OLDPWD SHELL HOSTNAME LOGNAME TERM LANG TMPDIR TMP TEMP EDITOR VISUAL PAGER DISPLAY UID EUID
	PPID RANDOM SECONDS LINENO IFS PS1 PS2 BASH BASH_VERSION BASH_SOURCE FUNCNAME PIPESTATUS OSTYPE HOSTTYPE MACHTYPE SHLVL REPLY OPTARG
	OPTIND COLUMNS LINES GROUPS DIRSTACK KUBECONFIG SSH_AUTH_SOCK SUDO_USER MAIL TZ LC_ALL XDG_CONFIG_HOME XDG_STATE_HOME
	XDG_DATA_HOME XDG_CACHE_HOME XDG_RUNTIME_DIR EPOCHSECONDS EPOCHREALTIME BASHPID COMP_WORDS argv`)

// scope is the variables that the commands so far have set.
type scope map[string]bool

func newScope(rb *Runbook) scope {
	s := scope{}
	for name := range rb.Front.Vars {
		s[name] = true
	}
	return s
}

func (s scope) knows(name string) bool {
	return s[name] || environment[name] || strings.HasPrefix(name, "LIFEBOAT_")
}

// findPlaceholders collects what a human would replace in the commands and
// actions, in the order in which the operator meets them.
func findPlaceholders(rb *Runbook) []Placeholder {
	f := &finder{scope: newScope(rb), index: map[string]int{}}
	rb.allSteps(func(st *Step) {
		for i := range st.Blocks {
			switch blk := &st.Blocks[i]; {
			case blk.Command != nil:
				f.command(blk.Command)
			case blk.Action != nil:
				f.action(blk.Action)
			}
		}
	})
	return f.found
}

type finder struct {
	scope scope
	found []Placeholder
	index map[string]int // form and name → place in found
}

func (f *finder) command(c *Command) {
	for _, h := range findHoles(c.Script) {
		f.add(h.form, h.name, c.Script[h.start:h.end], c.place(h.start))
	}
	if isShell(c.Language) {
		for _, v := range c.unknownVariables(f.scope) {
			f.add(formVariable, v.name, v.text, c.place(v.start))
		}
	}
	if c.Capture != "" {
		f.scope[c.Capture] = true
	}
}

func (f *finder) action(a *Action) {
	for _, key := range sortedKeys(a.Args) {
		value := a.Args[key]
		at := Pos{a.ArgLines[key], 1}
		for _, h := range findHoles(value) {
			f.add(h.form, h.name, value[h.start:h.end], at)
		}
		for _, m := range argVariable.FindAllStringSubmatch(value, -1) {
			if name := firstNonEmpty(m[1], m[2]); !f.scope.knows(name) {
				f.add(formVariable, name, m[0], at)
			}
		}
	}
}

// argVariable matches a variable in an argument of an action, which is a
// text and no shell.
var argVariable = lazyregexp.New(`\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))`)

func (f *finder) add(form, name, text string, at Pos) {
	key := form + "\x00" + name
	if i, ok := f.index[key]; ok {
		f.found[i].Count++
		return
	}
	f.index[key] = len(f.found)
	f.found = append(f.found, Placeholder{Text: text, Name: name, Form: form, Line: at.Line, Column: at.Column, Count: 1})
}

// place is where a byte of the script stands in the file.
func (c *Command) place(offset int) Pos {
	before := c.Script[:min(offset, len(c.Script))]
	line := strings.Count(before, "\n")
	column := len(before) - strings.LastIndexByte(before, '\n') - 1
	return c.at(line+1, column+1)
}

// at is where a 1-based line and column of the script stand in the file.
func (c *Command) at(line, column int) Pos {
	if len(c.Origin) == 0 {
		return Pos{c.Line, c.Column}
	}
	o := c.Origin[min(max(line, 1), len(c.Origin))-1]
	return Pos{o.Line, o.Column + max(column, 1) - 1}
}

// variable is a use of a variable in a script.
type variable struct {
	name, text string
	start      int
}

// mentionsVariables holds for a script that may use or set a variable, for a
// look before it is parsed.
var mentionsVariables = lazyregexp.New(`[$=]|\b(read|for|mapfile|readarray|getopts|printf)\s`)

// unknownVariables lists the uses of variables that nothing before them sets,
// and takes into the scope what the script sets.
func (c *Command) unknownVariables(known scope) []variable {
	if !mentionsVariables.MatchString(c.Script) {
		return nil
	}
	file, err := parseRunbookShell(c.Script, c.Language)
	if err != nil {
		return nil
	}
	var unknown []variable
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			known.setByCall(n)
		case *syntax.DeclClause:
			known.setByAssigns(n.Args)
		case *syntax.ForClause:
			if it, ok := n.Loop.(*syntax.WordIter); ok {
				known[it.Name.Value] = true
			}
		case *syntax.ParamExp:
			if name, asks := asksFor(n); asks && !known.knows(name) {
				start := int(n.Pos().Offset())
				unknown = append(unknown, variable{name, c.Script[start:int(n.End().Offset())], start})
			} else if n.Exp != nil && n.Exp.Op == syntax.AssignUnsetOrNull && n.Param != nil {
				known[n.Param.Value] = true
			}
		}
		return true
	})
	return unknown
}

// asksFor gives the variable that an expansion needs; asks is false for
// special parameters and for those with a default.
func asksFor(p *syntax.ParamExp) (name string, asks bool) {
	if p.Param == nil || !isVariable(p.Param.Value) {
		return "", false
	}
	if p.Exp != nil {
		switch p.Exp.Op {
		case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull,
			syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
			return "", false
		}
	}
	return p.Param.Value, true
}

// setByCall takes what `A=b`, `read A`, `printf -v A` and their kind set.
func (s scope) setByCall(call *syntax.CallExpr) {
	s.setByAssigns(call.Assigns)
	if len(call.Args) == 0 {
		return
	}
	name, _ := literal(call.Args[0])
	switch name {
	case "read", "mapfile", "readarray", "getopts":
		for _, w := range call.Args[1:] {
			if text, ok := literal(w); ok && isVariable(text) {
				s[text] = true
			}
		}
	case "printf":
		if len(call.Args) > 2 {
			if flag, _ := literal(call.Args[1]); flag == "-v" {
				text, _ := literal(call.Args[2])
				s[text] = true
			}
		}
	}
}

// setByAssigns takes assigned names. The values of `A=$A` are read before,
// but a script that assigns a variable from itself relies on a default that
// the next command has too.
func (s scope) setByAssigns(assigns []*syntax.Assign) {
	for _, a := range assigns {
		if a.Name != nil {
			s[a.Name.Value] = true
		}
	}
}
