package runbook

import (
	"maps"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Fill gives the script with its textual placeholders replaced by answers,
// kept under the placeholders' names, and the names that have no answer yet.
// In shell, a value is quoted as its place needs; in SQL it stays as it is.
// ${VAR} is left alone: variables go by the environment.
func (c Command) Fill(answers map[string]string) (string, []string) {
	if !isShell(c.Language) {
		return fillText(c.Script, answers)
	}
	holes := findHoles(c.Script)
	if len(holes) == 0 {
		return c.Script, nil
	}
	quotes := quotesOf(c.Script, c.Language)
	return fillHoles(c.Script, holes, answers, func(h hole, value string) string {
		return quoteFor(quotes.at(h.start), value)
	})
}

// Fill gives the action with the placeholders in its arguments replaced, and
// the names that have no answer yet.
func (a Action) Fill(answers map[string]string) (Action, []string) {
	filled := a
	filled.Args = maps.Clone(a.Args)
	var missing []string
	for _, key := range sortedKeys(a.Args) {
		value, lacks := fillText(a.Args[key], answers)
		filled.Args[key] = value
		for _, name := range lacks {
			if !slices.Contains(missing, name) {
				missing = append(missing, name)
			}
		}
	}
	return filled, missing
}

func fillText(text string, answers map[string]string) (string, []string) {
	return fillHoles(text, findHoles(text), answers, func(_ hole, value string) string { return value })
}

func fillHoles(text string, holes []hole, answers map[string]string, quote func(hole, string) string) (string, []string) {
	var b strings.Builder
	var missing []string
	done := 0
	for _, h := range holes {
		value, ok := answers[h.name]
		if !ok {
			if !slices.Contains(missing, h.name) {
				missing = append(missing, h.name)
			}
			continue
		}
		b.WriteString(text[done:h.start])
		b.WriteString(quote(h, value))
		done = h.end
	}
	b.WriteString(text[done:])
	return b.String(), missing
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// quoting is how the shell reads a place of a script.
type quoting int

const (
	quoteNone quoting = iota
	quoteSingle
	quoteDouble
	quoteHeredoc // expanded, as within double quotes, but " is itself
	quoteRaw     // a quoted heredoc: nothing is special
	quoteComment
)

// quoteMap holds the quoted ranges of a script; of nested ones, the inner
// come later.
type quoteMap []quoteRange

type quoteRange struct {
	start, end int
	kind       quoting
}

func (m quoteMap) at(offset int) quoting {
	for i := len(m) - 1; i >= 0; i-- {
		if m[i].start <= offset && offset < m[i].end {
			return m[i].kind
		}
	}
	return quoteNone
}

// quotesOf maps a script's quotes. A script that does not parse is read by
// its quote characters alone.
func quotesOf(script, language string) quoteMap {
	file, err := parseRunbookShell(script, language)
	if err != nil {
		return scanQuotes(script)
	}
	var m quoteMap
	add := func(n syntax.Node, kind quoting) {
		m = append(m, quoteRange{int(n.Pos().Offset()), int(n.End().Offset()), kind})
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.SglQuoted:
			add(n, quoteSingle)
		case *syntax.DblQuoted:
			add(n, quoteDouble)
		case *syntax.CmdSubst, *syntax.ProcSubst:
			add(n, quoteNone)
		case *syntax.Comment:
			add(n, quoteComment)
		case *syntax.Redirect:
			if n.Hdoc != nil {
				add(n.Hdoc, heredocQuoting(n.Word))
			}
		}
		return true
	})
	return m
}

// heredocQuoting tells <<EOF from <<'EOF'.
func heredocQuoting(delimiter *syntax.Word) quoting {
	for _, part := range delimiter.Parts {
		if lit, ok := part.(*syntax.Lit); !ok || strings.Contains(lit.Value, `\`) {
			return quoteRaw
		}
	}
	return quoteHeredoc
}

// scanQuotes finds quoted ranges without a parser.
func scanQuotes(script string) quoteMap {
	var m quoteMap
	for i := 0; i < len(script); i++ {
		var kind quoting
		switch script[i] {
		case '\\':
			i++
			continue
		case '\'':
			kind = quoteSingle
		case '"':
			kind = quoteDouble
		default:
			continue
		}
		end := i + 1
		for end < len(script) && script[end] != script[i] {
			if kind == quoteDouble && script[end] == '\\' {
				end++
			}
			end++
		}
		m = append(m, quoteRange{i, min(end+1, len(script)), kind})
		i = end
	}
	return m
}

var (
	doubleEscapes  = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "`", "\\`")
	heredocEscapes = strings.NewReplacer(`\`, `\\`, `$`, `\$`, "`", "\\`")
)

// quoteFor writes a value so that the shell reads exactly it.
func quoteFor(kind quoting, value string) string {
	switch kind {
	case quoteSingle:
		return strings.ReplaceAll(value, `'`, `'\''`)
	case quoteDouble:
		return doubleEscapes.Replace(value)
	case quoteHeredoc:
		return heredocEscapes.Replace(value)
	case quoteComment:
		return strings.ReplaceAll(value, "\n", " ")
	case quoteRaw:
		return value
	}
	quoted, err := syntax.Quote(value, syntax.LangBash)
	if err != nil { // a NUL byte, which no shell can hold
		return "'" + strings.ReplaceAll(strings.ReplaceAll(value, "\x00", ""), `'`, `'\''`) + "'"
	}
	return quoted
}
