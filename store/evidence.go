package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill/evidence"
)

var _ evidence.Source = (*Store)(nil)

// Records reads the journal of a run as it is stored, in order of its numbers.
func (s *Store) Records(ctx context.Context, run string) ([]evidence.Record, error) {
	db, err := s.reader(ctx)
	if err != nil || db == nil {
		return nil, err
	}
	out, err := readRecords(ctx, db, run)
	return out, s.wrap("read run "+run, err)
}

func readRecords(ctx context.Context, db *sql.DB, run string) ([]evidence.Record, error) {
	rows, err := db.QueryContext(ctx, `SELECT run, seq, at, type, body, hash FROM events WHERE run = ? ORDER BY seq, id`, run)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []evidence.Record
	for rows.Next() {
		var r evidence.Record
		var seq any
		texts := make([]any, 5)
		if err := rows.Scan(&texts[0], &seq, &texts[1], &texts[2], &texts[3], &texts[4]); err != nil {
			return nil, fmt.Errorf("event %d: %w", len(out)+1, err)
		}
		var ok bool
		if r.Seq, ok = seq.(int64); !ok {
			return nil, fmt.Errorf("event %d: its number is none", len(out)+1)
		}
		for i, to := range []*string{&r.Run, &r.At, &r.Type, &r.Body, &r.Hash} {
			if *to, ok = texts[i].(string); !ok {
				return nil, fmt.Errorf("event %d: its %s is no text", r.Seq, []string{"run", "time", "type", "body", "hash"}[i])
			}
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// Row reads the run's row in the list of runs as it is stored.
func (s *Store) Row(ctx context.Context, run string) (row evidence.Row, ok bool, err error) {
	db, err := s.reader(ctx)
	if err != nil || db == nil {
		return row, false, err
	}
	var ended sql.NullString
	err = db.QueryRowContext(ctx, `SELECT id, workload, mode, started, ended, summary FROM runs WHERE id = ?`, run).
		Scan(&row.ID, &row.Workload, &row.Mode, &row.Started, &ended, &row.Summary)
	if errors.Is(err, sql.ErrNoRows) {
		return row, false, nil
	}
	row.Ended = ended.String
	return row, err == nil, s.wrap("read the row of run "+run, err)
}

// Sound has SQLite read the whole database, and gives the first thing that is
// wrong with it.
func (s *Store) Sound(ctx context.Context) error {
	db, err := s.reader(ctx)
	if err != nil || db == nil {
		return err
	}
	rows, err := db.QueryContext(ctx, "PRAGMA integrity_check(1)")
	if err != nil {
		return s.wrap("check", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var found string
		if err := rows.Scan(&found); err != nil {
			return s.wrap("check", err)
		}
		if found != "ok" {
			found = strings.TrimSpace(strings.ReplaceAll(found, "*** in database main ***", ""))
			return &Error{Op: "check", Path: s.path, Hint: hintDamaged, Err: fmt.Errorf("%w: %s", ErrCorrupt, found)}
		}
	}
	return s.wrap("check", rows.Err())
}

// Find lists the ids of runs that begin with prefix, of which there is a row
// or an event; "" gives the newest. It reads no summary, so that a damaged one
// hides nothing.
func (s *Store) Find(ctx context.Context, prefix string) ([]string, error) {
	db, err := s.reader(ctx)
	if err != nil || db == nil {
		return nil, err
	}
	query, args := `SELECT id FROM runs ORDER BY started DESC, n DESC LIMIT 1`, []any(nil)
	if prefix = strings.TrimSpace(prefix); prefix != "" {
		query, args = `
			SELECT id FROM runs WHERE id >= ?1 AND id < ?1 || char(0x10ffff)
			UNION SELECT run FROM events WHERE run >= ?1 AND run < ?1 || char(0x10ffff)
			ORDER BY 1 LIMIT 20`, []any{prefix}
	}
	out, err := texts(db.QueryContext(ctx, query, args...))
	return out, s.wrap(fmt.Sprintf("find run %q", cmp.Or(prefix, "newest")), err)
}

// texts reads the one column of a query's answer.
func texts(rows *sql.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var t string
		if err := rows.Scan(&t); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}
