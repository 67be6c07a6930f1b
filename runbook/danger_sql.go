package runbook

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// sqlStatement is one statement's tokens.
type sqlStatement []sqlToken

// clientLine is a line for the client and not the server, which ends without
// a semicolon: `use prod`, `GO`.
var clientLine = lazyregexp.New(`(?im)^[ \t]*(use[ \t]+[^\s;]+[ \t]*|go[ \t]*|delimiter[ \t]+\S+[ \t]*)$`)

// judgeSQL finds destructive statements in SQL that begins at a place of the
// whole script.
func judgeSQL(sql string, at Pos, dialect sqlDialect) []Finding {
	return judgeStatements(sqlStatements(sql, dialect), at, dialect)
}

// sqlStatements splits SQL at semicolons outside of quotes and comments.
func sqlStatements(sql string, dialect sqlDialect) []sqlStatement {
	sql = clientLine.ReplaceAllStringFunc(sql, func(line string) string { return ";" + strings.Repeat(" ", max(len(line)-1, 0)) })
	var out []sqlStatement
	var st sqlStatement
	for _, t := range sqlTokens(sql, dialect) {
		if t.kind != ';' && t.kind != '\\' {
			st = append(st, t)
			continue
		}
		if len(st) > 0 {
			out = append(out, st)
		}
		st = nil
		if t.kind == '\\' {
			out = append(out, sqlStatement{t})
		}
	}
	if len(st) > 0 {
		out = append(out, st)
	}
	return out
}

func judgeStatements(statements []sqlStatement, at Pos, dialect sqlDialect) []Finding {
	var found []Finding
	rolledBack := undone(statements, dialect)
	for i, st := range statements {
		why, rows := st.destroys(dialect, 0)
		if why == "" || rolledBack[i] && (rows || dialect == sqlPsql && !st.starts("DROP DATABASE")) {
			continue
		}
		f := Finding{Line: at.Line + st[0].line, Column: st[0].column, What: shorten(st.String()), Why: why}
		if st[0].line == 0 {
			f.Column += at.Column - 1
		}
		found = append(found, f)
	}
	return found
}

// undone tells which statements are within a transaction that is rolled back.
// A definition in between commits, on most servers.
func undone(statements []sqlStatement, dialect sqlDialect) map[int]bool {
	var out map[int]bool
	begin := -1
	for i, st := range statements {
		switch {
		case st.starts("BEGIN") && len(st) <= 3, st.starts("START TRANSACTION"):
			begin = i
		case st.starts("COMMIT"), st.starts("END") && len(st) <= 2, st.starts("PREPARE TRANSACTION"), st[0].kind == '\\' && metaName(st[0].text) != "echo":
			begin = -1
		case dialect != sqlPsql && st[0].is("CREATE ALTER DROP TRUNCATE RENAME GRANT REVOKE LOCK SET USE"):
			begin = -1
		case begin >= 0 && (st.starts("ROLLBACK") || st.starts("ABORT")) && !st.has("TO") && !st.has("PREPARED"):
			if out == nil {
				out = map[int]bool{}
			}
			for j := begin; j < i; j++ {
				out[j] = true
			}
			begin = -1
		}
	}
	return out
}

func (st sqlStatement) String() string {
	var b strings.Builder
	for i, t := range st {
		if i > 0 && (t.line != st[i-1].line || t.column != st[i-1].column+len(st[i-1].text)) {
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
	}
	return b.String()
}

// starts holds where a statement begins with words in capitals.
func (st sqlStatement) starts(words string) bool { return st.at(0, words) }

// at holds where words in capitals stand at a place.
func (st sqlStatement) at(i int, words string) bool {
	for more := true; more; i++ {
		var w string
		w, words, more = strings.Cut(words, " ")
		if i >= len(st) || st[i].kind != 'w' || !strings.EqualFold(st[i].text, w) {
			return false
		}
	}
	return true
}

// index is where words in capitals stand first, or -1.
func (st sqlStatement) index(words string) int {
	for i := range st {
		if st.at(i, words) {
			return i
		}
	}
	return -1
}

func (st sqlStatement) has(words string) bool { return st.index(words) >= 0 }
