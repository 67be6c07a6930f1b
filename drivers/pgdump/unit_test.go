package pgdump

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

func TestDSNKeepsSecretsApart(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://app:s3cr%20et@db1:5433/orders?sslmode=require":      "dbname=orders host=db1 port=5433 sslmode=require user=app",
		"postgresql://app:s3cr%20et@[::1],db2:5433/orders":              "dbname=orders host=::1,db2 port=,5433 user=app",
		"postgres://app:s3cr%20et@/orders?host=/run/postgresql":         "dbname=orders host=/run/postgresql user=app",
		`host=db1 dbname='my \'db' user=app password='s3cr et'`:         `dbname='my \'db' host=db1 user=app`,
		"  host = db1   password=s3cr\\ et  dbname=x  user=app  port=1": "dbname=x host=db1 port=1 user=app",
	} {
		d, err := parseDSN(in)
		must(t, err)
		if got := d.String(); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
		if env := d.environ(); !slices.Contains(env, "PGPASSWORD=s3cr et") {
			t.Errorf("%s: no password in the environment", in)
		}
	}
	for _, bad := range []string{"postgres://a:secret@%zz/", "orders", "host='x", "a b=c"} {
		if _, err := parseDSN(bad); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestMessagesOfPgRestore(t *testing.T) {
	const role = `pg_restore: while PROCESSING TOC:
pg_restore: from TOC entry 215; 1259 16390 TABLE orders app
pg_restore: error: could not execute query: ERROR:  role "app" does not exist
Command was: ALTER TABLE public.orders OWNER TO app;
`
	const exists = `pg_restore: error: could not execute query: ERROR:  relation "orders" already exists
Command was: CREATE TABLE public.orders (id int);
`
	const odd = `pg_restore: error: could not execute query: ERROR:  the moon is in the wrong house
Command was: SELECT 1;
`
	ignored := func(n int) string { return fmt.Sprintf("pg_restore: warning: errors ignored on restore: %d\n", n) }
	for _, c := range []struct {
		said string
		code int
		says string // empty: good
	}{
		{"", 0, ""},
		{role + ignored(1), 1, ""},
		{role + role + ignored(2), 1, ""},
		{role + ignored(2), 1, "only 1 were understood"},
		{role, 1, `role "app" does not exist`}, // -e: it stopped there
		{role + exists + ignored(2), 1, "already exists"},
		{odd + ignored(1), 1, "moon"},
		{role, 0, "status 0 but reported 1"},
		{"pg_restore: error: could not read from input file: end of file\n", 1, "end of file"},
		{`pg_restore: error: could not execute query: ERROR:  role "app" does not exist` + "\nCommand was: CREATE POLICY p ON t TO app;\n" + ignored(1), 1, "role"},
		{"", 1, "status 1"},
	} {
		m := &messages{ignored: -1}
		for _, l := range strings.Split(c.said, "\n") {
			m.line(l)
		}
		err := m.verdict(drivers.Exit{Code: c.code})
		if (err == nil) != (c.says == "") || (err != nil && !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%q with %d: %v, expected %q", c.said, c.code, err, c.says)
		}
	}
}

// versions is a runner on which programs of several versions are installed.
type versions map[string]string

func (v versions) Look(string) (string, error) { return "", drivers.ErrToolMissing }

func (v versions) Run(_ context.Context, c drivers.Command) (drivers.Exit, error) {
	dir := filepath.Base(filepath.Dir(c.Argv[0]))
	if _, err := fmt.Fprintf(c.Stdout, "pg_restore (PostgreSQL) %s (Debian)\n", v[dir]); err != nil {
		return drivers.Exit{}, err
	}
	return drivers.Exit{}, nil
}

func TestToolOfTheRightVersion(t *testing.T) {
	b := newToolbox(versions{"a": "13.4", "b": "15.18", "c": "17.2"}, "")
	for _, dir := range []string{"c", "a", "b"} {
		got, ok := b.probe(t.Context(), "/"+dir+"/pg_restore")
		if !ok {
			t.Fatal(dir)
		}
		b.found["pg_restore"] = append(b.found["pg_restore"], got)
	}
	slices.SortFunc(b.found["pg_restore"], func(x, y tool) int { return x.major - y.major })
	for major, want := range map[int]string{0: "13.4", 13: "13.4", 14: "15.18", 15: "15.18", 16: "17.2", 17: "17.2"} {
		got, err := b.atLeast(t.Context(), "pg_restore", major)
		if err != nil || got.version != want {
			t.Errorf("%d: %+v %v, expected %s", major, got, err, want)
		}
	}
	_, err := b.atLeast(t.Context(), "pg_restore", 18)
	isErr(t, err, drivers.ErrToolMissing, "newest here is 17.2")
	if drivers.Hint(err) != "apt-get install postgresql-client-18" {
		t.Errorf("hint %q", drivers.Hint(err))
	}
}

func TestOptions(t *testing.T) {
	for key, v := range map[string]string{"format": "tar", "jobs": "0", "pattern": "[", "timezone": "Mars/Olympus", "globals": "true"} {
		if _, err := Factory.New(drivers.Spec{Options: map[string]string{key: v}}, drivers.Env{}); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s=%s: %v", key, v, err)
		}
	}
}
