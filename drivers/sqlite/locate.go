package sqlite

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
)

// partial ends the name of a backup that is still being written.
const partial = ".partial"

var (
	suffixes   = []string{".db", ".sqlite", ".sqlite3", ".db3", ".bak"}
	compressed = []string{".gz", ".zst", ".xz", ".bz2", ".age", ".gpg"}
	companions = []string{"-wal", "-journal"}
)

// Locate lists the databases of the repository, newest first.
func (d *driver) Locate(ctx context.Context) ([]drivers.RecoveryPoint, error) {
	names, err := d.names()
	if err != nil {
		return nil, d.fail("locate", d.spec.Repository, err, "check that the repository is mounted and may be read")
	}
	points := []drivers.RecoveryPoint{}
	for _, n := range names {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if p, ok := d.point(n); ok {
			points = append(points, p)
		}
	}
	slices.SortStableFunc(points, func(a, b drivers.RecoveryPoint) int {
		if c := b.Time.Compare(a.Time); c != 0 {
			return c
		}
		return strings.Compare(b.ID, a.ID)
	})
	return points, nil
}

// names lists the files that may be points, relative to the repository.
// A manifest whose file is gone stands for that file.
func (d *driver) names() ([]string, error) {
	entries, err := os.ReadDir(d.spec.Repository)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	add := func(n string) {
		if base, ok := strings.CutSuffix(n, repo.ManifestSuffix); ok {
			n = base
		}
		if !strings.HasPrefix(filepath.Base(n), ".") {
			seen[n] = true
		}
	}
	for _, e := range entries {
		if !e.IsDir() && d.counts(e.Name()) {
			add(e.Name())
		}
	}
	for _, p := range d.patterns { // shop/*/data.db
		if !strings.Contains(p, "/") {
			continue
		}
		found, err := filepath.Glob(filepath.Join(d.spec.Repository, p))
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			if rel, err := filepath.Rel(d.spec.Repository, f); err == nil {
				add(rel)
			}
		}
	}
	names := make([]string, 0, len(seen))
	for n := range seen {
		names = append(names, n)
	}
	slices.Sort(names)
	return names, nil
}

// counts says whether the patterns, if there are any, take the name.
func (d *driver) counts(n string) bool {
	if len(d.patterns) == 0 {
		return true
	}
	n = strings.TrimSuffix(n, repo.ManifestSuffix)
	return slices.ContainsFunc(d.patterns, func(p string) bool {
		ok, err := filepath.Match(p, n)
		return err == nil && ok
	})
}

// point describes one file, if it is a backup of a database.
func (d *driver) point(n string) (drivers.RecoveryPoint, bool) {
	path := filepath.Join(d.spec.Repository, n)
	p := drivers.RecoveryPoint{
		ID: strings.ReplaceAll(n, "/", "__"), Kind: drivers.PointFull, Copy: d.spec.Copy, Driver: name,
		Files: []string{path}, Detail: map[string]string{},
	}
	if link, err := os.Readlink(path); err == nil && !strings.Contains(link, "/") {
		return p, false // "latest" and its like, beside what it names
	}
	m, manifestProblem := d.manifest(path, &p)
	st, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && m != nil:
		p.Time, p.TimeSource = repo.PointTime(m, n, m.Time)
		p.Problems = append(p.Problems, "the file is gone, only its manifest is left")
		return p, true
	case err != nil:
		return p, false
	}
	p.Size = st.Size()
	p.Time, p.TimeSource = repo.PointTime(m, n, st.ModTime())
	isOne := d.look(path, n, st, &p) || m != nil
	if manifestProblem != "" {
		p.Problems = append(p.Problems, manifestProblem)
	}
	return p, isOne && st.Mode().IsRegular()
}

// look notes what is visibly wrong with a file, and whether it is a backup.
func (d *driver) look(path, n string, st fs.FileInfo, p *drivers.RecoveryPoint) bool {
	problem := func(format string, args ...any) { p.Problems = append(p.Problems, fmt.Sprintf(format, args...)) }
	base, packed := trimAny(n, compressed)
	switch {
	case has(n, companions):
		if _, err := os.Stat(filepath.Join(d.spec.Repository, strings.TrimSuffix(strings.TrimSuffix(n, "-wal"), "-journal"))); err == nil {
			return false
		}
		problem("a log without its database")
		return true
	case strings.HasSuffix(n, "-shm"):
		return false
	case strings.HasSuffix(n, partial):
		problem("unfinished: the backup that wrote it has not ended")
		return has(strings.TrimSuffix(n, partial), suffixes)
	case packed:
		problem("compressed or encrypted: unpack it first, this driver reads plain database files")
		return has(base, suffixes)
	}
	h, err := readHeader(path)
	switch {
	case err != nil:
		problem("can't be read: %v", repo.Sort(err))
	case st.Size() == 0:
		problem("empty: 0 bytes")
	case !h.magic:
		problem("does not start as a SQLite database does")
	default:
		p.Detail["page_size"] = fmt.Sprint(h.pageSize)
		if f := h.sizeFault(st.Size()); f != "" {
			problem("%s", f)
		}
	}
	for _, c := range companions {
		if cs, err := os.Stat(path + c); err == nil && cs.Size() > 0 {
			problem("%s%s of %d bytes lies beside it: what is in there is not in the backup", filepath.Base(n), c, cs.Size())
		}
	}
	return h.magic || has(n, suffixes)
}

func has(n string, ends []string) bool {
	_, ok := trimAny(n, ends)
	return ok
}

func trimAny(n string, ends []string) (string, bool) {
	for _, e := range ends {
		if base, ok := strings.CutSuffix(strings.ToLower(n), e); ok {
			return base, true
		}
	}
	return n, false
}
