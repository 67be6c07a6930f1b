package pgdump

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// judge is a small stand-in for the engine's.
func judge(expect, got, source string) (bool, error) {
	op, want, _ := strings.Cut(expect, " ")
	if want == "source" {
		want = source
	}
	g, err := strconv.ParseFloat(got, 64)
	if err != nil {
		return op == "==" && got == want, nil
	}
	w, err := strconv.ParseFloat(want, 64)
	if err != nil {
		return false, fmt.Errorf("%q is no number", want)
	}
	return map[string]bool{"==": g == w, ">=": g >= w, "<": g < w}[op], nil
}

func validate(t testing.TB, d *Driver, target drivers.Target, sel []string, checks ...drivers.Check) []drivers.CheckResult {
	t.Helper()
	rs, err := d.Validate(t.Context(), drivers.ValidateRequest{
		Target: target, Checks: checks, Select: sel, Judge: judge,
		NeedsSource: func(e string) bool { return strings.Contains(e, "source") },
	}, nil)
	must(t, err)
	return rs
}

func TestChecks(t *testing.T) {
	s := server(t)
	target := drivers.Target{Kind: drivers.TargetParallel, Name: "shop", DSN: s.DSN("shop")}
	d := driver(t, t.TempDir(), nil)
	cases := []struct {
		check   drivers.Check
		outcome drivers.Outcome
		proves  bool
		says    string
	}{
		{drivers.Check{Rows: "orders", Expect: ">= 1000"}, drivers.Passed, true, ""},
		{drivers.Check{Rows: "public.orders", Expect: "== source"}, drivers.Passed, true, ""},
		{drivers.Check{Rows: "ORDERS", Expect: "< 10"}, drivers.Failed, true, "got 3000, expected < 10"},
		{drivers.Check{Rows: `"Odd Schema"."Weird ""Table"`}, drivers.Passed, true, ""},
		{drivers.Check{Rows: `Odd Schema.Weird "Table`}, drivers.Passed, true, ""},
		{drivers.Check{Rows: "empty_one", Expect: "== source"}, drivers.Passed, false, "proves no data"},
		{drivers.Check{Rows: "empty_one"}, drivers.Failed, false, "empty"},
		{drivers.Check{Rows: "nowhere"}, drivers.Failed, false, "not in the database"},
		{drivers.Check{Query: "select 1", Expect: "== 1"}, drivers.Passed, false, "proves no data"},
		{drivers.Check{Query: "select count(*) from orders", Expect: "== source"}, drivers.Passed, true, ""},
		{drivers.Check{Query: "select max(id) from orders", Expect: "== 3000"}, drivers.Passed, true, ""},
		{drivers.Check{Query: "select count(*) > 5 from orders"}, drivers.Passed, true, ""},
		{drivers.Check{Query: "select count(*) > 5000 from orders"}, drivers.Failed, true, ""},
		{drivers.Check{Query: "select note from orders"}, drivers.Warned, true, "not judged"},
		{drivers.Check{Query: "delete from orders"}, drivers.Failed, false, "read-only"},
		{drivers.Check{Query: "select 1; drop table orders"}, drivers.Failed, false, "multiple commands"},
		{drivers.Check{Query: "select max(created_at) from customers", Newest: true}, drivers.Passed, true, ""},
		{drivers.Check{Query: "select max(made) from orders", Newest: true}, drivers.Passed, true, "midnight"},
		{drivers.Check{Query: "select extract(epoch from max(created_at))*1000 from customers", Newest: true}, drivers.Passed, true, "1970"},
		{drivers.Check{Query: "select max(x) from empty_one", Newest: true}, drivers.Failed, false, "no newest row"},
		{drivers.Check{Query: "select note from orders", Newest: true}, drivers.Unknown, true, "is no time"},
		{drivers.Check{Canary: "select token from token", Expect: "café \\.\tend "}, drivers.Passed, true, ""},
		{drivers.Check{Canary: "select token from token", Expect: "café \\.\tend"}, drivers.Failed, true, "differs at byte 13"},
		{drivers.Check{Canary: "select token from token where false", Expect: "x"}, drivers.Failed, false, "not there"},
		{drivers.Check{Canary: "select token from token"}, drivers.Unknown, true, "no expected value"},
		{drivers.Check{Command: "true"}, drivers.Skipped, false, "engine"},
		{drivers.Check{File: "x"}, drivers.Skipped, false, "files"},
	}
	for _, c := range cases {
		r := validate(t, d, target, nil, c.check)[0]
		if r.Outcome != c.outcome || r.Proves != c.proves || !strings.Contains(r.Detail, c.says) {
			t.Errorf("%+v:\n  %+v\n  expected %s, proves %v, %q", c.check, r, c.outcome, c.proves, c.says)
		}
	}
	if n := s.SQL(t, "shop", "select count(*) from orders"); n != "3000" {
		t.Errorf("a check changed the data: %s", n)
	}
}

func TestNewestIsTheDatasOwnTime(t *testing.T) {
	want := time.Date(2026, 11, 20, 10, 6, 40, 0, time.UTC)
	target := drivers.Target{Kind: drivers.TargetParallel, DSN: server(t).DSN("shop")}
	d := driver(t, t.TempDir(), nil)
	for _, q := range []string{
		"max(created_at)", "max(created_at at time zone 'UTC')", "extract(epoch from max(created_at))",
		"(extract(epoch from max(created_at)) * 1000000)::bigint", "to_char(max(created_at), 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
	} {
		r := validate(t, d, target, nil, drivers.Check{Query: "select " + q + " from customers", Newest: true})[0]
		if r.Newest == nil || !r.Newest.Equal(want) {
			t.Errorf("%s: %v, expected %v (%s)", q, r.Newest, want, r.Detail)
		}
	}
}

func TestUnreachableSourceIsUnknown(t *testing.T) {
	target := drivers.Target{Kind: drivers.TargetParallel, DSN: server(t).DSN("shop")}
	d := driverOf(t, t.TempDir(), "host="+t.TempDir()+" dbname=shop user=x", nil)
	r := validate(t, d, target, nil, drivers.Check{Rows: "orders", Expect: "== source"})[0]
	if r.Outcome != drivers.Unknown || !strings.Contains(r.Detail, "source could not be asked") {
		t.Errorf("%+v", r)
	}
}

func TestChecksOfWhatWasNotRestored(t *testing.T) {
	target := drivers.Target{Kind: drivers.TargetParallel, DSN: server(t).DSN("shop")}
	d := driver(t, t.TempDir(), nil)
	rs := validate(t, d, target, []string{"public.customers"},
		drivers.Check{Rows: "orders", Expect: ">= 1"}, drivers.Check{Rows: "customers", Expect: ">= 1"},
		drivers.Check{Query: "select count(*) from gone", Expect: ">= 1"})
	for i, want := range []drivers.Outcome{drivers.Skipped, drivers.Passed, drivers.Skipped} {
		if rs[i].Outcome != want {
			t.Errorf("%d: %+v, expected %s", i, rs[i], want)
		}
	}
}

func TestQuery(t *testing.T) {
	d := driver(t, t.TempDir(), nil)
	target := drivers.Target{Kind: drivers.TargetParallel, Name: "shop", DSN: server(t).DSN("shop")}
	var out strings.Builder
	rep := &drivers.Reporter{Out: &out}
	must(t, d.Query(t.Context(), target, "select 1 as one;\nselect token from token;\n", rep))
	if !strings.Contains(out.String(), "one") || !strings.Contains(out.String(), "caf\u00e9") {
		t.Errorf("printed %q", out.String())
	}
	out.Reset()
	err := d.Query(t.Context(), target, "select 1/0;\nselect 'not reached';\n", rep)
	if err == nil || !strings.Contains(err.Error(), "division by zero") || strings.Contains(out.String(), "not reached\n(1") {
		t.Errorf("%v, printed %q", err, out.String())
	}
}
