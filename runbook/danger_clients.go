package runbook

import (
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// clientSpec is how a database client takes its statements and connection:
// options by what they are for, each list with all that take a value.
type clientSpec struct {
	valued   string // options with a value that says nothing here
	sql      string // take a statement
	files    string // take a file of statements
	conn     string // name a host, port or database
	attached string // take a value only where it is attached: -psecret
	asks     string // the client only lists, explains or prints
	words    bool   // options are words with one dash: sqlite3 -cmd
	db       int    // how many arguments name databases
	sqlAfter bool   // arguments after those are statements
	stdin    bool   // it reads statements on its standard input
	env      string
	script   func(s *shellDanger, text string, at Pos) []Finding // reads its statements; nil: SQL
}

const (
	pgEnv    = "PGHOST PGHOSTADDR PGPORT PGDATABASE PGSERVICE PGSERVICEFILE"
	mysqlEnv = "MYSQL_HOST MYSQL_TCP_PORT MYSQL_UNIX_PORT"
	pgConn   = "-h -p -d --host --port --dbname"
)

var psqlSpec = clientSpec{
	valued: "-F -L -o -P -R -T -U -v --field-separator --log-file --output --pset --record-separator --table-attr --username --set --variable",
	sql:    "-c --command", files: "-f --file", conn: pgConn, asks: "-l --list -V --version -? --help", db: 1, stdin: true, env: pgEnv,
}

var mysqlSpec = clientSpec{
	valued:   "-u --user --default-character-set --defaults-file --defaults-extra-file --protocol --ssl-ca --ssl-mode --init-command",
	attached: "-p", sql: "-e --execute", conn: "-h -P -S -D --host --port --socket --database", asks: "-V --version -? --help", db: 1, stdin: true, env: mysqlEnv,
}

var mongoSpec = clientSpec{
	valued: "-u -p --username --password --authenticationDatabase", sql: "--eval -eval", files: "--file -f",
	conn: "--host --port -host -port", asks: "--version --help", db: 1, stdin: true, script: dangerousMongo,
}

var clients = map[string]clientSpec{
	"psql": psqlSpec, "gitlab-psql": psqlSpec, "mysql": mysqlSpec, "mariadb": mysqlSpec, "mongo": mongoSpec, "mongosh": mongoSpec,
	"sqlite3": {
		valued: "-separator -nullvalue -newline -vfs -mmap -heap -maxsize", sql: "-cmd", files: "-init", asks: "-version -help",
		words: true, db: 1, sqlAfter: true, stdin: true, script: dangerousSQLite,
	},
	"cqlsh":  {valued: "-u -p -k --username --password --keyspace", sql: "-e --execute", files: "-f --file", db: 2, stdin: true},
	"sqlcmd": {valued: "-U -P -o -v", sql: "-Q -q", files: "-i", conn: "-S -d", asks: "-?", stdin: true},
	"clickhouse-client": {
		valued: "-u --user --password", sql: "-q --query", files: "--queries-file", conn: "-h -d --host --port --database", stdin: true,
	},
	"redis-cli": {valued: "-a -r -i --user --pass", conn: "-h -p -n -u -s", asks: "--scan --bigkeys --stat --latency --rdb", stdin: true},
	"pg_restore": {
		valued: "-f -F -j -I -L -n -N -P -S -t -T -U --file --format --jobs --index --use-list --schema --table --username --superuser --role --section",
		conn:   pgConn, asks: "-l --list -V --version --help", env: pgEnv,
	},
	"dropdb": {valued: "-U --username", conn: "-h -p --host --port --maintenance-db", db: 1, env: pgEnv},
}

// invocation is a client's command line, read.
type invocation struct {
	sql, files, conn []string
	asks             bool
	database         bool // pg_restore: it writes to one
	dropping         bool // pg_restore: --clean
	reads            bool // statements on the standard input
}

// read takes a client's command line apart.
func (spec clientSpec) read(args []arg) invocation {
	var in invocation
	var plain []arg
	for i := 0; i < len(args); i++ {
		a := args[i]
		if a.text == "--" {
			plain = append(plain, args[i+1:]...)
			break
		}
		if len(a.text) < 2 || a.text[0] != '-' {
			plain = append(plain, a)
			continue
		}
		var next *arg
		if i+1 < len(args) {
			next = &args[i+1]
		}
		if spec.option(&in, a, next) {
			i++
		}
	}
	for i, a := range plain {
		switch {
		case i < spec.db:
			in.conn = append(in.conn, a.src)
		case spec.sqlAfter:
			in.sql = append(in.sql, a.text)
		}
	}
	in.finish(spec)
	return in
}

// finish sees whether statements come on the standard input.
func (in *invocation) finish(spec clientSpec) {
	files := in.files[:0:0]
	fromStdin := false
	for _, f := range in.files {
		if f == "-" || f == "/dev/stdin" {
			fromStdin = true
			continue
		}
		files = append(files, f)
	}
	in.reads = spec.stdin && !in.asks && (fromStdin || len(in.sql) == 0 && len(files) == 0)
	in.files = files
}

// option takes in one option, and says whether its value is the next word.
func (spec clientSpec) option(in *invocation, a arg, next *arg) bool {
	if strings.HasPrefix(a.text, "--") || spec.words {
		name, _, attached := strings.Cut(a.text, "=")
		if attached && strings.HasPrefix(name, "--") {
			spec.take(in, name, a.from(len(name)+1))
			return false
		}
		if next != nil && spec.takesValue(a.text) {
			spec.take(in, a.text, *next)
			return true
		}
		spec.take(in, a.text, arg{})
		return false
	}
	for j := 1; j < len(a.text); j++ {
		name := "-" + a.text[j:j+1]
		switch {
		case spec.attached == name:
			return false
		case !spec.takesValue(name):
			spec.take(in, name, arg{})
		case j+1 < len(a.text):
			spec.take(in, name, a.from(j+1))
			return false
		case next != nil:
			spec.take(in, name, *next)
			return true
		}
	}
	return false
}

func (spec clientSpec) takesValue(name string) bool {
	for _, list := range []string{spec.valued, spec.sql, spec.files, spec.conn} {
		if wordSet(list)[name] {
			return true
		}
	}
	return false
}

func (spec clientSpec) take(in *invocation, name string, value arg) {
	switch {
	case wordSet(spec.asks)[name]:
		in.asks = true
	case wordSet(spec.sql)[name]:
		in.sql = append(in.sql, value.text)
	case wordSet(spec.files)[name]:
		in.files = append(in.files, value.text)
	case wordSet(spec.conn)[name]:
		in.conn = append(in.conn, value.src)
		in.database = in.database || name == "-d" || name == "--dbname"
	case name == "-c" || name == "--clean":
		in.dropping = true
	}
}

// client judges the statements that a client is given on its command line.
func (s *shellDanger) client(c command, in invocation) {
	spec := clients[c.name]
	if in.asks || !spec.stdin {
		return
	}
	where := append(c.where(), append(c.connection(spec), in.conn...)...)
	if c.xargs || slices.ContainsFunc(in.sql, elsewhereSQL.MatchString) {
		where = append(where, unknownWord)
	}
	if len(in.files) > 0 {
		s.addAt(c.at, c.what(), loadsSQL, where)
	}
	for _, text := range in.sql {
		s.statements(c, text, c.at, where)
	}
}

// clientInput judges what a client reads on its standard input.
func (s *shellDanger) clientInput(c command, in invocation, input stdin) {
	spec := clients[c.name]
	if !in.reads || c.name == "redis-cli" && len(nonFlags(c.args(), spec.valued+" "+spec.conn)) > 0 {
		return
	}
	where := append(c.where(), append(c.connection(spec), in.conn...)...)
	if !input.known {
		s.addAt(c.at, c.what(), loadsSQL, where)
		return
	}
	if elsewhereSQL.MatchString(input.text) {
		where = append(where, unknownWord)
	}
	s.statements(c, input.text, input.at, where)
}

// elsewhereSQL is what makes statements act on another database than the one
// that the client was told.
var elsewhereSQL = lazyregexp.New(`(?im)(^|[\s;])(\\c(onnect)?\s|use\s+\S|attach\s|\.(open|system|shell)\s)`)

// unreadSQL is SQL that another file or variable holds.
var unreadSQL = lazyregexp.New("(?im)^\\s*(\\\\i[rf]?\\s|\\\\ir\\s|source\\s+\\S|\\\\\\.\\s|\\.read\\s|\\$[{(A-Za-z_]|`)")

var droppedDatabase = lazyregexp.New("(?i)^drop\\s+database\\s+(if\\s+exists\\s+)?[\"`']?([^\\s;\"`']+)")

func (s *shellDanger) statements(c command, text string, at Pos, where []string) {
	read := clients[c.name].script
	if read == nil {
		read = func(_ *shellDanger, text string, at Pos) []Finding { return dangerousSQL(text, at) }
	}
	found := read(s, text, at)
	if unreadSQL.MatchString(text) {
		found = append(found, Finding{Line: c.at.Line, Column: c.at.Column, What: shorten(c.what()), Why: loadsSQL})
	}
	for _, f := range found {
		f.Operands = append(append(f.Operands, s.outer...), where...)
		if m := droppedDatabase.FindStringSubmatch(f.What); m != nil {
			f.Operands = append(f.Operands, m[2])
		}
		s.found = append(s.found, f)
	}
}
