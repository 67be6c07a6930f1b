package inventory

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// secretKey matches names of keys and variables that hold secrets. Those that
// end in _file or _command only say where one is.
var secretKey = lazyregexp.New(`(?i)(^|_)(pg)?(pass|passwd|password|pwd|passphrase|secret|secret_key|access_key|access_key_id|api_key|token|private_key|credentials)$`)

var (
	// keyword finds password=… in a key=value DSN and in a URL's query.
	keyword = lazyregexp.New(`(?i)(?:^|[\s?&;])(?:password|passwd|pwd|sslpassword|secret|token|api_key|access_key|secret_key)\s*=\s*('(?:[^'\\]|\\.)*'|[^\s&;]*)`)
	// mysqlDSN finds user:password@tcp(host)/db.
	mysqlDSN = lazyregexp.New(`^[^:/@\s]+:(.*)@(?:[a-z]*\(|/)`)
	portPath = lazyregexp.New(`^\d+/`)
	// spelled finds a password that a shell command spells out.
	spelled = lazyregexp.New(`(?:PGPASSWORD|MYSQL_PWD|RESTIC_PASSWORD|AWS_SECRET_ACCESS_KEY|--password)=["']?[^$"'\s]`)
)

const secretHint = "keep it out of this file: write ${NAME} and set NAME in the environment, or use .pgpass or an option file"

// secret reports a literal password, and never repeats it.
func (o object) secret(key, value string) bool {
	var found bool
	switch key {
	case "query", "canary", "rows", "expect", "description", "owner", "name", "file":
	case "command":
		found = spelled.MatchString(value)
	default:
		found = holdsPassword(value) || secretKey.MatchString(key) && value != "" && !onlyReferences(value)
	}
	if found {
		o.fail(key, quote(key)+" holds a password", secretHint)
	}
	return found
}

// holdsPassword says that a DSN or an address holds a literal password.
func holdsPassword(s string) bool {
	for _, m := range keyword.FindAllStringSubmatch(s, -1) {
		if isLiteral(strings.Trim(m[1], "'")) {
			return true
		}
	}
	if _, rest, ok := strings.Cut(s, "://"); ok {
		return urlPassword(rest)
	}
	m := mysqlDSN.FindStringSubmatch(s)
	return m != nil && isLiteral(m[1])
}

// urlPassword looks at what stands behind ://. A password is taken to reach to
// the last @, because one with @ or / in it would.
func urlPassword(rest string) bool {
	end := strings.LastIndexByte(rest, '@')
	if end < 0 {
		return false
	}
	user, password, ok := strings.Cut(rest[:end], ":")
	if !ok || strings.ContainsAny(user, "/@?") || portPath.MatchString(password) {
		return false
	}
	first, _, _ := strings.Cut(password, "@")
	return isLiteral(password) && isLiteral(first)
}

func isLiteral(password string) bool { return password != "" && !onlyReferences(password) }
