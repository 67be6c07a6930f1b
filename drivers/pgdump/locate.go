package pgdump

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// depth is how many directories down a repository is searched.
const depth = 3

// Endings that scripts give to dumps. A bare one is a dump whatever it holds;
// of the others, only what looks like a dump of PostgreSQL is one.
var (
	dumpEndings    = []string{".dump", ".pgdump", ".backup", ".custom", ".dmp", ".pgc"}
	sharedEndings  = []string{".sql", ".tar"}
	wrapEndings    = []string{".gz", ".age", ".gpg", ".enc"}
	partialEndings = []string{".part", ".partial", ".tmp", ".temp", ".inprogress", ".writing"}
)

var dataFileRE = lazyregexp.New(`^\d+\.dat(\.gz|\.lz4|\.zst)?$`)

// Locate lists the dumps in the repository, newest first.
func (d *Driver) Locate(ctx context.Context) ([]drivers.RecoveryPoint, error) {
	root, err := d.repository()
	if err != nil {
		return nil, err
	}
	s := &search{d: d, root: root, seen: map[string]bool{}}
	if err := s.dir(ctx, root, 0); err != nil {
		return nil, fail("locate", root, denied(err), "check that this user may read the repository")
	}
	s.orphans()
	slices.SortStableFunc(s.points, func(a, b drivers.RecoveryPoint) int {
		return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(a.ID, b.ID))
	})
	return s.points, nil
}

// repository is the directory that holds the dumps.
func (d *Driver) repository() (string, error) {
	r := d.spec.Repository
	if strings.Contains(r, "://") {
		return "", fail("locate", r, fmt.Errorf("repository that is no directory: %w", drivers.ErrUnsupported),
			"mount it, or copy the dumps to a directory and name that as the repository")
	}
	if r == "" {
		return "", fail("locate", d.spec.Copy, fmt.Errorf("repository is not told: %w", drivers.ErrNotFound),
			"give the copy a repository: the directory that holds its dumps")
	}
	st, err := os.Stat(r)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fail("locate", r, fmt.Errorf("the repository is not there: %w", drivers.ErrNotFound),
			"check that it is mounted and spelled right")
	case err != nil:
		return "", fail("locate", r, denied(err), "check that this user may read the repository")
	case !st.IsDir():
		return "", fail("locate", r, fmt.Errorf("the repository is no directory: %w", drivers.ErrUnsupported),
			"name the directory that holds the dumps")
	}
	return r, nil
}

// denied gives errors of the file system their sentinel.
func denied(err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: %w", drivers.ErrDenied, err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: %w", drivers.ErrNotFound, err)
	}
	return err
}

// search walks a repository.
type search struct {
	d         *Driver
	root      string
	points    []drivers.RecoveryPoint
	manifests []string
	seen      map[string]bool // paths of points
}

func (s *search) dir(ctx context.Context, dir string, level int) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range list {
		p := filepath.Join(dir, e.Name())
		if strings.HasPrefix(e.Name(), ".") || e.Name() == "lost+found" {
			continue
		}
		if isDir(p, e) {
			err = s.subdir(ctx, p, level)
		} else {
			err = s.file(p)
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue // a retention job removed it while we looked
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// isDir follows symbolic links: "latest" often is one.
func isDir(p string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	st, err := os.Stat(p)
	return err == nil && st.IsDir()
}

func (s *search) subdir(ctx context.Context, p string, level int) error {
	if looksLikeDump(p) {
		if !s.wanted(p) {
			return nil
		}
		d, err := inspect(p)
		if err != nil {
			return err
		}
		s.add(d)
		return nil
	}
	if level >= depth {
		return nil
	}
	if st, err := os.Lstat(p); err != nil || st.Mode()&fs.ModeSymlink != 0 {
		return err // a link to a directory of dumps would list them twice
	}
	return s.dir(ctx, p, level+1)
}

// looksLikeDump says that a directory is a dump and not a directory of dumps.
func looksLikeDump(dir string) bool {
	if _, err := os.Stat(filepath.Join(dir, archive.TOCFile)); err == nil {
		return true
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(list, func(e fs.DirEntry) bool { return dataFileRE.MatchString(e.Name()) })
}

func (s *search) file(p string) error {
	if strings.HasSuffix(p, repo.ManifestSuffix) {
		s.manifests = append(s.manifests, p)
		return nil
	}
	if !s.wanted(p) {
		return nil
	}
	d, err := inspect(p)
	if errors.Is(err, fs.ErrPermission) {
		if !likely(p) {
			return nil
		}
		d, err = &dump{path: p, problem: "it can't be read: permission denied"}, nil
		if st, e := os.Lstat(p); e == nil {
			d.size, d.mtime = st.Size(), st.ModTime()
		}
	}
	if err != nil {
		return err
	}
	if d.format != "" || s.keeps(d) {
		s.add(d)
	}
	return nil
}

// keeps says whether a file that is no good dump counts as a bad one.
func (s *search) keeps(d *dump) bool {
	base := unwrapped(d.path)
	shared := slices.Contains(sharedEndings, filepath.Ext(base))
	return s.d.opts.pattern != "" || slices.Contains(dumpEndings, filepath.Ext(base)) || (shared && !d.foreign)
}

// wanted applies the copy's pattern to the name and to the path below the
// repository.
func (s *search) wanted(p string) bool {
	if s.d.opts.pattern == "" {
		return true
	}
	rel := s.rel(p)
	for _, n := range []string{rel, path.Base(rel)} {
		if ok, err := path.Match(s.d.opts.pattern, n); err == nil && ok {
			return true
		}
	}
	return false
}

func (s *search) rel(p string) string {
	rel, err := filepath.Rel(s.root, p)
	if err != nil {
		return filepath.ToSlash(p)
	}
	return filepath.ToSlash(rel)
}

// likely says that a name is one that dumps have.
func likely(p string) bool {
	ext := filepath.Ext(unwrapped(p))
	return slices.Contains(dumpEndings, ext) || slices.Contains(sharedEndings, ext)
}

// unwrapped takes off what compression, encryption and unfinished work add to
// a name.
func unwrapped(p string) string {
	p = strings.TrimSuffix(p, partialEnding(p))
	for _, w := range wrapEndings {
		p = strings.TrimSuffix(p, w)
	}
	return p
}

func partialEnding(p string) string {
	for _, e := range partialEndings {
		if strings.HasSuffix(p, e) {
			return e
		}
	}
	return ""
}

func (s *search) add(d *dump) {
	s.seen[d.path] = true
	s.points = append(s.points, s.d.point(d, s.rel(d.path)))
}

// orphans lists the manifests whose dump is gone: somebody removed it, or
// the copy is not whole.
func (s *search) orphans() {
	for _, m := range s.manifests {
		p := strings.TrimSuffix(m, repo.ManifestSuffix)
		man, err := repo.Read(m)
		if s.seen[p] || err != nil || man.Driver != name || !s.wanted(p) {
			continue
		}
		if _, err := os.Stat(p + partSuffix); err == nil {
			continue // its backup is still being made
		}
		s.points = append(s.points, drivers.RecoveryPoint{
			ID: safeID(s.rel(p)), Time: man.Time, TimeSource: drivers.TimeManifest, Kind: drivers.PointFull,
			Copy: s.d.spec.Copy, Driver: name, Files: []string{p}, Manifest: m, Detail: man.Detail,
			Problems: []string{"the dump is missing: only its manifest is there"},
		})
	}
}
