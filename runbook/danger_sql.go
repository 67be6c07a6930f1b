package runbook

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

type sqlRule struct {
	start  *lazyregexp.Regexp
	unless *lazyregexp.Regexp
	why    string
}

var sqlRules = []sqlRule{
	{lazyregexp.New(`(?i)^drop\s+(database|schema|table|tablespace|materialized view|view|index|role|user|owned|keyspace|sequence|type|function|extension|subscription|publication)\b`), nil, "drops it with all in it"},
	{lazyregexp.New(`(?i)^truncate\b`), nil, "deletes every row"},
	{lazyregexp.New(`(?i)^delete\s+from\b`), lazyregexp.New(`(?i)\bwhere\b`), "deletes every row: it has no WHERE"},
	{lazyregexp.New(`(?i)^update\b`), lazyregexp.New(`(?i)\bwhere\b`), "changes every row: it has no WHERE"},
	{lazyregexp.New(`(?i)^alter\s+table\b.*\bdrop\s+(column\s+|partition\b)?`), lazyregexp.New(`(?i)\bdrop\s+(constraint|default|not null|identity|expression)\b`), "drops a column with its data"},
	{lazyregexp.New(`(?i)^(purge\s+binary\s+logs|reset\s+(master|binary))\b`), nil, "deletes binary logs: no point in time before it can be restored"},
	{lazyregexp.New(`(?i)^(flushall|flushdb)\b`), nil, "deletes every key"},
}

// clientLine is a line for the client and not the server, which ends without
// a semicolon: `\c prod`, `use prod`, `GO`.
var clientLine = lazyregexp.New(`(?im)^[ \t]*(\\[a-z!?].*|use[ \t]+[^\s;]+[ \t]*|go[ \t]*)$`)

// dangerousSQL finds destructive statements in SQL that begins at a place of
// the whole script.
func dangerousSQL(sql string, at Pos) []Finding {
	var found []Finding
	sql = clientLine.ReplaceAllString(sql, ";")
	for _, st := range sqlStatements(sql) {
		text := strings.Join(strings.Fields(st.text), " ")
		for _, rule := range sqlRules {
			if !rule.start.MatchString(text) || rule.unless != nil && rule.unless.MatchString(text) {
				continue
			}
			f := Finding{Line: at.Line + st.line, Column: st.column, What: shorten(text), Why: rule.why}
			if st.line == 0 {
				f.Column += at.Column - 1
			}
			found = append(found, f)
			break
		}
	}
	return found
}

// sqlStatement is a statement without its comments, and where it begins:
// line counts from 0, column from 1.
type sqlStatement struct {
	text         string
	line, column int
}

// sqlStatements splits SQL at semicolons outside of quotes and comments.
func sqlStatements(sql string) []sqlStatement {
	var out []sqlStatement
	var text strings.Builder
	line, lineStart := 0, 0
	startLine, startColumn := -1, 0
	flush := func() {
		if startLine >= 0 {
			out = append(out, sqlStatement{text.String(), startLine, startColumn})
		}
		text.Reset()
		startLine = -1
	}
	for i := 0; i < len(sql); {
		end := sqlToken(sql, i)
		token := sql[i:end]
		comment := strings.HasPrefix(token, "--") || strings.HasPrefix(token, "/*")
		switch {
		case token == ";":
			flush()
		case comment:
			text.WriteByte(' ')
		default:
			if startLine < 0 && strings.TrimSpace(token) != "" {
				startLine, startColumn = line, i-lineStart+1
			}
			text.WriteString(token)
		}
		if n := strings.Count(token, "\n"); n > 0 {
			line += n
			lineStart = i + strings.LastIndexByte(token, '\n') + 1
		}
		i = end
	}
	flush()
	return out
}

// sqlToken is the end of the comment, quoted text or byte that begins at i.
func sqlToken(sql string, i int) int {
	rest := sql[i:]
	closing := ""
	skip := 1
	switch {
	case strings.HasPrefix(rest, "--"):
		closing, skip = "\n", 2
	case strings.HasPrefix(rest, "/*"):
		closing, skip = "*/", 2
	case rest[0] == '\'' || rest[0] == '"' || rest[0] == '`':
		closing = rest[:1]
	case strings.HasPrefix(rest, "$$"):
		closing, skip = "$$", 2
	default:
		return i + 1
	}
	n := strings.Index(rest[skip:], closing)
	if n < 0 {
		return len(sql)
	}
	return i + skip + n + len(closing)
}

var (
	sqliteDot = lazyregexp.New(`(?i)^\s*\.(restore|clone|import|system|shell)\b`)
	mongoDrop = lazyregexp.New(`(?i)\.(dropDatabase|drop|dropCollection|dropUser|dropIndexes|dropAllUsersFromDatabase)\(|\.(deleteMany|remove)\(\s*(\{\s*\})?\s*\)|\bshutdownServer\(`)
	mongoLoad = lazyregexp.New(`(?i)\bload\(`)
)

// dangerousSQLite reads sqlite3's input: SQL, and commands with a dot.
func dangerousSQLite(_ *shellDanger, text string, at Pos) []Finding {
	lines := strings.Split(text, "\n")
	var found []Finding
	for i, line := range lines {
		if !strings.HasPrefix(strings.TrimSpace(line), ".") {
			continue
		}
		if sqliteDot.MatchString(line) {
			f := Finding{Line: at.Line + i, Column: 1, What: shorten(line), Why: "overwrites what the database holds, or runs a program"}
			if i == 0 {
				f.Column = at.Column
			}
			found = append(found, f)
		}
		lines[i] = ""
	}
	return append(found, dangerousSQL(strings.Join(lines, "\n"), at)...)
}

// dangerousMongo reads the JavaScript of the MongoDB shell.
func dangerousMongo(_ *shellDanger, text string, at Pos) []Finding {
	switch {
	case mongoDrop.MatchString(text):
		return []Finding{{Line: at.Line, Column: at.Column, What: shorten(text), Why: "deletes data"}}
	case mongoLoad.MatchString(text):
		return []Finding{{Line: at.Line, Column: at.Column, What: shorten(text), Why: "runs a script that can't be read from here"}}
	}
	return nil
}
