package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// Validate runs the checks against a restored database, read only.
func (d *driver) Validate(ctx context.Context, req drivers.ValidateRequest, rep *drivers.Reporter) ([]drivers.CheckResult, error) {
	db, err := openReadOnly(ctx, req.Target.Path)
	if err != nil {
		return nil, d.fail("validate", req.Target.Path, errors.New(complaint(err)), "restore first")
	}
	defer db.Close() //nolint:errcheck // read only
	v := validation{d: d, req: req, db: db}
	defer v.close()
	var out []drivers.CheckResult
	for i, c := range req.Checks {
		r := v.check(ctx, c)
		if ctx.Err() != nil {
			return nil, d.fail("validate", c.Name, context.Cause(ctx), "")
		}
		rep.Printf("%s: %s %s", c.Name, r.Outcome, r.Detail)
		rep.Progress(drivers.Progress{Phase: c.Name, Done: int64(i + 1), Total: int64(len(req.Checks)), Unit: "checks"})
		out = append(out, r)
	}
	return out, nil
}

// validation is the state of one Validate.
type validation struct {
	d      *driver
	req    drivers.ValidateRequest
	db     *database
	source *database // opened when a check first needs it
}

func (v *validation) close() {
	if v.source != nil {
		_ = v.source.Close()
	}
}

// check runs one check.
func (v *validation) check(ctx context.Context, c drivers.Check) drivers.CheckResult {
	r := drivers.CheckResult{Name: c.Name, Want: c.Expect}
	query := c.Query
	switch {
	case c.Rows != "":
		query = "SELECT count(*) FROM " + qualified(c.Rows)
		if len(v.req.Select) > 0 && len(missing([]string{c.Rows}, v.req.Select)) > 0 {
			return end(r, drivers.Skipped, "the table "+c.Rows+" was not restored")
		}
		if c.Expect == "" {
			c.Expect, r.Want = ">= 1", ">= 1"
		}
	case c.Canary != "":
		query = c.Canary
	case c.Query == "":
		return end(r, drivers.Skipped, "this driver checks rows, queries and canaries; files and commands are not its own")
	}
	got, err := answer(ctx, v.db, query)
	if err != nil {
		return v.unanswered(ctx, r, err)
	}
	r.Proves = true
	if got.null {
		return end(r, drivers.Failed, "the answer is NULL: there is no such row")
	}
	r.Got = got.text
	if c.Newest {
		at, ok := parseTime(got)
		if !ok {
			return end(r, drivers.Failed, fmt.Sprintf("%q is no time that can be read", got.text))
		}
		r.Newest = &at
	}
	if c.Canary != "" {
		return canary(r, got.text, c.Expect)
	}
	return v.judge(ctx, r, c, query)
}

// unanswered is the result of a check whose query gave no value.
func (v *validation) unanswered(ctx context.Context, r drivers.CheckResult, err error) drivers.CheckResult {
	switch {
	case errors.Is(err, sql.ErrNoRows):
		r.Proves = true
		return end(r, drivers.Failed, "the query gives no row")
	case strings.Contains(err.Error(), "no such table") && len(v.req.Select) > 0:
		return end(r, drivers.Skipped, "it asks a table that was not restored: "+complaint(err))
	case strings.Contains(err.Error(), "no such table"):
		have, _ := tablesOf(ctx, v.db)
		r.Proves = true
		return end(r, drivers.Failed, complaint(err)+"; the tables are "+some(have))
	default:
		return end(r, drivers.Failed, complaint(err))
	}
}

// judge holds the answer against the expectation.
func (v *validation) judge(ctx context.Context, r drivers.CheckResult, c drivers.Check, query string) drivers.CheckResult {
	if c.Expect == "" {
		return end(r, drivers.Passed, "answered "+r.Got)
	}
	if v.req.NeedsSource != nil && v.req.NeedsSource(c.Expect) {
		src, err := v.ask(ctx, query)
		if err != nil {
			return end(r, drivers.Unknown, "the source can't be asked: "+complaint(err))
		}
		r.Source = src
	}
	ok, err := r.Got == c.Expect, error(nil)
	if v.req.Judge != nil {
		ok, err = v.req.Judge(c.Expect, r.Got, r.Source)
	}
	switch {
	case err != nil:
		return end(r, drivers.Unknown, err.Error())
	case !ok:
		return end(r, drivers.Failed, fmt.Sprintf("got %s, expected %s%s", r.Got, c.Expect, against(r.Source)))
	default:
		return end(r, drivers.Passed, fmt.Sprintf("%s, expected %s%s", r.Got, c.Expect, against(r.Source)))
	}
}

// ask puts a query to the live source, read only.
func (v *validation) ask(ctx context.Context, query string) (string, error) {
	if v.d.spec.Path == "" {
		return "", errors.New("no source.path is set")
	}
	if v.source == nil {
		db, err := openReadOnly(ctx, v.d.spec.Path)
		if err != nil {
			return "", err
		}
		v.source = db
	}
	a, err := answer(ctx, v.source, query)
	return a.text, err
}

func against(source string) string {
	if source == "" {
		return ""
	}
	return " (source: " + source + ")"
}

// canary compares byte for byte.
func canary(r drivers.CheckResult, got, want string) drivers.CheckResult {
	if got == want {
		return end(r, drivers.Passed, fmt.Sprintf("equal, %d bytes", len(got)))
	}
	at := 0
	for at < len(got) && at < len(want) && got[at] == want[at] {
		at++
	}
	return end(r, drivers.Failed, fmt.Sprintf("differs from byte %d on: %d bytes came back, %d were expected", at+1, len(got), len(want)))
}

func end(r drivers.CheckResult, o drivers.Outcome, detail string) drivers.CheckResult {
	r.Outcome, r.Detail = o, detail
	return r
}

// qualified quotes a table's name, which may have its schema before it.
func qualified(table string) string {
	if t, ok := strings.CutPrefix(table, "main."); ok {
		return "main." + quote(t)
	}
	return quote(table)
}

// value is one answer, byte for byte as the database holds it.
type value struct {
	text string
	kind string // SQLite's typeof
	null bool
}

// answer runs a query of one value. The cast keeps the database/sql driver
// from taking text of date columns for times.
func answer(ctx context.Context, db *database, query string) (value, error) {
	query = strings.TrimRight(strings.TrimSpace(query), "; \t\n")
	var v value
	var b []byte
	err := db.QueryRowContext(ctx, "WITH answer(x) AS (\n"+query+"\n) SELECT typeof(x), CAST(x AS BLOB), x IS NULL FROM answer").Scan(&v.kind, &b, &v.null)
	if err != nil && strings.Contains(err.Error(), "syntax error") { // PRAGMA and its like
		var s sql.NullString
		err = db.QueryRowContext(ctx, query).Scan(&s)
		return value{text: s.String, kind: "text", null: !s.Valid}, err
	}
	v.text = string(b)
	return v, err
}
