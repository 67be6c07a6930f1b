package runbook

import (
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// expand gives a word's value and operand, with the variables that are known.
func (s *shellDanger) expand(w *syntax.Word) arg {
	if w == nil {
		return arg{}
	}
	e := &expansion{shellDanger: s}
	for _, part := range w.Parts {
		e.part(part)
	}
	return e.arg()
}

// expandHere gives a here-document's text, where quotes are text too.
func (s *shellDanger) expandHere(w *syntax.Word) string {
	e := &expansion{shellDanger: s}
	for _, part := range w.Parts {
		e.quoted(part)
	}
	return e.text.String()
}

// source is the text of a node.
func (s *shellDanger) source(n syntax.Node) string {
	start, end := int(n.Pos().Offset()), int(n.End().Offset())
	if start > end || end > len(s.text) {
		return ""
	}
	return s.text[start:end]
}

type expansion struct {
	*shellDanger
	text, src strings.Builder
	open      bool
	rewritten bool // the parts are not those of the source
}

func (e *expansion) arg() arg { return arg{e.text.String(), e.src.String(), e.open} }

func (e *expansion) both(text string) {
	e.text.WriteString(text)
	e.src.WriteString(text)
}

// unread is a part of which the value is not known.
func (e *expansion) unread(source string) {
	e.open = true
	e.both(source)
}

func (e *expansion) part(part syntax.WordPart) {
	switch p := part.(type) {
	case *syntax.Lit:
		e.text.WriteString(unescape(p.Value))
		if source := e.source(part); !e.rewritten && len(source) == len(p.Value) {
			e.src.WriteString(unescape(source)) // with placeholders as they are written
			return
		}
		e.src.WriteString(unescape(p.Value))
	case *syntax.SglQuoted:
		if p.Dollar {
			e.both(ansiC(p.Value))
			return
		}
		e.text.WriteString(p.Value)
		inner := strings.TrimSuffix(strings.TrimPrefix(e.source(part), "'"), "'")
		if len(inner) != len(p.Value) {
			inner = p.Value
		}
		e.src.WriteString(inner)
	case *syntax.DblQuoted:
		for _, inner := range p.Parts {
			e.quoted(inner)
		}
	case *syntax.ParamExp:
		e.param(p, e.source(part))
	case *syntax.CmdSubst:
		e.substitution(p)
	default:
		e.unread(e.source(part))
	}
}

// quoted is a part within double quotes, where a backslash stands for itself
// before most characters.
func (e *expansion) quoted(part syntax.WordPart) {
	lit, ok := part.(*syntax.Lit)
	if !ok {
		e.part(part)
		return
	}
	source := e.source(part)
	if len(source) != len(lit.Value) {
		source = lit.Value
	}
	if !strings.Contains(lit.Value, `\`) {
		e.text.WriteString(lit.Value)
		e.src.WriteString(source)
		return
	}
	e.text.WriteString(quotedEscapes.Replace(lit.Value))
	e.src.WriteString(quotedEscapes.Replace(source))
}

// substitution is $(…): what a plain echo or `which` prints is known.
func (e *expansion) substitution(p *syntax.CmdSubst) {
	if text, known := e.substituted(p); known {
		e.both(text)
		return
	}
	source := e.source(p)
	if p.Backquotes && len(source) > 1 {
		source = "$(" + strings.Trim(source, "`") + ")"
	}
	e.unread(source)
}

// substituted is what $(…) prints, where that is plain to see.
func (e *expansion) substituted(p *syntax.CmdSubst) (string, bool) {
	if len(p.Stmts) != 1 || e.expanding >= maxNesting {
		return "", false
	}
	e.expanding++
	defer func() { e.expanding-- }()
	if call, ok := p.Stmts[0].Cmd.(*syntax.CallExpr); ok {
		c := e.command(call)
		words := textsOf(c.args())
		switch {
		case (c.name == "which" || c.name == "type") && len(words) > 0:
			return words[len(words)-1], true
		case c.name == "printf" && len(words) > 1: // not all that it may print, but what it does
			return strings.TrimSpace(ansiC(filledFormat(words))), true
		}
	}
	text, known := e.output(p.Stmts[0])
	return strings.TrimSpace(text), known
}

func (e *expansion) param(p *syntax.ParamExp, source string) {
	if p.Param == nil {
		e.unread(source)
		return
	}
	name := p.Param.Value
	plain := source == "$"+name || source == "${"+name+"}"
	if list, known := e.parameter(name); known && plain {
		e.positional(list)
		return
	}
	v := e.vars[name]
	if v == nil || len(v.values) == 0 {
		e.unset(p, source, v != nil && v.unsure)
		return
	}
	value := e.pick(name, v)
	inherited := v.process == e.process || v.exported && !e.foreign
	if !plain {
		value.text = e.operated(p, value, source)
	}
	e.open = e.open || value.open
	e.text.WriteString(value.text)
	switch {
	case v.unsure || !inherited || value.src == unknownWord:
		e.src.WriteString(unknownWord)
	case !plain:
		e.src.WriteString(source)
	default:
		e.src.WriteString(value.src)
	}
}

func (e *expansion) positional(list []arg) {
	for i, a := range list {
		if i > 0 {
			e.both(" ")
		}
		e.text.WriteString(a.text)
		e.src.WriteString(a.src)
		e.open = e.open || a.open
	}
}

// unset is a variable that the script does not set. In another environment
// nobody knows it.
func (e *expansion) unset(p *syntax.ParamExp, source string, unsure bool) {
	e.open = true
	text := source
	if p.Exp != nil && p.Exp.Word != nil {
		switch p.Exp.Op {
		case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull, syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
			if word := e.expand(p.Exp.Word); word.text != "" {
				text, e.open = word.text, word.open
			}
		}
	}
	e.text.WriteString(text)
	if unsure || e.foreign {
		source = unknownWord
	}
	e.src.WriteString(source)
}

// operated is a known value after ${x,,}, ${x:0:2}, ${x/a/b} and their kind.
func (e *expansion) operated(p *syntax.ParamExp, value arg, source string) string {
	if named := e.vars[value.text]; p.Excl && named != nil {
		return named.last().text
	}
	if p.Index != nil || p.Excl || strings.Contains(source, "$(") || strings.Contains(source, "`") {
		return value.text
	}
	env := expand.FuncEnviron(func(name string) string {
		if name == p.Param.Value {
			return value.text
		}
		if v := e.vars[name]; v != nil {
			return v.last().text
		}
		return ""
	})
	text, err := expand.Literal(&expand.Config{Env: env}, &syntax.Word{Parts: []syntax.WordPart{p}})
	if err != nil {
		return value.text
	}
	return text
}
