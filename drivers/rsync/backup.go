package rsync

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// Backup makes a new snapshot beside the older ones: under a temporary name,
// hashed, made durable, described, then renamed; latest follows.
func (d *driver) Backup(ctx context.Context, rep *drivers.Reporter) (drivers.RecoveryPoint, error) {
	if st, err := os.Stat(d.spec.Path); err != nil || !st.IsDir() {
		if err == nil {
			err = errors.New("no directory")
		}
		return drivers.RecoveryPoint{}, d.fail("backup", d.spec.Path, err, "check source.path of the workload: is it mounted?")
	}
	if err := os.MkdirAll(d.spec.Repository, 0o700); err != nil {
		return drivers.RecoveryPoint{}, d.fail("backup", d.spec.Repository, err, "")
	}
	id := d.newName()
	final := filepath.Join(d.spec.Repository, id)
	tmp := final + unfinished[0]
	p := drivers.RecoveryPoint{
		ID: id, Time: d.now().UTC().Truncate(time.Second), TimeSource: drivers.TimeManifest, Kind: drivers.PointSnapshot,
		Copy: d.spec.Copy, Driver: name, Files: []string{final}, Manifest: final + repo.ManifestSuffix, Detail: map[string]string{},
	}
	m, err := d.make(ctx, tmp, &p, rep)
	if err == nil {
		err = d.publish(tmp, final, id, m)
	}
	if err != nil {
		err = d.wrap("backup", final, err)
		if left := os.RemoveAll(tmp); left != nil {
			rep.Printf("%s is left behind: %v", tmp, left)
		}
		return drivers.RecoveryPoint{}, err
	}
	rep.Printf("made %s", final)
	return p, nil
}

// wrap makes a driver's error of one that is none yet.
func (d *driver) wrap(op, object string, err error) error {
	var known *drivers.Error
	if errors.As(err, &known) {
		return err
	}
	return d.fail(op, object, err, "")
}

// newName is a name that no snapshot has yet.
func (d *driver) newName() string {
	stem := d.now().UTC().Format("20060102T150405Z")
	id := stem
	for i := 2; ; i++ {
		taken := false
		for _, suffix := range []string{"", repo.ManifestSuffix, unfinished[0]} {
			if _, err := os.Lstat(filepath.Join(d.spec.Repository, id+suffix)); err == nil {
				taken = true
			}
		}
		if !taken {
			return id
		}
		id = fmt.Sprintf("%s-%d", stem, i)
	}
}

// make fills the temporary directory and describes what is in it.
func (d *driver) make(ctx context.Context, tmp string, p *drivers.RecoveryPoint, rep *drivers.Reporter) (*repo.Manifest, error) {
	if err := os.Mkdir(tmp, 0o700); err != nil {
		return nil, err
	}
	prev, err := d.previous(ctx)
	if err != nil {
		return nil, err
	}
	warnings, err := d.run(ctx, "backup", d.backupArgs(tmp, prev), 0, rep)
	if err != nil {
		return nil, err
	}
	t, err := walk(ctx, tmp, nil, 0)
	if err != nil {
		return nil, err
	}
	if len(t.items) == 0 {
		return nil, d.fail("backup", d.spec.Path, errors.New("nothing was copied: the source is empty or all of it is excluded"), "is the source mounted? An empty snapshot would pass for a backup")
	}
	files, err := describe(ctx, tmp, t, rep)
	if err != nil {
		return nil, err
	}
	fresh, err := d.distrust(ctx, tmp, prev, t, files, rep)
	if err != nil {
		return nil, err
	}
	warnings = append(warnings, fresh...)
	p.Size, p.Detail["files"] = t.bytes, fmt.Sprint(t.files)
	m := &repo.Manifest{
		Version: 1, Driver: name, Workload: d.spec.Workload, ID: p.ID, Time: p.Time, Kind: string(p.Kind), Files: files,
		Detail: map[string]string{"files": fmt.Sprint(t.files), "bytes": fmt.Sprint(t.bytes), "link_dest": prev.ID},
	}
	note(warnings, m, p, rep)
	return m, nil
}

// note keeps the warnings of a backup with it.
func note(warnings []string, m *repo.Manifest, p *drivers.RecoveryPoint, rep *drivers.Reporter) {
	if len(warnings) == 0 {
		return
	}
	m.Detail["warnings"] = strings.Join(warnings, "\n")
	p.Detail["warnings"] = m.Detail["warnings"]
	for _, w := range warnings {
		rep.Printf("warning: %s", w)
	}
}

// previous is the newest snapshot to share files with: a finished one, that
// nothing is said against.
func (d *driver) previous(ctx context.Context) (drivers.RecoveryPoint, error) {
	points, err := d.Locate(ctx)
	if err != nil {
		return drivers.RecoveryPoint{}, err
	}
	for _, p := range points {
		dangling := len(p.Problems) == 1 && p.Problems[0] == d.danglingLatest()
		if len(p.Problems) == 0 || dangling {
			return p, nil
		}
	}
	return drivers.RecoveryPoint{}, nil
}

func (d *driver) backupArgs(tmp string, prev drivers.RecoveryPoint) []string {
	args := []string{"-a", "--delete", "--numeric-ids", "--info=progress2", "--no-inc-recursive"}
	if d.checksum {
		args = append(args, "--checksum")
	}
	if len(prev.Files) > 0 {
		args = append(args, "--link-dest="+prev.Files[0])
	}
	if d.excludeFrom != "" {
		args = append(args, "--exclude-from="+d.excludeFrom)
	}
	for _, e := range d.exclude {
		args = append(args, "--exclude="+e)
	}
	if repo.Within(d.spec.Path, d.spec.Repository) {
		if rel, err := filepath.Rel(d.spec.Path, d.spec.Repository); err == nil {
			args = append(args, "--exclude=/"+rel+"/")
		}
	}
	return append(args, strings.TrimSuffix(d.spec.Path, "/")+"/", tmp+"/")
}

// describe reads every byte of the snapshot and lists what is in it.
func describe(ctx context.Context, root string, t tree, rep *drivers.Reporter) ([]repo.File, error) {
	files := make([]repo.File, 0, len(t.items))
	var done int64
	sums := hashAll(ctx, root, t.regular(), func(n int64) {
		done += n
		rep.Progress(drivers.Progress{Phase: "hashing", Done: done, Total: t.bytes, Unit: "bytes"})
	})
	for _, i := range t.items {
		f, err := i.describe(root)
		if err != nil {
			return nil, err
		}
		if i.info.Mode().IsRegular() {
			sum := sums[i.rel]
			if sum.Err != nil {
				return nil, sum.Err
			}
			f.SHA256, f.Size = sum.SHA256, sum.Size
		}
		files = append(files, f)
	}
	return files, nil
}

// publish makes the snapshot durable and gives it its name.
func (d *driver) publish(tmp, final, id string, m *repo.Manifest) error {
	dir, err := os.Open(tmp)
	if err != nil {
		return err
	}
	if err := errors.Join(unix.Syncfs(int(dir.Fd())), dir.Close()); err != nil { //nolint:gosec // a descriptor
		return err
	}
	if err := m.Write(final + repo.ManifestSuffix); err != nil {
		return err
	}
	if err := os.Rename(tmp, final); err != nil {
		return errors.Join(err, os.Remove(final+repo.ManifestSuffix))
	}
	link := filepath.Join(d.spec.Repository, "."+latest+"."+id)
	if err := os.Remove(link); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Symlink(id, link); err != nil {
		return err
	}
	if st, err := os.Lstat(filepath.Join(d.spec.Repository, latest)); err == nil && st.IsDir() {
		return errors.Join(os.Remove(link), fmt.Errorf("%s is a directory, no link: rename it", latest))
	}
	if err := os.Rename(link, filepath.Join(d.spec.Repository, latest)); err != nil {
		return err
	}
	return repo.SyncDir(d.spec.Repository)
}
