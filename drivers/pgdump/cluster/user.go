package cluster

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// ServerUser is who a server runs as: this user, or, as PostgreSQL refuses
// root, the first of postgres and nobody that is there.
func ServerUser() (*drivers.User, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, e1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, e2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(e1, e2); err != nil {
			return nil, err
		}
		return &drivers.User{Name: name, UID: uint32(uid), GID: uint32(gid), Home: u.HomeDir}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}

// Reachable says whether the user can get into a directory and all that are
// above it.
func Reachable(dir string, u *drivers.User) error {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	if u == nil {
		return nil
	}
	for d := dir; ; d = filepath.Dir(d) {
		st, err := os.Stat(d)
		if err != nil {
			return err
		}
		if !mayEnter(st, u) {
			return fmt.Errorf("user %s can't enter %s (mode %04o): set TMPDIR to a directory that it reaches, or chmod o+x %s: %w",
				u.Name, d, st.Mode().Perm(), d, drivers.ErrDenied)
		}
		if d == filepath.Dir(d) {
			return nil
		}
	}
}

func mayEnter(st os.FileInfo, u *drivers.User) bool {
	sys, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return true
	}
	switch mode := st.Mode().Perm(); {
	case sys.Uid == u.UID:
		return mode&0o100 != 0
	case sys.Gid == u.GID:
		return mode&0o010 != 0
	default:
		return mode&0o001 != 0
	}
}
