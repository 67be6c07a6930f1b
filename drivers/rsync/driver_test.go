package rsync

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

func TestBackupSharesAndExcludes(t *testing.T) {
	list := filepath.Join(t.TempDir(), "exclude")
	if err := os.WriteFile(list, []byte("/docs/old/\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, map[string]string{"exclude": "*.tmp, /empty.txt", "exclude_from": list})
	first := o.backup(t)
	o.write(t, "docs/plan.txt", "another plan")
	second := o.backup(t)
	for _, rel := range []string{"cache/junk.tmp", "empty.txt", "docs/old"} {
		if _, err := os.Lstat(filepath.Join(first.Files[0], rel)); err == nil {
			t.Errorf("%s was not excluded", rel)
		}
	}
	same := func(rel string) bool {
		a, errA := os.Stat(filepath.Join(first.Files[0], rel))
		b, errB := os.Stat(filepath.Join(second.Files[0], rel))
		return errA == nil && errB == nil && os.SameFile(a, b)
	}
	if !same("big.bin") || same("docs/plan.txt") {
		t.Errorf("shared: big.bin %v, plan.txt %v", same("big.bin"), same("docs/plan.txt"))
	}
	if to, err := os.Readlink(filepath.Join(o.repository, "latest")); err != nil || to != second.ID {
		t.Errorf("latest leads to %s: %v", to, err)
	}
	for _, p := range []drivers.RecoveryPoint{first, second} {
		if v := o.verify(t, p, drivers.GradeReadable); !v.OK() {
			t.Errorf("%+v", v)
		}
	}
	entries, _ := os.ReadDir(o.repository)
	if len(entries) != 5 { // two snapshots, two manifests, latest
		t.Errorf("left over: %v", entries)
	}
}

// A repository within the source does not back itself up.
func TestRepositoryInSource(t *testing.T) {
	o := newOffice(t, nil)
	o.spec.Repository = filepath.Join(o.source, "backups")
	p := o.backup(t)
	if _, err := os.Lstat(filepath.Join(p.Files[0], "backups")); err == nil {
		t.Error("the repository is in the snapshot")
	}
}

func TestBackupFails(t *testing.T) {
	o := newOffice(t, nil)
	clean := func() {
		t.Helper()
		if entries, _ := os.ReadDir(o.repository); len(entries) != 0 {
			t.Errorf("left over: %v", entries)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	rep := &drivers.Reporter{OnCommand: func(string) { cancel() }}
	if _, err := o.Backup(ctx, rep); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	clean()
	o.exclude = []string{"*"}
	if _, err := o.Backup(t.Context(), nil); err == nil || drivers.Hint(err) == "" {
		t.Errorf("everything excluded: %v", err)
	}
	clean()
	o.exclude, o.runner = nil, missing{}
	if _, err := o.Backup(t.Context(), nil); !errors.Is(err, drivers.ErrToolMissing) || drivers.Hint(err) != "apt-get install rsync" {
		t.Errorf("no rsync: %v", err)
	}
	clean()
	o.spec.Path = filepath.Join(o.dir, "not-mounted")
	if _, err := o.Backup(t.Context(), nil); !errors.Is(err, drivers.ErrNotFound) {
		t.Errorf("no source: %v", err)
	}
	clean()
}

// missing is a machine without rsync: locating and verifying work there.
type missing struct{ command.Local }

func (missing) Run(context.Context, drivers.Command) (drivers.Exit, error) {
	return drivers.Exit{}, drivers.ErrToolMissing
}
func (missing) Look(string) (string, error) { return "", drivers.ErrToolMissing }

func TestLocateAndVerifyNeedNoTool(t *testing.T) {
	o := newOffice(t, nil)
	p := o.backup(t)
	o.runner = missing{}
	if ps := o.listed(t); len(ps) != 1 || ps[0].ID != p.ID || ps[0].Size != p.Size {
		t.Errorf("%+v", ps)
	}
	if v := o.verify(t, p, drivers.GradeReadable); !v.OK() {
		t.Errorf("%+v", v)
	}
	if fs := o.Preflight(t.Context()); len(fs) != 3 || fs[0].OK || fs[0].Hint != "apt-get install rsync" || !fs[1].OK || !fs[2].OK {
		t.Errorf("%+v", fs)
	}
}

func TestLocate(t *testing.T) {
	o := newOffice(t, nil)
	p := o.backup(t)
	for _, n := range []string{"2026-11-20", "daily.0", "20261119T023000Z.tmp", "20261118", "lost+found", "20261117/docs"} {
		if err := os.MkdirAll(filepath.Join(o.repository, n), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range []string{"2026-11-20", "daily.0"} {
		if err := os.WriteFile(filepath.Join(o.repository, n, "file"), []byte("four"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	was := time.Date(2026, 11, 10, 4, 0, 0, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(o.repository, "daily.0"), was, was); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.repository, "gone"+repo.ManifestSuffix), []byte(`{"version":1,"driver":"rsync","workload":"office","time":"2026-11-01T00:00:00Z"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	list := func() (got []string) {
		for _, p := range o.listed(t) {
			got = append(got, fmt.Sprintf("%s %s %s %s", p.ID, p.Time.Format("0102"), p.TimeSource, strings.Join(p.Problems, "; ")))
		}
		return got
	}
	want := []string{
		p.ID + " 1121 manifest ", "2026-11-20 1120 name ",
		"20261119T023000Z.tmp 1119 name unfinished: the backup that made it has not ended; empty: there is not a single file in it",
		"20261118 1118 name empty: there is not a single file in it", "20261117 1117 name ", "daily.0 1110 file ",
		"gone 1101 manifest the snapshot is gone, only its manifest is left",
	}
	if got := list(); !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	link := filepath.Join(o.repository, "latest")
	if err := errors.Join(os.Remove(link), os.Symlink("20250101", link)); err != nil {
		t.Fatal(err)
	}
	if got := list(); !strings.Contains(got[0], "latest leads to 20250101, which is not there") {
		t.Errorf("%s", got[0])
	}
	if v := o.verify(t, p, drivers.GradeStructure); !v.OK() || v.Results[4].Outcome != drivers.Warned {
		t.Errorf("%+v", v)
	}
}

// COMPONENTS: a file altered in place is altered in every snapshot that
// shares it, and the next snapshot would inherit it.
func TestHardLinkCorruption(t *testing.T) {
	o := newOffice(t, nil)
	first, second, third := o.backup(t), o.backup(t), o.backup(t)
	if err := alter(filepath.Join(second.Files[0], "big.bin")); err != nil {
		t.Fatal(err)
	}
	for _, p := range []drivers.RecoveryPoint{first, second, third} {
		f := o.verify(t, p, drivers.GradeReadable).Failure()
		if f == nil || f.Grade != drivers.GradeChecksum || !strings.Contains(f.Detail, "1 altered: big.bin") || !strings.Contains(f.Detail, "in 2 other snapshots, which are hit too") {
			t.Errorf("%s: %+v", p.ID, f)
		}
	}
	var said bytes.Buffer
	o.time = o.time.Add(time.Hour)
	fourth, err := o.Backup(t.Context(), &drivers.Reporter{Out: &said})
	if err != nil {
		t.Fatal(err)
	}
	if v := o.verify(t, fourth, drivers.GradeReadable); !v.OK() {
		t.Errorf("the new snapshot inherited the damage: %+v", v)
	}
	if read(t, fourth.Files[0], "big.bin") != read(t, o.source, "big.bin") || !strings.Contains(said.String(), "altered in place") {
		t.Errorf("said %s", said.String())
	}
}

func TestChecksumNamesEverything(t *testing.T) {
	o := newOffice(t, nil)
	p := o.backup(t)
	at := func(rel string) string { return filepath.Join(p.Files[0], rel) }
	err := errors.Join(
		os.Remove(at("docs/plan.txt")), alter(at("docs/50% off.txt")), os.Truncate(at("big.bin"), 5), os.Remove(at("empty dir")),
		os.WriteFile(at("new"), nil, 0o600), os.Remove(at("link")), os.Symlink("token", at("link")), os.Chmod(at("token"), 0o600),
	)
	if err != nil {
		t.Fatal(err)
	}
	f := o.verify(t, p, drivers.GradeReadable).Failure()
	for _, says := range []string{
		"2 altered: docs/50%25 off.txt, link", "1 shorter: big.bin (5 of 300000 bytes)", "2 missing: docs/plan.txt, empty dir/", "1 not in the manifest: new",
	} {
		if f == nil || !strings.Contains(f.Detail, says) {
			t.Errorf("%q is not said: %+v", says, f)
		}
	}
}

func TestModeAndSpecialFilesWarn(t *testing.T) {
	o := newOffice(t, nil)
	if err := syscall.Mkfifo(filepath.Join(o.source, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := o.backup(t)
	if err := os.Chmod(filepath.Join(p.Files[0], "token"), 0o600); err != nil {
		t.Fatal(err)
	}
	v := o.verify(t, p, drivers.GradeReadable)
	if !v.OK() || v.Results[3].Outcome != drivers.Warned || !strings.Contains(v.Results[3].Detail, "permissions: token") ||
		v.Results[4].Outcome != drivers.Warned || !strings.Contains(v.Results[4].Detail, "pipe") {
		t.Errorf("%+v", v)
	}
}

func TestWithoutManifest(t *testing.T) {
	o := newOffice(t, nil)
	p := o.backup(t)
	if err := os.Remove(p.Manifest); err != nil {
		t.Fatal(err)
	}
	p = o.listed(t)[0]
	if p.TimeSource != drivers.TimeName || p.Manifest != "" || p.Size == 0 {
		t.Errorf("%+v", p)
	}
	v := o.verify(t, p, drivers.GradeReadable)
	if !v.OK() || v.Results[3].Outcome != drivers.Skipped || !strings.Contains(v.Results[5].Detail, "can't be seen") {
		t.Errorf("%+v", v)
	}
	if v := o.verify(t, p, drivers.GradeChecksum); v.OK() {
		t.Errorf("a checksum that was not made: %+v", v)
	}
	to := drivers.Target{Kind: drivers.TargetScratch, Name: "t", Path: filepath.Join(o.dir, "t")}
	ev, err := o.restore(t, drivers.RestoreRequest{Point: p, Target: to})
	if err != nil || ev.Detail["compared_with"] != "snapshot" {
		t.Errorf("%+v %v", ev, err)
	}
}

func TestWrongWorkloadStaleAndUnfinished(t *testing.T) {
	o := newOffice(t, nil)
	p := o.backup(t)
	o.spec.Workload = "wiki"
	if f := o.verify(t, p, drivers.GradeReadable).Failure(); f == nil || f.Grade != drivers.GradeStructure || !strings.Contains(f.Detail, "of the workload office, not wiki") {
		t.Errorf("%+v", f)
	}
	o.spec.Workload = "office"
	o.time = o.time.Add(72 * time.Hour)
	if v := o.verify(t, p, drivers.GradeReadable); !v.Stale() || v.OK() {
		t.Errorf("%+v", v)
	}
	tmp := p.Files[0] + ".tmp"
	if err := os.Rename(p.Files[0], tmp); err != nil {
		t.Fatal(err)
	}
	p.Files[0] = tmp
	if f := o.verify(t, p, drivers.GradeReadable).Failure(); f == nil || f.Grade != drivers.GradeExists || !strings.Contains(f.Detail, "unfinished") {
		t.Errorf("%+v", f)
	}
}
