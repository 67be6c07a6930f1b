package store

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What can go wrong, for errors.Is. Besides these, drill.ErrNoRun is wrapped.
var (
	ErrConflict  = errors.New("another process drives this run")
	ErrGap       = errors.New("events are missing before this one")
	ErrAmbiguous = errors.New("more than one run begins like this")
	ErrForeign   = errors.New("not a lifeboat database")
	ErrNewer     = errors.New("written by a newer lifeboat")
	ErrOlder     = errors.New("written by an older lifeboat, and it can't be brought up to date here")
	ErrReadOnly  = errors.New("it can't be written")
	ErrDenied    = errors.New("it can't be opened")
	ErrFull      = errors.New("no space left")
	ErrBusy      = errors.New("locked by another process")
	ErrCorrupt   = errors.New("the database is damaged")
)

// Error says what was tried on what, and what to do next.
type Error struct {
	Op   string // "append to run 7f3a90c2", "open"
	Path string // of the database; empty where it does not matter
	Hint string // what the operator can do; may be empty
	Err  error  // never nil
}

// Error gives the operation, the file, the cause and the hint: its callers
// show one line and can't know the type.
func (e *Error) Error() string {
	parts := []string{e.Op}
	if e.Path != "" {
		parts = append(parts, e.Path)
	}
	text := strings.Join(append(parts, e.Err.Error()), ": ")
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	return text
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// causes sorts SQLite's result codes: an extended one, else its primary.
var causes = map[int]struct {
	err  error
	hint string
}{
	sqlite3.SQLITE_FULL:     {ErrFull, hintFull},
	sqlite3.SQLITE_BUSY:     {ErrBusy, "end the process that holds it (fuser names it), then try again"},
	sqlite3.SQLITE_LOCKED:   {ErrBusy, "try again"},
	sqlite3.SQLITE_READONLY: {ErrReadOnly, hintWrite},
	sqlite3.SQLITE_PERM:     {ErrReadOnly, hintWrite},
	sqlite3.SQLITE_CANTOPEN: {ErrDenied, hintWrite},
	sqlite3.SQLITE_NOTADB:   {ErrForeign, hintForeign},
	sqlite3.SQLITE_CORRUPT:  {ErrCorrupt, hintDamaged},
	// The index of the write-ahead log could not grow.
	sqlite3.SQLITE_IOERR_SHMSIZE: {ErrFull, hintFull},
}

const (
	hintFull    = "free space on its file system, then go on: nothing of this was kept"
	hintWrite   = "look at the owner and mode of the file and its directory, or set LIFEBOAT_STATE to a directory of your own"
	hintDamaged = "move it away, and lifeboat starts a new one; no backup is affected"
	hintForeign = "move it away, or set LIFEBOAT_STATE to another directory"
)

// wrap sorts an error of SQLite or of the file system. It is nil for nil.
func (s *Store) wrap(op string, err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	e := &Error{Op: op, Path: s.path, Err: err}
	var lite *sqlite.Error
	switch {
	case errors.As(err, &lite):
		c, ok := causes[lite.Code()]
		if !ok {
			c, ok = causes[lite.Code()&0xff]
		}
		if ok {
			e.Err, e.Hint = &cause{c.err, err}, c.hint
		}
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		c := causes[sqlite3.SQLITE_FULL]
		e.Err, e.Hint = &cause{c.err, err}, c.hint
	case errors.Is(err, fs.ErrPermission):
		e.Err, e.Hint = &cause{ErrDenied, err}, hintWrite
	case errors.Is(err, syscall.EROFS):
		e.Err, e.Hint = &cause{ErrReadOnly, err}, hintWrite
	}
	return e
}

// cause is a sentinel in plain words before the message that it was told by.
type cause struct{ kind, err error }

func (c *cause) Error() string   { return c.kind.Error() + " (" + c.err.Error() + ")" }
func (c *cause) Unwrap() []error { return []error{c.kind, c.err} }

// taken says that a row with this key is there already.
func taken(err error) bool {
	var lite *sqlite.Error
	if !errors.As(err, &lite) {
		return false
	}
	return lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE
}
