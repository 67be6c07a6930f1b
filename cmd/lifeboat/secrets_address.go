package main

import (
	"net/url"
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

var (
	// keyword finds passwords in a DSN of keywords, and in a URL's query.
	keyword = lazyregexp.New(`(?i)(?:^|[\s?&;])(?:ssl)?pass(?:word|phrase|wd)?\s*=\s*('(?:[^'\\]|\\.)*'|[^\s;&]+)`)
	// passfile finds the password file that a DSN names.
	passfile = lazyregexp.New(`(?:^|[\s?&])passfile=([^\s&]+)`)
	// driverDSN finds the password in user:password@tcp(host)/database.
	driverDSN = lazyregexp.New(`^[^:/@\s]+:(.*)@(?:[a-z]*\(|/)`)
	// portPath is no password but a port, in an address with an @ in its path.
	portPath = lazyregexp.New(`^\d+/`)
)

// passwords finds those in an address: a URL's, or a DSN's. Each is given as it
// is written and as it is meant.
func passwords(s string) []string {
	var out []string
	if _, rest, ok := strings.Cut(s, "://"); ok {
		if _, p, ok := strings.Cut(login(rest), ":"); ok && !portPath.MatchString(p) {
			out = append(out, p)
		}
	} else if strings.Contains(s, "@") {
		if m := driverDSN.FindStringSubmatch(s); m != nil {
			out = append(out, m[1])
		}
	}
	if strings.Contains(s, "=") {
		for _, m := range keyword.FindAllStringSubmatch(s, -1) {
			p := m[1]
			if len(p) > 1 && p[0] == '\'' {
				p = strings.NewReplacer(`\\`, `\`, `\'`, `'`).Replace(p[1 : len(p)-1])
			}
			out = append(out, p)
		}
	}
	for _, p := range out {
		if meant, err := url.PathUnescape(p); err == nil && meant != p {
			out = append(out, meant)
		}
	}
	return out
}

// login is what stands before the host of a URL without its scheme. A
// password is taken to reach to the last @ before the path, or, because one
// with a / in it would, to the last of all.
func login(rest string) string {
	host := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host = rest[:i]
	}
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		return host[:at]
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 && strings.Contains(host, ":") {
		return rest[:at]
	}
	return ""
}

// openNames are the user and the database of an address.
func openNames(dsn string) (user, database string) {
	if _, rest, ok := strings.Cut(dsn, "://"); ok {
		who := login(rest)
		user, _, _ = strings.Cut(who, ":")
		_, database, _ = strings.Cut(strings.TrimPrefix(rest, who), "/")
		database, _, _ = strings.Cut(database, "?")
		return user, database
	}
	for _, kv := range strings.Fields(dsn) {
		switch k, v, _ := strings.Cut(kv, "="); k {
		case "user":
			user = v
		case "dbname":
			database = v
		}
	}
	return user, database
}
