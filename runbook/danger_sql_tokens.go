package runbook

import "strings"

// sqlDialect is whose SQL a text is, as far as that is known.
type sqlDialect int

const (
	sqlAny sqlDialect = iota
	sqlPsql
	sqlMySQL
	sqlSQLite
)

// sqlToken is a word, a quoted text or another character of SQL.
type sqlToken struct {
	text         string
	kind         byte // 'w' word, 'q' quoted name, 's' string, 'b' dollar-quoted, '\\' psql's command, or the character
	line, column int  // from 0, from 1
}

// is holds for one of several words in capitals.
func (t sqlToken) is(words string) bool {
	return t.kind == 'w' && listed(words, strings.ToUpper(t.text))
}

// value is the text of a string.
func (t sqlToken) value() string {
	switch {
	case t.kind == 'b':
		tag := t.text[:strings.IndexByte(t.text[1:], '$')+2]
		return strings.TrimSuffix(t.text[len(tag):], tag)
	case len(t.text) > 1:
		quote := t.text[:1]
		return strings.ReplaceAll(strings.TrimSuffix(t.text[1:], quote), quote+quote, quote)
	}
	return t.text
}

// sqlTokens takes SQL apart, without its comments.
func sqlTokens(sql string, dialect sqlDialect) []sqlToken {
	var out []sqlToken
	line, lineStart := 0, 0
	for i := 0; i < len(sql); {
		end, kind := nextToken(sql, i, dialect)
		if kind != ' ' {
			out = append(out, sqlToken{sql[i:end], kind, line, i - lineStart + 1})
		}
		if n := strings.Count(sql[i:end], "\n"); n > 0 {
			line += n
			lineStart = i + strings.LastIndexByte(sql[i:end], '\n') + 1
		}
		i = end
	}
	return out
}

// nextToken is the end and the kind of what begins at i; ' ' for what says
// nothing.
func nextToken(sql string, i int, dialect sqlDialect) (int, byte) {
	rest := sql[i:]
	switch c := rest[0]; {
	case c <= ' ':
		return i + 1, ' '
	case strings.HasPrefix(rest, "--"), c == '#' && (dialect == sqlMySQL):
		return i + until(rest, "\n"), ' '
	case strings.HasPrefix(rest, "/*!"), strings.HasPrefix(rest, "/*M!"): // MySQL runs what is in it
		n := strings.IndexByte(rest, '!') + 1
		for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			n++
		}
		return i + n, ' '
	case strings.HasPrefix(rest, "*/"):
		return i + 2, ' '
	case strings.HasPrefix(rest, "/*"):
		return i + blockComment(rest, dialect), ' '
	case c == '\'':
		return i + quotedText(rest, dialect == sqlMySQL || i > 0 && (sql[i-1] == 'E' || sql[i-1] == 'e')), 's'
	case c == '"' || c == '`':
		return i + quotedText(rest, false), 'q'
	case c == '$' && dollarTag(rest) > 0:
		n := dollarTag(rest)
		return i + n + until(rest[n:], rest[:n]), 'b'
	case c == '\\' && dialect == sqlPsql:
		return i + until(rest, "\n"), '\\'
	case wordByte(c):
		n := 1
		for n < len(rest) && (wordByte(rest[n]) || rest[n] == '$') {
			n++
		}
		return i + n, 'w'
	}
	return i + 1, rest[0]
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// until is where a text ends, its end included.
func until(s, end string) int {
	if n := strings.Index(s, end); n >= 0 {
		return n + len(end)
	}
	return len(s)
}

// quotedText is the length of a quoted text; a doubled quote is one of its
// characters, and may be an escaped one.
func quotedText(s string, escapes bool) int {
	for j := 1; j < len(s); j++ {
		switch {
		case escapes && s[j] == '\\':
			j++
		case s[j] != s[0]:
		case j+1 < len(s) && s[j+1] == s[0]:
			j++
		default:
			return j + 1
		}
	}
	return len(s)
}

// blockComment is the length of a comment. PostgreSQL's nest, MySQL's do not:
// where it is not known whose it is, one that ends both ways is taken.
func blockComment(s string, dialect sqlDialect) int {
	depth := 0
	for j := 0; j+1 < len(s); j++ {
		switch s[j : j+2] {
		case "/*":
			if depth == 0 || dialect != sqlMySQL && dialect != sqlSQLite {
				depth++
			}
			j++
		case "*/":
			depth--
			j++
			if depth == 0 {
				return j + 1
			}
		}
	}
	if dialect == sqlAny { // not nested after all
		return 2 + until(s[2:], "*/")
	}
	return len(s)
}

// dollarTag is the length of $$ or $name$.
func dollarTag(s string) int {
	for j := 1; j < len(s); j++ {
		switch {
		case s[j] == '$':
			return j + 1
		case !wordByte(s[j]) || j == 1 && s[j] >= '0' && s[j] <= '9':
			return 0
		}
	}
	return 0
}
