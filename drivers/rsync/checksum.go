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
)

// difference is how a tree differs from its manifest.
type difference struct {
	missing, shorter, altered, extra, mode, denied []string
	hit                                            []item // files whose bytes are wrong
	files                                          int
}

// sound says that every byte and every name is as the manifest says.
func (d difference) sound() bool {
	return len(d.missing)+len(d.shorter)+len(d.altered)+len(d.extra)+len(d.denied) == 0
}

// String names what differs, worst first.
func (d difference) String() string {
	var parts []string
	for _, k := range []struct {
		what  string
		names []string
	}{{"altered", d.altered}, {"shorter", d.shorter}, {"missing", d.missing}, {"not in the manifest", d.extra}, {"permission denied", d.denied}} {
		if len(k.names) > 0 {
			parts = append(parts, fmt.Sprintf("%d %s: %s", len(k.names), k.what, few(k.names)))
		}
	}
	return strings.Join(parts, "; ")
}

// checksum compares every entry of the tree with the manifest.
func (v *proof) checksum(ctx context.Context) error {
	switch {
	case v.manifestErr != nil:
		v.Record(drivers.GradeChecksum, drivers.Unknown, v.manifestErr.Error(), "restore the manifest, or remove it to verify without one")
		return nil
	case v.manifest == nil:
		v.Record(drivers.GradeChecksum, drivers.Skipped, "no manifest beside it: there are no digests from backup time to compare with", "back up with lifeboat to have them")
		return nil
	}
	diff, err := compare(ctx, v.dir, v.tree, v.manifest.Files, v.meter("checksum"))
	if err != nil {
		return err
	}
	switch {
	case diff.sound() && len(diff.mode) > 0:
		v.readAll = true
		v.Record(drivers.GradeChecksum, drivers.Warned, fmt.Sprintf("all %d files equal the manifest; other permissions: %s", diff.files, few(diff.mode)), "check the permissions after restoring")
	case diff.sound():
		v.readAll = true
		v.Record(drivers.GradeChecksum, drivers.Passed, fmt.Sprintf("all %d files equal the manifest", diff.files), "")
	case len(diff.denied) > 0 && len(diff.altered)+len(diff.shorter)+len(diff.missing)+len(diff.extra) == 0:
		v.Record(drivers.GradeChecksum, drivers.Unknown, diff.String(), "verify as a user who may read the whole snapshot")
	default:
		v.Record(drivers.GradeChecksum, drivers.Failed, diff.String()+v.shared(diff.hit), chooseAnother)
	}
	return nil
}

// shared says which other snapshots hold the same damaged files: they share
// the inode, so they share the damage.
func (v *proof) shared(hit []item) string {
	entries, err := os.ReadDir(filepath.Dir(v.dir))
	if err != nil {
		return ""
	}
	var others []string
	for _, e := range entries {
		if !e.IsDir() || e.Name() == filepath.Base(v.dir) {
			continue
		}
		root := filepath.Join(filepath.Dir(v.dir), e.Name())
		if slices.ContainsFunc(hit, func(i item) bool {
			st, err := os.Lstat(filepath.Join(root, i.rel))
			return err == nil && os.SameFile(st, i.info)
		}) {
			others = append(others, e.Name())
		}
	}
	if len(others) == 0 {
		return ""
	}
	return fmt.Sprintf("; the same files (hard links) lie in %d other snapshots, which are hit too: %s", len(others), few(others))
}

// compare holds a tree against a list of files. Entries of the tree that the
// list does not have are extra.
func compare(ctx context.Context, root string, t tree, files []repo.File, read func(int64)) (difference, error) {
	var d difference
	have := make(map[string]item, len(t.items))
	for _, i := range t.items {
		key := encode(i.rel)
		if i.info.IsDir() {
			key += "/"
		}
		have[key] = i
	}
	var sound []string // worth hashing
	for _, want := range files {
		if i, ok := have[want.Path]; ok && want.SHA256 != "" && i.info.Mode().IsRegular() && i.info.Size() >= want.Size {
			sound = append(sound, i.rel)
		}
	}
	sums := hashAll(ctx, root, sound, read)
	if ctx.Err() != nil {
		return d, context.Cause(ctx)
	}
	for _, want := range files {
		i, ok := have[want.Path]
		delete(have, want.Path)
		if !ok {
			d.missing = append(d.missing, want.Path)
			continue
		}
		if err := d.entry(root, i, want, sums[i.rel]); err != nil {
			return d, err
		}
	}
	for path := range have {
		d.extra = append(d.extra, path)
	}
	slices.Sort(d.extra)
	return d, nil
}

// hashAll hashes files of a tree, by name.
func hashAll(ctx context.Context, root string, names []string, read func(int64)) map[string]repo.Sum {
	paths := make([]string, len(names))
	for i, n := range names {
		paths[i] = filepath.Join(root, n)
	}
	sums := make(map[string]repo.Sum, len(names))
	for i, s := range repo.HashAll(ctx, paths, read) {
		sums[names[i]] = s
	}
	return sums
}

// entry compares one entry; sum is of its bytes.
func (d *difference) entry(root string, i item, want repo.File, sum repo.Sum) error {
	got, err := i.describe(root)
	if err != nil {
		return err
	}
	if want.SHA256 == "" || !i.info.Mode().IsRegular() {
		switch {
		case got.Link != want.Link, (want.SHA256 != "") != i.info.Mode().IsRegular():
			d.altered = append(d.altered, want.Path)
		case got.Mode != want.Mode:
			d.mode = append(d.mode, want.Path)
		}
		return nil
	}
	d.files++
	if got.Size < want.Size {
		d.shorter = append(d.shorter, fmt.Sprintf("%s (%d of %d bytes)", want.Path, got.Size, want.Size))
		d.hit = append(d.hit, i)
		return nil
	}
	switch {
	case errors.Is(sum.Err, fs.ErrPermission):
		d.denied = append(d.denied, want.Path)
	case sum.Err != nil:
		d.altered = append(d.altered, fmt.Sprintf("%s (%v)", want.Path, sum.Err))
	case sum.SHA256 != want.SHA256:
		d.altered = append(d.altered, want.Path)
		d.hit = append(d.hit, i)
	case got.Mode != want.Mode:
		d.mode = append(d.mode, want.Path)
	}
	return nil
}
