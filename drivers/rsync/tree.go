package rsync

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// item is one entry of a tree.
type item struct {
	rel  string // slash-separated, relative to the root, never "."
	info fs.FileInfo
}

// tree is what a walk found.
type tree struct {
	items   []item
	bytes   int64
	files   int
	special []string // sockets, pipes, devices
	denied  []string // directories that could not be listed
}

// regular names the files that hold bytes.
func (t tree) regular() []string {
	var names []string
	for _, i := range t.items {
		if i.info.Mode().IsRegular() {
			names = append(names, i.rel)
		}
	}
	return names
}

// errEnough ends a walk that was only to look.
var errEnough = errors.New("enough")

// walk lists what lies under root, or under the selected paths of it. most
// ends it early; 0: no limit.
func walk(ctx context.Context, root string, sel []string, most int) (tree, error) {
	var t tree
	if len(sel) == 0 {
		sel = []string{"."}
	}
	for _, s := range sel {
		err := filepath.WalkDir(filepath.Join(root, s), func(path string, e fs.DirEntry, err error) error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if most > 0 && len(t.items) >= most {
				return errEnough
			}
			rel, relErr := filepath.Rel(root, path)
			switch {
			case errors.Is(err, fs.ErrPermission):
				t.denied = append(t.denied, rel)
				return nil
			case err != nil || relErr != nil:
				return errors.Join(err, relErr)
			case rel == ".":
				return nil
			}
			st, err := e.Info()
			if err != nil {
				return err
			}
			t.add(rel, st)
			return nil
		})
		if err != nil {
			return t, err
		}
	}
	return t, nil
}

func (t *tree) add(rel string, st fs.FileInfo) {
	t.items = append(t.items, item{filepath.ToSlash(rel), st})
	switch {
	case st.Mode().IsRegular():
		t.files++
		t.bytes += st.Size()
	case st.IsDir(), st.Mode()&fs.ModeSymlink != 0:
	default:
		t.special = append(t.special, rel)
	}
}

// describe makes the manifest's line of an item, without its hash.
func (i item) describe(root string) (repo.File, error) {
	f := repo.File{Path: encode(i.rel), Mode: fmt.Sprintf("%04o", i.info.Mode().Perm())}
	switch m := i.info.Mode(); {
	case m.IsDir():
		f.Path += "/"
	case m.IsRegular():
		f.Size = i.info.Size()
	case m&fs.ModeSymlink != 0:
		to, err := os.Readlink(filepath.Join(root, i.rel))
		if err != nil {
			return f, err
		}
		f.Link, f.Mode = encode(to), ""
	default:
		f.Mode = m.Type().String()
	}
	return f, nil
}

// encode writes a name so that JSON keeps it: bytes that are no UTF-8, and
// the per cent sign itself, as %XX.
func encode(s string) string {
	if utf8.ValidString(s) && !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == '%' || (r == utf8.RuneError && n == 1) {
			fmt.Fprintf(&b, "%%%02X", s[0])
		} else {
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// few names the first three of many.
func few(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
