package pgdump

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

func TestBackup(t *testing.T) {
	for _, format := range []string{"custom", "directory"} {
		dir := t.TempDir()
		d := driver(t, dir, map[string]string{"format": format, "jobs": "2"})
		progress := 0
		pt, err := d.Backup(t.Context(), &drivers.Reporter{OnProgress: func(drivers.Progress) { progress++ }})
		must(t, err)
		if pt.TimeSource != drivers.TimeManifest || pt.Manifest == "" || pt.Detail[detailSystem] == "" || pt.Detail["rows"] != "4452" || progress == 0 {
			t.Errorf("%+v", pt)
		}
		if got := point(t, d, ""); got.ID != pt.ID || !got.Time.Equal(pt.Time) {
			t.Errorf("made %+v\nfound %+v", pt, got)
		}
		v := verify(t, d, pt, drivers.GradeReadable)
		if !v.OK() {
			t.Errorf("%+v", v.Results)
		}
		for _, r := range v.Results {
			if r.Grade == drivers.GradeChecksum && r.Outcome != drivers.Passed {
				t.Errorf("%+v", r)
			}
		}
		modes(t, dir)
		must(t, os.WriteFile(filepath.Join(dir, "x"), nil, 0o600))
		m, err := repo.Read(pt.Manifest)
		must(t, err)
		if len(m.Files) == 0 || m.Files[0].SHA256 == "" {
			t.Errorf("%+v", m)
		}
	}
}

func modes(t testing.TB, dir string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(p string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if st, err := e.Info(); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", p, st.Mode(), err)
		}
		if strings.HasSuffix(p, partSuffix) {
			t.Errorf("%s is left", p)
		}
		return nil
	}))
}

// TestBackupThatFails leaves nothing that could be taken for a dump.
func TestBackupThatFails(t *testing.T) {
	s := server(t)
	s.CreateDB(t, "unreadable")
	s.SQL(t, "unreadable", "create table t(x int)", "create role reader login", "grant connect on database unreadable to reader")
	t.Cleanup(func() { s.SQL(t, "unreadable", "drop owned by reader", "drop role reader") })
	dir := t.TempDir()
	d := driverOf(t, dir, "host="+s.Socket+" user=reader dbname=unreadable", nil)
	_, err := d.Backup(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	d = driver(t, dir, nil)
	_, err = d.Backup(ctx, &drivers.Reporter{OnCommand: func(string) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(list) > 0 {
		t.Errorf("left behind: %v %v", list, err)
	}
}
