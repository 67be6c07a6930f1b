package rsync

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

const (
	latest = "latest"
	// look is how many entries of a snapshot without a manifest are counted
	// when listing: more would make listing a walk through every file.
	look = 20000
)

var (
	unfinished = []string{".tmp", ".partial"}
	// rotated are the names of snapshots that carry a number, not a time.
	rotated = lazyregexp.New(`^(hourly|daily|weekly|monthly|yearly|snap|snapshot|backup)[._-]\d+$`)
)

// Locate lists the snapshots of the repository, newest first.
func (d *driver) Locate(ctx context.Context) ([]drivers.RecoveryPoint, error) {
	entries, err := os.ReadDir(d.spec.Repository)
	if err != nil {
		return nil, d.fail("locate", d.spec.Repository, err, "check that the repository is mounted and may be read")
	}
	names := map[string]bool{}
	for _, e := range entries {
		n, isManifest := strings.CutSuffix(e.Name(), repo.ManifestSuffix)
		if (e.IsDir() || isManifest) && d.counts(n) {
			names[n] = true
		}
	}
	points := []drivers.RecoveryPoint{}
	for n := range names {
		p, ok, err := d.point(ctx, n)
		if err != nil {
			return nil, d.fail("locate", n, err, "")
		}
		if ok {
			points = append(points, p)
		}
	}
	slices.SortFunc(points, func(a, b drivers.RecoveryPoint) int {
		if c := b.Time.Compare(a.Time); c != 0 {
			return c
		}
		return strings.Compare(b.ID, a.ID)
	})
	if gone := d.danglingLatest(); gone != "" && len(points) > 0 {
		points[0].Problems = append(points[0].Problems, gone)
	}
	return points, nil
}

// counts says whether a name of the repository can be a snapshot's.
func (d *driver) counts(n string) bool {
	if strings.HasPrefix(n, ".") {
		return false
	}
	if len(d.patterns) > 0 {
		return slices.ContainsFunc(d.patterns, func(p string) bool {
			ok, err := filepath.Match(p, n)
			return err == nil && ok
		})
	}
	if _, ok := repo.TimeFromName(n, nil); ok || rotated.MatchString(n) {
		return true
	}
	_, err := os.Stat(filepath.Join(d.spec.Repository, n+repo.ManifestSuffix))
	return err == nil
}

// point describes one snapshot.
func (d *driver) point(ctx context.Context, n string) (drivers.RecoveryPoint, bool, error) {
	dir := filepath.Join(d.spec.Repository, n)
	p := drivers.RecoveryPoint{
		ID: n, Kind: drivers.PointSnapshot, Copy: d.spec.Copy, Driver: name, Files: []string{dir}, Detail: map[string]string{},
	}
	m, err := repo.Read(dir + repo.ManifestSuffix)
	switch {
	case errors.Is(err, repo.ErrNoManifest):
	case err != nil:
		p.Manifest = dir + repo.ManifestSuffix
		p.Problems = append(p.Problems, "its manifest can't be used: "+err.Error())
	case m.Driver != name:
		return p, false, nil // another driver's point, in the same repository
	default:
		p.Manifest = dir + repo.ManifestSuffix
		p.Problems = append(p.Problems, d.strange(m)...)
	}
	st, err := os.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) && m != nil:
		p.Time, p.TimeSource = repo.PointTime(m, n, m.Time)
		p.Problems = append(p.Problems, "the snapshot is gone, only its manifest is left")
		return p, true, nil
	case errors.Is(err, fs.ErrNotExist), err == nil && !st.IsDir():
		return p, false, nil
	case err != nil:
		return p, false, err
	}
	p.Time, p.TimeSource = repo.PointTime(m, n, st.ModTime())
	if slices.ContainsFunc(unfinished, func(e string) bool { return strings.HasSuffix(n, e) }) {
		p.Problems = append(p.Problems, "unfinished: the backup that made it has not ended")
	}
	return p, true, d.measure(ctx, dir, m, &p)
}

// strange says what is odd about a manifest.
func (d *driver) strange(m *repo.Manifest) []string {
	if m.Workload != d.spec.Workload {
		return []string{"its manifest says that it is of the workload " + m.Workload}
	}
	return nil
}

// measure fills in size and number of files.
func (d *driver) measure(ctx context.Context, dir string, m *repo.Manifest, p *drivers.RecoveryPoint) error {
	if m != nil {
		files := 0
		for _, f := range m.Files {
			if f.SHA256 != "" {
				files++
				p.Size += f.Size
			}
		}
		p.Detail["files"] = fmt.Sprint(files)
		return nil
	}
	t, err := walk(ctx, dir, nil, look)
	switch {
	case errors.Is(err, errEnough):
		p.Detail["files"] = fmt.Sprintf("more than %d", t.files)
		return nil
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		p.Problems = append(p.Problems, "can't be read: "+repo.Sort(err).Error())
		return nil
	}
	p.Size = t.bytes
	p.Detail["files"] = fmt.Sprint(t.files)
	if len(t.items) == 0 && len(t.denied) == 0 {
		p.Problems = append(p.Problems, "empty: there is not a single file in it")
	}
	if len(t.denied) > 0 {
		p.Problems = append(p.Problems, "can't be read: "+few(t.denied))
	}
	return nil
}

// danglingLatest says that the link latest leads nowhere.
func (d *driver) danglingLatest() string {
	path := filepath.Join(d.spec.Repository, latest)
	to, err := os.Readlink(path)
	if err != nil {
		return ""
	}
	if _, err := os.Stat(path); err == nil {
		return ""
	}
	return "the link latest leads to " + to + ", which is not there"
}
