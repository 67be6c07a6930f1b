package sqlite

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// restoreTables copies single tables into the target database, which is made
// when it is absent, in one transaction: all of them arrive or none.
func (d *driver) restoreTables(ctx context.Context, req drivers.RestoreRequest, ev *drivers.Evidence, rep *drivers.Reporter) (err error) {
	from := req.Point.Files[0]
	fresh := create(req.Target.Path)
	defer func() {
		if err != nil && fresh {
			_ = os.Remove(req.Target.Path)
		}
	}()
	db, err := openWritable(ctx, req.Target.Path)
	if err != nil {
		return d.fail("restore", req.Target.Path, err, "")
	}
	defer db.Close() //nolint:errcheck // committed or rolled back by then
	source := dsn(from, url.Values{"mode": {"ro"}, "immutable": {"1"}})
	if _, err := db.ExecContext(ctx, "ATTACH ? AS backup", source); err != nil {
		return d.fail("restore", from, fmt.Errorf("%w: %s", drivers.ErrCorrupt, complaint(err)), chooseAnother)
	}
	if _, err := db.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return d.fail("restore", req.Target.Path, err, "another program is writing to the target: stop it first")
	}
	for i, t := range req.Select {
		n, err := d.copyTable(ctx, db, t)
		if err != nil {
			_, _ = db.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
			return err
		}
		ev.Items++
		ev.Detail["rows "+t] = fmt.Sprint(n)
		rep.Printf("table %s: %d rows", t, n)
		rep.Progress(drivers.Progress{Phase: "table " + t, Done: int64(i + 1), Total: int64(len(req.Select)), Unit: "tables"})
	}
	if _, err := db.ExecContext(ctx, "COMMIT"); err != nil {
		return d.fail("restore", req.Target.Path, err, "")
	}
	ev.Bytes = req.Point.Size
	return nil
}

// create makes an empty file for this user alone, unless there is one.
func create(path string) bool {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	return err == nil && f.Close() == nil
}

// copyTable makes one table as the backup has it and counts what arrived.
func (d *driver) copyTable(ctx context.Context, db *database, table string) (int64, error) {
	broken := func(err error) error {
		if ctx.Err() != nil {
			return d.fail("restore", table, context.Cause(ctx), "")
		}
		return d.fail("restore", table, fmt.Errorf("%w: %s", drivers.ErrCorrupt, complaint(err)), chooseAnother)
	}
	made, err := column(ctx, db, "SELECT sql FROM backup.sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE", table)
	if err != nil {
		return 0, broken(err)
	}
	if len(made) == 0 {
		have, _ := column(ctx, db, "SELECT name FROM backup.sqlite_schema WHERE type = 'table'")
		return 0, d.fail("restore", table, drivers.ErrNotFound, "the backup has the tables "+some(have))
	}
	if strings.HasPrefix(strings.ToUpper(made[0]), "CREATE VIRTUAL") {
		return 0, d.fail("restore", table, fmt.Errorf("a virtual table: %w", drivers.ErrUnsupported), "restore the whole database")
	}
	// Hidden 0 leaves generated columns out: they can't be written.
	columns, err := column(ctx, db, "SELECT name FROM pragma_table_xinfo(?, 'backup') WHERE hidden = 0", table)
	if err != nil {
		return 0, broken(err)
	}
	for i, c := range columns {
		columns[i] = quote(c)
	}
	names := strings.Join(columns, ", ")
	rest, err := column(ctx, db, "SELECT sql FROM backup.sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = ? COLLATE NOCASE AND sql IS NOT NULL ORDER BY type", table)
	if err != nil {
		return 0, broken(err)
	}
	script := append([]string{made[0], fmt.Sprintf("INSERT INTO main.%s (%s) SELECT %s FROM backup.%s", quote(table), names, names, quote(table))}, rest...)
	for _, s := range script {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return 0, broken(err)
		}
	}
	return d.sameRows(ctx, db, table, broken)
}

// sameRows counts the table in both databases and keeps its AUTOINCREMENT.
func (d *driver) sameRows(ctx context.Context, db *database, table string, broken func(error) error) (int64, error) {
	var want, got int64
	if err := db.QueryRowContext(ctx, fmt.Sprintf("SELECT (SELECT count(*) FROM backup.%[1]s), (SELECT count(*) FROM main.%[1]s)", quote(table))).Scan(&want, &got); err != nil {
		return 0, broken(err)
	}
	if want != got {
		return 0, d.fail("restore", table, fmt.Errorf("%w: %d of %d rows arrived", drivers.ErrCorrupt, got, want), chooseAnother)
	}
	auto, err := column(ctx, db, "SELECT name FROM backup.sqlite_schema WHERE name = 'sqlite_sequence'")
	if err != nil {
		return 0, broken(err)
	}
	if len(auto) == 0 {
		return got, nil
	}
	_, err = db.ExecContext(ctx, `UPDATE main.sqlite_sequence SET seq = (SELECT max(seq) FROM backup.sqlite_sequence WHERE name = ?1)
		WHERE name = ?1 AND seq < (SELECT max(seq) FROM backup.sqlite_sequence WHERE name = ?1)`, table)
	if err != nil && !strings.Contains(err.Error(), "no such table") {
		return 0, broken(err)
	}
	return got, nil
}
