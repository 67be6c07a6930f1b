package runbook

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// arg is one word of a command line: as far as its value is known, and as it
// stands for an operand (see Finding).
type arg struct{ text, src string }

// textsOf gives the words' values.
func textsOf(args []arg) []string {
	out := make([]string, 0, len(args))
	for _, a := range args {
		out = append(out, a.text)
	}
	return out
}

// srcsOf gives the words as operands.
func srcsOf(args []arg) []string {
	out := make([]string, 0, len(args))
	for _, a := range args {
		out = append(out, a.src)
	}
	return out
}

// from is the word without its first n bytes.
func (a arg) from(n int) arg {
	if len(a.src) >= n && a.src[:n] == a.text[:n] {
		return arg{a.text[n:], a.src[n:]}
	}
	return arg{a.text[n:], unknownWord}
}

// countAssigns counts how often each variable is set, before anything is
// judged by its value.
func (s *shellDanger) countAssigns(n syntax.Node) bool {
	if a, ok := n.(*syntax.Assign); ok && a.Name != nil {
		s.assigned[a.Name.Value]++
		if a.Append || a.Index != nil || a.Array != nil || a.Value == nil {
			s.assigned[a.Name.Value]++
		}
	}
	return true
}

func (s *shellDanger) assign(a *syntax.Assign) {
	if a.Name == nil || a.Value == nil {
		return
	}
	value := s.expand(a.Value)
	if a.Append {
		value.text = s.vars[a.Name.Value] + value.text
	}
	if value.src == unknownWord {
		s.assigned[a.Name.Value] += 2
	}
	s.vars[a.Name.Value] = value.text
}

// loop makes the variable of a for loop one of several values, unless all of
// them are temporary.
func (s *shellDanger) loop(f *syntax.ForClause) {
	iter, ok := f.Loop.(*syntax.WordIter)
	if !ok || iter.Name == nil {
		return
	}
	for _, w := range iter.Items {
		if !temporary(s.expand(w).src) {
			s.assigned[iter.Name.Value] += 2
			return
		}
	}
	if len(iter.Items) > 0 {
		s.vars[iter.Name.Value] = s.expand(iter.Items[0]).text
	}
}

// source is the text of a node.
func (s *shellDanger) source(n syntax.Node) string {
	start, end := int(n.Pos().Offset()), int(n.End().Offset())
	if start > end || end > len(s.text) {
		return ""
	}
	return s.text[start:end]
}

// expand gives a word's value and operand, with the variables that are known.
func (s *shellDanger) expand(w *syntax.Word) arg {
	if w == nil {
		return arg{}
	}
	e := &expansion{shellDanger: s}
	for _, part := range w.Parts {
		e.part(part)
	}
	return arg{e.text.String(), e.src.String()}
}

// expandHere gives a here-document's text, where quotes are text too.
func (s *shellDanger) expandHere(w *syntax.Word) string {
	e := &expansion{shellDanger: s}
	for _, part := range w.Parts {
		e.quoted(part)
	}
	return e.text.String()
}

type expansion struct {
	*shellDanger
	text, src strings.Builder
}

func (e *expansion) both(text string) {
	e.text.WriteString(text)
	e.src.WriteString(text)
}

func (e *expansion) part(part syntax.WordPart) {
	source := e.source(part)
	switch p := part.(type) {
	case *syntax.Lit:
		e.text.WriteString(unescape(p.Value))
		if len(source) == len(p.Value) {
			e.src.WriteString(unescape(source)) // with placeholders as they are written
			return
		}
		e.src.WriteString(unescape(p.Value))
	case *syntax.SglQuoted:
		text := p.Value
		if p.Dollar {
			text = printfEscapes.Replace(text)
		}
		e.text.WriteString(text)
		if inner := strings.TrimSuffix(strings.TrimPrefix(source, "'"), "'"); !p.Dollar && len(inner) == len(text) {
			text = inner
		}
		e.src.WriteString(text)
	case *syntax.DblQuoted:
		for _, inner := range p.Parts {
			e.quoted(inner)
		}
	case *syntax.ParamExp:
		e.param(p, source)
	case *syntax.CmdSubst:
		if p.Backquotes && len(source) > 1 {
			source = "$(" + strings.Trim(source, "`") + ")"
		}
		e.both(source)
	default:
		e.both(source)
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
	e.text.WriteString(quotedEscapes.Replace(lit.Value))
	source := e.source(part)
	if len(source) != len(lit.Value) {
		source = lit.Value
	}
	e.src.WriteString(quotedEscapes.Replace(source))
}

func (e *expansion) param(p *syntax.ParamExp, source string) {
	if p.Param == nil {
		e.both(source)
		return
	}
	name := p.Param.Value
	value, known := e.vars[name]
	plain := source == "$"+name || source == "${"+name+"}"
	switch {
	case !plain:
		e.both(source)
	case e.assigned[name] > 1:
		if !known {
			value = source
		}
		e.text.WriteString(value)
		e.src.WriteString(unknownWord)
	case known:
		e.both(value)
	default:
		e.both(source)
	}
}

// args gives the words of a command line. A variable on its own is split as
// the shell does, an alias replaced.
func (s *shellDanger) args(call *syntax.CallExpr) []arg {
	words := make([]arg, 0, len(call.Args))
	for i, w := range call.Args {
		a := s.expand(w)
		if alias, ok := s.aliases[a.text]; ok && i == 0 {
			a = arg{alias, alias}
		} else if _, bare := w.Parts[0].(*syntax.ParamExp); !bare || len(w.Parts) > 1 {
			words = append(words, a)
			continue
		}
		for _, field := range strings.Fields(a.text) {
			if a.src == unknownWord {
				words = append(words, arg{field, unknownWord})
				continue
			}
			words = append(words, arg{field, field})
		}
	}
	return words
}

var printfEscapes = strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\r`, "\n", `\'`, "'", `\"`, `"`, `\\`, `\`)

var quotedEscapes = strings.NewReplacer(`\$`, "$", "\\`", "`", `\"`, `"`, `\\`, `\`, "\\\n", "")
