package pgdump

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/pgtest"
)

// One server, one database and one set of dumps serve all tests: they read
// them, and copy what they damage.
var shared struct {
	once   sync.Once
	server *pgtest.Server
	stop   func() error
	dumps  string
	err    error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.stop != nil {
		if err := shared.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stopping the test server:", err)
			code = 1
		}
	}
	if shared.dumps != "" {
		_ = os.RemoveAll(shared.dumps) // a temporary directory
	}
	os.Exit(code)
}

// server starts the shared server with database shop.
func server(t testing.TB) *pgtest.Server {
	t.Helper()
	shared.once.Do(func() {
		shared.server, shared.stop, shared.err = pgtest.Run(context.Background())
		if shared.err != nil {
			return
		}
		if shared.dumps, shared.err = os.MkdirTemp("", "lb-dumps-"); shared.err != nil {
			return
		}
		makeShop(t, shared.server)
	})
	if shared.err != nil {
		pgtest.Missing(t, shared.err)
	}
	return shared.server
}

// shop has tables of many shapes, few rows, and a row that is 100 kB long.
const shop = `
create role app;
create schema "Odd Schema";
create type mood as enum ('sad', 'ok');
create table customers(id serial primary key, name text not null, m mood default 'ok', created_at timestamptz not null);
create table orders(id bigserial primary key, customer int not null references customers, note text, made date);
create index orders_made on orders(made);
create table "Odd Schema"."Weird ""Table"(a int, "b c" text);
create table empty_one(x int);
create table nocols();
create table token(token text);
create table part(k int, v text) partition by range (k);
create table part_a partition of part for values from (0) to (500);
create table part_b partition of part for values from (500) to (1000);
create function touch() returns trigger language plpgsql as $$begin new.note = coalesce(new.note, ';'); return new; end$$;
create trigger touch before insert on orders for each row execute function touch();
create view recent as select * from orders where made > date '2026-06-01';
create materialized view per_day as select made, count(*) from orders group by 1;
alter table orders enable row level security;
create policy only_app on orders for select to app using (true);
grant select on orders to app;
comment on table orders is 'the orders';
insert into customers(name, created_at) select 'customer ' || i, timestamptz '2026-11-20 10:00:00+00' + i * interval '1 second' from generate_series(1, 400) i;
insert into orders(customer, note, made) select 1 + i % 400, md5(i::text) || md5((i * 7)::text), date '2026-01-01' + i % 300 from generate_series(1, 3000) i;
insert into "Odd Schema"."Weird ""Table" select i, E'tab\tline\nback\\slash é' from generate_series(1, 50) i;
insert into "Odd Schema"."Weird ""Table" select 0, string_agg(md5(i::text), '') from generate_series(1, 3000) i;
insert into part select i, 'v' || i from generate_series(0, 999) i;
insert into token values (E'caf\u00e9 \\.\tend ');
select lo_from_bytea(0, 'hello blob'::bytea);
select lo_from_bytea(0, decode(repeat('00ff', 3000), 'hex'));
refresh materialized view per_day;
`

func makeShop(t testing.TB, s *pgtest.Server) {
	t.Helper()
	s.SQL(t, "postgres", "create database shop")
	s.SQL(t, "shop", shop)
	for file, args := range map[string]string{
		"custom.dump": "-Fc", "custom0.dump": "-Fc -Z0", "dir": "-Fd", "dir0": "-Fd -Z0", "inserts": "-Fd -Z0 --inserts",
		"dump.tar": "-Ft", "plain.sql": "-Fp", "schema.dump": "-Fc -s",
	} {
		argv := append(strings.Fields(args), "-f", filepath.Join(shared.dumps, file), "-d", s.DSN("shop"))
		s.Tool(t, "pg_dump", argv...)
	}
}

// repository makes a directory with copies of these dumps: "name" or
// "name=source".
func repository(t testing.TB, names ...string) string {
	t.Helper()
	server(t)
	dir := t.TempDir()
	for _, n := range names {
		to, from, ok := strings.Cut(n, "=")
		if !ok {
			from = to
		}
		copyTree(t, filepath.Join(shared.dumps, from), filepath.Join(dir, to))
	}
	return dir
}

func copyTree(t testing.TB, from, to string) {
	t.Helper()
	st, err := os.Stat(from)
	must(t, err)
	if st.IsDir() {
		must(t, os.CopyFS(to, os.DirFS(from)))
		return
	}
	b, err := os.ReadFile(from)
	must(t, err)
	must(t, os.WriteFile(to, b, 0o600))
	must(t, os.Chtimes(to, st.ModTime(), st.ModTime()))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open makes a driver over a repository, with the shop as its source.
func driver(t testing.TB, repository string, options map[string]string) *Driver {
	t.Helper()
	return driverOf(t, repository, server(t).DSN("shop"), options)
}

func driverOf(t testing.TB, repository, source string, options map[string]string) *Driver {
	t.Helper()
	d, err := Factory.New(drivers.Spec{
		Workload: "orders-db", Kind: "postgresql", Copy: "nightly", DSN: source, Repository: repository, Options: options,
	}, drivers.Env{Runner: command.Local{}, Now: time.Now, TmpDir: t.TempDir()})
	must(t, err)
	return d.(*Driver)
}

// point finds the only point, or the one of that id.
func point(t testing.TB, d *Driver, id string) drivers.RecoveryPoint {
	t.Helper()
	pts, err := d.Locate(t.Context())
	must(t, err)
	for _, p := range pts {
		if p.ID == id || (id == "" && len(pts) == 1) {
			return p
		}
	}
	t.Fatalf("no point %q among %d", id, len(pts))
	return drivers.RecoveryPoint{}
}

func verify(t testing.TB, d *Driver, p drivers.RecoveryPoint, g drivers.Grade) drivers.Verification {
	t.Helper()
	v, err := d.Verify(t.Context(), drivers.VerifyRequest{Point: p, Grade: g}, nil)
	must(t, err)
	return v
}

// scratch makes a record as the engine does, in a directory that a server's
// user can reach, and destroys the target at the end of the test.
func scratch(t testing.TB, d *Driver) drivers.ScratchRecord {
	t.Helper()
	parent, err := os.MkdirTemp("", "lb-scr-")
	must(t, err)
	must(t, os.Chmod(parent, 0o711))
	id := fmt.Sprintf("%s%012x", drivers.ScratchPrefix, time.Now().UnixNano()&0xffffffffffff)
	rec := drivers.ScratchRecord{ID: id, Dir: filepath.Join(parent, id), Driver: name, Made: time.Now()}
	t.Cleanup(func() {
		if err := d.Destroy(context.Background(), rec, nil); err != nil {
			t.Error(err)
		}
		if err := os.Remove(parent); err != nil {
			t.Errorf("something is left behind: %v", err)
		}
	})
	return rec
}

// restore plans and restores.
func restore(t testing.TB, d *Driver, p drivers.RecoveryPoint, target drivers.Target, tables ...string) (drivers.Evidence, error) {
	t.Helper()
	plan, err := d.Plan(t.Context(), drivers.RestoreRequest{Point: p, Target: target, Select: tables})
	if err != nil {
		return drivers.Evidence{}, err
	}
	return d.Restore(t.Context(), plan, nil)
}

// value asks a target one question.
func value(t testing.TB, target drivers.Target, sql string) string {
	t.Helper()
	return server(t).Tool(t, "psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", target.DSN, "-c", sql)
}

func isErr(t testing.TB, err, want error, says string) {
	t.Helper()
	if !errors.Is(err, want) || !strings.Contains(fmt.Sprint(err), says) {
		t.Fatalf("error is %v, expected %v and %q", err, want, says)
	}
}
