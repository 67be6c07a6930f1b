package runbook

import (
	"slices"
	"strings"
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
	oneDash  bool   // options are words with one dash: sqlite3 -cmd
	db       int    // how many arguments name databases
	sqlAfter bool   // arguments after those are statements
	stdin    bool   // it reads statements on its standard input
	env      string
	language clientLanguage
}

// clientLanguage is what a client's statements are written in.
type clientLanguage int

const (
	languageSQL clientLanguage = iota
	languagePsql
	languageMySQL
	languageSQLite
	languageMongo
	languageRedis
)

const (
	pgEnv    = "PGHOST PGHOSTADDR PGPORT PGDATABASE PGSERVICE PGSERVICEFILE"
	mysqlEnv = "MYSQL_HOST MYSQL_TCP_PORT MYSQL_UNIX_PORT"
	pgConn   = "-h -p -d --host --port --dbname"
)

var psqlSpec = clientSpec{
	valued: "-F -L -o -P -R -T -U -v --field-separator --log-file --output --pset --record-separator --table-attr --username --set --variable",
	sql:    "-c --command", files: "-f --file", conn: pgConn, asks: "-l --list -V --version -? --help", db: 1, stdin: true, env: pgEnv, language: languagePsql,
}

var mysqlSpec = clientSpec{
	valued:   "-u --user --default-character-set --defaults-file --defaults-extra-file --defaults-group-suffix --protocol --ssl-ca --ssl-mode --init-command --login-path",
	attached: "-p", sql: "-e --execute", conn: "-h -P -S -D --host --port --socket --database", asks: "-V --version -? --help", db: 1, stdin: true, env: mysqlEnv, language: languageMySQL,
}

var mongoSpec = clientSpec{
	valued: "-u -p --username --password --authenticationDatabase --authenticationMechanism", sql: "--eval -eval", files: "--file -f",
	conn: "--host --port -host -port", asks: "--version --help", db: 1, stdin: true, language: languageMongo,
}

var redisSpec = clientSpec{
	valued: "-a -r -i --user --pass --eval", conn: "-h -p -n -u -s", asks: "--scan --bigkeys --memkeys --hotkeys --stat --latency --rdb --version --help", sqlAfter: true, stdin: true, language: languageRedis,
}

var clickhouseSpec = clientSpec{
	valued: "-u --user --password --format -f", sql: "-q --query --multiquery", files: "--queries-file", conn: "-h -d --host --port --database", stdin: true,
}

var clients = map[string]clientSpec{
	"psql": psqlSpec, "gitlab-psql": psqlSpec, "pgcli": psqlSpec, "mysql": mysqlSpec, "mariadb": mysqlSpec, "mycli": mysqlSpec, "mongo": mongoSpec, "mongosh": mongoSpec,
	"redis-cli": redisSpec, "valkey-cli": redisSpec, "keydb-cli": redisSpec,
	"sqlite3": {
		valued: "-separator -nullvalue -newline -vfs -mmap -heap -maxsize", sql: "-cmd", files: "-init", asks: "-version -help",
		oneDash: true, db: 1, sqlAfter: true, stdin: true, language: languageSQLite,
	},
	"duckdb":            {valued: "-separator -nullvalue", sql: "-c -cmd", files: "-f -init", oneDash: true, db: 1, sqlAfter: true, stdin: true, language: languageSQLite},
	"cqlsh":             {valued: "-u -p -k --username --password --keyspace", sql: "-e --execute", files: "-f --file", db: 2, stdin: true},
	"sqlcmd":            {valued: "-U -P -o -v", sql: "-Q -q", files: "-i", conn: "-S -d", asks: "-?", stdin: true},
	"cockroach":         {valued: "-u --user --certs-dir --format", sql: "-e --execute", files: "-f --file", conn: "--host --url -d --database", db: 1, stdin: true},
	"snowsql":           {valued: "-a -u", sql: "-q --query", files: "-f --filename", conn: "-d --dbname", stdin: true},
	"bsqldb":            {valued: "-U -P", files: "-i", conn: "-S -D", stdin: true},
	"isql":              {valued: "-u -p", files: "-i", conn: "-d", db: 1, stdin: true},
	"sqlplus":           {valued: "-M", db: 1, stdin: true},
	"usql":              {sql: "-c --command", files: "-f --file", db: 1, stdin: true},
	"clickhouse-client": clickhouseSpec, "clickhouse": clickhouseSpec, "clickhouse-local": clickhouseSpec,
	"vsql": psqlSpec,
	"pg_restore": {
		valued: "-f -F -j -I -L -n -N -P -S -t -T -U --file --format --jobs --index --use-list --schema --table --username --superuser --role --section",
		conn:   pgConn, asks: "-l --list -V --version --help", env: pgEnv,
	},
	"dropdb": {valued: "-U --username", conn: "-h -p --host --port --maintenance-db", asks: "--help --version -V -?", db: 1, env: pgEnv},
}

// clientOf finds a database client.
func clientOf(name string) (clientSpec, bool) {
	spec, ok := clients[name]
	return spec, ok
}

func (spec clientSpec) style() optionStyle {
	return optionStyle{takes: spec.valued + " " + spec.sql + " " + spec.files + " " + spec.conn, attached: spec.attached, words: spec.oneDash, first: spec.language == languageRedis}
}

// invocation is a client's command line, read.
type invocation struct {
	options
	sql, files, conn []string
	asks             bool
	reads            bool // statements on the standard input
}

// read takes a client's command line apart.
func (spec clientSpec) read(args []arg) invocation {
	in := invocation{options: spec.style().parse(args)}
	fromStdin := false
	for _, f := range in.flags {
		switch {
		case listed(spec.asks, f.name):
			in.asks = true
		case !f.given:
		case listed(spec.sql, f.name):
			in.sql = append(in.sql, f.value.text)
		case listed(spec.files, f.name):
			if f.value.text == "-" || f.value.text == "/dev/stdin" {
				fromStdin = true
				continue
			}
			in.files = append(in.files, f.value.text)
		case listed(spec.conn, f.name), !listed(spec.valued, f.name) && !listed(spec.attached, f.name):
			in.conn = append(in.conn, f.value.src) // an option that is not known may name a place too
		}
	}
	for i, a := range in.words {
		switch {
		case i < spec.db:
			in.conn = append(in.conn, a.src)
		case spec.sqlAfter:
			in.sql = append(in.sql, a.text)
		}
	}
	if spec.language == languageRedis && len(in.sql) > 0 {
		in.sql = []string{strings.Join(in.sql, " ")}
	}
	in.reads = spec.stdin && !in.asks && (fromStdin || len(in.sql) == 0 && len(in.files) == 0)
	return in
}

// target is where a client's statements act.
func (c command) target(spec clientSpec, in invocation) []string {
	where := append(c.where(), append(c.connection(spec), in.conn...)...)
	if c.fed {
		where = append(where, unknownWord)
	}
	return where
}

// connection is what the script itself says of where a client connects, by
// variables of the environment.
func (c command) connection(spec clientSpec) []string {
	var out []string
	for _, e := range c.env {
		if name, _, _ := strings.Cut(e, "="); listed(spec.env, name) {
			out = append(out, e)
		}
	}
	return out
}

// client judges what a client is given on its command line.
func (s *shellDanger) client(c command, spec clientSpec) {
	in := spec.read(c.args())
	where := c.target(spec, in)
	switch {
	case in.asks:
		return
	case c.name == "dropdb":
		s.addAt(c.at, c.what(), "drops a database", where)
		return
	case c.name == "pg_restore":
		s.restores(c, in, where)
		return
	}
	if len(in.files) > 0 {
		s.addAt(c.at, c.what(), loadsSQL, append(where, unknownWord))
	}
	if c.fed && slices.ContainsFunc(in.sql, func(q string) bool { return strings.TrimSpace(q) == "{}" }) {
		s.addAt(c.at, c.what(), loadsSQL, where)
	}
	if len(in.sql) > 0 {
		s.statements(c, spec, strings.Join(in.sql, "\n;"), c.at, where)
	}
	for _, out := range in.values("-o --output") {
		if why := s.overwrites(out); spec.language == languagePsql && why != "" {
			s.addAt(c.at, c.what(), why, []string{out.src})
		}
	}
}

// restores judges pg_restore: without --clean it may still write into a
// database that holds data, unless the script has just made it.
func (s *shellDanger) restores(c command, in invocation, where []string) {
	into := in.values("-d --dbname")
	if len(into) == 0 {
		return
	}
	if in.has("-C --create") { // the archive says which
		where = append(where, unknownWord)
	}
	switch {
	case in.has("-c --clean"):
		s.addAt(c.at, c.what(), "drops the objects that it restores before it creates them", where)
	case in.has("-C --create") || !s.databases[strings.Join(append(slices.Clone(in.conn), c.env...), "|")]:
		s.addAt(c.at, c.what(), "writes into a database", where)
	}
}

// clientInput judges what a client reads on its standard input.
func (s *shellDanger) clientInput(c command, spec clientSpec, input stdin) {
	in := spec.read(c.args())
	if !in.reads {
		return
	}
	where := c.target(spec, in)
	if !input.known {
		s.addAt(c.at, c.what(), loadsSQL, append(where, unknownWord))
		return
	}
	s.statements(c, spec, input.text, input.at, where)
}
