package runbook

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// sqlStarts are statements that destroy by their first words.
var sqlStarts = []struct {
	words, why string
	rows       bool // rows alone, which a rollback brings back
}{
	{"DROP", "drops it with all in it", false},
	{"TRUNCATE", "deletes every row", false},
	{"DELETE", "deletes rows", true},
	{"UPDATE", "overwrites rows", true},
	{"MERGE", "overwrites rows", true},
	{"REPLACE", "overwrites rows", true},
	{"INSERT OVERWRITE", "overwrites rows", false},
	{"CREATE OR REPLACE TABLE", "drops the table that is there", false},
	{"PURGE", "deletes binary logs: no point in time before it can be restored", false},
	{"RESET MASTER", "deletes binary logs: no point in time before it can be restored", false},
	{"RESET BINARY", "deletes binary logs: no point in time before it can be restored", false},
	{"RESET REPLICA", "forgets where replication stood", false},
	{"RESET SLAVE", "forgets where replication stood", false},
	{"RESTORE DATABASE", "overwrites the database", false},
	{"RESTORE TABLE", "overwrites the table", false},
	{"SHUTDOWN", "stops the database server", false},
	{"KILL", "kills connections", false},
	{"FLUSHALL", "deletes every key", false},
	{"FLUSHDB", "deletes every key", false},
	{"DETACH TABLE", "takes a table away", false},
	{"SYSTEM DROP", "drops what the server holds", false},
	{"DENY", "takes rights away", false},
}

// destructiveFunctions are functions that a SELECT may call.
const destructiveFunctions = "PG_TERMINATE_BACKEND PG_DROP_REPLICATION_SLOT LO_UNLINK LO_EXPORT PG_FILE_UNLINK PG_FILE_WRITE DBLINK_EXEC XP_CMDSHELL SYS_EXEC SYS_EVAL " +
	"PG_FILE_RENAME PG_REPLICATION_ORIGIN_DROP DROP_CHUNKS TRUNCATE_TABLE SP_DROPDATABASE DROPGEOMETRYTABLE PG_LOGICAL_SLOT_GET_CHANGES QUERY_TO_XML LOAD_EXTENSION"

// maxSQLDepth bounds SQL in strings of SQL.
const maxSQLDepth = 4

// destroys says why a statement destroys, or nothing, and whether it is but
// rows.
func (st sqlStatement) destroys(dialect sqlDialect, depth int) (why string, rows bool) {
	for len(st) > 0 && (st[0].kind == '(' || st.starts("BEGIN") && len(st) > 3 || st.starts("THEN") || st.starts("ELSE") || st.starts("LOOP")) {
		st = st[1:]
	}
	if len(st) == 0 || depth > maxSQLDepth || st[0].kind == '\\' {
		return "", false
	}
	for _, rule := range sqlStarts {
		if st.starts(rule.words) && !(rule.words == "REPLACE" && len(st) > 1 && st[1].kind == '(') {
			return rule.why, rule.rows
		}
	}
	switch {
	case st.starts("EXPLAIN"):
		if at := st.index("ANALYZE"); at > 0 || st.index("ANALYSE") > 0 {
			return st.data("a plan with ANALYZE runs it: ")
		}
		return "", false
	case st.starts("WITH"), st.starts("CREATE TABLE") && st.has("AS"), st.starts("COPY"), st.starts("SELECT"), st.starts("TABLE"), st.starts("INSERT"), st.starts("VALUES"), st.starts("DECLARE"), st.starts("CALL"):
		return st.query()
	case st.starts("ALTER"):
		return st.alters(), false
	case st.starts("DO"), st.starts("EXECUTE"), st.starts("EXEC"), st.starts("PREPARE"), st.starts("PERFORM"), st.starts("IF"), st.starts("FOR"), st.starts("WHILE"):
		return st.dynamic(dialect, depth), false
	}
	return "", false
}

// data finds what changes rows within a statement: in a WITH, a plan.
func (st sqlStatement) data(prefix string) (string, bool) {
	for i, t := range st {
		switch {
		case i == 0 || !t.is("DELETE UPDATE MERGE TRUNCATE"):
		case st[i-1].is("ON FOR BEFORE AFTER OR DO KEY NO"), st[i-1].kind == '.', st[i-1].kind == ',', st[i-1].is("SELECT AS"):
		case i+1 < len(st) && (st[i+1].kind == ',' || st[i+1].kind == ')' && t.is("DELETE UPDATE")):
		default:
			return prefix + "deletes or overwrites rows", true
		}
	}
	return "", false
}

// query judges what SELECT, WITH and COPY may do beside reading.
func (st sqlStatement) query() (string, bool) {
	for i, t := range st {
		if t.is(destructiveFunctions) && (i+1 < len(st) && st[i+1].kind == '(' || st.starts("EXEC")) {
			return "calls " + strings.ToLower(t.text), false
		}
	}
	if st.starts("COPY") && st.has("TO") && !st.has("TO STDOUT") && !st.has("PROGRAM") {
		if last := st[st.index("TO"):]; len(last) > 1 && last[1].kind == 's' && !throwAway(last[1].value()) && !temporary(last[1].value()) {
			return "overwrites a file of the server", false
		}
	}
	if st.starts("SELECT") && !st.has("WITH") {
		return "", false
	}
	return st.data("")
}

// alters judges ALTER: what takes columns, partitions or rows away.
func (st sqlStatement) alters() string {
	for i, t := range st {
		if i == 0 || i+1 >= len(st) {
			continue
		}
		next := st[i+1]
		switch {
		case t.is("DROP") && !next.is("CONSTRAINT DEFAULT NOT IDENTITY EXPRESSION INDEX KEY FOREIGN PRIMARY CHECK STATISTICS"):
			return "drops a column with its data"
		case t.is("TRUNCATE") && next.is("PARTITION SUBPARTITION"), t.is("DELETE") && next.is("WHERE"), t.is("UPDATE") && st.has("WHERE"):
			return "deletes or overwrites rows"
		case t.is("DISCARD") && next.is("TABLESPACE PARTITION"):
			return "drops a table's file"
		case t.is("DETACH") && next.is("PARTITION"):
			return "takes a partition away"
		}
	}
	return ""
}

// dynamic judges SQL in strings: of DO, EXECUTE, PREPARE … FROM, EXEC('…').
func (st sqlStatement) dynamic(dialect sqlDialect, depth int) string {
	unread := st.starts("EXECUTE") && len(st) > 1 && st[1].kind == 'w' && dialect == sqlPsql && depth > 0
	for i, t := range st {
		switch t.kind {
		case 's', 'b':
			if why := destroysWithin(t.value(), dialect, depth+1); why != "" {
				return why
			}
		case 'w':
			if t.is(destructiveFunctions) {
				return "calls " + strings.ToLower(t.text)
			}
			if i > 0 && t.is("EXECUTE DELETE DROP TRUNCATE UPDATE BEGIN THEN ELSE LOOP") && i+1 < len(st) {
				if why, _ := st[i:].destroys(dialect, depth+1); why != "" && depth < maxSQLDepth {
					return why
				}
			}
		}
	}
	if unread {
		return loadsSQL
	}
	return ""
}

// blockWords stand before statements in a procedure's body.
var blockWords = lazyregexp.New(`(?i)\b(begin|then|else|loop|exception)\b`)

// destroysWithin judges the SQL of a string or a procedure's body.
func destroysWithin(sql string, dialect sqlDialect, depth int) string {
	if depth > maxSQLDepth {
		return ""
	}
	for _, st := range sqlStatements(sql, dialect) {
		for len(st) > 0 {
			if why, _ := st.destroys(dialect, depth); why != "" {
				return why
			}
			next := -1
			for i := 1; i < len(st); i++ {
				if st[i-1].kind == 'w' && blockWords.MatchString(st[i-1].text) {
					next = i
					break
				}
			}
			if next < 0 {
				break
			}
			st = st[next:]
		}
	}
	return ""
}
