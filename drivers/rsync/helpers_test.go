package rsync

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// needTool skips a test without rsync, unless tools are required.
func needTool(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("rsync"); err == nil {
		return
	}
	const why = "rsync is missing: apt-get install rsync"
	if os.Getenv("LIFEBOAT_REQUIRE_TOOLS") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// office is a driver over a small tree of files, and a clock to move.
type office struct {
	*driver
	dir, source, repository string
	time                    time.Time
}

func newOffice(t testing.TB, options map[string]string) *office {
	t.Helper()
	needTool(t)
	dir := t.TempDir()
	o := &office{
		dir: dir, source: filepath.Join(dir, "live", "office"), repository: filepath.Join(dir, "snapshots"),
		time: time.Date(2026, 11, 21, 2, 30, 0, 0, time.UTC),
	}
	for rel, text := range map[string]string{
		"docs/plan.txt": "the plan", "docs/old/report.txt": "last year's report", "docs/50% off.txt": "a name with a sign",
		"docs/caf\xe9.txt": "a name that is no UTF-8", "big.bin": string(make([]byte, 300000)), "empty.txt": "", "-v": "a name like an option",
		"cache/junk.tmp": "not to be kept", "token": "tok-17\n",
	} {
		o.write(t, rel, text)
	}
	if err := os.Symlink("docs/plan.txt", filepath.Join(o.source, "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc", filepath.Join(o.source, "outside")); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{filepath.Join(o.source, "empty dir"), o.repository} {
		if err := os.Mkdir(d, 0o750); err != nil {
			t.Fatal(err)
		}
	}
	d, err := Factory.New(drivers.Spec{
		Workload: "office", Kind: "files", Path: o.source, Copy: "hourly", Repository: o.repository, Options: options,
	}, drivers.Env{Runner: command.Local{}, Now: func() time.Time { return o.time }})
	if err != nil {
		t.Fatal(err)
	}
	o.driver = d.(*driver)
	return o
}

func (o *office) write(t testing.TB, rel, text string) {
	t.Helper()
	path := filepath.Join(o.source, rel)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// backup makes a snapshot, an hour after the one before.
func (o *office) backup(t testing.TB) drivers.RecoveryPoint {
	t.Helper()
	o.time = o.time.Add(time.Hour)
	p, err := o.Backup(context.Background(), nil)
	if err != nil {
		t.Fatalf("%v (%s)", err, drivers.Hint(err))
	}
	return p
}

func (o *office) verify(t testing.TB, p drivers.RecoveryPoint, g drivers.Grade) *drivers.Verification {
	t.Helper()
	v, err := o.Verify(context.Background(), drivers.VerifyRequest{Point: p, Grade: g, MaxAge: 24 * time.Hour}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &v
}

func (o *office) listed(t testing.TB) []drivers.RecoveryPoint {
	t.Helper()
	ps, err := o.Locate(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

func (o *office) restore(t testing.TB, req drivers.RestoreRequest) (drivers.Evidence, error) {
	t.Helper()
	plan, err := o.Plan(t.Context(), req)
	if err != nil {
		return drivers.Evidence{}, err
	}
	return o.Restore(t.Context(), plan, nil)
}

// alter changes a file in place and gives it its old time back: what rsync
// does not see.
func alter(path string) error {
	st, err := os.Stat(path)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := f.WriteAt([]byte("X"), st.Size()/2); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Chtimes(path, st.ModTime(), st.ModTime())
}

func read(t testing.TB, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestConformance(t *testing.T) {
	damage := func(what string, g drivers.Grade, do func(root string) error) drivertest.Damage {
		return drivertest.Damage{Name: what, Grade: g, Do: func(_ *drivertest.Estate, p drivers.RecoveryPoint) error { return do(p.Files[0]) }}
	}
	in := func(rel string, do func(string) error) func(string) error {
		return func(root string) error { return do(filepath.Join(root, rel)) }
	}
	drivertest.Run(t, drivertest.Suite{
		New: func(t testing.TB) *drivertest.Estate {
			o := newOffice(t, nil)
			return &drivertest.Estate{Driver: o.driver, Dirs: []string{o.dir}, Work: t.TempDir(), Data: o}
		},
		Seed: func(e *drivertest.Estate, n int) error {
			o := e.Data.(*office)
			for range n {
				o.time = o.time.Add(time.Hour)
				if _, err := o.Backup(context.Background(), nil); err != nil {
					return err
				}
			}
			return nil
		},
		Damage: []drivertest.Damage{
			damage("a file gone", drivers.GradeChecksum, in("docs/plan.txt", os.Remove)),
			damage("a file altered in place", drivers.GradeChecksum, in("docs/plan.txt", alter)),
			damage("a file cut", drivers.GradeChecksum, in("big.bin", func(p string) error { return os.Truncate(p, 1000) })),
			damage("a file added", drivers.GradeChecksum, in("ransom.txt", func(p string) error { return os.WriteFile(p, nil, 0o600) })),
			damage("the snapshot gone", drivers.GradeExists, os.RemoveAll),
			damage("all files gone", drivers.GradeSize, func(root string) error { return errors.Join(os.RemoveAll(root), os.Mkdir(root, 0o755)) }),
			damage("of something else", drivers.GradeStructure, func(root string) error {
				return errors.Join(os.Remove(root+repo.ManifestSuffix), os.RemoveAll(root), os.Mkdir(root, 0o755), os.WriteFile(filepath.Join(root, "wiki.db"), []byte("x"), 0o600))
			}),
		},
		Target: func(e *drivertest.Estate) drivers.Target {
			return drivers.Target{Kind: drivers.TargetParallel, Name: "beside", Path: filepath.Join(e.Work, "beside")}
		},
	})
}
