package sqlite

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// readable proves that every page holds together and every value of every
// row can be decoded.
func (v *proof) readable(ctx context.Context) error {
	db, err := openBackup(ctx, v.path)
	if err != nil {
		return v.broken(drivers.GradeReadable, err)
	}
	defer db.Close() //nolint:errcheck // read only
	v.rep.Printf("PRAGMA integrity_check on %s", v.path)
	fault, err := integrity(ctx, db)
	if err != nil {
		if _, where := readAll(ctx, db, v.rep); where != nil {
			err = where // says which table
		}
		return v.broken(drivers.GradeReadable, err)
	}
	if fault != "" {
		v.Record(drivers.GradeReadable, drivers.Failed, fault, chooseAnother)
		return nil
	}
	read, err := readAll(ctx, db, v.rep)
	if err != nil {
		return v.broken(drivers.GradeReadable, err)
	}
	for t, want := range rowsOf(v.manifest) {
		if got := read.rows[t]; got != want {
			v.Record(drivers.GradeReadable, drivers.Failed, fmt.Sprintf("table %s has %d rows, the manifest says %d", t, got, want), chooseAnother)
			return nil
		}
	}
	keys, err := foreignKeys(ctx, db)
	if err != nil {
		return v.broken(drivers.GradeReadable, err)
	}
	v.conclude(read, keys)
	return nil
}

// conclude says what was read, and what this could not show.
func (v *proof) conclude(read reading, keys string) {
	said := fmt.Sprintf("integrity_check ok, %d rows of %d tables read", read.total(), len(read.rows))
	if !v.matched {
		said += "; without a manifest, a byte altered inside a value can't be seen"
	}
	switch {
	case read.badText != "":
		v.Record(drivers.GradeReadable, drivers.Warned, said+"; text that is no UTF-8 in "+read.badText,
			"either a program wrote it so, or it was altered: compare with another recovery point")
	case keys != "":
		v.Record(drivers.GradeReadable, drivers.Warned, said+"; "+keys, "the source may have the same: foreign keys are only enforced where a program asks for it")
	case len(read.skipped) > 0:
		v.Record(drivers.GradeReadable, drivers.Warned, said+"; not read, for want of their module: "+some(read.skipped), "")
	default:
		v.Record(drivers.GradeReadable, drivers.Passed, said, "")
	}
}

// treeRE finds the root page that integrity_check speaks of.
var treeRE = lazyregexp.New(`^Tree (\d+)(?: page (\d+))?[^:]*: ?(.*)$`)

// integrity runs the full check: "" when all is well, else one line with the
// first finding and how many there are.
func integrity(ctx context.Context, db *database) (string, error) {
	const most = 1000
	found, err := column(ctx, db, "PRAGMA integrity_check("+strconv.Itoa(most)+")")
	if err != nil && (len(found) == 0 || ctx.Err() != nil) {
		return "", err // a check that broke off after its first findings has found enough
	}
	if len(found) == 1 && found[0] == "ok" {
		return "", nil
	}
	var lines []string
	for _, f := range found {
		for l := range strings.SplitSeq(f, "\n") {
			if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "***") {
				lines = append(lines, l)
			}
		}
	}
	if len(lines) == 0 {
		return "integrity_check: no answer", nil
	}
	first := located(ctx, db, lines[0])
	if n := len(lines) - 1; n > 0 {
		return fmt.Sprintf("integrity_check: %s; and %d more findings", first, n), nil
	}
	return "integrity_check: " + first, nil
}

// located puts the name of a table or index in place of its root page.
func located(ctx context.Context, db *database, line string) string {
	m := treeRE.FindStringSubmatch(line)
	if m == nil {
		return line
	}
	var kind, owner string
	if db.QueryRowContext(ctx, "SELECT type, name FROM sqlite_schema WHERE rootpage = ?", m[1]).Scan(&kind, &owner) != nil {
		return line
	}
	if m[2] == "" {
		return fmt.Sprintf("%s %s: %s", kind, owner, m[3])
	}
	return fmt.Sprintf("%s %s, page %s: %s", kind, owner, m[2], m[3])
}

// foreignKeys says how many rows refer to rows that are not there.
func foreignKeys(ctx context.Context, db *database) (string, error) {
	rows, err := db.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return "", err
	}
	defer rows.Close() //nolint:errcheck // Err tells
	n, first := 0, ""
	for rows.Next() {
		var table, parent string
		var rowid, key any
		if err := rows.Scan(&table, &rowid, &parent, &key); err != nil {
			return "", err
		}
		if n++; n == 1 {
			first = fmt.Sprintf("first in %s, of %s", table, parent)
		}
	}
	if n == 0 {
		return "", rows.Err()
	}
	return fmt.Sprintf("foreign_key_check: %d rows refer to rows that are not there, %s", n, first), rows.Err()
}

// reading is what came of reading every row.
type reading struct {
	rows    map[string]int64
	badText string   // the first table and column with text that is no UTF-8
	skipped []string // virtual tables whose module is not built in
}

func (r reading) total() (n int64) {
	for _, c := range r.rows {
		n += c
	}
	return n
}

// readAll decodes every value of every row of every table.
func readAll(ctx context.Context, db *database, rep *drivers.Reporter) (reading, error) {
	out := reading{rows: map[string]int64{}}
	tables, err := tablesOf(ctx, db)
	if err != nil {
		return out, err
	}
	utf8Text, err := column(ctx, db, "PRAGMA encoding")
	if err != nil {
		return out, err
	}
	for i, t := range tables {
		rep.Progress(drivers.Progress{Phase: "table " + t, Done: int64(i), Total: int64(len(tables)), Unit: "tables"})
		n, bad, err := readTable(ctx, db, t)
		if err != nil && strings.Contains(err.Error(), "no such module") {
			out.skipped = append(out.skipped, t)
			continue
		}
		if err != nil {
			return out, fmt.Errorf("table %s: %w", t, err)
		}
		out.rows[t] = n
		if bad != "" && out.badText == "" && len(utf8Text) == 1 && utf8Text[0] == "UTF-8" {
			out.badText = t + "." + bad
		}
	}
	rep.Progress(drivers.Progress{Phase: "tables", Done: int64(len(tables)), Total: int64(len(tables)), Unit: "tables"})
	return out, nil
}

func readTable(ctx context.Context, db *database, table string) (n int64, badText string, err error) {
	rows, err := db.QueryContext(ctx, "SELECT * FROM "+quote(table)+" NOT INDEXED")
	if err != nil {
		return 0, "", err
	}
	defer rows.Close() //nolint:errcheck // Err tells
	names, err := rows.Columns()
	if err != nil {
		return 0, "", err
	}
	values, refs := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		refs[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(refs...); err != nil {
			return n, "", err
		}
		n++
		for i, v := range values {
			if s, ok := v.(string); ok && badText == "" && !utf8.ValidString(s) {
				badText = names[i]
			}
		}
	}
	return n, badText, rows.Err()
}

// complaint is SQLite's message without the driver's decoration.
func complaint(err error) string {
	s := strings.TrimPrefix(err.Error(), "sqlite: ")
	return "SQLite says: " + s
}
