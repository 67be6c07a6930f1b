package pgdump

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// parallel makes an empty database in the shared server.
func parallel(t testing.TB, name string) drivers.Target {
	t.Helper()
	server(t).CreateDB(t, name)
	return drivers.Target{Kind: drivers.TargetParallel, Name: name, DSN: server(t).DSN(name)}
}

// summary is a digest of a database's rows and objects.
func summary(t testing.TB, dsn string) string {
	t.Helper()
	return server(t).Tool(t, "psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", dsn, "-c", `select
	 (select count(*) || md5(string_agg(c::text, '' order by id)) from customers c),
	 (select count(*) || md5(string_agg(o::text, '' order by id)) from orders o),
	 (select count(*) || md5(string_agg(w::text, '' order by w::text)) from "Odd Schema"."Weird ""Table" w),
	 (select count(*) || md5(string_agg(p::text, '' order by k)) from part p),
	 (select string_agg(token, '') from token), (select count(*) from per_day),
	 (select string_agg(md5(lo_get(oid)), ',' order by md5(lo_get(oid))) from pg_largeobject_metadata),
	 (select count(*) from pg_indexes where schemaname = 'public'), (select count(*) from pg_policies),
	 (select last_value from orders_id_seq), (select encoding || datcollate from pg_database where datname = current_database()),
	 (select count(*) from pg_trigger where tgname = 'touch')`)
}

func TestRestoreEveryFormatInParallel(t *testing.T) {
	dir := repository(t, "custom.dump", "dir", "inserts", "dump.tar")
	zipped, err := os.ReadFile(filepath.Join(dir, "custom.dump"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "zipped.dump.gz"), gz(t, zipped), 0o600))
	d := driver(t, dir, nil)
	want := summary(t, server(t).DSN("shop"))
	for _, id := range []string{"custom.dump", "dir", "inserts", "dump.tar", "zipped.dump.gz"} {
		target := parallel(t, "copy_of_shop")
		p := point(t, d, id)
		if v := verify(t, d, p, drivers.GradeReadable); !v.OK() {
			t.Errorf("%s: %+v", id, v.Results)
		}
		ev, err := restore(t, d, p, target)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		if got := summary(t, target.DSN); got != want {
			t.Errorf("%s: restored %s\nsource %s", id, got, want)
		}
		if ev.Items != 9 || ev.Bytes != p.Size || ev.Took <= 0 {
			t.Errorf("%s: evidence %+v", id, ev)
		}
		server(t).SQL(t, "postgres", "drop database copy_of_shop with (force)")
	}
}

func gz(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(b)
	must(t, errors.Join(err, z.Close()))
	return out.Bytes()
}

// TestScratch walks a whole drill: make, restore, check, remove.
func TestScratch(t *testing.T) {
	dir := repository(t, "custom.dump", "plain.sql")
	script, err := os.ReadFile(filepath.Join(dir, "plain.sql"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "script.sql.gz"), gz(t, script), 0o600))
	d := driver(t, dir, nil)
	want := summary(t, server(t).DSN("shop"))
	for _, id := range []string{"custom.dump", "script.sql.gz"} {
		rec := scratch(t, d)
		p := point(t, d, id)
		target, err := d.Provision(t.Context(), rec, p, nil)
		must(t, err)
		if target.Vars["PGDATABASE"] != "shop" {
			t.Errorf("vars %v", target.Vars)
		}
		lines, steps := &strings.Builder{}, 0
		plan, err := d.Plan(t.Context(), drivers.RestoreRequest{Point: p, Target: target})
		must(t, err)
		_, err = d.Restore(t.Context(), plan, &drivers.Reporter{
			OnCommand:  func(l string) { lines.WriteString(l) },
			OnProgress: func(drivers.Progress) { steps++ },
		})
		must(t, err)
		if got := summary(t, target.DSN); got != want {
			t.Errorf("%s: restored %s\nsource %s", id, got, want)
		}
		if !strings.Contains(lines.String(), rec.Dir) || steps < 2 {
			t.Errorf("%s: command log %q, %d steps", id, lines.String(), steps)
		}
		rs := validate(t, d, target, nil, drivers.Check{Rows: "orders", Expect: "== source"})
		if rs[0].Outcome != drivers.Passed || !rs[0].Proves {
			t.Errorf("%+v", rs)
		}
		_, err = restore(t, d, p, target)
		isErr(t, err, drivers.ErrTargetUnsafe, "not empty")
		must(t, d.Destroy(t.Context(), rec, nil))
		nothingLeft(t, rec)
		must(t, d.Destroy(t.Context(), rec, nil)) // twice
	}
}

// nothingLeft looks for processes and files of a scratch target.
func nothingLeft(t testing.TB, rec drivers.ScratchRecord) {
	t.Helper()
	if _, err := os.Lstat(rec.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s: %v", rec.Dir, err)
	}
	procs, err := filepath.Glob("/proc/[0-9]*")
	must(t, err)
	for _, p := range procs {
		cmd, _ := os.ReadFile(filepath.Join(p, "cmdline")) // it may have ended
		cwd, _ := os.Readlink(filepath.Join(p, "cwd"))
		if strings.Contains(string(cmd), rec.ID) || strings.Contains(cwd, rec.ID) {
			t.Errorf("%s still runs: %q in %s", p, cmd, cwd)
		}
	}
}

func TestSingleTable(t *testing.T) {
	d := driver(t, repository(t, "custom.dump"), nil)
	target := parallel(t, "one_table")
	if _, err := restore(t, d, point(t, d, ""), target, "customers", "part"); err != nil {
		t.Fatal(err)
	}
	got := value(t, target, `select string_agg(relname, ' ' order by relname) from pg_class c join pg_namespace n on n.oid = relnamespace
		where nspname not like 'pg\_%' and nspname <> 'information_schema' and relkind in ('r','p','S','i','v','m')`)
	if want := "customers customers_id_seq customers_pkey part part_a part_b"; got != want {
		t.Errorf("restored %s, expected %s", got, want)
	}
	if n := value(t, target, "select count(*) || ' ' || (select count(*) from part) from customers"); n != "400 1000" {
		t.Errorf("rows %s", n)
	}
	plan, err := d.Plan(t.Context(), drivers.RestoreRequest{Point: point(t, d, ""), Target: target, Select: []string{"public.orders"}})
	must(t, err)
	if w := strings.Join(plan.Warnings, "\n"); !strings.Contains(w, "left out: fk constraint orders orders_customer_fkey") {
		t.Errorf("warnings %s", w)
	}
	again, err := d.Plan(t.Context(), plan.Request)
	must(t, err)
	var one, two strings.Builder
	must(t, errors.Join(plan.WriteText(&one), again.WriteText(&two)))
	if one.String() != two.String() || plan.Basis != again.Basis {
		t.Errorf("two plans:\n%s\n%s", one.String(), two.String())
	}
	_, err = d.Plan(t.Context(), drivers.RestoreRequest{Point: point(t, d, ""), Target: target, Select: []string{"ordres"}})
	isErr(t, err, drivers.ErrNotFound, "ordres")
}

// TestLiveSingleTable: one table of a live database is brought back, and
// nothing else changes.
func TestLiveSingleTable(t *testing.T) {
	s := server(t)
	s.SQL(t, "postgres", "create database live template shop")
	t.Cleanup(func() { s.SQL(t, "postgres", "drop database live with (force)") })
	d := driverOf(t, repository(t, "custom.dump"), s.DSN("live"), map[string]string{"database": "shop"})
	target, _ := d.SourceTarget()
	s.SQL(t, "live", "delete from part", "update customers set name = 'kept'")
	if _, err := restore(t, d, point(t, d, ""), target, "public.part"); err != nil {
		t.Fatalf("%v (%s)", err, drivers.Hint(err))
	}
	if got := s.SQL(t, "live", "select (select count(*) from part) || ' ' || (select count(*) from customers where name = 'kept')"); got != "1000 400" {
		t.Errorf("rows %s", got)
	}
	// customers is referred to: the restore fails whole, and says what to do.
	_, err := restore(t, d, point(t, d, ""), target, "public.customers")
	isErr(t, err, drivers.ErrTargetUnsafe, "depend on it")
	if got := s.SQL(t, "live", "select count(*) from customers where name = 'kept'"); got != "400" {
		t.Errorf("a failed restore changed the live table: %s", got)
	}
}

func TestUnsafeTargets(t *testing.T) {
	s := server(t)
	d := driver(t, repository(t, "custom.dump"), nil)
	p := point(t, d, "")
	// The source by another name: its TCP-less server through a linked path.
	link := filepath.Join(t.TempDir(), "l")
	must(t, os.Symlink(s.Socket, link))
	_, err := restore(t, d, p, drivers.Target{Kind: drivers.TargetParallel, Name: "elsewhere", DSN: "host=" + link + " user=postgres dbname=shop"})
	isErr(t, err, drivers.ErrTargetUnsafe, "live source itself")

	target := parallel(t, "not_empty")
	s.SQL(t, "not_empty", "create table mine(x int)")
	_, err = restore(t, d, p, target)
	isErr(t, err, drivers.ErrTargetUnsafe, "not empty")

	rec := drivers.ScratchRecord{ID: drivers.ScratchPrefix + "0123456789ab", Dir: "/nonexistent/" + drivers.ScratchPrefix + "0123456789ab", Driver: name}
	server(t).CreateDB(t, "fake_scratch")
	_, err = restore(t, d, p, drivers.Target{Kind: drivers.TargetScratch, Name: "x", DSN: s.DSN("fake_scratch"), Scratch: &rec})
	isErr(t, err, drivers.ErrTargetUnsafe, "scratch cluster's socket")
	if n := s.SQL(t, "shop", "select count(*) from orders"); n != "3000" {
		t.Errorf("the source was touched: %s", n)
	}
}

func TestStalePlan(t *testing.T) {
	dir := repository(t, "custom.dump")
	d := driver(t, dir, nil)
	plan, err := d.Plan(t.Context(), drivers.RestoreRequest{Point: point(t, d, ""), Target: parallel(t, "stale")})
	must(t, err)
	must(t, os.Chtimes(filepath.Join(dir, "custom.dump"), time.Now(), time.Now()))
	_, err = d.Restore(t.Context(), plan, nil)
	isErr(t, err, drivers.ErrPlanStale, "changed")
}

// TestCancel: calling a restore off ends its children at once.
func TestCancel(t *testing.T) {
	d := driver(t, repository(t, "custom.dump"), nil)
	target := parallel(t, "cancelled")
	// Somebody holds a lock that the restore runs into.
	locker, err := (&dsn{params: map[string]string{"host": server(t).Socket, "user": "postgres", "dbname": "cancelled"}}).connect(t.Context())
	must(t, err)
	defer closeConn(context.Background(), locker)
	_, err = locker.Exec(t.Context(), "begin; lock table pg_catalog.pg_class in exclusive mode")
	must(t, err)
	plan, err := d.Plan(t.Context(), drivers.RestoreRequest{Point: point(t, d, ""), Target: target})
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	begun := make(chan struct{}, 100)
	done := make(chan error, 1)
	go func() {
		_, err := d.Restore(ctx, plan, &drivers.Reporter{OnProgress: func(drivers.Progress) { begun <- struct{}{} }})
		done <- err
	}()
	<-begun
	at := time.Now()
	cancel()
	isErr(t, <-done, context.Canceled, "")
	if took := time.Since(at); took > 3*time.Second {
		t.Errorf("it took %s", took)
	}
	procs, err := filepath.Glob("/proc/[0-9]*/cmdline")
	must(t, err)
	for _, p := range procs {
		if cmd, _ := os.ReadFile(p); strings.Contains(string(cmd), "pg_restore") && strings.Contains(string(cmd), "cancelled") { // it may have ended
			t.Errorf("%s still runs: %q", p, cmd)
		}
	}
}

func TestMissingRolesAreHarmlessInParallel(t *testing.T) {
	s := server(t)
	s.CreateDB(t, "owned")
	s.SQL(t, "owned", "create role gone", "create table t(x int)", "insert into t values (1)", "alter table t owner to gone", "grant select on t to gone")
	dir := t.TempDir()
	s.Tool(t, "pg_dump", "-Fc", "-f", filepath.Join(dir, "o.dump"), "-d", s.DSN("owned"))
	s.SQL(t, "owned", "drop table t", "drop role gone")
	d := driverOf(t, dir, s.DSN("owned"), nil)
	ev, err := restore(t, d, point(t, d, ""), parallel(t, "ownerless"))
	must(t, err)
	if len(ev.Warnings) == 0 || !strings.Contains(ev.Warnings[0], `harmless: ERROR:  role "gone" does not exist`) {
		t.Errorf("warnings %q", ev.Warnings)
	}
}
