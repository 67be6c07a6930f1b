package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// special are the characters that mean something inside a line of Markdown,
// on code hosts too: | in tables, ~ for struck text, $ for formulas.
const special = "\\`*_[]<>|~$&#"

// esc writes text so that it reads as itself anywhere in a line, at its start
// too, and makes neither a link nor a mention of somebody.
func esc(s string) string {
	s = line(s)
	var b strings.Builder
	for i, r := range s {
		switch {
		case (r == '@' || r == '#') && refers(s, i):
			b.WriteRune(r)
			b.WriteString("<!-- -->") // shows nothing
		case strings.ContainsRune(special, r),
			i == 0 && strings.ContainsRune("+-=!", r),
			(r == '.' || r == ')') && numbers(s, i),
			r == ':' && strings.HasPrefix(s[i:], "://"),
			r == '.' && strings.EqualFold(s[max(i-3, 0):i], "www"):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// numbers says that s begins like an entry of a numbered list that ends at i.
func numbers(s string, i int) bool {
	if i == 0 || i+1 < len(s) && s[i+1] != ' ' {
		return false
	}
	return strings.TrimLeft(s[:i], "0123456789") == ""
}

// refers says that code hosts would take the @ or # at i for a person or an
// issue. In a mail address, where a letter stands before it, they do not.
func refers(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	next, _ := utf8.DecodeRuneInString(s[i+1:])
	return !word(before) && word(next)
}

func word(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// code writes text as a code span on one line. In a table, where a bar would
// end the cell, GFM wants it escaped inside the span too.
func code(s string) string {
	s = line(s)
	if s == "" {
		return ""
	}
	ticks := strings.Repeat("`", longest(s)+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

// cell is a code span in a table.
func cell(s string) string { return strings.ReplaceAll(code(s), "|", `\|`) }

// fence writes a text of several lines as a block, indented as its place in a
// list wants it.
func fence(text, language, indent string) string {
	text = strings.TrimRight(clean(text), "\n\t ")
	ticks := strings.Repeat("`", max(longest(text)+1, 3))
	var b strings.Builder
	for _, l := range append(append([]string{ticks + language}, strings.Split(text, "\n")...), ticks) {
		b.WriteString(strings.TrimRight(indent+l, " \t"))
		b.WriteByte('\n')
	}
	return b.String()
}

// longest is the length of the longest run of backticks.
func longest(s string) int {
	best, run := 0, 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		best = max(best, run)
	}
	return best
}
