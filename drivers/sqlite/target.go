package sqlite

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// Provision makes the scratch directory; the database itself is the restore's
// to make.
func (d *driver) Provision(_ context.Context, rec drivers.ScratchRecord, _ drivers.RecoveryPoint, rep *drivers.Reporter) (drivers.Target, error) {
	if err := repo.MakeScratch(rec); err != nil {
		return drivers.Target{}, d.fail("provision", rec.Dir, err, "if it is there and no run uses it, remove it")
	}
	rep.Printf("made %s", rec.Dir)
	file := filepath.Base(d.spec.Path)
	if d.spec.Path == "" {
		file = "restored.db"
	}
	t := target(drivers.TargetScratch, rec.ID, filepath.Join(rec.Dir, file))
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
		Vars: map[string]string{"LIFEBOAT_DB": path, "LIFEBOAT_TARGET": path, "LIFEBOAT_TARGET_DIR": filepath.Dir(path)},
	}
}

// SourceTarget is the live database.
func (d *driver) SourceTarget() (drivers.Target, bool) {
	return target(drivers.TargetLive, d.spec.Workload, d.spec.Path), d.spec.Path != ""
}

// guard is what keeps restores away from the live database.
func (d *driver) guard() repo.Guard {
	return repo.Guard{
		Driver: name, Repository: d.spec.Repository, Source: d.spec.Path,
		Identify: identify, Hint: "name the database file to make",
	}
}

// Identify names the file by device and inode.
func (d *driver) Identify(_ context.Context, t drivers.Target) (drivers.Identity, error) {
	id, err := identify(t.Path)
	if err != nil {
		return drivers.Identity{}, d.fail("identify", t.Path, err, "check the path and its permissions")
	}
	return id, nil
}

// Room is the free space where the database would lie.
func (d *driver) Room(_ context.Context, t drivers.Target) (drivers.Room, bool) {
	return d.guard().Room(t.Path)
}

// identify adds what belongs to a database: its logs. One that lies beside a
// file is part of it, and would be played into whatever takes its name.
func identify(path string) (drivers.Identity, error) {
	id, err := repo.Identify(path)
	if err != nil {
		return id, err
	}
	if !id.Empty {
		id.Holds = "a file"
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	for _, log := range append([]string{"-shm"}, companions...) {
		name, _, err := repo.FileID(path + log)
		if err != nil {
			return id, err
		}
		id.Also = append(id.Also, name)
		if empty, err := repo.Empty(path + log); err != nil || !empty {
			id.Empty, id.Holds = false, filepath.Base(path)+log+" beside it, the log of a database"
		}
	}
	return id, nil
}

// Preflight looks at the repository, the source and the space for a restore.
func (d *driver) Preflight(ctx context.Context) []drivers.Finding {
	return []drivers.Finding{d.repositoryFinding(ctx), d.sourceFinding(ctx)}
}

func (d *driver) repositoryFinding(ctx context.Context) drivers.Finding {
	f := drivers.Finding{Subject: d.spec.Repository}
	points, err := d.Locate(ctx)
	switch {
	case err != nil:
		f.Detail, f.Hint = err.Error(), drivers.Hint(err)
	case len(points) == 0:
		f.Detail, f.Hint = "it holds no backup", "run lifeboat backup "+d.spec.Workload
	default:
		f.OK, f.Detail = true, fmt.Sprintf("%d recovery points, newest %s", len(points), points[0].ID)
	}
	return f
}

func (d *driver) sourceFinding(ctx context.Context) drivers.Finding {
	f := drivers.Finding{Subject: d.spec.Path}
	if d.spec.Path == "" {
		f.Subject, f.Detail, f.Hint = "source", "no source.path is set: checks that compare with the source can't be made", "set source.path of the workload"
		return f
	}
	db, err := openReadOnly(ctx, d.spec.Path)
	if err == nil {
		defer db.Close() //nolint:errcheck // read only
		var have []string
		if have, err = tablesOf(ctx, db); err == nil {
			f.OK, f.Detail = true, fmt.Sprintf("can be read, %d tables", len(have))
			return f
		}
	}
	f.Detail, f.Hint = complaint(err), "after a disaster that is to be expected; otherwise check the path and its permissions"
	return f
}
