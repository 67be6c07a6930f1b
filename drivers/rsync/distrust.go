package rsync

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// distrust looks for files that rsync took over from the previous snapshot
// because size and time agree, whose bytes are no longer what that snapshot's
// manifest says: somebody altered them in place. They are copied afresh from
// the source, into an inode of their own, and described anew.
func (d *driver) distrust(ctx context.Context, tmp string, prev drivers.RecoveryPoint, t tree, files []repo.File, rep *drivers.Reporter) ([]string, error) {
	if prev.Manifest == "" {
		return nil, nil
	}
	m, err := repo.Read(prev.Manifest)
	if err != nil {
		return nil, err
	}
	was := make(map[string]string, len(m.Files))
	for _, f := range m.Files {
		was[f.Path] = f.SHA256
	}
	var bad []string
	for n, i := range t.items {
		old := was[files[n].Path]
		if old == "" || old == files[n].SHA256 || !i.info.Mode().IsRegular() {
			continue
		}
		st, err := os.Lstat(filepath.Join(prev.Files[0], i.rel))
		if err != nil || !os.SameFile(st, i.info) {
			continue // an ordinary change
		}
		if files[n], err = d.afresh(ctx, tmp, i.rel, rep); err != nil {
			return nil, err
		}
		bad = append(bad, files[n].Path)
	}
	if len(bad) == 0 {
		return nil, nil
	}
	return []string{fmt.Sprintf("%d files of the older snapshot %s were altered in place since it was made (%s): copied afresh here; verify %s",
		len(bad), prev.ID, few(bad), prev.ID)}, nil
}

// afresh copies one file from the source into a new inode.
func (d *driver) afresh(ctx context.Context, tmp, rel string, rep *drivers.Reporter) (repo.File, error) {
	to := filepath.Join(tmp, rel)
	if err := os.Remove(to); err != nil {
		return repo.File{}, err
	}
	from := filepath.Join(d.spec.Path, rel)
	if _, err := d.run(ctx, "backup", []string{"-a", "--numeric-ids", from, to}, 0, rep); err != nil {
		return repo.File{}, err
	}
	st, err := os.Lstat(to)
	if err != nil {
		return repo.File{}, err
	}
	i := item{rel, st}
	f, err := i.describe(tmp)
	if err != nil {
		return f, err
	}
	f.SHA256, f.Size, err = repo.Hash(ctx, to, nil)
	return f, err
}
