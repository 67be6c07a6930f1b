package runbook

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// typedShell holds where what was typed at a prompt is shell, and not a
// query: its first line has to parse.
func typedShell(typed []srcLine) bool {
	cs := chunks(texts(typed))
	return len(cs) > 0 && (cs[0].reads != readsForeign || len(typed) > 1 || beginsWithTool(typed[0].text) || parses(typed[0].text))
}

func parses(text string) bool {
	_, err := parseShell(text, "bash")
	return err == nil
}

func incompleteShell(text string) bool {
	_, err := parseShell(text, "bash")
	return isIncomplete(err)
}

// isIncomplete holds for the error of a script that goes on: in the parser's
// eyes, or in a heredoc, which it calls unclosed.
func isIncomplete(err error) bool {
	return err != nil && (syntax.IsIncomplete(err) || strings.Contains(err.Error(), "here-document"))
}

// shellPrefix counts the lines at the beginning that read as shell, up to
// where output follows. It is 0 where they do not. A strict reading wants
// every statement to be shell; else a first program that nobody knows is
// forgiven where known ones follow.
func shellPrefix(lines []string, strict bool) int {
	end, shell, foreign := 0, 0, 0
	for _, c := range chunks(lines) {
		switch {
		case c.reads == readsShell && (foreign == 0 || shellAgain(lines[c.from:c.to])):
			shell++
			end = c.to
		case c.reads == readsForeign:
			foreign++
			if printed(lines[c.from]) && shell > 0 {
				return end
			}
		case c.reads == readsNeutral && foreign == 0 && shell > 0:
			end = c.to
		}
	}
	if shell == 0 || (strict && foreign > 0) || foreignLead(lines)*3 > shell {
		return 0
	}
	return end
}

// foreignLead counts the statements before the first that reads as shell.
func foreignLead(lines []string) int {
	n := 0
	for _, c := range chunks(lines) {
		switch c.reads {
		case readsShell:
			return n
		case readsForeign:
			n++
		}
	}
	return n
}

// shellAgain holds for a statement after unknown ones that is shell for sure:
// those before it were programs that we do not know.
func shellAgain(lines []string) bool { return beginsWithTool(lines[0]) }

var sqlStart = lazyregexp.New(`(?i)^\s*(select|insert into|update|delete from|alter|create|drop|truncate|with|explain|show|grant|revoke|begin|vacuum|analyze|reindex|set|use|call|kill)\b`)

// bareSelect matches a query without its semicolon.
var bareSelect = lazyregexp.New(`(?s)^(?:SELECT|WITH)\s.*\sFROM\s+[\w."]+.*\s(?:WHERE|GROUP BY|ORDER BY|LIMIT|JOIN)\s`)

// readsSQL holds for a text that begins with a statement of SQL and ends one.
func readsSQL(lines []string) bool {
	body := strings.TrimSpace(strings.Join(lines, "\n"))
	for strings.HasPrefix(body, "--") {
		_, rest, _ := strings.Cut(body, "\n")
		body = strings.TrimSpace(rest)
	}
	return sqlStart.MatchString(body) && (strings.Contains(body, ";") || bareSelect.MatchString(body))
}

func onlyComments(lines []srcLine) bool {
	for _, l := range lines {
		if t := strings.TrimSpace(l.text); t != "" && !strings.HasPrefix(t, "#") {
			return false
		}
	}
	return true
}

// isStub holds for a text that its author has yet to write.
func isStub(text string) bool {
	switch strings.ToLower(strings.Trim(text, " .…<>[]")) {
	case "", "todo", "tbd", "fixme", "n/a":
		return true
	}
	return false
}

// mislabelled holds for shell under the name of another language: each
// statement calls a program that we know.
func mislabelled(lines []string) bool {
	first := true
	for _, c := range chunks(lines) {
		if c.reads == readsForeign {
			return false
		}
		if c.reads == readsShell && first {
			word, _, _ := strings.Cut(strings.TrimSpace(lines[c.from]), " ")
			if !tools[word] || commonWords[word] || strings.HasSuffix(strings.TrimSpace(lines[c.from]), "{") {
				return false
			}
			first = false
		}
	}
	return !first
}

// unwrap takes off the fence that an indented block consists of: its author
// indented further than the list around it wants. The fence's label is left
// in label.
func (f *fence) unwrap(label *string) bool {
	last := len(f.lines) - 1
	for last > 0 && strings.TrimSpace(f.lines[last].text) == "" {
		last--
	}
	if last < 2 || strings.TrimSpace(f.lines[last].text) != "```" {
		return false
	}
	info, ok := strings.CutPrefix(strings.TrimSpace(f.lines[0].text), "```")
	if !ok || strings.Contains(info, "`") {
		return false
	}
	for _, l := range f.lines[1:last] {
		if strings.HasPrefix(strings.TrimSpace(l.text), "```") {
			return false
		}
	}
	*label, f.attrs = parseInfo(info)
	indent := indentOf(f.lines[0].text)
	f.lines = f.lines[1:last]
	for i, l := range f.lines {
		f.lines[i] = l.from(min(indent, indentOf(l.text)))
	}
	return true
}

func indentOf(text string) int { return len(text) - len(strings.TrimLeft(text, " ")) }

func namesFile(lines []string) bool {
	for _, l := range lines {
		if t := strings.TrimSpace(l); t != "" {
			return fileComment.MatchString(t)
		}
	}
	return false
}

func anyText(lines []srcLine) bool {
	for _, l := range lines {
		if strings.TrimSpace(l.text) != "" {
			return true
		}
	}
	return false
}
