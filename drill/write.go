package drill

import (
	"errors"
	"os"
	"path/filepath"
)

// WriteFile replaces a file by one with this content, mode 0600: whole or not
// at all, and durable when it returns.
func WriteFile(path string, data []byte) error {
	if err := ReplaceFile(path, data); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// ReplaceFile is WriteFile for what may be as it was before, after a loss of
// power right now: its content is durable, its name not yet.
func ReplaceFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
