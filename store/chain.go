package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"

	"github.com/lifeboat-dr/lifeboat/drill/evidence"
)

// chainMigration adds to each event the hash that chains it to the one before
// it, and makes it for the events that are there. Those hashes prove what the
// journal was on that day, and nothing of the days before.
func chainMigration() *goose.Migration {
	return goose.NewGoMigration(2, &goose.GoFunc{RunTx: chainUp}, &goose.GoFunc{RunTx: chainDown})
}

// The table is made anew: a column without a default can't be added to one
// that holds rows, and the triggers allow no update. Its index keeps its name.
const (
	chainedTable = `CREATE TABLE events (
    id   INTEGER PRIMARY KEY,
    run  TEXT    NOT NULL,
    seq  INTEGER NOT NULL CHECK (seq > 0), -- 1, 2, 3 … without gaps
    at   TEXT    NOT NULL,                 -- UTC, nine decimals: sorts as it reads
    type TEXT    NOT NULL,
    body TEXT    NOT NULL,                 -- JSON
    hash TEXT    NOT NULL CHECK (length(hash) = 64), -- evidence.Link, in hex
    UNIQUE (run, seq)
) STRICT`
	plainTable = `CREATE TABLE events (
    id   INTEGER PRIMARY KEY,
    run  TEXT    NOT NULL,
    seq  INTEGER NOT NULL CHECK (seq > 0),
    at   TEXT    NOT NULL,
    type TEXT    NOT NULL,
    body TEXT    NOT NULL,
    UNIQUE (run, seq)
) STRICT`
	stayTrigger = `CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'a journal is append-only');
END`
	holdTrigger = `CREATE TRIGGER events_hold BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'a journal is append-only');
END`
)

func chainUp(ctx context.Context, tx *sql.Tx) error {
	if err := all(ctx, tx, "ALTER TABLE events RENAME TO events_before", chainedTable); err != nil {
		return err
	}
	runs, err := texts(tx.QueryContext(ctx, "SELECT DISTINCT run FROM events_before"))
	if err != nil {
		return err
	}
	for _, run := range runs {
		if err := chainRun(ctx, tx, run); err != nil {
			return fmt.Errorf("run %s: %w", run, err)
		}
	}
	return all(ctx, tx, "DROP TABLE events_before", stayTrigger, holdTrigger, "PRAGMA user_version = 2")
}

// chainRun copies the journal of one run, with its hashes.
func chainRun(ctx context.Context, tx *sql.Tx, run string) error {
	ids, records, err := unchained(ctx, tx, run)
	if err != nil {
		return err
	}
	prev := evidence.Start(run)
	for i, r := range records {
		prev = evidence.Link(prev, r)
		_, err := tx.ExecContext(ctx, `INSERT INTO events (id, run, seq, at, type, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			ids[i], run, r.Seq, r.At, r.Type, r.Body, prev)
		if err != nil {
			return err
		}
	}
	return nil
}

func unchained(ctx context.Context, tx *sql.Tx, run string) (ids []int64, records []evidence.Record, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, seq, at, type, body FROM events_before WHERE run = ? ORDER BY seq`, run)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		r := evidence.Record{Run: run}
		if err := rows.Scan(&id, &r.Seq, &r.At, &r.Type, &r.Body); err != nil {
			return nil, nil, err
		}
		ids, records = append(ids, id), append(records, r)
	}
	return ids, records, rows.Err()
}

func chainDown(ctx context.Context, tx *sql.Tx) error {
	return all(ctx, tx, "ALTER TABLE events RENAME TO events_after", plainTable,
		"INSERT INTO events SELECT id, run, seq, at, type, body FROM events_after",
		"DROP TABLE events_after", stayTrigger, holdTrigger, "PRAGMA user_version = 1")
}

// last is the number and hash of a run's newest event; of a run without one,
// what the first chains from.
func last(ctx context.Context, tx *sql.Tx, run string) (seq int64, hash string, err error) {
	err = tx.QueryRowContext(ctx, `SELECT seq, hash FROM events WHERE run = ? ORDER BY seq DESC LIMIT 1`, run).Scan(&seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, evidence.Start(run), nil
	}
	return seq, hash, err
}

func all(ctx context.Context, tx *sql.Tx, stmts ...string) error {
	for _, stmt := range stmts {
		if _, err := tx.ExecContext(ctx, stmt); err != nil {
			return err
		}
	}
	return nil
}
