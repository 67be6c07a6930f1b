package sqlite

import "strings"

// statements splits a script at the semicolons that end a statement: not
// those in text, in comments or inside the body of a trigger.
func statements(script string) []string {
	var out []string
	var words []string // the statement's first words, upper case
	start, depth := 0, 0
	add := func(end int) {
		if s := strings.TrimSpace(script[start:end]); len(words) > 0 && s != "" {
			out = append(out, s)
		}
		start, depth, words = end+1, 0, nil
	}
	for i := 0; i < len(script); {
		n, word := lexeme(script[i:])
		switch {
		case word == ";" && depth == 0:
			add(i)
		case word == ";" || word == "":
		default:
			depth = nested(depth, words, word)
			if len(words) < 3 { // more tell nothing
				words = append(words, word)
			}
			if strings.HasPrefix(words[0], ".") { // a shell's dot command is one line
				end := i + strings.IndexByte(script[i:]+"\n", '\n')
				add(min(end, len(script)))
				n = end - i
			}
		}
		i += n
	}
	if start < len(script) {
		add(len(script))
	}
	return out
}

// nested counts BEGIN and CASE against END within CREATE TRIGGER.
func nested(depth int, before []string, word string) int {
	trigger := len(before) > 0 && before[0] == "CREATE" &&
		(wordAt(before, 1, "TRIGGER") || wordAt(before, 2, "TRIGGER"))
	switch {
	case !trigger:
		return 0
	case word == "BEGIN", word == "CASE":
		return depth + 1
	case word == "END" && depth > 0:
		return depth - 1
	}
	return depth
}

func wordAt(words []string, i int, w string) bool { return i < len(words) && words[i] == w }

// lexeme measures the next token: a word in upper case, ";" , "" for space
// and comments, "'" for anything quoted, and any other sign as itself.
func lexeme(s string) (n int, word string) {
	until := func(from int, end string) int {
		if i := strings.Index(s[from:], end); i >= 0 {
			return from + i + len(end)
		}
		return len(s)
	}
	switch c := s[0]; {
	case strings.ContainsRune(" \t\r\n\f", rune(c)):
		return 1, ""
	case strings.HasPrefix(s, "--"):
		return until(2, "\n"), ""
	case strings.HasPrefix(s, "/*"):
		return until(2, "*/"), ""
	case c == '\'', c == '"', c == '`': // a doubled quote reads as two strings: the same here
		return until(1, string(c)), "'"
	case c == '[':
		return until(1, "]"), "'"
	}
	for n < len(s) && !strings.ContainsRune(" \t\r\n\f;'\"`[(),", rune(s[n])) && !strings.HasPrefix(s[n:], "--") && !strings.HasPrefix(s[n:], "/*") {
		n++
	}
	if n == 0 {
		n = 1
	}
	return n, strings.ToUpper(s[:n])
}
