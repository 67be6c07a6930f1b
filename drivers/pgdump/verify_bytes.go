package pgdump

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// leastArchive is smaller than any archive of an empty database.
const leastArchive = 300

// size finds what is empty, unfinished, or not as long as it was.
func (v *verification) size(context.Context) (finding, error) {
	p := v.dump
	if end := partialEnding(p.path); end != "" {
		return failed(hintFinish, "unfinished: its name ends in %s", end), nil
	}
	if p.format == "" && p.problem != "" && (p.size == 0 || p.gzipped) {
		return failed(hintPrevious, "%s: %s", filepath.Base(p.path), p.problem), nil
	}
	if p.format != archive.Directory && !p.gzipped && p.size < leastArchive {
		return failed(hintPrevious, "%s is only %d bytes long: no dump is that short", filepath.Base(p.path), p.size), nil
	}
	if f, bad := v.emptyParts(); bad {
		return f, nil
	}
	if f, bad := v.sizesOfManifest(); bad {
		return f, nil
	}
	return passed("%s", bytesText(p.size)), nil
}

// emptyParts finds the data files that pg_restore would take for empty tables.
func (v *verification) emptyParts() (finding, bool) {
	if v.dump.format != archive.Directory {
		return finding{}, false
	}
	list, err := os.ReadDir(v.dump.path)
	if err != nil {
		return finding{}, false // the structure grade will say so
	}
	for _, e := range list {
		base := e.Name()
		st, err := e.Info()
		if err != nil {
			continue
		}
		data := dataFileRE.MatchString(base)
		packed := strings.HasPrefix(base, "blob_") && strings.Contains(base, ".dat.")
		switch {
		case st.Size() == 0 && (data || packed || base == archive.TOCFile):
			return failed(hintPrevious, "%s is empty (0 bytes)%s", base, v.leftEmpty(base)), true
		case data && strings.HasSuffix(base, ".gz") && st.Size() <= emptyGzip:
			return failed(hintPrevious, "%s is a gzip file with nothing in it%s", base, v.leftEmpty(base)), true
		}
	}
	return finding{}, false
}

// emptyGzip is the length of a gzip file of nothing. The data file of an empty
// table is longer: it holds the end mark.
const emptyGzip = 20

// leftEmpty says what pg_restore does with an empty data file.
func (v *verification) leftEmpty(base string) string {
	if in := v.tableIn(base); in != "" {
		return in + ": pg_restore would leave it empty without a word"
	}
	return ""
}

// tableIn names the table whose data a file holds.
func (v *verification) tableIn(base string) string {
	t, err := archive.ReadDirectoryTOC(v.dump.path)
	if t == nil || (err != nil && len(t.List) == 0) {
		return ""
	}
	for i := range t.List {
		if e := &t.List[i]; e.File != "" && strings.HasPrefix(base, e.File) {
			return " (data of " + printable(e.Name()) + ")"
		}
	}
	return ""
}

// manifest of the point; nil: it has none.
func (v *verification) manifest() (*repo.Manifest, error) {
	path := v.req.Point.Manifest
	if path == "" {
		path = v.dump.path + repo.ManifestSuffix
	}
	m, err := repo.Read(path)
	if errors.Is(err, repo.ErrNoManifest) {
		return nil, nil
	}
	return m, err
}

// filePath is where a file of the manifest lies.
func (v *verification) filePath(f repo.File) (string, error) {
	if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
		return "", fmt.Errorf("the manifest names %q, outside of the dump", f.Path)
	}
	if v.dump.format == archive.Directory {
		return filepath.Join(v.dump.path, filepath.FromSlash(f.Path)), nil
	}
	return filepath.Join(filepath.Dir(v.dump.path), filepath.FromSlash(f.Path)), nil
}

// sizesOfManifest is the cheap half of the comparison with a manifest.
func (v *verification) sizesOfManifest() (finding, bool) {
	m, err := v.manifest()
	if m == nil || err != nil {
		return finding{}, false // the checksum grade judges manifests
	}
	for _, f := range m.Files {
		path, err := v.filePath(f)
		if err != nil {
			return failed(hintPrevious, "%v", err), true
		}
		st, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return failed(hintPrevious, "%s is missing: the manifest names it%s", f.Path, v.tableIn(f.Path)), true
		}
		if err == nil && st.Size() != f.Size {
			return failed(hintPrevious, "%s is %d bytes long, %d when it was made: %s%s", f.Path, st.Size(), f.Size,
				map[bool]string{true: "it was cut off", false: "it was changed"}[st.Size() < f.Size], v.tableIn(f.Path)), true
		}
	}
	return finding{}, false
}

// checksum compares every file with the manifest made at backup time.
func (v *verification) checksum(ctx context.Context) (finding, error) {
	m, err := v.manifest()
	if err != nil {
		return unknown("remove or repair the manifest, then verify again", "%v", err), nil
	}
	if m == nil {
		return v.withoutManifest(), nil
	}
	names, unsummed := map[string]bool{}, 0
	var files []repo.File
	var paths []string
	for _, f := range m.Files {
		names[f.Path] = true
		if f.SHA256 == "" {
			unsummed++
			continue
		}
		path, err := v.filePath(f)
		if err != nil {
			return failed(hintPrevious, "%v", err), nil
		}
		files, paths = append(files, f), append(paths, path)
	}
	var done int64
	sums := repo.HashAll(ctx, paths, func(n int64) {
		done += n
		v.rep.Progress(drivers.Progress{Phase: "checksum", Done: done, Total: v.dump.size, Unit: "bytes"})
	})
	for i, f := range files {
		switch sum := sums[i]; {
		case sum.Err != nil:
			return finding{}, sum.Err
		case sum.SHA256 != f.SHA256:
			return failed(hintPrevious, "%s has changed since it was made: its SHA-256 is %.12s…, the manifest's %.12s…%s",
				f.Path, sum.SHA256, f.SHA256, v.tableIn(f.Path)), nil
		}
	}
	return v.compared(m, names, unsummed), nil
}

func (v *verification) withoutManifest() finding {
	f := finding{
		drivers.Skipped, "no manifest: the bytes were not compared with what was written",
		"let lifeboat make the backup, or keep a manifest beside the dump",
	}
	if v.req.Grade == drivers.GradeChecksum {
		f.outcome = drivers.Unknown
	}
	return f
}

// compared judges what the manifest covered.
func (v *verification) compared(m *repo.Manifest, names map[string]bool, unsummed int) finding {
	if len(m.Files) == 0 || unsummed == len(m.Files) {
		f := v.withoutManifest()
		f.detail = "the manifest holds no checksum: the bytes were not compared with what was written"
		return f
	}
	if v.dump.format != archive.Directory && !names[filepath.Base(v.dump.path)] {
		return failed("look which dump the manifest belongs to", "the manifest is of other files: %s is not in it", filepath.Base(v.dump.path))
	}
	if unsummed > 0 {
		return finding{drivers.Skipped, fmt.Sprintf("%d files equal the manifest, %d have no checksum in it",
			len(m.Files)-unsummed, unsummed), ""}
	}
	if extra := v.unlisted(names); extra != "" {
		return finding{drivers.Warned, fmt.Sprintf("%d files equal the manifest; %s is not in it", len(m.Files), extra), ""}
	}
	v.sure = true
	return passed("SHA-256 of %d file(s), %s, equals the manifest", len(m.Files), bytesText(v.dump.size))
}

// unlisted names a file of a directory that the manifest does not know.
func (v *verification) unlisted(names map[string]bool) string {
	if v.dump.format != archive.Directory {
		return ""
	}
	list, err := os.ReadDir(v.dump.path)
	if err != nil {
		return ""
	}
	for _, e := range list {
		if !names[e.Name()] {
			return e.Name()
		}
	}
	return ""
}

// bytesText prints a size as a person would say it.
func bytesText(n int64) string {
	units := []string{"bytes", "kB", "MB", "GB", "TB", "PB"}
	f, i := float64(n), 0
	for f >= 1000 && i < len(units)-1 {
		f, i = f/1000, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}
