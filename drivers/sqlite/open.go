package sqlite

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the database itself
)

// database is one open connection: pragmas and transactions stay on it.
type database struct {
	*sql.Conn
	pool *sql.DB
}

// Close closes the connection and its file.
func (db *database) Close() error {
	_ = db.Conn.Close()
	return db.pool.Close()
}

// dsn names a file with parameters, whatever characters its path has.
func dsn(path string, params url.Values) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: params.Encode()}
	return u.String()
}

func open(ctx context.Context, dsn string) (*database, error) {
	pool, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		_ = pool.Close()
		return nil, err
	}
	return &database{Conn: conn, pool: pool}, nil
}

// openBackup opens a file that nobody writes: no lock is taken, and nothing
// is made beside it.
func openBackup(ctx context.Context, path string) (*database, error) {
	return open(ctx, dsn(path, url.Values{
		"mode": {"ro"}, "immutable": {"1"},
		// A damaged schema must not be able to run anything.
		"_pragma": {"trusted_schema(0)", "cell_size_check(1)"},
	}))
}

// openReadOnly opens a database that may be in use. Where there is no
// write-ahead log or journal it is opened as openBackup does, so that reading
// leaves no trace; the answer is of this moment.
func openReadOnly(ctx context.Context, path string) (*database, error) {
	if !inUse(path) {
		return openBackup(ctx, path)
	}
	return openShared(ctx, path)
}

// openShared opens for reading with the locks that other users respect.
func openShared(ctx context.Context, path string) (*database, error) {
	return open(ctx, dsn(path, url.Values{
		"mode": {"ro"}, "_pragma": {"busy_timeout(10000)", "trusted_schema(0)"},
	}))
}

// openWritable opens a restored database for reading and writing; it is not
// made when it is absent.
func openWritable(ctx context.Context, path string) (*database, error) {
	return open(ctx, dsn(path, url.Values{"mode": {"rw"}, "_pragma": {"busy_timeout(10000)"}}))
}

// inUse says whether a log with content lies beside the database.
func inUse(path string) bool {
	for _, suffix := range []string{"-wal", "-journal"} {
		if st, err := os.Stat(path + suffix); err == nil && st.Size() > 0 {
			return true
		}
	}
	return false
}

// quote makes an identifier of any text.
func quote(ident string) string {
	return `"` + strings.ReplaceAll(ident, `"`, `""`) + `"`
}
