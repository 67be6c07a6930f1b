package repo

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// estate is a live tree with a file in it, and names beside it.
func estate(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for _, d := range []string{"live/sub", "beside"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "live/sub/shop.db"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func seen(t *testing.T, path string) drivers.Identity {
	t.Helper()
	id, err := Identify(path)
	if err != nil || id.Value == "" || id.Kind != PathKind {
		t.Fatalf("%s: %+v %v", path, id, err)
	}
	return id
}

func holds(t *testing.T, a, b string, want drivers.Overlap) {
	t.Helper()
	if got := seen(t, a).Overlap(seen(t, b)); got != want {
		t.Errorf("%s %q %s, expected %q", a, got, b, want)
	}
}

func TestOverlap(t *testing.T) {
	dir := estate(t)
	at := func(rel string) string { return filepath.Join(dir, rel) }
	db := at("live/sub/shop.db")
	for link, to := range map[string]string{
		"soft": db, "dangling": at("live/new.db"), "relative": "live/sub", "loop": "loop", "far": "relative/../other.db",
	} {
		if err := os.Symlink(to, at(link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(db, at("beside/hard.db")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]drivers.Overlap{
		db: drivers.Is, at("soft"): drivers.Is, at("beside/hard.db"): drivers.Is, at("relative/shop.db"): drivers.Is,
		at("beside") + "/../live/sub/shop.db": drivers.Is, "/proc/self/root" + db: drivers.Is,
		at("beside/shop.db"): drivers.Apart, at("live/sub/other.db"): drivers.Apart, at("live/sub"): drivers.Encases, "/": drivers.Encases,
	} {
		holds(t, path, db, want)
	}
	for path, want := range map[string]drivers.Overlap{
		at("live"): drivers.Is, at("live/"): drivers.Is, at("live/sub/new/deep"): drivers.LiesIn, at("dangling"): drivers.LiesIn,
		at("far"): drivers.LiesIn, at("beside/new"): drivers.Apart, at("live-other"): drivers.Apart, dir: drivers.Encases,
	} {
		holds(t, path, at("live"), want)
	}
	// What is lost still has its place.
	holds(t, at("gone/tree/sub"), at("gone/tree"), drivers.LiesIn)
	holds(t, at("gone/tree"), at("gone/tree"), drivers.Is)
	holds(t, at("gone"), at("gone/tree"), drivers.Encases)
	if id, err := Identify(at("loop")); err == nil {
		t.Errorf("a link to itself: %+v", id)
	}
	open, err := os.Open(db)
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	holds(t, fmt.Sprintf("/proc/self/fd/%d", open.Fd()), db, drivers.Is)
	if err := os.Remove(db); err != nil {
		t.Fatal(err)
	}
	if id, err := Identify(fmt.Sprintf("/proc/self/fd/%d", open.Fd())); !errors.Is(err, drivers.ErrTargetUnsafe) && err == nil {
		t.Errorf("a file without a name: %+v", id)
	}
}
