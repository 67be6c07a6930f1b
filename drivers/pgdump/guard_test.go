package pgdump

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/pgtest"
)

// tunnel forwards a TCP port to a server's socket, as ssh -L or socat does.
func tunnel(t *testing.T, s *pgtest.Server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return // the test is over
			}
			out, err := net.Dial("unix", filepath.Join(s.Socket, ".s.PGSQL."+s.Port()))
			if err != nil {
				in.Close()
				continue
			}
			go func() { _, _ = io.Copy(out, in); out.Close() }()
			go func() { _, _ = io.Copy(in, out); in.Close() }()
		}
	}()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}

// TestLiveByAnyAddress: the live database is refused whatever its address is
// called, also through a replica; another database is not.
func TestLiveByAnyAddress(t *testing.T) {
	live := pgtest.Start(t)
	port := live.Network(t)
	live.SQL(t, "postgres", "create database shop", "create role app")
	replica := live.Replica(t)
	d := driverOf(t, repository(t, "custom.dump"), live.DSN("shop"), nil)
	p := point(t, d, "")
	link := filepath.Join(t.TempDir(), "l")
	must(t, os.Symlink(live.Socket, link))
	services := filepath.Join(t.TempDir(), "services")
	must(t, os.WriteFile(services, []byte("[other]\nhost="+live.Socket+"\nport="+port+"\nuser=postgres\ndbname=shop\n"), 0o600))
	t.Setenv("PGSERVICEFILE", services)
	host, err := os.Hostname()
	must(t, err)

	const rest = " user=postgres dbname=shop sslmode=disable"
	addresses := map[string]string{
		"socket": "host=" + live.Socket + " port=" + port + rest, "linked socket": "host=" + link + " port=" + port + rest,
		"127.0.0.1": "host=127.0.0.1 port=" + port + rest, "127.0.0.2": "host=127.0.0.2 port=" + port + rest,
		"localhost": "postgres://postgres@localhost:" + port + "/shop?sslmode=disable",
		"hostaddr":  "host=nowhere.example hostaddr=127.0.0.1 port=" + port + rest,
		"tunnel":    "host=127.0.0.1 port=" + tunnel(t, live) + rest,
		"service":   "service=other", "replica": "host=" + replica.Socket + " port=" + replica.Port() + rest,
		"replica by TCP": "host=127.0.0.1 port=" + replica.Port() + rest,
	}
	if _, err := net.LookupHost(host); err == nil {
		addresses["host name"] = "host=" + host + " port=" + port + rest
	} else {
		t.Logf("not tried: the host name %s: %v", host, err)
	}
	if c, err := net.Dial("tcp", "[::1]:"+port); err == nil {
		c.Close()
		addresses["::1"] = "postgres://postgres@[::1]:" + port + "/shop?sslmode=disable"
	} else {
		t.Logf("not tried: ::1: %v", err)
	}
	refused := func(name, dsn string) {
		t.Helper()
		_, err := restore(t, d, p, drivers.Target{Kind: drivers.TargetParallel, Name: name, DSN: dsn})
		isErr(t, err, drivers.ErrTargetUnsafe, "live source itself")
	}
	for name, dsn := range addresses {
		refused(name, dsn)
	}
	for key, v := range map[string]string{"PGHOST": live.Socket, "PGPORT": port, "PGUSER": "postgres", "PGSSLMODE": "disable"} {
		t.Setenv(key, v)
	}
	refused("the environment", "dbname=shop")
	t.Setenv("PGHOST", "127.0.0.1")
	t.Setenv("PGDATABASE", "shop")
	refused("the whole environment", "sslmode=disable")

	_, err = restore(t, d, p, drivers.Target{Kind: drivers.TargetParallel, Name: "x", DSN: "host=" + live.Socket + "," + replica.Socket + " port=" + port + rest})
	isErr(t, err, drivers.ErrTargetUnsafe, "several servers")
	if n := live.SQL(t, "shop", "select count(*) from pg_class where relname = 'orders'"); n != "0" {
		t.Error("the live database was restored into")
	}
	live.CreateDB(t, "beside")
	beside := drivers.Target{Kind: drivers.TargetParallel, Name: "beside", DSN: "host=localhost port=" + port + " user=postgres dbname=beside sslmode=disable"}
	plan, err := d.Plan(t.Context(), drivers.RestoreRequest{Point: p, Target: beside})
	must(t, err)
	line := ""
	_, err = d.Restore(t.Context(), plan, &drivers.Reporter{OnCommand: func(l string) { line = l }})
	must(t, err)
	if !strings.Contains(line, "hostaddr=127.0.0.1") && !strings.Contains(line, "hostaddr=::1") {
		t.Errorf("the tool may ask another server than the guard: %s", line)
	}
	// Another database of a replica is no place either.
	_, err = restore(t, d, p, drivers.Target{Kind: drivers.TargetParallel, Name: "x", DSN: replica.DSN("template1")})
	isErr(t, err, drivers.ErrTargetUnsafe, "standby")
	// The source may be declared by its replica.
	d = driverOf(t, repository(t, "custom.dump"), replica.DSN("shop"), nil)
	refused("the primary of the declared replica", live.DSN("shop"))
}

// TestToolGoesWhereTheGuardLooked: what a connection string leaves open is
// settled before the guard looks, for the tool does not see all of the
// environment.
func TestToolGoesWhereTheGuardLooked(t *testing.T) {
	live, other := server(t), pgtest.Start(t)
	other.SQL(t, "postgres", "create role app")
	other.CreateDB(t, "copy")
	live.CreateDB(t, "copy")
	services := filepath.Join(t.TempDir(), "services")
	must(t, os.WriteFile(services, []byte("[other]\nhost="+other.Socket+"\nuser=postgres\ndbname=copy\n"), 0o600))
	t.Setenv("PGSERVICEFILE", services)
	t.Setenv("PGSERVICE", "other")
	t.Setenv("PGHOST", live.Socket)
	d := driver(t, repository(t, "custom.dump"), nil)
	_, err := restore(t, d, point(t, d, ""), drivers.Target{Kind: drivers.TargetParallel, Name: "by service", DSN: "sslmode=disable"})
	must(t, err)
	if n := other.SQL(t, "copy", "select count(*) from orders"); n != "3000" {
		t.Errorf("%s orders where the guard looked", n)
	}
	if n := live.SQL(t, "copy", "select count(*) from pg_class where relname = 'orders'"); n != "0" {
		t.Error("the tool went to the server that the environment names")
	}
}

// TestUnknownIdentity: a server that does not say who it is may be the live
// one. Its start time still tells that it is.
func TestUnknownIdentity(t *testing.T) {
	s := server(t)
	s.SQL(t, "shop", "create role plain login", "revoke execute on function pg_control_system() from public")
	t.Cleanup(func() { s.SQL(t, "shop", "grant execute on function pg_control_system() to public", "drop role plain") })
	target := parallel(t, "guarded")
	s.SQL(t, "postgres", "alter database guarded owner to plain")
	s.SQL(t, "guarded", "revoke execute on function pg_control_system() from public")
	plain := func(database string) string {
		return strings.Replace(s.DSN(database), "user=postgres", "user=plain", 1)
	}
	target.DSN = plain("guarded")
	for what, source := range map[string]string{"target": s.DSN("shop"), "both": plain("shop")} {
		d := driverOf(t, repository(t, "custom.dump"), source, nil)
		_, err := restore(t, d, point(t, d, ""), target)
		isErr(t, err, drivers.ErrTargetUnsafe, "may be the live source: pg_control_system() is denied")
		_, err = restore(t, d, point(t, d, ""), drivers.Target{Kind: drivers.TargetParallel, Name: what, DSN: plain("shop")})
		isErr(t, err, drivers.ErrTargetUnsafe, "live source itself")
		id, err := d.Identify(t.Context(), target)
		if err != nil || id.Value != "" || !strings.Contains(id.Unknown, "GRANT EXECUTE") || len(id.Also) != 1 {
			t.Errorf("%s: %+v %v", what, id, err)
		}
	}
}

// TestSourceThatIsGone: a drill ends there, an incident goes on with a warning.
func TestSourceThatIsGone(t *testing.T) {
	d := driverOf(t, repository(t, "custom.dump"), "host="+t.TempDir()+" user=postgres dbname=shop", nil)
	p, target := point(t, d, ""), parallel(t, "after_fire")
	_, err := restore(t, d, p, target)
	isErr(t, err, drivers.ErrTargetUnsafe, "the source can't be reached")
	plan, err := d.Plan(t.Context(), drivers.RestoreRequest{Point: p, Target: target, Incident: true})
	must(t, err)
	ev, err := d.Restore(t.Context(), plan, nil)
	must(t, err)
	if !strings.Contains(strings.Join(ev.Warnings, " "), "could not be compared with the live source") {
		t.Errorf("warnings %v", ev.Warnings)
	}
}

// TestNotEmpty: whatever shows that somebody uses a database. Each is made in
// a transaction, looked at, and forgotten.
func TestNotEmpty(t *testing.T) {
	target := parallel(t, "full_one")
	to, err := parseDSN(target.DSN)
	must(t, err)
	conn, err := to.connect(t.Context())
	must(t, err)
	defer closeConn(context.Background(), conn)
	for says, sql := range map[string]string{
		"view seen":                      "create view seen as select 1 as one",
		"table other.t":                  "create schema other; create table other.t(x int)",
		"schema lonely":                  "create schema lonely",
		"function busy()":                "create function busy() returns int language sql as 'select 1'",
		"sequence counter":               "create sequence counter",
		"type colour":                    "create type colour as enum ('red')",
		"type positive":                  "create domain positive as int check (value > 0)",
		"large object 4711":              "select lo_create(4711)",
		"publication everything":         "create publication everything for all tables",
		"materialized view m":            "create materialized view m as select 1 as one",
		"foreign-data wrapper away":      "create foreign data wrapper away",
		"collation french":               "create collation french from \"C\"",
		"text search configuration ours": "create text search configuration ours (copy = english)",
		"operator":                       "create operator ### (leftarg = int, rightarg = int, function = int4pl)",
		"cast from point to integer":     "create cast (point as int) with inout",
		"function quiet()":               "create function quiet() returns event_trigger language plpgsql as 'begin end'; create event trigger q on sql_drop execute function quiet()",
		"table t":                        "create table t(x int)",
		"table \"Odd\".\"Name\"":         "create schema \"Odd\"; create table \"Odd\".\"Name\"(x int)",
		"table parts":                    "create table parts(k int) partition by range (k)",
		"function work()":                "create procedure work() language sql as 'select 1'",
		"foreign table":                  "create foreign data wrapper w; create server s foreign data wrapper w; create foreign table f(x int) server s",
	} {
		_, err := conn.Exec(t.Context(), "begin; "+sql)
		must(t, err)
		id, err := identityOf(t.Context(), conn)
		if err != nil || id.Empty || !strings.Contains(id.Holds, says) {
			t.Errorf("%s: %+v %v", says, id, err)
		}
		_, err = conn.Exec(t.Context(), "rollback")
		must(t, err)
	}
	server(t).SQL(t, "full_one", "select lo_create(4711)")
	d := driver(t, repository(t, "custom.dump"), nil)
	_, err = restore(t, d, point(t, d, ""), target)
	isErr(t, err, drivers.ErrTargetUnsafe, "database full_one is not empty: it has large object 4711")
}

// TestEmptyAllTheSame: what a database is prepared with, and what is the
// cluster's.
func TestEmptyAllTheSame(t *testing.T) {
	s := server(t)
	target := parallel(t, "prepared")
	s.SQL(t, "prepared", "create role someone", "drop schema public", "create schema public", "create extension if not exists plpgsql",
		"alter database prepared set search_path = public", "create temporary table gone(x int)")
	t.Cleanup(func() { s.SQL(t, "postgres", "drop role someone") })
	d := driver(t, repository(t, "custom.dump"), nil)
	_, err := restore(t, d, point(t, d, ""), target)
	must(t, err)
}

func TestRoom(t *testing.T) {
	dir := repository(t, "custom.dump", "dir", "custom0.dump")
	d := driver(t, dir, nil)
	p := point(t, d, "custom.dump")
	parent := drivertest.SmallDisk(t, "20m")
	must(t, os.Chmod(parent, 0o711))
	id := drivers.ScratchPrefix + "0123456789ab"
	rec := drivers.ScratchRecord{ID: id, Dir: filepath.Join(parent, id), Driver: name}
	_, err := d.Provision(t.Context(), rec, p, nil)
	isErr(t, err, drivers.ErrNoSpace, "20 MiB free, the restore needs 100 MiB and 10 MiB to spare")
	isErr(t, err, drivers.ErrTargetUnsafe, parent)
	if !strings.Contains(drivers.Hint(err), "TMPDIR") {
		t.Errorf("hint %q", drivers.Hint(err))
	}
	if left, _ := os.ReadDir(parent); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	target := parallel(t, "roomy")
	room, ok := d.Room(t.Context(), target)
	if !ok || room.Path != server(t).Data || room.Free <= 0 {
		t.Errorf("a server behind a socket: %+v %v", room, ok)
	}
	plan, err := d.Plan(t.Context(), drivers.RestoreRequest{Point: p, Target: target})
	must(t, err)
	p.Detail[detailBytes] = "5000000000000000" // as a manifest tells it
	huge, err := d.Plan(t.Context(), drivers.RestoreRequest{Point: p, Target: target})
	must(t, err)
	if huge.Needs != 5e15+clusterSize || plan.Needs <= clusterSize || plan.Needs > 2*clusterSize {
		t.Errorf("needs %d, by the manifest %d", plan.Needs, huge.Needs)
	}
	_, err = d.Restore(t.Context(), huge, nil)
	isErr(t, err, drivers.ErrNoSpace, server(t).Data)
}

// TestNeedsOfATable: one table of a large dump needs its share.
func TestNeedsOfATable(t *testing.T) {
	d := driver(t, repository(t, "custom.dump", "custom0.dump", "dir", "dir0", "dump.tar"), nil)
	for _, id := range []string{"custom.dump", "custom0.dump", "dir", "dir0", "dump.tar"} {
		p := point(t, d, id)
		p.Detail[detailBytes] = "1000000000"
		share := func(tables ...string) float64 {
			plan, err := d.Plan(t.Context(), drivers.RestoreRequest{Point: p, Target: drivers.Target{Kind: drivers.TargetParallel, DSN: "dbname=x"}, Select: tables})
			must(t, err)
			return float64(plan.Needs-clusterSize) / 1e9
		}
		few, most := share("token"), share("orders", "Weird \"Table", "part", "customers")
		if id == "dump.tar" {
			if few != 1 {
				t.Errorf("%s: %g of a dump whose parts can't be told", id, few)
			}
			continue
		}
		if few > 0.05 || most < 0.5 || most > 1 {
			t.Errorf("%s: a small table takes %g, the large ones %g", id, few, most)
		}
	}
}
