package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// Query runs a script of a runbook, statement by statement on one connection,
// and prints what it answers. It stops at the first error.
func (d *driver) Query(ctx context.Context, t drivers.Target, script string, rep *drivers.Reporter) error {
	db, err := openWritable(ctx, t.Path)
	if err != nil {
		return d.fail("query", t.Path, errors.New(complaint(err)), "is there a database? restore first")
	}
	defer db.Close() //nolint:errcheck // statements reported their own errors
	for i, s := range statements(script) {
		if err := runStatement(ctx, db, s, rep.Writer()); err != nil {
			if ctx.Err() != nil {
				return d.fail("query", t.Path, context.Cause(ctx), "")
			}
			hint := ""
			if strings.HasPrefix(s, ".") {
				hint = "dot commands belong to the sqlite3 shell: write SQL, or a bash fence that calls sqlite3"
			}
			return d.fail("query", fmt.Sprintf("statement %d (%s)", i+1, firstLine(s)), errors.New(complaint(err)), hint)
		}
	}
	return nil
}

func firstLine(s string) string {
	line, _, more := strings.Cut(s, "\n")
	if more {
		line += " …"
	}
	return line
}

// runStatement prints the rows of one statement as an aligned table.
func runStatement(ctx context.Context, db *database, s string, w io.Writer) error {
	rows, err := db.QueryContext(ctx, s)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err tells
	names, err := rows.Columns()
	if err != nil || len(names) == 0 {
		return errors.Join(err, drain(rows))
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	t := &table{w: w, lines: [][]string{names}}
	values, refs := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		refs[i] = &values[i]
	}
	n := 0
	for ; rows.Next(); n++ {
		if err := rows.Scan(refs...); err != nil {
			return err
		}
		cells := make([]string, len(values))
		for i, v := range values {
			cells[i] = cell(v, types[i].DatabaseTypeName())
		}
		if err := t.add(cells); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if err := t.flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "(%d rows)\n", n)
	return err
}

// drain steps a statement that answers nothing, so that it is done.
func drain(rows *sql.Rows) error {
	for rows.Next() { // stepping is the work
	}
	return rows.Err()
}

func cell(v any, declared string) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case []byte:
		return fmt.Sprintf("x'%x'", v)
	case time.Time:
		if declared == "DATE" {
			return v.Format("2006-01-02")
		}
		return v.Format("2006-01-02 15:04:05.999999999")
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	default:
		return strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(fmt.Sprint(v))
	}
}

// table aligns lines. The widths are those of the first hundred: an answer of
// millions of rows is printed as it comes.
type table struct {
	w      io.Writer
	lines  [][]string // kept until the widths are known
	widths []int
}

func (t *table) add(cells []string) error {
	if t.widths != nil {
		return t.print(cells)
	}
	if t.lines = append(t.lines, cells); len(t.lines) > 100 {
		return t.flush()
	}
	return nil
}

func (t *table) flush() error {
	if t.widths != nil {
		return nil
	}
	t.widths = make([]int, len(t.lines[0]))
	for _, l := range t.lines {
		for i, c := range l {
			t.widths[i] = max(t.widths[i], runewidth.StringWidth(c))
		}
	}
	rule := make([]string, len(t.widths))
	for i, w := range t.widths {
		rule[i] = strings.Repeat("-", w)
	}
	for i, l := range t.lines {
		if err := t.print(l); err != nil {
			return err
		}
		if i == 0 {
			if err := t.print(rule); err != nil {
				return err
			}
		}
	}
	t.lines = nil
	return nil
}

func (t *table) print(cells []string) error {
	var b strings.Builder
	for i, c := range cells {
		b.WriteString(c)
		if i < len(cells)-1 {
			b.WriteString(strings.Repeat(" ", max(0, t.widths[i]-runewidth.StringWidth(c))+2))
		}
	}
	_, err := io.WriteString(t.w, strings.TrimRight(b.String(), " ")+"\n")
	return err
}
