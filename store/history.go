package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill"
)

const hintNoRun = "`lifeboat history` lists the runs"

// Runs lists summaries, newest first.
func (s *Store) Runs(ctx context.Context, f drill.RunFilter) ([]drill.Summary, error) {
	db, err := s.reader(ctx)
	if err != nil || db == nil {
		return nil, err
	}
	var where []string
	var args []any
	add := func(cond string, arg ...any) {
		where, args = append(where, cond), append(args, arg...)
	}
	if f.Workload != "" {
		add("workload = ?", f.Workload)
	}
	if f.Mode != "" {
		add("mode = ?", string(f.Mode))
	}
	if f.Ended {
		add("ended IS NOT NULL")
	}
	if f.Open {
		add("ended IS NULL")
	}
	if !f.Since.IsZero() {
		add("started >= ?", timeText(f.Since))
	}
	query := "SELECT summary FROM runs"
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	query += " ORDER BY started DESC, n DESC"
	if f.Limit > 0 {
		query += " LIMIT ?"
		args = append(args, f.Limit)
	}
	out, err := summaries(ctx, db, query, args...)
	return out, s.wrap("list the runs", err)
}

func summaries(ctx context.Context, db *sql.DB, query string, args ...any) ([]drill.Summary, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []drill.Summary
	var data sql.RawBytes
	for rows.Next() {
		var sum drill.Summary
		if err := rows.Scan(&data); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(data, &sum); err != nil {
			return nil, fmt.Errorf("summary %d: %w", len(out)+1, err)
		}
		out = append(out, sum)
	}
	return out, rows.Err()
}

// FindRun finds a run by the beginning of its id; "" is the newest. A whole id
// is never ambiguous.
func (s *Store) FindRun(ctx context.Context, prefix string) (drill.Summary, error) {
	prefix = strings.TrimSpace(prefix)
	if prefix == "" {
		return s.newest(ctx)
	}
	op := fmt.Sprintf("find run %q", prefix)
	db, err := s.reader(ctx)
	if err != nil {
		return drill.Summary{}, err
	}
	var found []drill.Summary
	if db != nil {
		// The last character that there is ends the range.
		found, err = summaries(ctx, db, `
			SELECT summary FROM runs WHERE id >= ?1 AND id < ?1 || char(0x10ffff)
			ORDER BY id = ?1 DESC, started DESC, n DESC LIMIT 2`, prefix)
		if err != nil {
			return drill.Summary{}, s.wrap(op, err)
		}
	}
	switch {
	case len(found) == 0:
		return drill.Summary{}, &Error{Op: op, Hint: hintNoRun, Err: drill.ErrNoRun}
	case len(found) > 1 && found[0].ID != prefix:
		return drill.Summary{}, &Error{
			Op: op, Hint: "type more of it",
			Err: fmt.Errorf("%w: %s and %s", ErrAmbiguous, found[0].ID, found[1].ID),
		}
	}
	return found[0], nil
}

func (s *Store) newest(ctx context.Context) (drill.Summary, error) {
	runs, err := s.Runs(ctx, drill.RunFilter{Limit: 1})
	if err != nil {
		return drill.Summary{}, err
	}
	if len(runs) == 0 {
		return drill.Summary{}, &Error{Op: "find the newest run", Hint: "nothing was run here yet: start a drill", Err: drill.ErrNoRun}
	}
	return runs[0], nil
}
