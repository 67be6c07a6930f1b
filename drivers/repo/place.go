package repo

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// FreeSpace gives the bytes that this process may still write on the file
// system that holds path, or would hold it once it is made.
func FreeSpace(path string) (int64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(nearest(path), &st); err != nil {
		return 0, fmt.Errorf("statfs %s: %w", path, err)
	}
	return int64(st.Bavail) * st.Bsize, nil // far below 2^63
}

// nearest is path, or its nearest parent that exists.
func nearest(path string) string {
	for {
		if _, err := os.Stat(path); err == nil {
			return path
		}
		up := filepath.Dir(path)
		if up == path {
			return path
		}
		path = up
	}
}

// FileID names what a path really is, through all links: device and inode.
// What does not exist yet is named by its parent and its own name, so that
// two ways to write one path are one identity.
func FileID(path string) (id string, exists bool, err error) {
	st, err := os.Stat(path)
	if err == nil {
		return inode(st), true, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", false, err
	}
	up, ok, err := FileID(filepath.Dir(path))
	if err != nil {
		return "", false, err
	}
	if !ok {
		return up + "/" + filepath.Base(path), false, nil
	}
	return up + " name " + filepath.Base(path), false, nil
}

func inode(st fs.FileInfo) string {
	s, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	return fmt.Sprintf("dev %d inode %d", s.Dev, s.Ino)
}

// Inode gives device, inode and number of links of what Lstat found.
func Inode(st fs.FileInfo) (dev, ino, links uint64) {
	s, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, 0
	}
	return uint64(s.Dev), s.Ino, uint64(s.Nlink) //nolint:unconvert // differs by platform
}

// Within says whether path is dir or lies under it, through all links.
func Within(dir, path string) bool {
	d, p := resolve(dir), resolve(path)
	return p == d || strings.HasPrefix(p, strings.TrimSuffix(d, "/")+"/")
}

// resolve follows the links of the part of path that exists.
func resolve(path string) string {
	path = filepath.Clean(path)
	if r, err := filepath.EvalSymlinks(path); err == nil {
		return r
	}
	up := filepath.Dir(path)
	if up == path {
		return path
	}
	return filepath.Join(resolve(up), filepath.Base(path))
}

// Empty says whether path is absent, a file of no bytes or a directory of no
// entries.
func Empty(path string) (bool, error) {
	st, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return true, nil
	case err != nil:
		return false, err
	case !st.IsDir():
		return st.Size() == 0, nil
	}
	d, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer d.Close() //nolint:errcheck // read only
	_, err = d.Readdirnames(1)
	if errors.Is(err, io.EOF) {
		return true, nil
	}
	return false, err
}

// Stamp changes whenever the file at path does, for a plan's basis.
func Stamp(path string) string {
	st, err := os.Stat(path)
	if err != nil {
		return path + " absent"
	}
	return fmt.Sprintf("%s %s %d %d %s", path, inode(st), st.Size(), st.ModTime().UnixNano(), st.Mode())
}

// Digest is a short digest of its parts.
func Digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// Sort puts the sentinel of package drivers before an operating system's
// error. It gives nil for nil.
func Sort(err error) error {
	for _, s := range []struct{ is, as error }{
		{fs.ErrNotExist, drivers.ErrNotFound},
		{fs.ErrPermission, drivers.ErrDenied},
		{syscall.EROFS, drivers.ErrDenied},
		{syscall.ENOSPC, drivers.ErrNoSpace},
		{syscall.EDQUOT, drivers.ErrNoSpace},
		{syscall.EIO, drivers.ErrUnreachable},
		{syscall.ESTALE, drivers.ErrUnreachable},
	} {
		if errors.Is(err, s.is) && !errors.Is(err, s.as) {
			return fmt.Errorf("%w: %w", s.as, err)
		}
	}
	return err
}
