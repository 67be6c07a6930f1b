package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	modernc "modernc.org/sqlite"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// facts are what is known of a finished copy.
type facts struct {
	sum, segments     string
	size              int64
	header            header
	rows              map[string]int64
	integrity, engine string
}

// Backup makes an online copy of the source: written under another name, made
// durable, described by a manifest, then renamed.
func (d *driver) Backup(ctx context.Context, rep *drivers.Reporter) (drivers.RecoveryPoint, error) {
	if h, err := readHeader(d.spec.Path); err != nil || !h.valid() {
		if err == nil {
			err = fmt.Errorf("no SQLite database: %w", drivers.ErrCorrupt)
		}
		return drivers.RecoveryPoint{}, d.fail("backup", d.spec.Path, err, "check source.path of the workload")
	}
	final, id := d.newName()
	tmp := final + partial
	p := drivers.RecoveryPoint{
		ID: id, Kind: drivers.PointFull, Copy: d.spec.Copy, Driver: name,
		TimeSource: drivers.TimeManifest, Files: []string{final}, Manifest: final + repo.ManifestSuffix,
	}
	err := d.makeCopy(ctx, tmp, &p, rep)
	if err == nil {
		err = d.finish(ctx, tmp, final, &p, rep)
	}
	if err != nil {
		for _, left := range []string{tmp, tmp + "-journal", tmp + "-wal", tmp + "-shm"} {
			_ = os.Remove(left)
		}
		return drivers.RecoveryPoint{}, d.fail("backup", final, err, "nothing was left behind; see what went wrong and run it again")
	}
	return p, nil
}

// newName is a name that no point has yet.
func (d *driver) newName() (path, id string) {
	safe := strings.Map(func(r rune) rune {
		if strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", r) {
			return r
		}
		return '-'
	}, d.spec.Workload)
	stem := strings.TrimLeft(safe, ".") + "-" + d.now().UTC().Format("20060102T150405Z")
	for i := 1; ; i++ {
		id = stem + ".db"
		if i > 1 {
			id = fmt.Sprintf("%s-%d.db", stem, i)
		}
		path = filepath.Join(d.spec.Repository, id)
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
			if _, err := os.Lstat(path + repo.ManifestSuffix); errors.Is(err, os.ErrNotExist) {
				return path, id
			}
		}
	}
}

// makeCopy copies the source page by page with SQLite's backup API, inside
// one read transaction. VACUUM INTO would also be consistent, but renumbers
// rowids and shows no progress. Without the transaction each write between
// two steps would start the copy again; with it the copy is of the moment in
// which it began: writers go on in WAL mode, and otherwise wait.
func (d *driver) makeCopy(ctx context.Context, tmp string, p *drivers.RecoveryPoint, rep *drivers.Reporter) error {
	if err := os.MkdirAll(d.spec.Repository, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	src, err := openShared(ctx, d.spec.Path)
	if err != nil {
		return err
	}
	defer src.Close() //nolint:errcheck // read only
	if _, err := src.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	var n int64 // the first read takes the snapshot
	if err := src.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&n); err != nil {
		return err
	}
	p.Time = d.now().UTC().Truncate(time.Second)
	rep.Printf("copying %s to %s", d.spec.Path, p.Files[0])
	return src.Raw(func(c any) error { return copyPages(ctx, c, tmp, rep) })
}

// copyPages steps through the backup, so that it can be cancelled and seen.
func copyPages(ctx context.Context, conn any, to string, rep *drivers.Reporter) error {
	source, ok := conn.(interface {
		NewBackup(uri string) (*modernc.Backup, error)
	})
	if !ok {
		return fmt.Errorf("backup API: %w", drivers.ErrUnsupported)
	}
	b, err := source.NewBackup(dsn(to, nil))
	if err != nil {
		return err
	}
	for more := true; more && err == nil; {
		if err = ctx.Err(); err != nil {
			err = context.Cause(ctx)
			break
		}
		more, err = b.Step(1024)
		total := int64(b.PageCount())
		rep.Progress(drivers.Progress{Phase: "copying", Done: total - int64(b.Remaining()), Total: total, Unit: "pages"})
	}
	return errors.Join(err, b.Finish())
}

// finish makes the copy durable, describes it and gives it its name.
func (d *driver) finish(ctx context.Context, tmp, final string, p *drivers.RecoveryPoint, rep *drivers.Reporter) error {
	f, err := os.OpenFile(tmp, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	known, err := learn(ctx, tmp, rep)
	if err != nil {
		return err
	}
	p.Size = known.size
	p.Detail = map[string]string{keyPages: fmt.Sprint(known.header.pages), keyPageSize: fmt.Sprint(known.header.pageSize), keyEngine: known.engine}
	if known.integrity != "ok" {
		// A copy of a damaged source is kept: it may be the last one.
		p.Problems = append(p.Problems, "the source is damaged: "+known.integrity)
		rep.Printf("warning: the source is damaged: %s", known.integrity)
	}
	m, err := d.newManifest(final, known, *p)
	if err != nil {
		return err
	}
	if err := m.Write(p.Manifest); err != nil {
		return err
	}
	if err := os.Rename(tmp, final); err != nil {
		return errors.Join(err, os.Remove(p.Manifest))
	}
	return repo.SyncDir(filepath.Dir(final))
}

// learn reads what the manifest is to say of a finished copy.
func learn(ctx context.Context, path string, rep *drivers.Reporter) (facts, error) {
	var f facts
	var err error
	if f.header, err = readHeader(path); err != nil {
		return f, err
	}
	db, err := openBackup(ctx, path)
	if err != nil {
		return f, err
	}
	defer db.Close() //nolint:errcheck // read only
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&f.engine); err != nil {
		return f, err
	}
	if f.integrity, err = integrity(ctx, db); err != nil {
		f.integrity = complaint(err)
	}
	if f.integrity == "" {
		f.integrity = "ok"
		read, err := readAll(ctx, db, rep)
		if err != nil {
			return f, err
		}
		f.rows = read.rows
	}
	h, err := hashFile(ctx, path, f.header.pageSize, 0, nil)
	if err != nil {
		return f, err
	}
	f.sum, f.size, f.segments = h.sum, h.size, h.String()
	return f, ctx.Err()
}
