package sqlite

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

func TestValidate(t *testing.T) {
	s := newShop(t, nil)
	live, _ := s.SourceTarget()
	req := drivers.ValidateRequest{
		Target: live,
		Judge: func(expect, got, source string) (bool, error) {
			switch {
			case expect == "nonsense":
				return false, errors.New("no expectation")
			case expect == "== source":
				return got == source, nil
			case strings.HasPrefix(expect, ">= "):
				return got != "0", nil
			}
			return got == expect, nil
		},
		NeedsSource: func(e string) bool { return strings.Contains(e, "source") },
	}
	for name, c := range map[string]struct {
		check drivers.Check
		want  drivers.Outcome
		says  string
	}{
		"rows":               {drivers.Check{Rows: "orders"}, drivers.Passed, "600"},
		"rows of the source": {drivers.Check{Rows: "main.orders", Expect: "== source"}, drivers.Passed, "600"},
		"rows, wrong":        {drivers.Check{Rows: "orders", Expect: "599"}, drivers.Failed, "expected 599"},
		"rows, no table":     {drivers.Check{Rows: "orderz"}, drivers.Failed, "customers"},
		"query":              {drivers.Check{Query: "SELECT name FROM customers WHERE id = 7;", Expect: "customer 7"}, drivers.Passed, ""},
		"query, no row":      {drivers.Check{Query: "SELECT name FROM customers WHERE id = 7000"}, drivers.Failed, "no row"},
		"query, null":        {drivers.Check{Query: "SELECT max(id) FROM orders WHERE 0"}, drivers.Failed, "NULL"},
		"query, wrong SQL":   {drivers.Check{Query: "SELEKT 1"}, drivers.Failed, "syntax error"},
		"query that writes":  {drivers.Check{Query: "DELETE FROM orders RETURNING 1"}, drivers.Failed, "readonly"},
		"pragma":             {drivers.Check{Query: "PRAGMA application_id", Expect: "4711"}, drivers.Passed, ""},
		"bad expectation":    {drivers.Check{Rows: "orders", Expect: "nonsense"}, drivers.Unknown, "no expectation"},
		"canary":             {drivers.Check{Canary: "SELECT token FROM lifeboat_canary", Expect: "tok-Ä-17"}, drivers.Passed, "equal"},
		"canary, case":       {drivers.Check{Canary: "SELECT token FROM lifeboat_canary", Expect: "tok-ä-17"}, drivers.Failed, "from byte 6 on"},
		"a date, raw":        {drivers.Check{Canary: "SELECT created_at FROM orders WHERE id = 1", Expect: "2026-11-01 00:01:00"}, drivers.Passed, ""},
		"newest, no time":    {drivers.Check{Query: "SELECT max(note) FROM orders", Newest: true}, drivers.Failed, "no time"},
		"file":               {drivers.Check{File: "x"}, drivers.Skipped, ""},
	} {
		t.Run(name, func(t *testing.T) {
			req.Checks = []drivers.Check{c.check}
			got, err := s.Validate(t.Context(), req, nil)
			if err != nil {
				t.Fatal(err)
			}
			r := got[0]
			if r.Outcome != c.want || !strings.Contains(r.Detail, c.says) || (r.Outcome == drivers.Passed && !r.Proves) {
				t.Errorf("%+v", r)
			}
		})
	}
	req.Checks = []drivers.Check{{Query: "SELECT max(created_at) FROM orders", Newest: true}}
	got, err := s.Validate(t.Context(), req, nil)
	if err != nil || got[0].Newest == nil || !got[0].Newest.Equal(time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("newest: %+v %v", got, err)
	}
	req.Checks = []drivers.Check{{Rows: "orders"}, {Query: "SELECT count(*) FROM gone"}}
	req.Select = []string{"customers"}
	got, err = s.Validate(t.Context(), req, nil)
	if err != nil || got[0].Outcome != drivers.Skipped || got[1].Outcome != drivers.Skipped {
		t.Errorf("selected: %+v %v", got, err)
	}
	if n := ask(t, s.source, "SELECT count(*) FROM orders"); n != "600" {
		t.Errorf("a check wrote: %s rows", n)
	}
}

func TestValidateWithoutSource(t *testing.T) {
	s := newShop(t, nil)
	p := s.backup(t)
	if err := os.Remove(s.source); err != nil {
		t.Fatal(err)
	}
	got, err := s.Validate(t.Context(), drivers.ValidateRequest{
		Target: drivers.Target{Path: p.Files[0]}, Checks: []drivers.Check{{Rows: "orders", Expect: "== source"}},
		NeedsSource: func(string) bool { return true },
	}, nil)
	if err != nil || got[0].Outcome != drivers.Unknown || !strings.Contains(got[0].Detail, "source can't be asked") {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := os.Stat(s.source); err == nil {
		t.Error("asking the source made one")
	}
}

func TestParseTime(t *testing.T) {
	want := time.Date(2026, 11, 21, 2, 30, 15, 0, time.UTC)
	for _, s := range []string{
		"2026-11-21 02:30:15", "2026-11-21T02:30:15Z", "2026-11-21T03:30:15+01:00", "2026-11-21 02:30:15+00:00", "2026-11-21T02:30:15",
		"2026-11-21 02:30:15 +0000 UTC", "20261121T023015Z", "1795228215", "1795228215000", "1795228215000000", "1795228215000000000",
		"1795228215.0", " 2026-11-21 02:30:15.000 ", "2461365.604340278",
	} {
		got, ok := parseTime(value{text: s})
		if !ok || got.Sub(want).Abs() > time.Second {
			t.Errorf("%q: %s %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "yesterday", "12", "-5", "NaN", "Inf", "1e300"} {
		if got, ok := parseTime(value{text: s}); ok {
			t.Errorf("%q is taken for %s", s, got)
		}
	}
}

func TestQuery(t *testing.T) {
	s := newShop(t, nil)
	live, _ := s.SourceTarget()
	var out strings.Builder
	err := s.Query(t.Context(), live, `-- the first; with a semicolon
		BEGIN; CREATE TABLE t (a, "b;c" DATETIME); INSERT INTO t VALUES ('x;''y', '2026-11-21 02:30:00'), (NULL, x'00ff'), ('日本', 1.5);
		CREATE TRIGGER g AFTER DELETE ON t BEGIN UPDATE t SET a = CASE WHEN 1 THEN 2 END; SELECT 1; END; COMMIT;
		SELECT a, "b;c" FROM t /* no; */; SELECT 1 WHERE 0`, &drivers.Reporter{Out: &out})
	want := "a     b;c\n----  -------------------\nx;'y  2026-11-21 02:30:00\nNULL  x'00ff'\n日本  1.5\n(3 rows)\n1\n-\n(0 rows)\n"
	if err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, out.String())
	}
	out.Reset()
	err = s.Query(t.Context(), live, "SELECT 1; SELECT * FROM nowhere; SELECT 2", &drivers.Reporter{Out: &out})
	if err == nil || !strings.Contains(err.Error(), "statement 2 (SELECT * FROM nowhere)") || strings.Contains(out.String(), "2\n") {
		t.Errorf("%v\n%s", err, out.String())
	}
	if err := s.Query(t.Context(), live, ".tables\nSELECT 1;", nil); err == nil || !strings.Contains(drivers.Hint(err), "dot commands") {
		t.Errorf("%v", err)
	}
	out.Reset()
	if err := s.Query(t.Context(), live, "SELECT id FROM orders", &drivers.Reporter{Out: &out}); err != nil || strings.Count(out.String(), "\n") != 603 {
		t.Errorf("%v, %d lines", err, strings.Count(out.String(), "\n"))
	}
	missing := drivers.Target{Path: s.dir + "/none.db"}
	if err := s.Query(t.Context(), missing, "SELECT 1", nil); err == nil {
		t.Error("a query made a database")
	}
}

func FuzzStatements(f *testing.F) {
	f.Add("SELECT ';'; -- x\nCREATE TRIGGER a BEGIN SELECT 1; END; .dot\n[a;b] /* ; */")
	f.Fuzz(func(t *testing.T, s string) {
		got := statements(s)
		for _, g := range got {
			if g == "" || !strings.Contains(s, g) {
				t.Errorf("%q is not of %q", g, s)
			}
		}
	})
}
