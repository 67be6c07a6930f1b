package pgdump

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/cluster"
)

// TestDestroyAfterAKill: lifeboat and the postmaster were killed; what they
// left goes all the same.
func TestDestroyAfterAKill(t *testing.T) {
	d := driver(t, repository(t, "custom.dump"), nil)
	rec := scratch(t, d)
	target, err := d.Provision(t.Context(), rec, point(t, d, ""), nil)
	must(t, err)
	b, err := os.ReadFile(filepath.Join(rec.Dir, "data", "postmaster.pid"))
	must(t, err)
	pid, err := strconv.Atoi(strings.Split(string(b), "\n")[0])
	must(t, err)
	must(t, syscall.Kill(pid, syscall.SIGSTOP)) // does not hear SIGQUIT
	if _, err := d.Identify(shortly(t), target); err == nil {
		t.Error("a stopped server answers")
	}
	must(t, syscall.Kill(pid, syscall.SIGKILL))
	must(t, d.Destroy(t.Context(), rec, nil))
	nothingLeft(t, rec)
}

func shortly(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

// TestHalfMade: Provision is called off at any moment; Destroy copes.
func TestHalfMade(t *testing.T) {
	d := driver(t, repository(t, "custom.dump"), nil)
	p := point(t, d, "")
	for _, at := range []string{"initdb", "pg_ctl"} {
		rec := scratch(t, d)
		ctx, cancel := context.WithCancel(t.Context())
		_, err := d.Provision(ctx, rec, p, &drivers.Reporter{OnCommand: func(l string) {
			if strings.Contains(l, at) {
				time.AfterFunc(50*time.Millisecond, cancel)
			}
		}})
		cancel()
		if err == nil {
			t.Logf("%s was faster than the call", at)
		}
		must(t, d.Destroy(t.Context(), rec, nil))
		nothingLeft(t, rec)
	}
	never := drivers.ScratchRecord{ID: drivers.ScratchPrefix + "00000000dead", Dir: filepath.Join(t.TempDir(), drivers.ScratchPrefix+"00000000dead")}
	must(t, d.Destroy(t.Context(), never, nil))
}

// TestDestroyRemovesOnlyScratch: a record that names anything else is refused.
func TestDestroyRemovesOnlyScratch(t *testing.T) {
	d := driver(t, t.TempDir(), nil)
	mine := t.TempDir()
	for _, rec := range []drivers.ScratchRecord{
		{ID: "x", Dir: mine},
		{ID: drivers.ScratchPrefix + "1", Dir: mine},
		{ID: drivers.ScratchPrefix + "1", Dir: "../" + drivers.ScratchPrefix + "1"},
		{ID: drivers.ScratchPrefix + "1", Dir: mine + "/../" + drivers.ScratchPrefix + "1"},
		{ID: drivers.ScratchPrefix + "1", Dir: mine + "/" + drivers.ScratchPrefix + "1", Driver: "sqlite"},
	} {
		err := d.Destroy(t.Context(), rec, nil)
		isErr(t, err, drivers.ErrTargetUnsafe, "not of a scratch target")
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error(err)
	}
}

func TestProvisionErrors(t *testing.T) {
	dir := repository(t, "custom.dump")
	d := driver(t, dir, nil)
	p := point(t, d, "")
	long := filepath.Join(t.TempDir(), strings.Repeat("long", 20), drivers.ScratchPrefix+"000000000001")
	_, err := d.Provision(t.Context(), drivers.ScratchRecord{ID: filepath.Base(long), Dir: long, Driver: name}, p, nil)
	if err == nil || !strings.Contains(err.Error(), "set TMPDIR to a shorter directory") {
		t.Errorf("long path: %v", err)
	}
	if _, err := user.Lookup("postgres"); err == nil && os.Geteuid() == 0 {
		closed, err := os.MkdirTemp("", "lb-closed-") // of mode 0700
		must(t, err)
		defer os.Remove(closed)
		rec := drivers.ScratchRecord{ID: drivers.ScratchPrefix + "2", Dir: filepath.Join(closed, drivers.ScratchPrefix+"2"), Driver: name}
		_, err = d.Provision(t.Context(), rec, p, nil)
		isErr(t, err, drivers.ErrDenied, "can't enter "+closed)
	}
	// A dump of a server newer than any that is here.
	path := filepath.Join(dir, "custom.dump")
	b, err := os.ReadFile(path)
	must(t, err)
	major := server(t).Version
	must(t, os.WriteFile(path, bytes.Replace(b, []byte(major+"."), []byte("95."), 1), 0o600))
	_, err = d.Provision(t.Context(), scratch(t, d), point(t, d, ""), nil)
	isErr(t, err, drivers.ErrToolMissing, "95 or newer is needed")
	if h := drivers.Hint(err); h != "apt-get install postgresql-95" {
		t.Errorf("hint %q", h)
	}
}

func TestReachable(t *testing.T) {
	u := &drivers.User{Name: "somebody", UID: 12345, GID: 12345}
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o700))
	if err := cluster.Reachable(dir, u); !errors.Is(err, drivers.ErrDenied) {
		t.Errorf("%v", err)
	}
	if err := cluster.Reachable("/", u); err != nil {
		t.Error(err)
	}
}

func TestPreflight(t *testing.T) {
	good := driver(t, repository(t, "custom.dump"), nil)
	good.env.TmpDir = os.TempDir()
	for _, f := range good.Preflight(t.Context()) {
		if !f.OK || f.Subject == "" || f.Detail == "" {
			t.Errorf("%+v", f)
		}
	}
	d := driverOf(t, "/nonexistent", "host="+t.TempDir()+" dbname=x user=y password=hidden", map[string]string{"bindir": t.TempDir()})
	for _, f := range d.Preflight(t.Context()) {
		if strings.HasPrefix(f.Subject, "scratch") {
			continue
		}
		if f.OK || f.Hint == "" || strings.Contains(f.Subject+f.Detail, "hidden") {
			t.Errorf("%+v", f)
		}
	}
}

func TestMissingExtension(t *testing.T) {
	d := driver(t, t.TempDir(), nil)
	conn, err := d.source.connect(t.Context())
	must(t, err)
	defer closeConn(t.Context(), conn)
	err = extensions(t.Context(), conn, []string{"plpgsql", "vector"})
	isErr(t, err, drivers.ErrUnsupported, "needs extension vector")
	if h := drivers.Hint(err); !strings.Contains(h, "-pgvector") {
		t.Errorf("hint %q", h)
	}
	must(t, extensions(t.Context(), conn, []string{"plpgsql"}))
}

func TestIdentify(t *testing.T) {
	d := driver(t, t.TempDir(), nil)
	src, ok := d.SourceTarget()
	if !ok {
		t.Fatal("no source")
	}
	a, err := d.Identify(t.Context(), src)
	must(t, err)
	b, err := d.Identify(t.Context(), parallel(t, "another"))
	must(t, err)
	if !a.Same(a) || a.Same(b) || a.Empty || !b.Empty {
		t.Errorf("%+v %+v", a, b)
	}
	_, err = d.Identify(t.Context(), drivers.Target{DSN: "host=" + t.TempDir()})
	isErr(t, err, drivers.ErrUnreachable, "")
}
