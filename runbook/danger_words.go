package runbook

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// arg is one word of a command line: as far as its value is known, and as it
// stands for an operand (see Finding).
type arg struct {
	text, src string
	open      bool // a part of its value is not known
}

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
		return arg{a.text[n:], a.src[n:], a.open}
	}
	return arg{a.text[n:], unknownWord, a.open}
}

// fields splits a value as the shell splits an unquoted variable.
func (s *shellDanger) fields(a arg) []arg {
	between := " \t\r\n"
	if v := s.vars["IFS"]; v != nil {
		between += v.last().text
	}
	var out []arg
	for _, f := range strings.FieldsFunc(a.text, func(r rune) bool { return strings.ContainsRune(between, r) }) {
		src := f
		if a.src != a.text {
			src = unknownWord
		}
		out = append(out, arg{f, src, a.open})
	}
	return out
}

// maxBraces bounds what {a,b}{c,d}… grows to.
const maxBraces = 64

// words gives the words that one stands for: braces, arrays and unquoted
// variables make several of it.
func (s *shellDanger) words(w *syntax.Word) []arg {
	if w == nil || len(w.Parts) == 0 {
		return nil
	}
	if a, ok := s.plainWord(w); ok {
		return []arg{a}
	}
	if !s.braced(w) {
		return s.wordsOf(w, false)
	}
	split := *w
	split.Parts = append([]syntax.WordPart{}, w.Parts...)
	if !syntax.SplitBraces(&split) {
		return s.wordsOf(w, false)
	}
	var out []arg
	for one, err := range expand.BracesSeq(&expand.Config{}, &split) {
		if err != nil || len(out) >= maxBraces {
			return append(out, arg{unknownWord, unknownWord, true})
		}
		out = append(out, s.wordsOf(one, true)...)
	}
	return out
}

// plainWord is a word of which nothing has to be expanded, as most are.
func (s *shellDanger) plainWord(w *syntax.Word) (arg, bool) {
	if len(w.Parts) != 1 {
		return arg{}, false
	}
	lit, ok := w.Parts[0].(*syntax.Lit)
	if !ok || strings.ContainsAny(lit.Value, "\\{") {
		return arg{}, false
	}
	src := s.source(lit)
	if len(src) != len(lit.Value) {
		src = lit.Value
	}
	return arg{text: lit.Value, src: src}, true
}

func (s *shellDanger) braced(w *syntax.Word) bool {
	for _, part := range w.Parts {
		if lit, ok := part.(*syntax.Lit); ok && strings.Contains(lit.Value, "{") && (strings.Contains(lit.Value, ",") || strings.Contains(lit.Value, "..") || len(w.Parts) > 1) {
			return true
		}
	}
	return false
}

func (s *shellDanger) wordsOf(w *syntax.Word, rewritten bool) []arg {
	if list, ok := s.several(w); ok {
		return list
	}
	e := &expansion{shellDanger: s, rewritten: rewritten}
	bare := true // nothing in it is quoted or literal: its value is split
	for _, part := range w.Parts {
		e.part(part)
		switch part.(type) {
		case *syntax.ParamExp, *syntax.CmdSubst:
		default:
			bare = false
		}
	}
	a := e.arg()
	if bare && !strings.HasPrefix(a.text, "$(") {
		return s.fields(a)
	}
	return []arg{a}
}

// several gives the words of "$@" and "${list[@]}".
func (s *shellDanger) several(w *syntax.Word) ([]arg, bool) {
	if len(w.Parts) != 1 {
		return nil, false
	}
	part := w.Parts[0]
	if q, ok := part.(*syntax.DblQuoted); ok && len(q.Parts) == 1 {
		part = q.Parts[0]
	}
	p, ok := part.(*syntax.ParamExp)
	if !ok || p.Param == nil || p.Exp != nil || p.Slice != nil || p.Repl != nil || p.Length || p.Excl {
		return nil, false
	}
	if p.Param.Value == "@" || p.Param.Value == "*" {
		list, known := s.parameter(p.Param.Value)
		return list, known
	}
	v := s.vars[p.Param.Value]
	if v == nil || v.list == nil || p.Index == nil {
		return nil, false
	}
	index := ""
	if word, ok := p.Index.(*syntax.Word); ok {
		index, _ = literal(word)
	}
	list := v.list
	if n, err := strconv.Atoi(index); err == nil {
		if n < 0 || n >= len(list) {
			return nil, true
		}
		list = list[n : n+1]
	}
	if v.unsure || v.process != s.process {
		list = blurred(list)
	}
	return list, true
}

func blurred(list []arg) []arg {
	out := make([]arg, 0, len(list))
	for _, a := range list {
		out = append(out, arg{a.text, unknownWord, a.open})
	}
	return out
}

// args gives the words of a command line, an alias replaced.
func (s *shellDanger) args(call *syntax.CallExpr) []arg {
	words := make([]arg, 0, len(call.Args)+2)
	for i, w := range call.Args {
		if a, ok := s.plainWord(w); ok && len(s.aliases) == 0 {
			words = append(words, a)
			continue
		}
		list := s.words(w)
		if len(s.aliases) == 0 || i != len(words) {
			words = append(words, list...)
			continue
		}
		if name, ok := literal(w); ok {
			if alias, ok := s.aliases[name]; ok && (i == 0 || s.aliases[words[i-1].text] != "") {
				list = s.fields(arg{text: alias, src: alias})
			}
		}
		words = append(words, list...)
	}
	return words
}
