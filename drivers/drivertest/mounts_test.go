package drivertest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// TestBind holds repo.Identify against mounts of a whole tree, of a part, of
// a file, and of something else inside the tree.
func TestBind(t *testing.T) {
	dir := t.TempDir()
	at := func(rel string) string { return filepath.Join(dir, rel) }
	for _, d := range []string{"live/sub", "beside"} {
		if err := os.MkdirAll(at(d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(at("live/sub/shop.db"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	Bind(t, at("live"), at("whole"))
	Bind(t, at("live/sub"), at("part"))
	Bind(t, at("live/sub/shop.db"), at("file.db"))
	Bind(t, at("beside"), at("live/mounted"))
	for _, c := range []struct {
		path, of string
		want     drivers.Overlap
	}{
		{"file.db", "live/sub/shop.db", drivers.Is},
		{"file.db", "live", drivers.LiesIn},
		{"whole", "live", drivers.Is},
		{"part", "live", drivers.LiesIn},
		{"part/new", "live", drivers.LiesIn},
		{"whole/new", "live", drivers.LiesIn},
		{"whole/sub/new.db", "live/sub/new.db", drivers.Is},
		{"whole/sub", "live/sub/shop.db", drivers.Encases},
		{"beside/new", "live", drivers.LiesIn}, // by what is mounted in it
		{"other", "live", drivers.Apart},
	} {
		a, errA := repo.Identify(at(c.path))
		b, errB := repo.Identify(at(c.of))
		if got := a.Overlap(b); errA != nil || errB != nil || got != c.want {
			t.Errorf("%s %q %s, expected %q (%v, %v)", c.path, got, c.of, c.want, errA, errB)
		}
	}
}
