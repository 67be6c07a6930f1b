package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
)

// applicationID marks a SQLite file as lifeboat's: "lfbt".
const applicationID = 0x6c666274

// busyTimeout is how long a writer waits for another process, in
// milliseconds. A transaction of lifeboat's own takes a few.
const busyTimeout = 10_000

// dsn names the database with what each of its connections is set to. WAL is
// kept in the file and is set once, when it is made.
func (s *Store) dsn() string {
	params := url.Values{
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", busyTimeout),
			"synchronous(FULL)", "foreign_keys(ON)", "trusted_schema(OFF)",
		},
		"_txlock": {"immediate"}, "_error_rc": {"1"}, "mode": {"rw"},
	}
	if s.readOnly {
		params.Set("mode", "ro")
		if info, err := os.Stat(s.path + "-wal"); err != nil || info.Size() == 0 {
			// Nobody writes, and SQLite can't make its lock file here.
			params.Set("immutable", "1")
		}
	}
	path := s.path
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: params.Encode()}
	return u.String()
}

// open connects, looks at what the file is, and brings it up to date. It is
// called with the lock held and leaves s.db nil unless all went well.
func (s *Store) open(ctx context.Context) error {
	s.readOnly = !writable(s.path) || !writable(filepath.Dir(s.path))
	db, err := sql.Open("sqlite", s.dsn())
	if err != nil {
		return s.wrap("open", err)
	}
	if err := s.ready(ctx, db); err != nil {
		_ = db.Close()
		return s.wrap("open", err)
	}
	s.db = db
	return nil
}

// ready proves that the database is lifeboat's and up to date.
func (s *Store) ready(ctx context.Context, db *sql.DB) error {
	h, err := readHead(ctx, db)
	if err != nil {
		return err
	}
	latest, err := latestVersion()
	switch {
	case err != nil:
		return err
	case h.foreign():
		return &Error{Op: "open", Path: s.path, Hint: hintForeign, Err: ErrForeign}
	case h.version > latest:
		return &Error{
			Op: "open", Path: s.path, Hint: "update lifeboat, or set LIFEBOAT_STATE to another directory",
			Err: fmt.Errorf("%w (schema %d, this one knows %d)", ErrNewer, h.version, latest),
		}
	case h.version == latest && h.wal:
		return nil
	case s.readOnly:
		if h.version == latest {
			return nil
		}
		return &Error{Op: "open", Path: s.path, Hint: "run `lifeboat history` once where it can be written", Err: ErrOlder}
	}
	return s.migrate(ctx, db)
}

// head is what tells one database from another.
type head struct {
	application, version int64
	tables               int
	wal                  bool
}

func readHead(ctx context.Context, db *sql.DB) (head, error) {
	var h head
	var mode string
	err := db.QueryRowContext(ctx, `SELECT
		(SELECT application_id FROM pragma_application_id),
		(SELECT user_version FROM pragma_user_version),
		(SELECT count(*) FROM sqlite_schema),
		(SELECT journal_mode FROM pragma_journal_mode)`,
	).Scan(&h.application, &h.version, &h.tables, &mode)
	h.wal = mode == "wal"
	return h, err
}

// foreign says that the file is somebody else's database. An empty one is
// anybody's.
func (h head) foreign() bool {
	return h.application != applicationID && (h.application != 0 || h.version != 0 || h.tables != 0)
}

// writable asks the system, which also knows of read-only file systems.
func writable(path string) bool { return syscall.Access(path, 2) == nil }
