package pgdump

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// application names every connection that lifeboat makes.
const application = "lifeboat"

// connectTimeout is how long a server has to answer.
const connectTimeout = 5 * time.Second

// dsn is a connection string, its secrets held apart.
type dsn struct {
	params  map[string]string
	secrets map[string]string // password, sslpassword
}

// secretKeys never appear in an argument or in a message, and are given to
// tools by these variables.
var secretKeys = map[string]string{"password": "PGPASSWORD", "sslpassword": ""}

// parseDSN reads a URL or a key=value string.
func parseDSN(s string) (*dsn, error) {
	d := &dsn{params: map[string]string{}, secrets: map[string]string{}}
	var err error
	if strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://") {
		err = d.readURL(s)
	} else {
		err = d.readPairs(s)
	}
	if err != nil {
		return nil, err
	}
	for key := range secretKeys {
		if v, ok := d.params[key]; ok {
			d.secrets[key] = v
			delete(d.params, key)
		}
	}
	return d, nil
}

// readURL reads postgres://user:password@host:port,host:port/database?key=value.
// net/url knows no list of hosts, and its errors would quote the password.
func (d *dsn) readURL(s string) error {
	_, rest, _ := strings.Cut(s, "://")
	rest, query, _ := strings.Cut(rest, "?")
	hosts, database, _ := strings.Cut(rest, "/")
	login := ""
	if i := strings.LastIndexByte(hosts, '@'); i >= 0 {
		login, hosts = hosts[:i], hosts[i+1:]
	}
	user, password, _ := strings.Cut(login, ":")
	var errs []error
	for key, v := range map[string]string{"user": user, "password": password, "dbname": database} {
		v, err := url.PathUnescape(v)
		d.set(key, v)
		errs = append(errs, err)
	}
	values, err := url.ParseQuery(query)
	for key, v := range values {
		d.set(key, v[len(v)-1])
	}
	if errors.Join(append(errs, err, d.readHosts(hosts))...) != nil {
		return errors.New("source dsn is no URL that can be read")
	}
	return nil
}

// readHosts reads a list of host:port.
func (d *dsn) readHosts(list string) error {
	var hosts, ports []string
	for part := range strings.SplitSeq(list, ",") {
		host, err := url.PathUnescape(part)
		if err != nil {
			return err
		}
		port := ""
		if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
			host, port = host[:i], host[i+1:]
		}
		hosts, ports = append(hosts, strings.Trim(host, "[]")), append(ports, port)
	}
	if strings.Trim(strings.Join(hosts, ""), ",") != "" {
		d.set("host", strings.Join(hosts, ","))
	}
	if strings.Join(ports, "") != "" {
		d.set("port", strings.Join(ports, ","))
	}
	return nil
}

func (d *dsn) set(key, v string) {
	if v != "" {
		d.params[key] = v
	}
}

// readPairs reads key=value pairs; values may be quoted with ' and hold \'.
func (d *dsn) readPairs(s string) error {
	for rest := strings.TrimSpace(s); rest != ""; {
		key, after, ok := strings.Cut(rest, "=")
		key = strings.TrimSpace(key)
		if !ok || key == "" || strings.ContainsAny(key, " \t'") {
			return errors.New("source dsn is neither a postgres:// URL nor key=value pairs")
		}
		v, left, err := cutValue(strings.TrimLeft(after, " \t"))
		if err != nil {
			return fmt.Errorf("source dsn, value of %s: %w", key, err)
		}
		d.set(key, v)
		rest = strings.TrimSpace(left)
	}
	return nil
}

func cutValue(s string) (v, rest string, err error) {
	quoted := strings.HasPrefix(s, "'")
	var b strings.Builder
	i := 0
	if quoted {
		i = 1
	}
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case quoted && c == '\'':
			return b.String(), s[i+1:], nil
		case !quoted && (c == ' ' || c == '\t' || c == '\n'):
			return b.String(), s[i:], nil
		default:
			b.WriteByte(c)
		}
	}
	if quoted {
		return "", "", errors.New("a quote is not closed")
	}
	return b.String(), "", nil
}

// database is the database's name: a service file, the environment or the
// user's name may give it.
func (d *dsn) database() string {
	if v := d.params["dbname"]; v != "" {
		return v
	}
	if cfg, err := pgx.ParseConfig(d.String()); err == nil {
		return firstOf(cfg.Database, cfg.User)
	}
	return d.params["user"]
}

// String is a key=value string without secrets, fit for an argument.
func (d *dsn) String() string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(d.params)) {
		parts = append(parts, key+"="+quoteValue(d.params[key]))
	}
	return strings.Join(parts, " ")
}

func quoteValue(v string) string {
	if v != "" && !strings.ContainsAny(v, ` '\`+"\t\n") {
		return v
	}
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v) + "'"
}

// passThrough is what of the operator's environment a client tool may see: what
// stands in for a part of the DSN that is left out, as it does for lifeboat's
// own connections, and where password file and certificates are. Nothing that
// leads elsewhere than the DSN says (PGHOSTADDR, PGSERVICE, PGOPTIONS).
var passThrough = []string{
	"PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGSSLMODE",
	"PGPASSFILE", "PGSERVICEFILE", "PGSYSCONFDIR", "PGSSLCERT", "PGSSLKEY",
	"PGSSLROOTCERT", "PGSSLCRL", "KRB5CCNAME", "HOME", "PATH",
}

// environ is the environment of a client tool.
func (d *dsn) environ() []string {
	env := []string{"LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TZ=UTC", "PGAPPNAME=" + application}
	for _, key := range passThrough {
		if v := os.Getenv(key); v != "" {
			env = append(env, key+"="+v)
		}
	}
	if pw := d.secrets["password"]; pw != "" {
		return append(env, "PGPASSWORD="+pw)
	}
	if pw := os.Getenv("PGPASSWORD"); pw != "" {
		env = append(env, "PGPASSWORD="+pw)
	}
	return env
}

// hostAddr is libpq's parameter for the address that a host's name stands for.
const hostAddr = "hostaddr"

// libpqOnly are parameters that pgx would take for settings of the server.
var libpqOnly = []string{
	"gssencmode", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
	"tcp_user_timeout", "requirepeer", "client_encoding", "gsslib", "sslcompression", "fallback_application_name",
}

// without is a copy that lacks some parameters.
func (d *dsn) without(keys []string) *dsn {
	c := &dsn{params: maps.Clone(d.params), secrets: d.secrets}
	for _, key := range keys {
		delete(c.params, key)
	}
	return c
}

// connect opens a connection for lifeboat's own questions.
func (d *dsn) connect(ctx context.Context) (*pgx.Conn, error) {
	c, addr := d.without(libpqOnly), d.params[hostAddr]
	delete(c.params, hostAddr)
	c.set("host", firstOf(c.params["host"], addr))
	maps.Copy(c.params, d.secrets)
	cfg, err := pgx.ParseConfig(c.String())
	if err != nil {
		// pgx masks passwords in its own messages.
		return nil, fmt.Errorf("%w: %w", drivers.ErrUnreachable, err)
	}
	if addr != "" { // as libpq: the host is only a name then
		cfg.LookupFunc = func(context.Context, string) ([]string, error) { return []string{addr}, nil }
	}
	cfg.ConnectTimeout = connectTimeout
	cfg.RuntimeParams["application_name"] = application
	cfg.RuntimeParams["timezone"] = "UTC"
	cfg.RuntimeParams["datestyle"] = "ISO"
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", drivers.ErrUnreachable, err)
	}
	return conn, nil
}

// closeConn ends a connection even when the work was called off.
func closeConn(ctx context.Context, c *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	_ = c.Close(ctx) // what was asked has been answered
}
