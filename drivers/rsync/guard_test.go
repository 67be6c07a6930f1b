package rsync

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
)

func (o *office) to(t testing.TB, p drivers.RecoveryPoint, path string) error {
	t.Helper()
	_, err := o.restore(t, drivers.RestoreRequest{Point: p, Target: drivers.Target{Kind: drivers.TargetParallel, Name: "elsewhere", Path: path}})
	return err
}

func refuses(t *testing.T, err error, path, says string) {
	t.Helper()
	if !errors.Is(err, drivers.ErrTargetUnsafe) || !strings.Contains(err.Error(), says) || drivers.Hint(err) == "" {
		t.Errorf("%s: %v, expected %q", path, err, says)
	}
}

// TestLiveByAnyName: the live tree is refused whatever leads to it, into it or
// around it.
func TestLiveByAnyName(t *testing.T) {
	o := newOffice(t, nil)
	p := o.backup(t)
	at := func(rel string) string { return filepath.Join(o.dir, rel) }
	if err := errors.Join(
		os.Symlink(o.source, at("soft")), os.Symlink(filepath.Join(o.source, "docs"), at("into")),
		os.Symlink(filepath.Join(o.source, "not", "yet"), at("dangling")), os.Symlink(at("live"), at("around")),
	); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{
		o.source: "it is the live source", o.source + "/": "it is the live source", at("soft"): "it is the live source",
		at("live") + "/../live/office": "it is the live source", "/proc/self/root" + o.source: "it is the live source",
		at("soft/new"): "lies in", at("into/new"): "lies in", at("into"): "lies in", at("dangling"): "lies in",
		filepath.Join(o.source, "new", "er"): "lies in",
		at("live"):                           "holds the live source", at("around"): "holds the live source",
	} {
		refuses(t, o.to(t, p, path), path, says)
	}
	if _, err := os.Stat(filepath.Join(o.source, "new")); err == nil {
		t.Error("something was made in the live tree")
	}
	if err := os.RemoveAll(o.source); err != nil {
		t.Fatal(err)
	}
	refuses(t, o.to(t, p, filepath.Join(o.source, "new")), "in the lost tree", "lies in")
}

func TestLiveByABindMount(t *testing.T) {
	o := newOffice(t, nil)
	p := o.backup(t)
	at := func(rel string) string { return filepath.Join(o.dir, rel) }
	drivertest.Bind(t, o.source, at("whole"))
	drivertest.Bind(t, filepath.Join(o.source, "empty dir"), at("part"))
	drivertest.Bind(t, at("live"), at("around"))
	for path, says := range map[string]string{
		at("whole"): "it is the live source", at("whole/new"): "lies in", at("part"): "lies in", at("part/new"): "lies in",
		at("around/office/new"): "lies in", at("around"): "holds",
	} {
		refuses(t, o.to(t, p, path), path, says)
	}
	drivertest.Bind(t, o.repository, at("store"))
	refuses(t, o.to(t, p, at("store/new")), "store/new", "lies in the repository")
}

func TestNotEmpty(t *testing.T) {
	o := newOffice(t, nil)
	p := o.backup(t)
	for _, what := range []string{"file", "dir", ".hidden"} {
		out := t.TempDir()
		path := filepath.Join(out, what)
		add := func() error { return os.WriteFile(path, nil, 0o600) }
		if what == "dir" {
			add = func() error { return os.Mkdir(path, 0o700) }
		}
		if err := add(); err != nil {
			t.Fatal(err)
		}
		refuses(t, o.to(t, p, out), what, "not empty")
	}
	if err := o.to(t, p, t.TempDir()); err != nil {
		t.Errorf("an empty directory: %v", err)
	}
}

// TestRoom counts in blocks: many small files take more than their bytes.
func TestRoom(t *testing.T) {
	o := newOffice(t, nil)
	for i := range 300 {
		o.write(t, filepath.Join("many", strings.Repeat("x", i%50+1), string(rune('a'+i%26))+strings.Repeat("y", i/50)), "1")
	}
	p := o.backup(t)
	disk := drivertest.SmallDisk(t, "1m")
	err := o.to(t, p, filepath.Join(disk, "out"))
	if !errors.Is(err, drivers.ErrNoSpace) || !strings.Contains(err.Error(), disk) || !strings.Contains(err.Error(), "1.0 MiB free") {
		t.Errorf("%v", err)
	}
	refuses(t, err, disk, "the restore needs")
	if left, _ := os.ReadDir(disk); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	if err := o.to(t, p, filepath.Join(drivertest.SmallDisk(t, "8m"), "out")); err != nil {
		t.Errorf("a disk that is large enough: %v", err)
	}
}
