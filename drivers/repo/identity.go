package repo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// PathKind is the kind of every identity that a path has.
const PathKind = "file or directory"

// mostLinks ends the following of links that lead to each other.
const mostLinks = 40

// Identify tells what lies at path, or would once it is made: by device and
// inode, and, where the system lists its mounts, by file system and place in
// it, which sees through a bind mount of any part. Within are all directories
// that hold it, by both. It cannot see that two network mounts lead to one
// directory of a server.
func Identify(path string) (drivers.Identity, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return drivers.Identity{}, err
	}
	resolved, err := realPath(path, mostLinks)
	if err != nil {
		return drivers.Identity{}, err
	}
	if err := sameView(path, resolved); err != nil {
		return drivers.Identity{}, err
	}
	id := drivers.Identity{Kind: PathKind}
	if id.Value, _, err = FileID(resolved); err != nil {
		return id, err
	}
	mounts := readMounts()
	id.Also = mounts.below(resolved)
	if names := mounts.names(resolved); len(names) > 0 {
		id.Also, id.Within = append(id.Also, names[0]), names[1:]
	}
	for at := resolved; at != filepath.Dir(at); {
		at = filepath.Dir(at)
		name, _, err := FileID(at)
		if err != nil {
			return id, err
		}
		for _, n := range append(mounts.names(at), name) {
			if !slices.Contains(id.Within, n) {
				id.Within = append(id.Within, n)
			}
		}
	}
	id.Empty, err = Empty(resolved)
	return id, err
}

// realPath follows every link of path, also one that leads to what does not
// exist yet.
func realPath(path string, links int) (string, error) {
	r, err := filepath.EvalSymlinks(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return r, err
	}
	// Not filepath.Dir: .. behind a link leads elsewhere than its text says.
	dir, base := filepath.Split(strings.TrimRight(path, "/"))
	up, err := realPath(strings.TrimRight(dir, "/")+"/", links)
	if err != nil {
		return "", err
	}
	if base == ".." {
		return filepath.Dir(up), nil
	}
	at := filepath.Join(up, base)
	to, err := os.Readlink(at)
	switch {
	case err != nil:
		return at, nil //nolint:nilerr // no link: it is not there
	case links == 0:
		return "", fmt.Errorf("%s: links that lead to each other: %w", path, fs.ErrInvalid)
	case !filepath.IsAbs(to):
		to = up + "/" + to
	}
	return realPath(to, links-1)
}

// sameView refuses a path whose links the kernel follows elsewhere than their
// text says, as those of /proc/PID/root do into another process's mounts.
func sameView(path, resolved string) error {
	a, errA := os.Stat(path)
	b, errB := os.Stat(resolved)
	if errA != nil || (errB == nil && os.SameFile(a, b)) {
		return nil //nolint:nilerr // what is not there leads nowhere else
	}
	return fmt.Errorf("%w: it leads to something that no path of this process names", drivers.ErrTargetUnsafe)
}

// mount is one line of /proc/self/mountinfo.
type mount struct{ fs, root, at string }

type mounts []mount

// readMounts lists the mounts of this process; none where there is no such
// list.
func readMounts() mounts {
	b, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil
	}
	plain := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	var out mounts
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 4 {
			out = append(out, mount{fs: f[2], root: plain.Replace(f[3]), at: plain.Replace(f[4])})
		}
	}
	return out.rooted()
}

// rooted adds the mount of / where it is not listed: below a changed root,
// which is a directory of a file system and no mount. A mounted part of that
// file system, seen at both of its places, tells which directory.
func (ms mounts) rooted() mounts {
	if slices.ContainsFunc(ms, func(m mount) bool { return m.at == "/" }) {
		return ms
	}
	for _, m := range ms {
		there, err := os.Stat(m.at)
		if err != nil {
			continue
		}
		for i := 1; i < len(m.root); i++ {
			if m.root[i] != '/' {
				continue
			}
			if here, err := os.Stat(m.root[i:]); err == nil && os.SameFile(here, there) {
				return append(mounts{{fs: m.fs, root: m.root[:i], at: "/"}}, ms...)
			}
		}
	}
	return ms
}

// names are path's file system and its place in it, then the directories that
// hold it there: behind a bind mount they are others than those of the path.
func (ms mounts) names(path string) []string {
	best, found := mount{}, false
	for _, m := range ms {
		if under(m.at, path) && len(m.at) >= len(best.at) { // of two at one place the last is seen
			best, found = m, true
		}
	}
	if !found {
		return nil
	}
	var out []string
	at := filepath.Join(best.root, strings.TrimPrefix(path, strings.TrimSuffix(best.at, "/")))
	for ; ; at = filepath.Dir(at) {
		out = append(out, "fs "+best.fs+" "+at)
		if at == filepath.Dir(at) {
			return out
		}
	}
}

// below names the roots of what is mounted inside dir: they are part of its
// tree.
func (ms mounts) below(dir string) []string {
	var out []string
	for _, m := range ms {
		if m.at != dir && under(dir, m.at) {
			out = append(out, "fs "+m.fs+" "+m.root)
		}
	}
	return out
}

// under says whether a resolved path is dir or lies in it.
func under(dir, path string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, "/")+"/")
}
