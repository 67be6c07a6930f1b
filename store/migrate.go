package store

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the database itself
)

//go:embed migrations/*.sql
var migrations embed.FS

// latestVersion is the number of the newest migration.
func latestVersion() (int64, error) {
	files, err := fs.ReadDir(migrations, "migrations")
	if err != nil || len(files) == 0 {
		return 0, cmp.Or(err, fs.ErrNotExist)
	}
	number, _, _ := strings.Cut(files[len(files)-1].Name(), "_")
	version, err := strconv.ParseInt(number, 10, 64)
	return max(version, chainMigration().Version), err
}

// migrate makes the tables, or brings them up to date. An up-to-date database
// does not come here: its user_version says so, without goose's tables having
// to be written first. goose has no lock of its own for SQLite, and two first
// starts at once would both make the tables: one waits for the other here.
func (s *Store) migrate(ctx context.Context, db *sql.DB) error {
	unlock, err := lockDir(filepath.Dir(s.path))
	if err != nil {
		return fmt.Errorf("lock its directory: %w", err)
	}
	defer unlock()
	for _, pragma := range []string{
		fmt.Sprintf("PRAGMA application_id = %d", applicationID), // before any table: a crash leaves ours
		"PRAGMA journal_mode = WAL",
	} {
		if _, err := db.ExecContext(ctx, pragma); err != nil {
			return err
		}
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files,
		goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true),
		goose.WithGoMigrations(chainMigration()))
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the schema up to date: %w", err)
	}
	return nil
}

// lockDir waits until no other process brings a database in this directory up
// to date. The kernel releases the lock when its holder ends, however it ends.
func lockDir(dir string) (unlock func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if err != syscall.EINTR { //nolint:errorlint // a system call's own number
			break
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return func() { _ = f.Close() }, nil
}
