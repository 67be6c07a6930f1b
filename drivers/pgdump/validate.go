package pgdump

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// sourceTimeout is how long the live source may work on one question.
const sourceTimeout = 30 * time.Second

// validator runs the checks of one request.
type validator struct {
	d      *Driver
	req    drivers.ValidateRequest
	conn   *pgx.Conn
	source *pgx.Conn // opened when the first check needs it
	lost   error     // why the source can't be asked
	asked  bool
}

// Validate runs checks against a restored database. It reads only.
func (d *Driver) Validate(ctx context.Context, req drivers.ValidateRequest, rep *drivers.Reporter) ([]drivers.CheckResult, error) {
	target, err := d.targetDSN(req.Target)
	if err != nil {
		return nil, fail("validate", req.Target.Name, err, "")
	}
	conn, err := target.connect(ctx)
	if err != nil {
		return nil, fail("validate", req.Target.Name, err, "check that the target server runs")
	}
	defer closeConn(ctx, conn)
	v := &validator{d: d, req: req, conn: conn}
	defer func() {
		if v.source != nil {
			closeConn(ctx, v.source)
		}
	}()
	var results []drivers.CheckResult
	for i, c := range req.Checks {
		rep.Progress(drivers.Progress{Phase: c.Name, Done: int64(i), Total: int64(len(req.Checks)), Unit: "checks"})
		r := v.check(ctx, c)
		if ctx.Err() != nil {
			return results, context.Cause(ctx)
		}
		r.Name = c.Name
		rep.Printf("%s: %s %s", c.Name, r.Outcome, r.Detail)
		results = append(results, r)
	}
	return results, nil
}

func (v *validator) check(ctx context.Context, c drivers.Check) drivers.CheckResult {
	skip := func(why string) drivers.CheckResult {
		return drivers.CheckResult{Outcome: drivers.Skipped, Detail: why}
	}
	switch {
	case c.Rows != "":
		return v.rows(ctx, c)
	case c.Canary != "":
		return v.canary(ctx, c)
	case c.Query != "":
		return v.query(ctx, c)
	case c.Command != "":
		return skip("a command: run by the engine, not by this driver")
	case c.File != "":
		return skip("a check of files: a database dump has none")
	}
	return skip("the check says nothing that this driver knows")
}

// rows counts a table.
func (v *validator) rows(ctx context.Context, c drivers.Check) drivers.CheckResult {
	if why := v.notRestored(c.Rows); why != "" {
		return drivers.CheckResult{Outcome: drivers.Skipped, Detail: why}
	}
	a, err := ask(ctx, v.conn, func(ctx context.Context, tx pgx.Tx) (answer, error) { return countRows(ctx, tx, c.Rows) })
	if err != nil {
		return v.broken(err)
	}
	r := drivers.CheckResult{Got: a.text, Want: c.Expect, Proves: a.text != "0"}
	if c.Expect == "" {
		r.Outcome, r.Want = drivers.Passed, "at least one row"
		if !r.Proves {
			r.Outcome, r.Detail = drivers.Failed, "the table is empty, and the check has no expectation that allows it"
		}
		return r
	}
	v.judge(ctx, c, &r, func(ctx context.Context, tx pgx.Tx) (answer, error) { return countRows(ctx, tx, c.Rows) })
	if r.Outcome == drivers.Passed && !r.Proves {
		r.Detail = joinDetail(r.Detail, "the table is empty: this proves no data")
	}
	return r
}

// notRestored says why a table can't be looked at after a partial restore.
func (v *validator) notRestored(table string) string {
	if len(v.req.Select) == 0 {
		return ""
	}
	for _, s := range v.req.Select {
		if bare(s) == bare(table) || strings.HasSuffix(bare(s), "."+bare(table)) || strings.HasSuffix(bare(table), "."+bare(s)) {
			return ""
		}
	}
	return fmt.Sprintf("table %s was not restored: only %s", table, strings.Join(v.req.Select, ", "))
}

func bare(s string) string { return strings.ReplaceAll(s, `"`, "") }

// query asks one question.
func (v *validator) query(ctx context.Context, c drivers.Check) drivers.CheckResult {
	put := func(ctx context.Context, tx pgx.Tx) (answer, error) { return askValue(ctx, tx, c.Query) }
	a, err := ask(ctx, v.conn, put)
	if err != nil {
		return v.broken(err)
	}
	r := drivers.CheckResult{Got: a.text, Want: c.Expect, Proves: a.proves(), Detail: a.note()}
	if a.null {
		r.Got = "NULL"
	}
	if c.Newest {
		if done := v.newest(c, a, &r); done {
			return r
		}
	}
	switch {
	case c.SHA256 != "":
		v.hash(c, a, &r)
	case c.Expect != "":
		v.judge(ctx, c, &r, put)
	case c.Newest:
		r.Outcome = drivers.Passed
	default:
		v.unexpected(a, &r)
	}
	return r
}

// unexpected judges an answer for which the check has no expectation.
func (v *validator) unexpected(a answer, r *drivers.CheckResult) {
	switch {
	case a.none:
		r.Outcome, r.Detail = drivers.Failed, "the query gives no row, and the check has no expectation that allows it"
	case a.boolean && a.text == "t":
		r.Outcome, r.Want = drivers.Passed, "true"
	case a.boolean:
		r.Outcome, r.Want = drivers.Failed, "true"
	default:
		r.Outcome = drivers.Warned
		r.Detail = joinDetail(r.Detail, "the check has no expectation: it was answered, not judged")
	}
}

// canary compares byte by byte.
func (v *validator) canary(ctx context.Context, c drivers.Check) drivers.CheckResult {
	put := func(ctx context.Context, tx pgx.Tx) (answer, error) { return askValue(ctx, tx, c.Canary) }
	a, err := ask(ctx, v.conn, put)
	if err != nil {
		return v.broken(err)
	}
	r := drivers.CheckResult{Got: a.text, Want: c.Expect, Proves: a.proves() && a.text != "", Detail: a.note()}
	switch {
	case a.none || a.null:
		r.Outcome, r.Detail = drivers.Failed, "the canary is not there"
	case c.SHA256 != "":
		v.hash(c, a, &r)
	case c.Expect == "":
		r.Outcome, r.Detail = drivers.Unknown, "the canary has no expected value"
	case v.needsSource(c):
		v.judge(ctx, c, &r, put)
	case a.text == c.Expect:
		r.Outcome = drivers.Passed
	default:
		r.Outcome, r.Detail = drivers.Failed, differs(c.Expect, a.text)
	}
	return r
}

// differs says where two values part.
func differs(want, got string) string {
	i := 0
	for i < len(want) && i < len(got) && want[i] == got[i] {
		i++
	}
	return fmt.Sprintf("the canary differs at byte %d: %d bytes came back, %d were expected", i+1, len(got), len(want))
}

func (v *validator) hash(c drivers.Check, a answer, r *drivers.CheckResult) {
	sum := sha256.Sum256([]byte(a.text))
	r.Got, r.Want, r.Outcome = hex.EncodeToString(sum[:]), strings.ToLower(c.SHA256), drivers.Passed
	if r.Got != r.Want {
		r.Outcome, r.Detail = drivers.Failed, "the answer's SHA-256 is another one"
	}
}

func (v *validator) needsSource(c drivers.Check) bool {
	return v.req.NeedsSource != nil && v.req.NeedsSource(c.Expect)
}

// judge compares an answer with the expectation, asking the source if it
// speaks of it.
func (v *validator) judge(ctx context.Context, c drivers.Check, r *drivers.CheckResult, put question) {
	if v.req.Judge == nil {
		r.Outcome, r.Detail = drivers.Unknown, "nobody judges expectations here"
		return
	}
	if v.needsSource(c) {
		a, err := v.askSource(ctx, put)
		if err != nil {
			r.Outcome, r.Detail = drivers.Unknown, "the source could not be asked: "+printable(err.Error())
			return
		}
		r.Source = a.text
	}
	ok, err := v.req.Judge(c.Expect, r.Got, r.Source)
	switch {
	case err != nil:
		r.Outcome, r.Detail = drivers.Unknown, "expectation "+c.Expect+": "+err.Error()
	case ok:
		r.Outcome = drivers.Passed
	default:
		r.Outcome = drivers.Failed
		r.Detail = joinDetail(r.Detail, "got "+printable(r.Got)+", expected "+c.Expect)
	}
}

// broken is a check that the restored database did not answer.
func (v *validator) broken(err error) drivers.CheckResult {
	r := drivers.CheckResult{Outcome: drivers.Failed, Detail: printable(err.Error())}
	switch code := pgCode(err); {
	case len(v.req.Select) > 0 && (code == undefinedTable || errors.Is(err, errNoTable)):
		r.Outcome, r.Detail = drivers.Skipped, "it reads a table that was not restored: "+r.Detail
	case code == "" && !errors.Is(err, errNoTable):
		r.Outcome = drivers.Unknown // the connection, not the data
	}
	return r
}

func joinDetail(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "; ")
}
