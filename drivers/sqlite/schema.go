package sqlite

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// tablesOf lists the user's tables by name.
func tablesOf(ctx context.Context, db *database) ([]string, error) {
	return column(ctx, db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`)
}

// column reads the first column of a query as text.
func column(ctx context.Context, db *database, query string, args ...any) ([]string, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err tells
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// judgement is whether a database is one of this workload.
type judgement struct {
	outcome      drivers.Outcome
	detail, hint string
}

const wrongHint = "this file is a backup of something else: choose another recovery point, and check the repository of this copy"

// belongs compares a database with what this workload is known to be: what
// the manifest and the options say, else the live source.
func (d *driver) belongs(ctx context.Context, v *proof, have []string) judgement {
	wrong := func(format string, args ...any) judgement {
		return judgement{drivers.Failed, "wrong database: " + fmt.Sprintf(format, args...), wrongHint}
	}
	listed := fmt.Sprintf("%d tables: %s", len(have), some(have))
	switch {
	case d.appID != nil && *d.appID != v.head.appID:
		return wrong("application_id is %d, expected %d", v.head.appID, *d.appID)
	case len(missing(d.tables, have)) > 0:
		return wrong("no table %s; it has %s", some(missing(d.tables, have)), listed)
	}
	if v.manifest != nil {
		return v.belongsByManifest(have, listed, wrong)
	}
	if len(have) == 0 {
		return judgement{drivers.Failed, "it is a database without a single table", chooseAnother}
	}
	if len(d.tables) > 0 || d.appID != nil {
		return judgement{drivers.Passed, listed, ""}
	}
	return d.belongsBySource(ctx, v, have, listed, wrong)
}

func (v *proof) belongsByManifest(have []string, listed string, wrong func(string, ...any) judgement) judgement {
	if w := v.manifest.Workload; w != v.d.spec.Workload {
		return wrong("its manifest says that it is of the workload %s, not %s", w, v.d.spec.Workload)
	}
	if id := v.manifest.Detail[keyAppID]; id != "" && id != strconv.FormatInt(v.head.appID, 10) {
		return wrong("application_id is %d, its manifest says %s", v.head.appID, id)
	}
	rows := rowsOf(v.manifest)
	for t := range rows {
		if !slices.Contains(have, t) {
			return wrong("its manifest lists the table %s; it has %s", t, listed)
		}
	}
	if rows != nil && len(have) != len(rows) {
		return wrong("its manifest lists %d tables; it has %s", len(rows), listed)
	}
	return judgement{drivers.Passed, listed, ""}
}

// belongsBySource compares with the live database, where it can be read.
// Tables come and go: only a database that has none of the source's, or is of
// another application, is surely another one.
func (d *driver) belongsBySource(ctx context.Context, v *proof, have []string, listed string, wrong func(string, ...any) judgement) judgement {
	unsure := judgement{
		drivers.Warned, listed + "; whether they are this workload's could not be compared",
		"name tables that must be there in the copy's option tables",
	}
	h, err := readHeader(d.spec.Path)
	if err != nil || !h.valid() {
		return unsure
	}
	db, err := openReadOnly(ctx, d.spec.Path)
	if err != nil {
		return unsure
	}
	defer db.Close() //nolint:errcheck // read only
	live, err := tablesOf(ctx, db)
	if err != nil || len(live) == 0 {
		return unsure
	}
	gone := missing(live, have)
	switch {
	case h.appID != v.head.appID && h.appID != 0 && v.head.appID != 0:
		return wrong("application_id is %d, that of the source %d", v.head.appID, h.appID)
	case len(gone) == len(live):
		return wrong("none of the source's tables (%s) is in it; it has %s", some(live), listed)
	case len(gone) > 0:
		return judgement{drivers.Warned, fmt.Sprintf("%s; the source also has %s", listed, some(gone)), "tables that were made after this backup are not in it"}
	}
	return judgement{drivers.Passed, listed, ""}
}

// missing lists what is in want and not in have.
func missing(want, have []string) []string {
	var out []string
	for _, w := range want {
		if !slices.ContainsFunc(have, func(h string) bool { return strings.EqualFold(h, w) }) {
			out = append(out, w)
		}
	}
	return out
}

// some names the first few of many.
func some(names []string) string {
	const few = 5
	if len(names) == 0 {
		return "none"
	}
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
}
