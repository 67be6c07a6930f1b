package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/pgtest"
)

// newOrders is a killer of restores of a PostgreSQL dump that take a while: it
// holds an index whose function sleeps.
func newOrders(t *testing.T, server *pgtest.Server) *killer {
	t.Helper()
	dir, err := os.MkdirTemp("", "lb-orders-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	k := &killer{t: t, dir: filepath.Join(dir, "orders"), tmp: filepath.Join(dir, "tmp")}
	for _, d := range []string{dir, k.dir, k.tmp, filepath.Join(k.dir, "backups")} { // the server's user must get through
		if err := os.MkdirAll(d, 0o711); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(d, 0o711); err != nil {
			t.Fatal(err)
		}
	}
	k.write(filepath.Join(k.dir, inventoryName), fmt.Sprintf(`version: 1
tiers: three
workloads:
  orders:
    kind: postgresql
    tier: 3
    source: {dsn: "%s"}
    copies: [{name: nightly, driver: pgdump, repository: backups}]
    checks: [{rows: orders, expect: == source}]
`, server.DSN("orders")))
	if v := k.start("backup", "orders"); v.code() != exitGood {
		t.Fatal(v.out.String())
	}
	return k
}

// within are the processes whose command line names something below the
// scratch directory, and begins with a program of this name; "": of any.
func (k *killer) within(program string) []int {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	var out []int
	for _, d := range dirs {
		line, _ := os.ReadFile(d + "/cmdline") // it may have ended
		first, _, _ := bytes.Cut(line, []byte{0})
		if bytes.Contains(line, []byte(k.tmp)) && (program == "" || filepath.Base(string(first)) == program) {
			pid, _ := strconv.Atoi(filepath.Base(d))
			out = append(out, pid)
		}
	}
	return out
}

// restoring starts a drill, and gives it and its pg_restore.
func (k *killer) restoring() (v *victim, pid int) {
	k.t.Helper()
	v = k.start("run", "orders", "--yes")
	k.await("pg_restore runs", func() bool {
		select {
		case <-v.end:
			k.t.Fatalf("it ended:\n%s", v.out.String())
		default:
		}
		pids := k.within("pg_restore")
		if len(pids) > 0 {
			pid = pids[0]
		}
		return len(pids) > 0
	})
	return v, pid
}

// nothingLeft proves that no server, socket or directory of a drill is left.
func (k *killer) nothingLeft() {
	k.t.Helper()
	k.await("no process is left", func() bool { return len(k.within("")) == 0 && len(k.processes()) == 0 })
	left, err := os.ReadDir(k.tmp)
	if err != nil || len(left) > 0 {
		k.t.Errorf("left in the scratch directory: %v %v", left, err)
	}
	if slips, _ := filepath.Glob(filepath.Join(k.state(), "scratch", "*")); len(slips) > 0 {
		k.t.Errorf("left: %v", slips)
	}
}

// TestKilledRestore kills during a real restore: lifeboat, pg_restore, the
// shim of the restore, the server that is restored into; the last two where
// LIFEBOAT_KILLS is set.
func TestKilledRestore(t *testing.T) {
	server := pgtest.Start(t)
	server.CreateDB(t, "orders")
	server.SQL(t, "orders", "create table orders (id int primary key, note text)", "insert into orders select g, 'order ' || g from generate_series(1, 100) g",
		"create function slow(int) returns int language plpgsql immutable as 'begin perform pg_catalog.pg_sleep(0.01); return $1; end'",
		"create index on orders (slow(id))")
	kills := map[string]func(*testing.T, *killer){"lifeboat": killedLifeboat, "pg_restore": killedTool}
	if os.Getenv("LIFEBOAT_KILLS") != "" {
		kills["lifeboat and the shim"], kills["the server"] = killedBoth, killedServer
	}
	for name, kill := range kills {
		t.Run(name, func(t *testing.T) { kill(t, newOrders(t, server)) })
	}
}

// The restore lives on, and is adopted.
func killedLifeboat(t *testing.T, k *killer) {
	t.Helper()
	v, pid := k.restoring()
	v.kill()
	if err := syscall.Kill(pid, 0); err != nil {
		t.Errorf("pg_restore did not live on: %v", err)
	}
	w := k.start("resume", "--yes")
	if code := w.code(); code != exitGood || !strings.Contains(w.out.String(), "running since") {
		t.Errorf("exit %d:\n%s", code, w.out.String())
	}
	_, s := k.journal(k.newest())
	restores := 0
	for _, ts := range s.Tasks {
		if ts.Task.Kind == drill.TaskRestore {
			restores++
		}
	}
	if s.Verdict != drill.VerdictPassed || restores != 1 {
		t.Errorf("%s %v after %d restores", s.Verdict, s.Reasons, restores)
	}
	k.sane(s.Info.ID)
	k.nothingLeft()
}

// The tool of the restore is missed at once, by its name.
func killedTool(t *testing.T, k *killer) {
	t.Helper()
	v, pid := k.restoring()
	k.signal(syscall.SIGKILL, pid)
	killed := time.Now()
	code := v.code()
	_, s := k.journal(k.newest())
	var end *drill.TaskState
	for i := range s.Tasks {
		if s.Tasks[i].Task.Kind == drill.TaskRestore {
			end = &s.Tasks[i]
		}
	}
	switch {
	case end == nil || end.Result == nil:
		t.Fatalf("the restore has no end:\n%s", v.out.String())
	case end.Result.OK || end.Result.Unknown || !strings.Contains(end.Result.Error, "pg_restore") || !strings.Contains(end.Result.Error, "SIGKILL"):
		t.Errorf("it is told as %+v", end.Result)
	case end.Ended.Sub(killed) > 2*time.Second:
		t.Errorf("it was told after %s", end.Ended.Sub(killed))
	}
	if code != exitBad || s.Verdict != drill.VerdictFailed {
		t.Errorf("exit %d, %s %v:\n%s", code, s.Verdict, s.Reasons, v.out.String())
	}
	k.nothingLeft()
}

// A restore into scratch whose end nobody saw may be done again, into another.
func killedBoth(t *testing.T, k *killer) {
	t.Helper()
	v, _ := k.restoring()
	v.kill()
	k.signal(syscall.SIGKILL, k.processes(shimWord)...)
	w := k.start("resume", "--yes") // a restore into scratch may be done again
	code := w.code()
	_, s := k.journal(k.newest())
	if code != exitGood || s.Verdict != drill.VerdictPassed {
		t.Errorf("exit %d, %s %v:\n%s", code, s.Verdict, s.Reasons, w.out.String())
	}
	unknown := 0
	for _, ts := range s.Tasks {
		if ts.Result.Unknown {
			unknown++
		}
	}
	if unknown != 1 || len(s.Scratch) != 2 {
		t.Errorf("%d ends unknown, %d scratch targets", unknown, len(s.Scratch))
	}
	k.nothingLeft()
}

// The server that is restored into is gone: nothing of it stays.
func killedServer(t *testing.T, k *killer) {
	t.Helper()
	v, _ := k.restoring()
	k.signal(syscall.SIGKILL, k.within("postgres")...)
	code := v.code()
	if _, s := k.journal(k.newest()); code != exitBad || s.Verdict != drill.VerdictFailed {
		t.Errorf("exit %d, %s %v:\n%s", code, s.Verdict, s.Reasons, v.out.String())
	}
	k.nothingLeft()
}
