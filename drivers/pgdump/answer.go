package pgdump

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
)

// undefinedTable is PostgreSQL's code for a relation that is not there.
const undefinedTable = "42P01"

var errNoTable = errors.New("no such table")

// answer is the first value that a query gives, byte by byte as the server
// writes it.
type answer struct {
	text    string
	null    bool
	none    bool // no row at all
	boolean bool
	oid     uint32
	rows    int
	read    int64 // rows of the user's tables that were read for it
	counted bool  // a count: its text says how much was read
}

// proves says whether the answer came out of restored data.
func (a answer) proves() bool {
	if a.counted {
		return a.text != "0"
	}
	return a.read > 0 && !a.null && !a.none
}

func (a answer) note() string {
	switch {
	case a.read == 0:
		return "the query read no row of the restored tables: it proves no data"
	case a.rows > 1:
		return fmt.Sprintf("first of %d rows", a.rows)
	}
	return ""
}

// question asks something inside a read-only transaction.
type question func(ctx context.Context, tx pgx.Tx) (answer, error)

// ask puts a question in a transaction that can change nothing.
func ask(ctx context.Context, conn *pgx.Conn, put question) (answer, error) {
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly})
	if err != nil {
		return answer{}, err
	}
	defer tx.Rollback(ctx) //nolint:errcheck // it read only
	return put(ctx, tx)
}

// rowsRead counts rows of user tables that this transaction has read so far.
const rowsRead = `select coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)::bigint
 from pg_catalog.pg_stat_xact_user_tables`

// readSettings make every read of a row countable: heap pages are visited, and
// by this process.
var readSettings = []string{"SET LOCAL enable_indexonlyscan = off", "SET LOCAL max_parallel_workers_per_gather = 0"}

// askValue runs one query and keeps its first value.
func askValue(ctx context.Context, tx pgx.Tx, sql string) (answer, error) {
	for _, s := range readSettings {
		if _, err := tx.Exec(ctx, s); err != nil {
			return answer{}, err
		}
	}
	var before, after int64
	if err := tx.QueryRow(ctx, rowsRead).Scan(&before); err != nil {
		return answer{}, err
	}
	// The extended protocol takes one statement only, and gives all as text.
	res := tx.Conn().PgConn().ExecParams(ctx, strings.TrimRight(strings.TrimSpace(sql), "; \n"), nil, nil, nil, nil)
	a := answer{none: true}
	for res.NextRow() {
		if a.rows++; a.rows > 1 {
			continue
		}
		a.none = false
		if fields := res.FieldDescriptions(); len(fields) > 0 {
			v := res.Values()[0]
			a.text, a.null, a.oid = string(v), v == nil, fields[0].DataTypeOID
			a.boolean = a.oid == pgtype.BoolOID
		}
	}
	if _, err := res.Close(); err != nil {
		return answer{}, err
	}
	if err := tx.QueryRow(ctx, rowsRead).Scan(&after); err != nil {
		return answer{}, err
	}
	a.read = after - before
	return a, nil
}

// countRows counts a table. A name is taken as it is written, then in lower
// case, then in whatever one schema has it.
func countRows(ctx context.Context, tx pgx.Tx, table string) (answer, error) {
	name, err := resolve(ctx, tx, table)
	if err != nil {
		return answer{}, err
	}
	a := answer{counted: true}
	err = tx.QueryRow(ctx, "select count(*)::text from "+name).Scan(&a.text)
	return a, err
}

// resolve finds a table by its name and returns it quoted.
func resolve(ctx context.Context, tx pgx.Tx, table string) (string, error) {
	parts, err := splitName(table)
	if err != nil {
		return "", err
	}
	rel := parts[len(parts)-1]
	schema := ""
	if len(parts) > 1 {
		schema = parts[0]
	}
	for _, lower := range []bool{false, true} {
		if lower {
			rel, schema = strings.ToLower(rel), strings.ToLower(schema)
		}
		found, err := findTable(ctx, tx, schema, rel)
		if err != nil || found != "" {
			return found, err
		}
	}
	return "", fmt.Errorf("table %s is not in the database: %w", printable(table), errNoTable)
}

// findTable looks in the schema, else on the search path, else everywhere.
func findTable(ctx context.Context, tx pgx.Tx, schema, rel string) (string, error) {
	rows, err := tx.Query(ctx, `select n.nspname, pg_catalog.pg_table_is_visible(c.oid)
		from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		where c.relname = $1 and ($2 = '' or n.nspname = $2) and c.relkind in ('r','p','v','m','f')
		order by 2 desc, 1`, rel, schema)
	if err != nil {
		return "", err
	}
	type hit struct {
		Schema  string
		Visible bool
	}
	hits, err := pgx.CollectRows(rows, pgx.RowToStructByPos[hit])
	if err != nil || len(hits) == 0 {
		return "", err
	}
	if len(hits) > 1 && !hits[0].Visible {
		return "", fmt.Errorf("table %s is in schemas %s and %s: name the schema: %w", rel, hits[0].Schema, hits[1].Schema, errNoTable)
	}
	return archive.QuoteIdent(hits[0].Schema) + "." + archive.QuoteIdent(rel), nil
}

// splitName cuts schema.table, either of which may be quoted.
func splitName(s string) ([]string, error) {
	var parts []string
	for rest := strings.TrimSpace(s); ; {
		var part string
		if strings.HasPrefix(rest, `"`) {
			p, after, err := archive.CutIdent(rest)
			if err != nil {
				return nil, err
			}
			part, rest = p, after
		} else {
			part, rest, _ = cutBefore(rest, '.')
		}
		if part == "" {
			return nil, fmt.Errorf("%q is no name of a table: %w", s, errNoTable)
		}
		parts = append(parts, part)
		if rest == "" {
			break
		}
		if rest[0] != '.' || len(parts) > 1 {
			return nil, fmt.Errorf("%q is no name of a table: %w", s, errNoTable)
		}
		rest = rest[1:]
	}
	return parts, nil
}

// cutBefore cuts s before the first sep, which stays with the rest.
func cutBefore(s string, sep byte) (before, rest string, found bool) {
	i := strings.IndexByte(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i:], true
}

// pgCode is PostgreSQL's error code, or "".
func pgCode(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}

// askSource puts a question to the live source: read only, briefly.
func (v *validator) askSource(ctx context.Context, put question) (answer, error) {
	if !v.asked {
		v.asked = true
		v.source, v.lost = v.openSource(ctx)
	}
	if v.lost != nil {
		return answer{}, v.lost
	}
	ctx, cancel := context.WithTimeout(ctx, sourceTimeout+connectTimeout)
	defer cancel()
	return ask(ctx, v.source, put)
}

func (v *validator) openSource(ctx context.Context) (*pgx.Conn, error) {
	if v.d.source == nil {
		return nil, errors.New("the workload has no source dsn")
	}
	conn, err := v.d.source.connect(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range []string{
		fmt.Sprintf("SET statement_timeout = '%ds'", int(sourceTimeout.Seconds())),
		"SET lock_timeout = '2s'", "SET default_transaction_read_only = on",
	} {
		if _, err := conn.Exec(ctx, s); err != nil {
			closeConn(ctx, conn)
			return nil, err
		}
	}
	return conn, nil
}
