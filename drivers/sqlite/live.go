package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// restoreLive puts the backup in the place of the live database. The old one
// stays beside it as NAME.before-TIME, with its write-ahead log: left under
// the old name, the log would be played into the new database.
func (d *driver) restoreLive(ctx context.Context, req drivers.RestoreRequest, ev *drivers.Evidence, rep *drivers.Reporter) error {
	live, err := filepath.EvalSymlinks(req.Target.Path)
	if errors.Is(err, fs.ErrNotExist) {
		ev.Warnings = append(ev.Warnings, "there was no live database: the new one belongs to this user alone, see its owner and mode")
		return d.restoreFile(ctx, req, req.Target.Path, ev, rep)
	}
	if err != nil {
		return d.fail("restore", req.Target.Path, err, "")
	}
	if pid := holder(live); pid > 0 {
		return d.fail("restore", live, fmt.Errorf("%w: process %d has it open", drivers.ErrTargetUnsafe, pid),
			fmt.Sprintf("stop the program that uses it (process %d), then plan again", pid))
	}
	tmp, err := d.copyVerified(ctx, req, filepath.Dir(live), ev, rep)
	if err != nil {
		return err
	}
	kept := live + ".before-" + d.now().UTC().Format("20060102T150405Z")
	if err := swap(live, tmp, kept); err != nil {
		_ = os.Remove(tmp)
		return d.fail("restore", live, err, "the old database is kept as "+kept+" or still in its place: look before anything is started")
	}
	ev.Detail["kept"] = kept
	rep.Printf("restored %s; the old one is kept as %s", live, kept)
	return nil
}

// swap gives tmp the name, mode and owner of live, and live the name kept.
// The database's own name is never without a whole database behind it.
func swap(live, tmp, kept string) error {
	st, err := os.Stat(live)
	if err != nil {
		return err
	}
	if err := os.Chmod(tmp, st.Mode().Perm()); err != nil {
		return err
	}
	if s, ok := st.Sys().(*syscall.Stat_t); ok {
		if err := os.Chown(tmp, int(s.Uid), int(s.Gid)); err != nil {
			return err
		}
	}
	if err := os.Link(live, kept); err != nil {
		return err
	}
	for _, log := range companions {
		if err := os.Rename(live+log, kept+log); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := os.Remove(live + "-shm"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(tmp, live); err != nil {
		return err
	}
	return repo.SyncDir(filepath.Dir(live))
}

// holder finds another process that holds one of SQLite's locks on the file:
// in WAL mode every open connection does, otherwise one that is reading or
// writing. 0: none was seen.
func holder(path string) int {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return 0
	}
	defer f.Close() //nolint:errcheck // nothing was written
	const pending, length = 0x40000000, 512
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Whence: 0, Start: pending, Len: length}
	if err := syscall.FcntlFlock(f.Fd(), syscall.F_GETLK, &lock); err != nil || lock.Type == syscall.F_UNLCK {
		return 0
	}
	return int(lock.Pid)
}
