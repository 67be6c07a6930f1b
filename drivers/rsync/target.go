package rsync

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// Provision makes the scratch directory. The files go into one below it: a
// restore gives the top of a tree the permissions that it had at the source.
func (d *driver) Provision(_ context.Context, rec drivers.ScratchRecord, _ drivers.RecoveryPoint, rep *drivers.Reporter) (drivers.Target, error) {
	if err := repo.MakeScratch(rec); err != nil {
		return drivers.Target{}, d.fail("provision", rec.Dir, err, "if it is there and no run uses it, remove it")
	}
	rep.Printf("made %s", rec.Dir)
	t := target(drivers.TargetScratch, rec.ID, filepath.Join(rec.Dir, "restored"))
	t.Scratch = &rec
	return t, nil
}

// Destroy removes the scratch directory, however far its making came.
func (d *driver) Destroy(_ context.Context, rec drivers.ScratchRecord, rep *drivers.Reporter) error {
	if err := repo.RemoveScratch(rec); err != nil {
		return d.fail("destroy", rec.Dir, err, "remove it by hand: rm -r "+shell(rec.Dir))
	}
	rep.Printf("removed %s", rec.Dir)
	return nil
}

func target(kind drivers.TargetKind, title, path string) drivers.Target {
	return drivers.Target{
		Kind: kind, Name: title, Path: path,
		Vars: map[string]string{"LIFEBOAT_TARGET": path, "LIFEBOAT_TARGET_DIR": path},
	}
}

// SourceTarget is the live tree.
func (d *driver) SourceTarget() (drivers.Target, bool) {
	return target(drivers.TargetLive, d.spec.Workload, d.spec.Path), d.spec.Path != ""
}

// guard is what keeps restores away from the live tree.
func (d *driver) guard() repo.Guard {
	return repo.Guard{
		Driver: name, Repository: d.spec.Repository, Source: d.spec.Path,
		Identify: repo.Identify, Hint: "name the directory to restore into",
	}
}

// Identify names the directory by device and inode.
func (d *driver) Identify(_ context.Context, t drivers.Target) (drivers.Identity, error) {
	id, err := repo.Identify(t.Path)
	if err != nil {
		return drivers.Identity{}, d.fail("identify", t.Path, err, "check the path and its permissions")
	}
	return id, nil
}

// Room is the free space where the tree would lie.
func (d *driver) Room(_ context.Context, t drivers.Target) (drivers.Room, bool) {
	return d.guard().Room(t.Path)
}

// block is what a file system gives to the smallest file or directory.
const block = 4096

// onDisk is what a tree takes, in whole blocks: many small files take more
// than their bytes.
func onDisk(t tree) int64 {
	var n int64
	for _, i := range t.items {
		if i.info.Mode().IsRegular() {
			n += (i.info.Size() + block - 1) / block * block
		} else {
			n += block
		}
	}
	return n
}

// Preflight looks for the tool, the repository and the source.
func (d *driver) Preflight(ctx context.Context) []drivers.Finding {
	tool := drivers.Finding{Subject: "rsync", Detail: "missing: backups and restores need it", Hint: info.Tools[0].Install}
	if d.runner != nil {
		if path, err := d.runner.Look("rsync"); err == nil {
			tool = drivers.Finding{OK: true, Subject: "rsync", Detail: path}
		}
	}
	repository := drivers.Finding{Subject: d.spec.Repository}
	points, err := d.Locate(ctx)
	switch {
	case err != nil:
		repository.Detail, repository.Hint = err.Error(), drivers.Hint(err)
	case len(points) == 0:
		repository.Detail, repository.Hint = "it holds no snapshot", "run lifeboat backup "+d.spec.Workload
	default:
		repository.OK, repository.Detail = true, fmt.Sprintf("%d snapshots, newest %s", len(points), points[0].ID)
	}
	source := drivers.Finding{OK: true, Subject: d.spec.Path, Detail: "can be read"}
	if _, err := os.ReadDir(d.spec.Path); err != nil {
		source = drivers.Finding{Subject: d.spec.Path, Detail: err.Error(), Hint: "after a disaster that is to be expected; otherwise check the path and its permissions"}
	}
	return []drivers.Finding{tool, repository, source}
}
