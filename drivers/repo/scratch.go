package repo

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// MakeScratch makes the directory of a scratch target, for this user alone.
func MakeScratch(rec drivers.ScratchRecord) error {
	if err := safeScratch(rec); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(rec.Dir), 0o700); err != nil {
		return Sort(err)
	}
	return Sort(os.Mkdir(rec.Dir, 0o700))
}

// RemoveScratch removes the directory of a scratch target, however far its
// making came, with directories in it that were restored without permission
// to change them. It may be called twice.
func RemoveScratch(rec drivers.ScratchRecord) error {
	if err := safeScratch(rec); err != nil {
		return err
	}
	if os.RemoveAll(rec.Dir) == nil {
		return nil
	}
	_ = filepath.WalkDir(rec.Dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			_ = os.Chmod(path, 0o700) //nolint:gosec // so that it can be removed
		}
		return nil
	})
	return Sort(os.RemoveAll(rec.Dir))
}

// safeScratch refuses a record that could name anything but a scratch
// directory.
func safeScratch(rec drivers.ScratchRecord) error {
	hex, ok := strings.CutPrefix(rec.ID, drivers.ScratchPrefix)
	if !ok || len(hex) < 6 || strings.Trim(hex, "0123456789abcdef") != "" ||
		!filepath.IsAbs(rec.Dir) || filepath.Clean(rec.Dir) != rec.Dir || filepath.Base(rec.Dir) != rec.ID {
		return fmt.Errorf("%w: %q is no scratch directory", drivers.ErrTargetUnsafe, rec.Dir)
	}
	return nil
}
