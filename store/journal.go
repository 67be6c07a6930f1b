package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/evidence"
)

func timeText(t time.Time) string { return t.UTC().Format(evidence.TimeFormat) }

// Append adds events to their run's journal, all or none, and is durable when
// it returns: one transaction, one fsync. Two processes that drive one run
// meet here: the second gets ErrConflict and has written nothing. Each event is
// chained to the one before it.
func (s *Store) Append(ctx context.Context, events []drill.Event, sum drill.Summary) error {
	if len(events) == 0 {
		return nil
	}
	op := "append to run " + events[0].Run
	if err := coherent(events, sum); err != nil {
		return &Error{Op: op, Err: err}
	}
	rows, err := encode(events)
	if err != nil {
		return &Error{Op: op, Err: err}
	}
	db, err := s.writer(ctx)
	if err != nil {
		return err
	}
	return s.wrap(op, write(ctx, db, rows, sum))
}

// coherent proves that the events are one piece of one journal.
func coherent(events []drill.Event, sum drill.Summary) error {
	run, seq := events[0].Run, events[0].Seq
	for i, e := range events {
		if e.Run != run || e.Run != sum.ID || e.Run == "" {
			return fmt.Errorf("event %d is of run %q, the summary of %q", e.Seq, e.Run, sum.ID)
		}
		if e.Seq != seq+int64(i) {
			return fmt.Errorf("event %d follows %d: %w", e.Seq, seq+int64(i)-1, ErrGap)
		}
	}
	return nil
}

// encode gives the events as they are stored, without their hashes.
func encode(events []drill.Event) ([]evidence.Record, error) {
	rows := make([]evidence.Record, len(events))
	for i, e := range events {
		kind, body, err := drill.EncodeBody(e.Body)
		if err != nil {
			return nil, fmt.Errorf("event %d: %w", e.Seq, err)
		}
		rows[i] = evidence.Record{Run: e.Run, Seq: e.Seq, At: timeText(e.At), Type: kind, Body: string(body)}
	}
	return rows, nil
}

func write(ctx context.Context, db *sql.DB, rows []evidence.Record, sum drill.Summary) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	hash, err := follows(ctx, tx, rows[0])
	if err != nil {
		return err
	}
	const insert = `INSERT INTO events (run, seq, at, type, body, hash) VALUES (?, ?, ?, ?, ?, ?)`
	for _, r := range rows {
		hash = evidence.Link(hash, r)
		_, err := tx.ExecContext(ctx, insert, r.Run, r.Seq, r.At, r.Type, r.Body, hash)
		if taken(err) {
			return conflict(rows[0])
		}
		if err != nil {
			return err
		}
	}
	if err := putSummary(ctx, tx, sum); err != nil {
		return err
	}
	return tx.Commit()
}

// follows proves that no event is missing before this one, and gives the hash
// that it chains from. That it is not there already, the table's key proves.
func follows(ctx context.Context, tx *sql.Tx, first evidence.Record) (hash string, err error) {
	seq, hash, err := last(ctx, tx, first.Run)
	if err == nil && first.Seq > seq+1 {
		err = fmt.Errorf("event %d follows %d: %w", first.Seq, seq, ErrGap)
	}
	return hash, err
}

func conflict(e evidence.Record) error {
	return &Error{
		Op: "append to run " + e.Run, Err: fmt.Errorf("event %d is there already: %w", e.Seq, ErrConflict),
		Hint: "end the other one first; `lifeboat report` shows how far it is",
	}
}

func putSummary(ctx context.Context, tx *sql.Tx, sum drill.Summary) error {
	data, err := json.Marshal(sum)
	if err != nil {
		return err
	}
	var ended sql.NullString
	if !sum.Ended.IsZero() {
		ended = sql.NullString{String: timeText(sum.Ended), Valid: true}
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO runs (id, workload, mode, started, ended, summary) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET
			workload = excluded.workload, mode = excluded.mode, started = excluded.started,
			ended = excluded.ended, summary = excluded.summary`,
		sum.ID, sum.Workload, string(sum.Mode), timeText(sum.Started), ended, string(data))
	return err
}

// Events reads a run's journal in order. An unknown run is drill.ErrNoRun.
func (s *Store) Events(ctx context.Context, run string) ([]drill.Event, error) {
	op := "read run " + run
	db, err := s.reader(ctx)
	if err != nil {
		return nil, err
	}
	var events []drill.Event
	if db != nil {
		if events, err = readEvents(ctx, db, run); err != nil {
			return nil, s.wrap(op, err)
		}
	}
	if len(events) == 0 {
		return nil, &Error{Op: op, Hint: hintNoRun, Err: drill.ErrNoRun}
	}
	return events, nil
}

func readEvents(ctx context.Context, db *sql.DB, run string) ([]drill.Event, error) {
	rows, err := db.QueryContext(ctx, `SELECT seq, at, type, body FROM events WHERE run = ? ORDER BY seq`, run)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []drill.Event
	for rows.Next() {
		e := drill.Event{Run: run}
		var at, kind string
		var body []byte
		if err := rows.Scan(&e.Seq, &at, &kind, &body); err != nil {
			return nil, err
		}
		if e.At, err = time.Parse(evidence.TimeFormat, at); err == nil {
			e.Body, err = drill.DecodeBody(kind, body)
		}
		if err != nil {
			return nil, fmt.Errorf("event %d: %w", e.Seq, err)
		}
		if e.Seq != int64(len(out))+1 {
			return nil, fmt.Errorf("event %d follows %d: %w", e.Seq, len(out), ErrGap)
		}
		out = append(out, e)
	}
	return out, rows.Err()
}
