package repo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

func TestTimeFromName(t *testing.T) {
	for name, want := range map[string]string{
		"shop-20261121_023000.dump":       "2026-11-21T02:30:00Z",
		"20261121T023000Z":                "2026-11-21T02:30:00Z",
		"shop-20261121T023000Z-2.db":      "2026-11-21T02:30:00Z",
		"shop_2026-11-21_02-30-00.sql.gz": "2026-11-21T02:30:00Z",
		"shop-2026-11-21T02:30:00Z.db":    "2026-11-21T02:30:00Z",
		"db20261121023000.bak":            "2026-11-21T02:30:00Z",
		"shop-20261121-0230.db":           "2026-11-21T02:30:00Z",
		"shop-2026-11-21_0230.db":         "2026-11-21T02:30:00Z",
		"shop-2026-11-21_02-30.db":        "2026-11-21T02:30:00Z",
		"shop-2026-11-21.db":              "2026-11-21T00:00:00Z",
		"shop.20261121.db":                "2026-11-21T00:00:00Z",
		"shop.db":                         "",
		"shop-20261399.db":                "",
		"invoice-100200300.db":            "",
	} {
		got, ok := TimeFromName(name, nil)
		if (want == "") == ok || (ok && got.Format(time.RFC3339) != want) {
			t.Errorf("%s: %s %v, want %s", name, got, ok, want)
		}
	}
	if got, _ := TimeFromName("20261121", time.FixedZone("", 3600)); got.UTC().Hour() != 23 {
		t.Errorf("with a zone: %s", got)
	}
}

func TestManifestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a"+ManifestSuffix)
	if _, err := Read(path); !errors.Is(err, ErrNoManifest) {
		t.Errorf("none: %v", err)
	}
	m := &Manifest{Version: 1, Driver: "x", ID: "a", Time: time.Unix(1, 0).UTC(), Files: []File{{Path: "a", Size: 3, SHA256: "ab"}}}
	if err := m.Write(path); err != nil {
		t.Fatal(err)
	}
	got, err := Read(path)
	if err != nil || got.ID != "a" || got.Files[0] != m.Files[0] || !got.Time.Equal(m.Time) {
		t.Errorf("%+v %v", got, err)
	}
	if st, _ := os.Stat(path); st.Mode().Perm() != 0o600 {
		t.Errorf("mode %s", st.Mode())
	}
	for _, bad := range []string{"", "{", `{"version":2}`} {
		if err := WriteFile(path, []byte(bad)); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("left over: %v", entries)
	}
}

func TestHash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	var read int64
	sum, n, err := Hash(t.Context(), path, func(b int64) { read += b })
	if err != nil || n != 3 || read != 3 || sum != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Errorf("%s %d %v", sum, n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := Hash(ctx, path, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestHashAll(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	for i := range 50 {
		p := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(p, []byte(strings.Repeat("x", i)), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	paths[7] = filepath.Join(dir, "gone")
	var read int64 // not atomic: the race detector says when two goroutines call
	sums := HashAll(t.Context(), paths, func(n int64) { read += n })
	for i, p := range paths {
		sum, size, err := Hash(t.Context(), p, nil)
		if s := sums[i]; s.SHA256 != sum || s.Size != size || (s.Err == nil) != (err == nil) || (i == 7) != errors.Is(s.Err, fs.ErrNotExist) {
			t.Errorf("%s: %+v, want %s %d %v", p, s, sum, size, err)
		}
	}
	if read != 49*50/2-7 {
		t.Errorf("%d bytes read", read)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, s := range HashAll(ctx, paths[:7], nil) {
		if !errors.Is(s.Err, context.Canceled) {
			t.Errorf("%+v", s)
		}
	}
}

func TestFileIDAndWithin(t *testing.T) {
	dir := t.TempDir()
	file, link, sub := filepath.Join(dir, "file"), filepath.Join(dir, "link"), filepath.Join(dir, "sub")
	if err := errors.Join(os.WriteFile(file, []byte("x"), 0o600), os.Symlink(dir, link), os.Mkdir(sub, 0o700)); err != nil {
		t.Fatal(err)
	}
	id := func(p string) string {
		s, _, err := FileID(p)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if id(file) != id(filepath.Join(link, "file")) || id(file) == id(sub) || id(filepath.Join(dir, "new")) != id(filepath.Join(link, "new")) ||
		id(filepath.Join(dir, "a", "b")) != id(filepath.Join(link, "a", "b")) || id(filepath.Join(dir, "a", "b")) == id(filepath.Join(dir, "b")) {
		t.Error("identities are mixed up")
	}
	for path, want := range map[string]bool{
		dir: true, file: true, filepath.Join(link, "new", "x"): true, filepath.Dir(dir): false, dir + "-other": false, filepath.Join(sub, "..", "..", "x"): false,
	} {
		if got := Within(dir, path); got != want {
			t.Errorf("%s within %s: %v", path, dir, got)
		}
	}
	for path, want := range map[string]bool{sub: true, file: false, dir: false, filepath.Join(dir, "none"): true} {
		if got, err := Empty(path); err != nil || got != want {
			t.Errorf("empty %s: %v %v", path, got, err)
		}
	}
	if free, err := FreeSpace(filepath.Join(dir, "not", "yet")); err != nil || free <= 0 {
		t.Errorf("%d %v", free, err)
	}
	before := Stamp(file)
	if err := os.WriteFile(file, []byte("xy"), 0o600); err != nil {
		t.Fatal(err)
	}
	if Stamp(file) == before || Stamp(dir+"/none") != dir+"/none absent" || Digest("a", "bc") == Digest("ab", "c") {
		t.Error("stamps or digests are mixed up")
	}
}

func TestSort(t *testing.T) {
	for in, want := range map[error]error{
		fs.ErrNotExist: drivers.ErrNotFound, fs.ErrPermission: drivers.ErrDenied, syscall.ENOSPC: drivers.ErrNoSpace, syscall.EIO: drivers.ErrUnreachable,
	} {
		if got := Sort(fmt.Errorf("open: %w", in)); !errors.Is(got, want) || !errors.Is(got, in) {
			t.Errorf("%v: %v", in, got)
		}
	}
	if Sort(nil) != nil || Sort(drivers.ErrCorrupt) != drivers.ErrCorrupt {
		t.Error("what has a sentinel is changed")
	}
}

func TestJudgeAge(t *testing.T) {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		age, limit time.Duration
		source     drivers.TimeSource
		want       drivers.Outcome
		says       string
	}{
		"fresh":      {2 * time.Hour, 24 * time.Hour, drivers.TimeManifest, drivers.Passed, "2h old by its manifest"},
		"stale":      {50 * time.Hour, 24 * time.Hour, drivers.TimeName, drivers.Failed, "stale: 2d 2h old by its name, at most 1d"},
		"no limit":   {50 * time.Hour, 0, drivers.TimeName, drivers.Skipped, "no limit"},
		"by mtime":   {time.Hour, 24 * time.Hour, drivers.TimeFile, drivers.Warned, "renewed"},
		"the future": {-time.Hour, 24 * time.Hour, drivers.TimeTool, drivers.Warned, "1h in the future"},
	} {
		req := drivers.VerifyRequest{Grade: drivers.GradeAge, MaxAge: c.limit, Point: drivers.RecoveryPoint{Time: now.Add(-c.age), TimeSource: c.source}}
		p := drivers.NewProver(req, func() time.Time { return now })
		JudgeAge(p, req, now)
		if r := p.Done().Results[0]; r.Outcome != c.want || !strings.Contains(r.Detail, c.says) {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestAgo(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 999 * time.Millisecond: "1s", 61 * time.Second: "1m 1s", time.Hour: "1h", 27*time.Hour + 5*time.Minute: "1d 3h", 90 * 24 * time.Hour: "90d",
	} {
		if got := Ago(d); got != want {
			t.Errorf("%s: %s, want %s", d, got, want)
		}
	}
}

func TestScratch(t *testing.T) {
	dir := t.TempDir()
	rec := func(id string) drivers.ScratchRecord {
		return drivers.ScratchRecord{ID: id, Dir: filepath.Join(dir, "scratch", id)}
	}
	good := rec(drivers.ScratchPrefix + "0123456789ab")
	if err := MakeScratch(good); err != nil {
		t.Fatal(err)
	}
	if err := MakeScratch(good); err == nil {
		t.Error("made twice")
	}
	locked := filepath.Join(good.Dir, "a", "b")
	if err := errors.Join(os.MkdirAll(locked, 0o700), os.WriteFile(locked+"/f", nil, 0o400), os.Chmod(filepath.Dir(locked), 0o500), os.Chmod(locked, 0o500)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := RemoveScratch(good); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []drivers.ScratchRecord{
		rec("data"), rec(drivers.ScratchPrefix + "../../x"), rec(drivers.ScratchPrefix),
		{ID: good.ID, Dir: dir},
		{ID: good.ID, Dir: good.ID},
		{},
		{ID: good.ID, Dir: dir + "/x/../" + good.ID},
	} {
		if err := MakeScratch(bad); !errors.Is(err, drivers.ErrTargetUnsafe) {
			t.Errorf("made %+v: %v", bad, err)
		}
		if err := RemoveScratch(bad); !errors.Is(err, drivers.ErrTargetUnsafe) {
			t.Errorf("removed %+v: %v", bad, err)
		}
	}
}
