package runbook

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

var (
	// unreadSQL is SQL that another file or variable holds.
	unreadSQL = lazyregexp.New("(?im)^\\s*(source\\s+\\S|\\\\\\.\\s|\\.read\\s|\\$[{(A-Za-z_]|`)")
	// elsewhereSQL makes statements act on another database than the one that
	// the client was told.
	elsewhereSQL = lazyregexp.New(`(?im)(^|[\s;])(\\c(onnect)?\b|use\s+\S|connect\s|attach\s|\.(open|system|shell|save|backup|clone|output|once|log|cd)\b)`)

	droppedDatabase = lazyregexp.New("(?i)^(?:drop|alter)\\s+database\\s+(?:if\\s+exists\\s+)?[\"`']?([^\\s;\"`']+)")
	// beyondDatabase are statements that act on more than the database that
	// the client is connected to.
	beyondDatabase = lazyregexp.New(`(?i)^(drop|alter)\s+(role|user|group|owned|tablespace|server|publication|subscription|login|system)\b|^(shutdown|purge|reset|kill|flushall|restore)\b|(pg_terminate_backend|pg_drop_replication_slot|dblink|lo_export|pg_file_|sys_exec|xp_cmdshell)|^\\|(?i)program`)
)

// statements judges what a client is told to do.
func (s *shellDanger) statements(c command, spec clientSpec, text string, at Pos, where []string) {
	if elsewhereSQL.MatchString(text) {
		where = append(where[:len(where):len(where)], unknownWord)
	}
	var found []Finding
	switch spec.language {
	case languageMongo:
		found = dangerousMongo(text, at)
	case languageRedis:
		found = dangerousRedis(text, at)
	case languageSQLite:
		found = s.dangerousSQLite(c, text, at)
	case languagePsql:
		found = s.dangerousPsql(c, text, at)
	case languageMySQL:
		found = s.dangerousMySQL(c, text, at)
	default:
		found = judgeSQL(text, at, sqlAny)
	}
	if unreadSQL.MatchString(text) {
		found = append(found, Finding{Line: c.at.Line, Column: c.at.Column, What: shorten(c.what()), Why: loadsSQL, Operands: []string{unknownWord}})
	}
	for _, f := range found {
		f.Operands = append(append(append([]string{}, s.outer...), where...), f.Operands...)
		if m := droppedDatabase.FindStringSubmatch(f.What); m != nil {
			f.Operands = append(f.Operands, m[1])
		}
		if beyondDatabase.MatchString(f.What) {
			f.Operands = append(f.Operands, unknownWord)
		}
		s.found = append(s.found, f)
	}
}

var metaCommand = lazyregexp.New(`^\\(!|[A-Za-z]+\+?)[ \t]*(.*)`)

// metaName is the name of psql's own command: "c", "!".
func metaName(line string) string {
	if m := metaCommand.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	return ""
}

// dangerousPsql reads psql's input: SQL, and commands with a backslash.
func (s *shellDanger) dangerousPsql(c command, text string, at Pos) []Finding {
	statements := sqlStatements(text, sqlPsql)
	found := judgeStatements(statements, at, sqlPsql)
	for _, st := range statements {
		place := at
		if st[0].line > 0 {
			place = Pos{at.Line + st[0].line, st[0].column}
		}
		if st[0].kind == '\\' {
			if why := s.meta(c, strings.TrimSpace(st[0].text), place); why != "" {
				found = append(found, Finding{Line: place.Line, Column: place.Column, What: shorten(st[0].text), Why: why, Operands: []string{unknownWord}})
			}
		}
		s.program(c, st, place)
	}
	return found
}

// program judges the shell of COPY … PROGRAM '…'.
func (s *shellDanger) program(c command, st sqlStatement, at Pos) {
	if i := st.index("PROGRAM"); i > 0 && i+1 < len(st) && st[i+1].kind == 's' {
		inner := c
		inner.foreign, inner.places = true, append(c.where(), unknownWord)
		s.nested(inner, st[i+1].value(), at)
	}
}

var (
	metaProgram = lazyregexp.New(`(?i)\bprogram\s+'(.*)'`)
	metaTo      = lazyregexp.New(`(?i)\bto\s+'?([^\s']+)`)
)

// meta judges psql's own commands.
func (s *shellDanger) meta(c command, line string, at Pos) string {
	m := metaCommand.FindStringSubmatch(line)
	if m == nil {
		return ""
	}
	rest, piped := strings.CutPrefix(strings.TrimSpace(m[2]), "|")
	inner := c
	inner.foreign = true
	switch m[1] {
	case "!":
		s.nested(inner, m[2], at)
	case "i", "ir", "include", "include_relative":
		return loadsSQL
	case "gexec":
		return "runs what a query prints"
	case "lo_unlink":
		return "deletes a large object"
	case "o", "out", "w", "write", "g", "gx", "s", "watch":
		if piped {
			s.nested(inner, rest, at)
		} else if rest != "" && m[1] != "watch" && !strings.HasPrefix(rest, "(") {
			return s.overwrites(arg{text: rest, src: rest})
		}
	case "copy":
		if p := metaProgram.FindStringSubmatch(rest); p != nil {
			s.nested(inner, p[1], at)
		} else if p := metaTo.FindStringSubmatch(rest); p != nil && !listed("stdout pstdout", strings.ToLower(p[1])) {
			return s.overwrites(arg{text: p[1], src: p[1]})
		}
	case "set", "setenv", "echo", "prompt":
		if first, last := strings.IndexByte(rest, '`'), strings.LastIndexByte(rest, '`'); last > first {
			s.nested(inner, rest[first+1:last], at)
		}
	}
	return ""
}

var mysqlMeta = lazyregexp.New(`(?im)^\s*(\\!|system|\\T|tee|pager|\\P)\s+(.*)$`)

// dangerousMySQL reads the mysql client's input, which may run programs too.
func (s *shellDanger) dangerousMySQL(c command, text string, at Pos) []Finding {
	for _, m := range mysqlMeta.FindAllStringSubmatch(text, 16) {
		s.nested(c, strings.TrimSuffix(m[2], ";"), at)
	}
	return judgeSQL(text, at, sqlMySQL)
}

var sqliteDot = lazyregexp.New(`(?i)^\s*\.(restore|clone|import|save|recover)\b`)

var sqliteShell = lazyregexp.New(`(?i)^\s*\.(system|shell)\s+(.*)`)

// dangerousSQLite reads sqlite3's input: SQL, and commands with a dot.
func (s *shellDanger) dangerousSQLite(c command, text string, at Pos) []Finding {
	lines := strings.Split(text, "\n")
	var found []Finding
	for i, line := range lines {
		line = strings.TrimPrefix(line, ";")
		if !strings.HasPrefix(strings.TrimSpace(line), ".") {
			continue
		}
		place := Pos{at.Line + i, 1}
		if i == 0 {
			place = at
		}
		if sqliteDot.MatchString(line) {
			found = append(found, Finding{Line: place.Line, Column: place.Column, What: shorten(line), Why: "overwrites what the database holds"})
		}
		if m := sqliteShell.FindStringSubmatch(line); m != nil {
			s.nested(c, m[2], place)
		}
		lines[i] = ""
	}
	return append(found, judgeSQL(strings.Join(lines, "\n"), at, sqlSQLite)...)
}

var (
	mongoDrops = lazyregexp.New(`(?i)\.(dropDatabase|drop|dropCollection|dropUser|dropRole|dropIndexe?s?|dropAllUsersFromDatabase|dropAllRolesFromDatabase|deleteMany|deleteOne|remove|findOneAndDelete|findAndModify|findOneAndReplace|replaceOne|bulkWrite|removeShard|shutdownServer|renameCollection|updateMany|updateOne|update|compactStructuredEncryptionData|stepDown|removeUser)\s*\(|\b(dropDatabase|drop|dropIndexes|dropUser|dropAllUsersFromDatabase|delete|shutdown|renameCollection|removeShard|\$out|\$merge|resetError)["']?\s*:`)
	mongoLoad  = lazyregexp.New(`(?i)\b(load|eval|Function|require)\s*\(|\]\s*\(`)
)

// dangerousMongo reads the JavaScript of the MongoDB shell.
func dangerousMongo(text string, at Pos) []Finding {
	names, _ := stripCode(text, "//")
	why := ""
	switch {
	case mongoDrops.MatchString(names):
		why = "deletes or overwrites data"
	case mongoLoad.MatchString(names):
		why = runsUnread
	default:
		return nil
	}
	return []Finding{{Line: at.Line, Column: at.Column, What: shorten(text), Why: why, Operands: []string{unknownWord}}}
}

// redisDestroys are Redis's commands that delete.
const redisDestroys = "FLUSHALL FLUSHDB DEL UNLINK SHUTDOWN GETDEL HDEL SREM ZREM LREM LTRIM XDEL XTRIM SPOP LPOP RPOP ZPOPMIN ZPOPMAX ZREMRANGEBYRANK ZREMRANGEBYSCORE SWAPDB " +
	"MIGRATE REPLICAOF SLAVEOF RENAME EXPIRE PEXPIRE EXPIREAT FAILOVER"

var redisScript = lazyregexp.New(`(?i)(call|pcall)\s*\(\s*['"]?(flush|del|unlink|expire|rename|shutdown)`)

// dangerousRedis reads commands of redis-cli, one a line.
func dangerousRedis(text string, at Pos) []Finding {
	var found []Finding
	for i, line := range strings.Split(text, "\n") {
		words := strings.Fields(strings.ToUpper(strings.Trim(line, "; \t\"'")))
		if len(words) == 0 {
			continue
		}
		second := ""
		if len(words) > 1 {
			second = words[1]
		}
		switch {
		case listed(redisDestroys, words[0]):
		case listed("CLUSTER", words[0]) && listed("RESET FORGET FLUSHSLOTS DELSLOTS FAILOVER", second):
		case words[0] == "RESTORE" && listed(strings.Join(words, " "), "REPLACE"):
		case words[0] == "DEBUG" && !listed("OBJECT SLEEP JMAP", second):
		case words[0] == "FUNCTION" && listed("FLUSH DELETE", second), words[0] == "ACL" && second == "DELUSER":
		case words[0] == "CONFIG" && second == "SET" && listed("DIR DBFILENAME SAVE APPENDONLY", strings.Join(words[2:min(3, len(words))], "")):
		case listed("EVAL EVALSHA", words[0]) && redisScript.MatchString(line):
		default:
			continue
		}
		f := Finding{Line: at.Line + i, Column: 1, What: shorten(line), Why: "deletes or moves keys"}
		if i == 0 {
			f.Column = at.Column
		}
		found = append(found, f)
	}
	return found
}
