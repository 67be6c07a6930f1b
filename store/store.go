package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// Store is one database. It is safe for use by several goroutines, and the
// file by several processes.
type Store struct {
	path string

	mu       sync.Mutex
	db       *sql.DB // nil: there is no database yet
	readOnly bool    // db was opened where nothing can be written
}

var (
	_ drill.Journal = (*Store)(nil)
	_ drill.History = (*Store)(nil)
)

// Open opens the database at path, and brings an older one up to date. Where
// there is none, nothing is made: reading finds no runs, and the first Append
// makes the file (0600) and its directory (0700). Where nothing can be
// written, reading still works and Append gives ErrReadOnly.
func Open(ctx context.Context, path string) (*Store, error) {
	s := &Store{path: path}
	if _, err := s.reader(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Close closes the database. It can't be used after that.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return nil
	}
	err := s.db.Close()
	s.db = nil
	return s.wrap("close", err)
}

// reader gives the database, or nil while there is none.
func (s *Store) reader(ctx context.Context) (*sql.DB, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db != nil {
		return s.db, nil
	}
	switch info, err := os.Stat(s.path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, s.wrap("open", err)
	case info.IsDir():
		return nil, &Error{Op: "open", Path: s.path, Hint: hintForeign, Err: ErrForeign}
	case info.Size() == 0:
		return nil, nil // made, and not yet filled, by a process that is at it or was ended
	}
	return s.db, s.open(ctx)
}

// writer gives the database, and makes it where there is none.
func (s *Store) writer(ctx context.Context) (*sql.DB, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		if err := s.create(); err != nil {
			return nil, s.wrap("make the database", err)
		}
		if err := s.open(ctx); err != nil {
			return nil, err
		}
	}
	if s.readOnly {
		return nil, &Error{Op: "write", Path: s.path, Hint: hintWrite, Err: ErrReadOnly}
	}
	return s.db, nil
}

// create makes the file, so that SQLite does not choose its mode. The files
// beside it (-wal, -shm) take theirs from it.
func (s *Store) create() error {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(s.path, os.O_CREATE|os.O_RDONLY, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}
