package runbook

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxValues bounds how many values of one variable are tried, maxValue how
// long one is, and maxList how many an array has: x=$x$x doubles.
const (
	maxValues = 8
	maxValue  = 1 << 14
	maxList   = 256
)

// shellVariable is what the script has set a variable to, the newest value last.
type shellVariable struct {
	values   []arg
	list     []arg // of an array
	process  int
	unsure   bool // it may have another value than the last one
	exported bool
}

func (d *dangerFinder) variable(name string) *shellVariable {
	v := d.vars[name]
	if v == nil {
		v = &shellVariable{}
		d.vars[name] = v
	}
	return v
}

func (s *shellDanger) set(v *shellVariable, a arg) {
	if len(a.text) > maxValue || len(a.src) > maxValue {
		a = arg{a.text[:min(len(a.text), maxValue)], unknownWord, true}
	}
	v.add(a, s.process)
	s.severalValued = s.severalValued || len(v.values) > 1
}

func (v *shellVariable) add(a arg, process int) {
	v.process, v.list = process, nil
	for _, old := range v.values {
		if old.text == a.text {
			v.values = append(v.values, a)
			if len(v.values) > maxValues {
				v.values = v.values[1:]
			}
			return
		}
	}
	v.values = append(v.values, a)
	if len(v.values) > maxValues {
		v.values = v.values[1:]
	}
}

// prepare looks a tree over before anything in it is judged: which variables
// it sets more than once, or where it may not come by, and which functions it
// calls.
func (s *shellDanger) prepare(file *syntax.File) {
	times := map[string]int{}
	s.depart = map[syntax.Node][]string{}
	var nodes []syntax.Node
	sets := func(name string) {
		if times[name]++; times[name] > 1 {
			s.variable(name).unsure = true
		}
		if at := regionOf(nodes); at != nil {
			s.depart[at] = append(s.depart[at], name)
		}
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case nil:
			nodes = nodes[:len(nodes)-1]
			return true
		case *syntax.Assign:
			if n.Name != nil && !(n.Naked && n.Value == nil && n.Array == nil) {
				sets(n.Name.Value)
			}
		case *syntax.ParamExp:
			if n.Param != nil && n.Exp != nil && (n.Exp.Op == syntax.AssignUnset || n.Exp.Op == syntax.AssignUnsetOrNull) {
				s.variable(n.Param.Value).unsure = true
			}
		case *syntax.BinaryArithm:
			s.arithmetic(n.Op.String(), n.X)
		case *syntax.UnaryArithm:
			s.arithmetic(n.Op.String(), n.X)
		}
		nodes = append(nodes, n)
		return true
	})
}

// arithmetic takes in (( x = 1 )) and its kind.
func (s *shellDanger) arithmetic(op string, x syntax.ArithmExpr) {
	if !strings.HasSuffix(op, "=") && op != "++" && op != "--" || op == "==" || op == "!=" || op == "<=" || op == ">=" {
		return
	}
	if w, ok := x.(*syntax.Word); ok {
		if name, ok := literal(w); ok {
			s.variable(name).unsure = true
		}
	}
}

// regionOf is the innermost part of a script that may be passed by, or run
// where variables are lost.
func regionOf(nodes []syntax.Node) syntax.Node {
	for i := len(nodes) - 1; i >= 0; i-- {
		switch n := nodes[i].(type) {
		case *syntax.IfClause, *syntax.CaseClause, *syntax.WhileClause, *syntax.ForClause, *syntax.Subshell, *syntax.FuncDecl, *syntax.CmdSubst, *syntax.ProcSubst, *syntax.CoprocClause:
			return n
		case *syntax.CallExpr:
			if len(n.Args) > 0 {
				return n // X=1 command
			}
		case *syntax.Stmt:
			if n.Background {
				return n
			}
		case *syntax.BinaryCmd:
			if i+1 < len(nodes) && (n.Op == syntax.Pipe || n.Op == syntax.PipeAll || nodes[i+1] == syntax.Node(n.Y)) {
				return outermost(nodes[:i+1])
			}
		}
	}
	return nil
}

// outermost is the whole of a chain of && that its last node is in; within
// it, what was set stays set.
func outermost(nodes []syntax.Node) syntax.Node {
	i := len(nodes) - 1
	b, _ := nodes[i].(*syntax.BinaryCmd)
	for b != nil && b.Op == syntax.AndStmt && i >= 2 {
		up, ok := nodes[i-2].(*syntax.BinaryCmd)
		if !ok || up.Op != syntax.AndStmt || nodes[i-1] != syntax.Node(up.X) {
			break
		}
		i, b = i-2, up
	}
	return nodes[i]
}

func (s *shellDanger) assign(a *syntax.Assign) {
	if a.Name == nil {
		return
	}
	v := s.variable(a.Name.Value)
	v.exported = v.exported || s.exportAll
	switch {
	case a.Array != nil:
		var list []arg
		if a.Append {
			list = v.list
		}
		for _, e := range a.Array.Elems {
			list = append(list, s.words(e.Value)...)
		}
		list = list[:min(len(list), maxList)]
		s.set(v, arg{text: strings.Join(textsOf(list), " "), src: unknownWord})
		v.list = list
	case a.Naked:
	case a.Append || a.Index != nil:
		s.set(v, arg{text: v.last().text + s.expand(a.Value).text, src: unknownWord})
	default:
		value := s.expand(a.Value)
		s.set(v, value)
		if name := a.Name.Value; strings.HasSuffix(name, "_COMMAND") || listed("PAGER PSQL_PAGER LESSOPEN RSYNC_RSH EDITOR VISUAL", name) {
			s.nested(command{name: name}, value.text, s.place(a.Pos()))
		}
	}
}

func (v *shellVariable) last() arg {
	if len(v.values) == 0 {
		return arg{}
	}
	return v.values[len(v.values)-1]
}

// loop makes the variable of a for loop one of several values, unless all of
// them are temporary.
func (s *shellDanger) loop(f *syntax.ForClause) {
	iter, ok := f.Loop.(*syntax.WordIter)
	if !ok || iter.Name == nil {
		return
	}
	v := s.variable(iter.Name.Value)
	own := len(iter.Items) > 0
	for _, w := range iter.Items {
		for _, a := range s.words(w) {
			own = own && temporary(a.src)
			s.set(v, a)
		}
	}
	v.unsure = v.unsure || !own
}

// declared takes in `export X`, `declare -n`.
func (s *shellDanger) declared(d *syntax.DeclClause) {
	exports := d.Variant.Value == "export"
	for _, a := range d.Args {
		if a.Name == nil && a.Value != nil {
			switch flag := s.expand(a.Value).text; {
			case strings.HasPrefix(flag, "-") && strings.Contains(flag, "x"):
				exports = true
			case strings.HasPrefix(flag, "-") && strings.Contains(flag, "n") && !exports:
				for _, v := range s.vars {
					v.unsure = true // another name for any of them
				}
				s.variable("LIFEBOAT_TARGET_PATH").unsure = true
				s.variable("LIFEBOAT_TARGET_DSN").unsure = true
			}
		}
		if a.Name != nil && exports {
			s.variable(a.Name.Value).exported = true
		}
	}
}
