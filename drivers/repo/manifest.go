package repo

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// ManifestSuffix ends the name of the manifest that lies beside a recovery
// point: orders.dump has orders.dump.lifeboat.json.
const ManifestSuffix = ".lifeboat.json"

// Manifest is what was true of a recovery point when it was made.
type Manifest struct {
	Version  int               `json:"version"` // 1
	Driver   string            `json:"driver"`
	Workload string            `json:"workload"`
	ID       string            `json:"id"`
	Time     time.Time         `json:"time"` // of the data: when the snapshot was taken
	Kind     string            `json:"kind"`
	Files    []File            `json:"files"`
	Detail   map[string]string `json:"detail,omitempty"` // database, system identifier, tool version …
}

// File is one file of a recovery point.
type File struct {
	Path   string `json:"path"` // slash-separated, relative to the manifest's directory or to the point's root
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256,omitempty"`
	Mode   string `json:"mode,omitempty"` // octal permission bits; drivers of file trees
	Link   string `json:"link,omitempty"` // target of a symbolic link
}

// ErrNoManifest says that a point has none.
var ErrNoManifest = errors.New("no manifest")

// Read reads a manifest. It returns ErrNoManifest where there is none, and an
// error that names the file where it can't be understood.
func Read(path string) (*Manifest, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoManifest
	}
	if err != nil {
		return nil, err
	}
	m := &Manifest{}
	if err := json.Unmarshal(b, m); err != nil {
		return nil, fmt.Errorf("manifest %s: %w", path, err)
	}
	if m.Version != 1 {
		return nil, fmt.Errorf("manifest %s: version %d is not known", path, m.Version)
	}
	return m, nil
}

// Write writes a manifest durably: whole or not at all.
func (m *Manifest) Write(path string) error {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return WriteFile(path, append(b, '\n'))
}

// WriteFile writes a file of mode 0600 durably: whole or not at all.
func WriteFile(path string, b []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone after the rename
	if _, err := tmp.Write(b); err != nil {
		tmp.Close() //nolint:errcheck // the write's error counts
		return err
	}
	if err := errors.Join(tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// SyncDir makes renames in a directory durable.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
