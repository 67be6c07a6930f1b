package inventory

import (
	"path/filepath"
	"strings"
)

// absolute makes a path absolute: ~ is the home directory, everything else is
// relative to lifeboat.yaml's. What begins with ${NAME} is left as it is, for
// nobody knows yet whether it is relative.
func (r *reader) absolute(path string) string {
	switch {
	case path == "" || strings.HasPrefix(path, "${"):
		return path
	case path == "~" || strings.HasPrefix(path, "~/"):
		if r.home == "" {
			return path
		}
		return filepath.Join(r.home, path[1:])
	case filepath.IsAbs(path):
		return filepath.Clean(path)
	}
	return filepath.Join(r.dir, path)
}

// location is absolute for what may also be an address: s3://bucket,
// sftp:host:/dir, host:/dir. A colon before the first slash makes an address;
// a directory with one is written ./name.
func (r *reader) location(s string) string {
	first, _, _ := strings.Cut(s, "/")
	if strings.Contains(first, ":") {
		return s
	}
	return r.absolute(s)
}
