package sqlite

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// The keys of a manifest's Detail.
const (
	keyPages     = "pages"
	keyPageSize  = "page_size"
	keyAppID     = "application_id"
	keyRows      = "rows"      // JSON: table → number of rows
	keySegments  = "segments"  // see segments
	keyIntegrity = "integrity" // "ok", or what integrity_check said at backup time
	keyEngine    = "sqlite_version"
)

// manifest reads the manifest beside a file into the point. A manifest that
// is there but can't be used is a problem of the point.
func (d *driver) manifest(path string, p *drivers.RecoveryPoint) (*repo.Manifest, string) {
	m, err := repo.Read(path + repo.ManifestSuffix)
	switch {
	case errors.Is(err, repo.ErrNoManifest):
		return nil, ""
	case err != nil:
		p.Manifest = path + repo.ManifestSuffix
		return nil, "its manifest can't be used: " + err.Error()
	case m.Driver != name:
		return nil, "its manifest is one of the driver " + m.Driver
	}
	p.Manifest = path + repo.ManifestSuffix
	for _, k := range []string{keyPages, keyPageSize, keyEngine} {
		if v := m.Detail[k]; v != "" {
			p.Detail[k] = v
		}
	}
	if s := m.Detail[keyIntegrity]; s != "" && s != "ok" {
		return m, "the source was already damaged when it was backed up: " + s
	}
	if m.Workload != d.spec.Workload {
		return m, fmt.Sprintf("its manifest says that it is of the workload %s", m.Workload)
	}
	return m, ""
}

// entry is the manifest's line about the database file.
func entry(m *repo.Manifest) (repo.File, bool) {
	if m == nil || len(m.Files) != 1 {
		return repo.File{}, false
	}
	return m.Files[0], m.Files[0].SHA256 != ""
}

// rowsOf reads the manifest's row counts; nil where it has none.
func rowsOf(m *repo.Manifest) map[string]int64 {
	if m == nil || m.Detail[keyRows] == "" {
		return nil
	}
	var rows map[string]int64
	if json.Unmarshal([]byte(m.Detail[keyRows]), &rows) != nil {
		return nil
	}
	return rows
}

// newManifest describes a finished copy that still has its temporary name.
func (d *driver) newManifest(final string, f facts, p drivers.RecoveryPoint) (*repo.Manifest, error) {
	rows, err := json.Marshal(f.rows)
	if err != nil {
		return nil, err
	}
	return &repo.Manifest{
		Version: 1, Driver: name, Workload: d.spec.Workload, ID: p.ID, Time: p.Time, Kind: string(p.Kind),
		Files: []repo.File{{Path: filepath.Base(final), Size: f.size, SHA256: f.sum}},
		Detail: map[string]string{
			keyPages: strconv.FormatInt(f.header.pages, 10), keyPageSize: strconv.FormatInt(f.header.pageSize, 10),
			keyAppID: strconv.FormatInt(f.header.appID, 10), keyRows: string(rows),
			keySegments: f.segments, keyIntegrity: f.integrity, keyEngine: f.engine,
		},
	}, nil
}
