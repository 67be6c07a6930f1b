package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// Restore runs the plan.
func (d *driver) Restore(ctx context.Context, plan drivers.Plan, rep *drivers.Reporter) (drivers.Evidence, error) {
	started, req := d.now(), plan.Request
	if len(req.Point.Files) == 0 || d.basis(req) != plan.Basis {
		return drivers.Evidence{}, d.fail("restore", req.Point.ID, drivers.ErrPlanStale, "the backup or the target has changed since: plan again")
	}
	if err := d.refuse(ctx, "restore", req); err != nil {
		return drivers.Evidence{}, err
	}
	if err := d.guard().RefuseCramped("restore", req.Target.Path, plan.Needs); err != nil {
		return drivers.Evidence{}, err
	}
	ev := drivers.Evidence{Target: req.Target, Unit: "tables", Detail: map[string]string{}}
	var err error
	switch {
	case len(req.Select) > 0:
		err = d.restoreTables(ctx, req, &ev, rep)
	case req.Target.Kind == drivers.TargetLive:
		err = d.restoreLive(ctx, req, &ev, rep)
	default:
		err = d.restoreFile(ctx, req, req.Target.Path, &ev, rep)
	}
	if err != nil {
		return drivers.Evidence{}, err
	}
	ev.Took = d.now().Sub(started)
	return ev, nil
}

// restoreFile copies the backup to a path that does not exist or is empty,
// by way of a temporary file, so that the path never holds half a database.
func (d *driver) restoreFile(ctx context.Context, req drivers.RestoreRequest, to string, ev *drivers.Evidence, rep *drivers.Reporter) error {
	tmp, err := d.copyVerified(ctx, req, filepath.Dir(to), ev, rep)
	if err != nil {
		return err
	}
	err = os.Rename(tmp, to)
	if err == nil {
		err = repo.SyncDir(filepath.Dir(to))
	}
	if err != nil {
		_ = os.Remove(tmp)
		return d.fail("restore", to, err, "")
	}
	rep.Printf("restored %s", to)
	return nil
}

// copyVerified copies the backup into dir under a temporary name and proves
// that what arrived is what the manifest says, or else what was read, and
// that SQLite can list it. It leaves nothing behind when it fails.
func (d *driver) copyVerified(ctx context.Context, req drivers.RestoreRequest, dir string, ev *drivers.Evidence, rep *drivers.Reporter) (tmp string, err error) {
	from := req.Point.Files[0]
	f, err := os.CreateTemp(dir, ".lifeboat-restoring-*")
	if err != nil {
		return "", d.fail("restore", dir, err, "check that the directory exists and may be written")
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	rep.Printf("copying %s", from)
	if err := errors.Join(copyFile(ctx, f, from, req.Point.Size, rep), f.Sync(), f.Close()); err != nil {
		return "", d.fail("restore", from, err, "nothing was changed")
	}
	if err := d.compare(ctx, from, f.Name(), ev, rep); err != nil {
		return "", err
	}
	db, err := openBackup(ctx, f.Name())
	if err != nil {
		return "", d.fail("restore", req.Point.ID, fmt.Errorf("%w: %s", drivers.ErrCorrupt, complaint(err)), chooseAnother)
	}
	defer db.Close() //nolint:errcheck // read only
	have, err := tablesOf(ctx, db)
	if err != nil {
		return "", d.fail("restore", req.Point.ID, fmt.Errorf("%w: %s", drivers.ErrCorrupt, complaint(err)), chooseAnother)
	}
	ev.Items = int64(len(have))
	return f.Name(), nil
}

// compare hashes what arrived and holds it against the manifest, or without
// one against the backup itself.
func (d *driver) compare(ctx context.Context, from, arrived string, ev *drivers.Evidence, rep *drivers.Reporter) error {
	rep.Printf("comparing what arrived")
	got, size, err := repo.Hash(ctx, arrived, nil)
	if err != nil {
		return d.fail("restore", from, err, "")
	}
	m, err := repo.Read(from + repo.ManifestSuffix)
	e, ok := entry(m)
	against := "manifest"
	if err != nil || !ok || m.Driver != name {
		against = "backup"
		if e.SHA256, _, err = repo.Hash(ctx, from, nil); err != nil {
			return d.fail("restore", from, err, "")
		}
	}
	if got != e.SHA256 {
		return d.fail("restore", from, fmt.Errorf("%w: what arrived has SHA-256 %.12s…, the %s has %.12s…", drivers.ErrCorrupt, got, against, e.SHA256), chooseAnother)
	}
	ev.Bytes, ev.Detail["sha256"], ev.Detail["compared_with"] = size, got, against
	return nil
}

// copyFile copies with progress, until ctx ends.
func copyFile(ctx context.Context, to io.Writer, from string, total int64, rep *drivers.Reporter) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	var done int64
	buf := make([]byte, 1<<20)
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n, err := f.Read(buf)
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return err
			}
			done += int64(n)
			rep.Progress(drivers.Progress{Phase: "copying", Done: done, Total: total, Unit: "bytes"})
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
