package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/pgtest"
)

// guarded is a workspace whose workload shop is a real database, which was
// dumped, and whose workload billing is one of another server.
type guarded struct {
	dir           string
	live, billing *pgtest.Server
}

func newGuarded(t *testing.T) *guarded {
	t.Helper()
	g := &guarded{dir: t.TempDir(), live: pgtest.Start(t), billing: pgtest.Start(t)}
	t.Setenv("LIFEBOAT_STATE", filepath.Join(g.dir, "state"))
	g.live.Network(t)
	g.live.SQL(t, "postgres", "create database shop")
	g.live.SQL(t, "shop", "create table orders as select generate_series(1, 1000) as id")
	g.billing.SQL(t, "postgres", "create database billing")
	if err := os.Mkdir(filepath.Join(g.dir, "dumps"), 0o700); err != nil {
		t.Fatal(err)
	}
	g.live.Tool(t, "pg_dump", "-Fc", "-f", filepath.Join(g.dir, "dumps", "shop.dump"), "-d", g.live.DSN("shop"))
	g.declare(t, g.live.DSN("shop"))
	return g
}

// declare writes lifeboat.yaml with that source of the shop.
func (g *guarded) declare(t *testing.T, source string) {
	t.Helper()
	yaml := fmt.Sprintf(`version: 1
workloads:
  shop:
    kind: postgresql
    tier: 1
    runbook: book.md
    source: {dsn: "%s"}
    copies: [{name: nightly, driver: pgdump, repository: dumps, max_age: 1y}]
    checks: [{rows: orders, expect: "1000"}]
  billing:
    kind: postgresql
    tier: 1
    source: {dsn: "%s"}
    copies: []
`, source, g.billing.DSN("billing"))
	if err := os.WriteFile(filepath.Join(g.dir, "lifeboat.yaml"), []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (g *guarded) lifeboat(t *testing.T, args ...string) (code int, said string) {
	t.Helper()
	var out bytes.Buffer
	code = Main(append([]string{"-C", g.dir}, args...), streams{strings.NewReader(""), &out, &out})
	return code, out.String()
}

func (g *guarded) restore(t *testing.T, to string, more ...string) (code int, said string) {
	t.Helper()
	return g.lifeboat(t, append([]string{"restore", "shop", "--confirm", "shop", "--to", to}, more...)...)
}

// drill walks a runbook that restores into an address, without an operator.
func (g *guarded) drill(t *testing.T, to string) (code int, said string) {
	t.Helper()
	book := "# Drill\n"
	for i, action := range []string{"locate", "choose", fmt.Sprintf("restore\nto: parallel\ndsn: %q", to)} {
		book += fmt.Sprintf("\n## %d. Step\n\n```lifeboat\naction: %s\n```\n", i+1, action)
	}
	if err := os.WriteFile(filepath.Join(g.dir, "book.md"), []byte(book), 0o600); err != nil {
		t.Fatal(err)
	}
	return g.lifeboat(t, "run", "shop", "--yes")
}

// TestDrillNeverReachesTheLiveDatabase: exit 5, whatever its address is
// called.
func TestDrillNeverReachesTheLiveDatabase(t *testing.T) {
	g := newGuarded(t)
	replica := g.live.Replica(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go forward(l, filepath.Join(g.live.Socket, ".s.PGSQL."+g.live.Port()))
	services := filepath.Join(g.dir, "services")
	if err := os.WriteFile(services, []byte("[staging]\n"+strings.ReplaceAll(strings.ReplaceAll(g.live.DSN("shop"), "'", ""), " ", "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PGSERVICEFILE", services)

	tcp := "user=postgres dbname=shop sslmode=disable port="
	for name, c := range map[string]struct{ to, says string }{
		"name":    {"postgres://postgres@localhost:" + g.live.Port() + "/shop?sslmode=disable", "is the live source of workload shop"},
		"IP":      {tcp + g.live.Port() + " host=127.0.0.1", "is the live source of workload shop"},
		"socket":  {g.live.DSN("shop"), "is the live source of workload shop"},
		"tunnel":  {tcp + fmt.Sprint(l.Addr().(*net.TCPAddr).Port) + " host=127.0.0.1", "is the live source of workload shop"},
		"service": {"service=staging", "is the live source of workload shop"},
		"replica": {replica.DSN("shop"), "is the live source of workload shop"},
		"another": {g.billing.DSN("billing"), "is the live source of workload billing"},
	} {
		for how, reach := range map[string]func() (int, string){
			"restore":  func() (int, string) { return g.restore(t, c.to) },
			"incident": func() (int, string) { return g.restore(t, c.to, "--incident") },
			"plan":     func() (int, string) { return g.restore(t, c.to, "--dry-run") },
			"run":      func() (int, string) { return g.drill(t, c.to) },
		} {
			if code, said := reach(); code != exitRefused || !strings.Contains(said, c.says) {
				t.Errorf("%s, %s: exit %d, %s", name, how, code, said)
			}
		}
	}
	if n := g.live.SQL(t, "shop", "select count(*) from orders"); n != "1000" {
		t.Errorf("the live database was touched: %s", n)
	}
	if n := g.billing.SQL(t, "billing", "select count(*) from pg_class where relname = 'orders'"); n != "0" {
		t.Error("another workload's live database was restored into")
	}
	// An empty database beside it is a place for a drill.
	g.billing.CreateDB(t, "copy")
	if code, said := g.restore(t, g.billing.DSN("copy")); code != exitGood && code != exitMissed {
		t.Errorf("exit %d: %s", code, said)
	}
	if n := g.billing.SQL(t, "copy", "select count(*) from orders"); n != "1000" {
		t.Errorf("%s orders arrived", n)
	}
}

// TestLiveIsGone: a drill can't tell its target from a source that does not
// answer; in an incident that is normal.
func TestLiveIsGone(t *testing.T) {
	g := newGuarded(t)
	g.declare(t, "host="+t.TempDir()+" user=postgres dbname=shop")
	g.billing.CreateDB(t, "copy")
	to := g.billing.DSN("copy")
	for how, reach := range map[string]func() (int, string){
		"restore": func() (int, string) { return g.restore(t, to) },
		"run":     func() (int, string) { return g.drill(t, to) },
	} {
		code, said := reach()
		if code != exitRefused || !strings.Contains(said, "could not be compared with the live source of workload shop") || !strings.Contains(said, "--incident") {
			t.Errorf("%s: exit %d, %s", how, code, said)
		}
	}
	code, said := g.restore(t, to, "--incident")
	if code != exitGood && code != exitMissed || !strings.Contains(said, "could not be compared with the live source of workload shop") {
		t.Errorf("exit %d: %s", code, said)
	}
	if n := g.billing.SQL(t, "copy", "select count(*) from orders"); n != "1000" {
		t.Errorf("%s orders arrived", n)
	}
}

// forward passes connections on to a socket, as ssh -L does.
func forward(l net.Listener, socket string) {
	for {
		in, err := l.Accept()
		if err != nil {
			return // the test is over
		}
		out, err := net.Dial("unix", socket)
		if err != nil {
			in.Close()
			continue
		}
		go func() { _, _ = io.Copy(out, in); out.Close() }()
		go func() { _, _ = io.Copy(in, out); in.Close() }()
	}
}
