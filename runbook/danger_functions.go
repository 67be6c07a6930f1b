package runbook

import (
	"maps"
	"slices"

	"mvdan.cc/sh/v3/syntax"
)

// function is a function of the script. One that is called is judged at each
// call, with its arguments; one that is not, after all else.
type function struct {
	body   *syntax.Stmt
	in     *shellDanger
	judged bool
	active bool // being judged: functions may call themselves
}

func (d *dangerFinder) function(name string) *function {
	f := d.functions[name]
	if f == nil {
		f = &function{}
		d.functions[name] = f
	}
	return f
}

func (s *shellDanger) declare(f *syntax.FuncDecl) bool {
	if f.Name == nil || f.Body == nil {
		return true
	}
	fn := s.function(f.Name.Value)
	if old := fn.body; old != nil && !fn.judged { // overwritten before a call was seen
		s.judgeFunction(fn, nil, false, nil)
	}
	fn.body, fn.in, fn.judged = f.Body, s, false
	return false
}

// leftFunctions judges the functions that were not called.
func (d *dangerFinder) leftFunctions() {
	for _, name := range slices.Sorted(maps.Keys(d.functions)) {
		if fn := d.functions[name]; fn.body != nil && !fn.judged {
			fn.in.judgeFunction(fn, nil, false, nil)
		}
	}
}

// judgeFunction judges a body with a call's arguments, where they are known.
func (s *shellDanger) judgeFunction(fn *function, params []arg, bound bool, at *Pos) {
	fn.active, fn.judged = true, true
	defer func() { fn.active = false }()
	sc := s.shellScope
	sc.at, sc.params, sc.bound = at, params, bound
	sc.depth++
	body := &shellDanger{dangerFinder: s.dangerFinder, shellScope: sc, text: fn.in.text, begin: fn.in.begin, depart: fn.in.depart}
	body.walk(fn.body)
}

// callFunction judges a function's body with a call's arguments.
func (s *shellDanger) callFunction(c command) bool {
	fn := s.functions[c.name]
	if fn == nil || fn.body == nil || fn.active || s.depth >= maxNesting {
		return fn != nil && fn.body != nil && fn.active
	}
	at := c.at
	s.judgeFunction(fn, c.args(), true, &at)
	return true
}

// parameter gives $1, $@ and their kind, where they are known.
func (s *shellDanger) parameter(name string) ([]arg, bool) {
	if !s.bound {
		return nil, false
	}
	switch {
	case name == "@" || name == "*":
		return s.params, true
	case len(name) == 1 && name >= "1" && name <= "9":
		if n := int(name[0] - '1'); n < len(s.params) {
			return s.params[n : n+1], true
		}
		return nil, true
	}
	return nil, false
}

// shift drops parameters.
func (s *shellDanger) shift(c command) {
	n := 1
	if args := c.args(); len(args) > 0 {
		n = len(args[0].text) // what is not a digit can't be told
		if n == 1 && args[0].text >= "0" && args[0].text <= "9" {
			n = int(args[0].text[0] - '0')
		}
	}
	if s.bound {
		s.params = s.params[min(n, len(s.params)):]
	}
}
