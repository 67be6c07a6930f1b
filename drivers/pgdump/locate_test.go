package pgdump

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// TestLocate: every kind of dump is found, whoever made it; what is bad is
// listed for what it is; what is something else is not.
func TestLocate(t *testing.T) {
	dir := repository(t, "shop.dump=custom.dump", "dir", "dump.tar", "plain.sql", "noending=custom.dump", "x.dump.part=custom.dump")
	must(t, os.Mkdir(filepath.Join(dir, "nightly"), 0o700))
	must(t, os.Rename(filepath.Join(dir, "shop.dump"), filepath.Join(dir, "nightly", "shop.dump")))
	for file, body := range map[string]string{
		"empty.dump": "", "empty.sql": "", "notes.txt": "hello", "schema_change.sql": "alter table x add y int;",
		"mysql.sql": "-- MySQL dump 10.13\n", "failed.sql": "pg_dump: error: connection failed\n",
		"secret.dump.age": "age-encryption.org/v1\n", "odd name;rm -rf.dump": "PGDMP",
		"lost.dump" + repo.ManifestSuffix: `{"version":1,"driver":"pgdump","time":"2026-01-02T03:04:05Z"}`,
	} {
		must(t, os.WriteFile(filepath.Join(dir, file), []byte(body), 0o600))
	}
	must(t, os.Mkdir(filepath.Join(dir, "half"), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "half", "3404.dat.gz"), nil, 0o600))
	want := map[string]string{
		"nightly~shop.dump": "", "dir": "", "dump.tar": "", "plain.sql": "", "noending": "",
		"x.dump.part": "unfinished", "empty.dump": "empty (0 bytes)", "empty.sql": "empty (0 bytes)",
		"failed.sql": "message of pg_dump", "secret.dump.age": "encrypted", "lost.dump": "only its manifest",
		"half": "toc.dat is missing", "odd_name_rm_-rf.dump=": "cut off",
	}
	pts, err := driver(t, dir, nil).Locate(t.Context())
	must(t, err)
	for _, p := range pts {
		id := p.ID
		if i := strings.IndexByte(id, '='); i > 0 {
			id = id[:i+1]
		}
		says, ok := want[id]
		delete(want, id)
		if problems := strings.Join(p.Problems, "; "); !ok || !strings.Contains(problems, says) || (says == "" && problems != "") {
			t.Errorf("%s: %q, expected %q (known: %v)", p.ID, problems, says, ok)
		}
		if p.Time.IsZero() || p.TimeSource == "" || p.Copy != "nightly" || p.Driver != name || len(p.Files) == 0 {
			t.Errorf("thin point: %+v", p)
		}
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
	for i := 1; i < len(pts); i++ {
		if pts[i].Time.After(pts[i-1].Time) {
			t.Errorf("%s after %s", pts[i].ID, pts[i-1].ID)
		}
	}
}

func TestLocatePatternAndWrongDatabase(t *testing.T) {
	dir := repository(t, "shop-1.dump=custom.dump", "other.dump=custom.dump")
	pts, err := driver(t, dir, map[string]string{"pattern": "shop-*", "database": "payroll"}).Locate(t.Context())
	must(t, err)
	if len(pts) != 1 || pts[0].ID != "shop-1.dump" || len(pts[0].Problems) != 1 || !strings.Contains(pts[0].Problems[0], "database shop, expected payroll") {
		t.Errorf("%+v", pts)
	}
}

// TestTimeOfAPoint: manifest, else the archive's own date, else the name, else
// the file; and never a time after the file's own.
func TestTimeOfAPoint(t *testing.T) {
	dir := repository(t, "a.dump=custom.dump", "shop-20260102T030405Z.sql=plain.sql", "b.sql=plain.sql", "shop-20990102T030405Z.dump=custom.dump")
	d := driver(t, dir, nil)
	check := func(id string, src drivers.TimeSource, within time.Time) {
		t.Helper()
		p := point(t, d, id)
		if p.TimeSource != src || p.Time.Sub(within).Abs() > 5*time.Minute {
			t.Errorf("%s: %v by %s, expected %v by %s", id, p.Time, p.TimeSource, within, src)
		}
	}
	now := time.Now()
	check("a.dump", drivers.TimeTool, now)
	check("shop-20260102T030405Z.sql", drivers.TimeName, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	check("b.sql", drivers.TimeFile, now)
	check("shop-20990102T030405Z.dump", drivers.TimeTool, now)
	if c := point(t, d, "a.dump").Detail[detailClock]; !strings.Contains(c, "dumping host") {
		t.Errorf("the clock is not told: %q", c)
	}
	// A host five hours east would make the dump younger than its file is.
	d = driver(t, dir, map[string]string{"timezone": "Etc/GMT+5"})
	check("a.dump", drivers.TimeFile, now)
	sign(t, filepath.Join(dir, "a.dump"))
	check("a.dump", drivers.TimeManifest, now.Add(-time.Hour))
}

func TestRepositoryErrors(t *testing.T) {
	for _, c := range []struct {
		repository string
		is         error
		says       string
	}{
		{"/nonexistent", drivers.ErrNotFound, "not there"},
		{"s3://bucket/x", drivers.ErrUnsupported, "no directory"},
		{"", drivers.ErrNotFound, "not told"},
	} {
		_, err := driverOf(t, c.repository, "", nil).Locate(t.Context())
		isErr(t, err, c.is, c.says)
		if drivers.Hint(err) == "" {
			t.Errorf("%v has no hint", err)
		}
	}
	pts, err := driverOf(t, t.TempDir(), "", nil).Locate(t.Context())
	if err != nil || len(pts) != 0 {
		t.Errorf("an empty repository: %v %v", pts, err)
	}
}

func TestPointGoneBetweenLocateAndVerify(t *testing.T) {
	dir := repository(t, "a.dump=custom.dump")
	d := driver(t, dir, nil)
	p := point(t, d, "")
	must(t, os.Remove(p.Files[0]))
	v := verify(t, d, p, drivers.GradeReadable)
	if f := v.Failure(); f == nil || f.Grade != drivers.GradeExists || v.Proved != "" {
		t.Errorf("%+v", v)
	}
	_, err := d.Plan(t.Context(), drivers.RestoreRequest{Point: p})
	isErr(t, err, drivers.ErrNotFound, "a.dump")
}
