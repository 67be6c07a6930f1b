package pgdump

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// Keys of a point's and a manifest's Detail.
const (
	detailDatabase   = "database"
	detailServer     = "server_version"
	detailTool       = "pg_dump_version"
	detailFormat     = "format"
	detailSystem     = "system_identifier"
	detailBytes      = "database_bytes"
	detailClock      = "clock" // what the dump's own date says, and how it was read
	detailCompressed = "compression"
	detailEntries    = "entries"
)

// skew is how far two clocks may be apart before a time is disbelieved.
const skew = 2 * time.Minute

// point describes a dump as a recovery point.
func (d *Driver) point(p *dump, rel string) drivers.RecoveryPoint {
	pt := drivers.RecoveryPoint{
		ID: safeID(rel), Kind: drivers.PointFull, Size: p.size, Copy: d.spec.Copy, Driver: name,
		Files: []string{p.path}, Detail: p.detail(),
	}
	if end := partialEnding(p.path); end != "" {
		pt.Problems = append(pt.Problems, "unfinished: its name ends in "+end)
	}
	if p.problem != "" {
		pt.Problems = append(pt.Problems, p.problem)
	}
	man := d.readManifest(&pt, p.path)
	d.timeOf(&pt, p, man)
	if want := d.database(); want != "" && p.databaseName() != "" && p.databaseName() != want {
		pt.Problems = append(pt.Problems, wrongDatabase(p.databaseName(), want))
	}
	return pt
}

func wrongDatabase(got, want string) string {
	return fmt.Sprintf("it is a dump of database %s, expected %s", printable(got), want)
}

// readManifest adds what a manifest beside the dump says.
func (d *Driver) readManifest(pt *drivers.RecoveryPoint, path string) *repo.Manifest {
	man, err := repo.Read(path + repo.ManifestSuffix)
	if errors.Is(err, repo.ErrNoManifest) {
		return nil
	}
	pt.Manifest = path + repo.ManifestSuffix
	if err != nil {
		pt.Problems = append(pt.Problems, err.Error())
		return nil
	}
	for key, v := range man.Detail {
		if pt.Detail[key] == "" {
			pt.Detail[key] = v
		}
	}
	return man
}

// timeOf finds the time of the data: the manifest's, else the archive's own,
// else the name's, else the file's.
//
// An archive's date is the wall clock of the host that ran pg_dump, without
// its zone. It is read in the copy's timezone, or in this host's where none is
// told; Detail says which. A time that comes out later than the file's own is
// not believed: it would make old data look fresh.
func (d *Driver) timeOf(pt *drivers.RecoveryPoint, p *dump, man *repo.Manifest) {
	if man != nil && !man.Time.IsZero() {
		pt.Time, pt.TimeSource = man.Time.UTC(), drivers.TimeManifest
		return
	}
	if c := p.head.Created; !c.IsZero() {
		t := time.Date(c.Year(), c.Month(), c.Day(), c.Hour(), c.Minute(), c.Second(), 0, d.opts.zone)
		zone, _ := t.Zone()
		pt.Detail[detailClock] = fmt.Sprintf("%s on the dumping host, read in %s zone (%s)",
			c.Format("2006-01-02 15:04:05"), d.opts.zoneName, zone)
		if !t.After(p.mtime.Add(skew)) {
			pt.Time, pt.TimeSource = t.UTC(), drivers.TimeTool
			return
		}
		pt.Detail[detailClock] += "; disbelieved: later than the file's own time"
	} else if s := p.script.Started; !s.IsZero() && !s.After(p.mtime.Add(skew)) {
		pt.Time, pt.TimeSource = s.UTC(), drivers.TimeTool
		return
	}
	if t, ok := repo.TimeFromName(filepath.Base(p.path), d.opts.zone); ok && !t.After(p.mtime.Add(skew)) {
		pt.Time, pt.TimeSource = t.UTC(), drivers.TimeName
		return
	}
	pt.Time, pt.TimeSource = p.mtime.UTC(), drivers.TimeFile
}

// detail is what the dump tells about itself.
func (p *dump) detail() map[string]string {
	m := map[string]string{}
	put := func(key, v string) {
		if v != "" {
			m[key] = v
		}
	}
	form := string(p.format)
	if p.gzipped && form != "" {
		form += " in gzip"
	}
	put(detailFormat, form)
	put(detailDatabase, p.databaseName())
	put(detailServer, p.serverVersion())
	put(detailTool, p.dumpVersion())
	put(detailCompressed, p.head.Compression)
	if p.head.Entries > 0 {
		put(detailEntries, strconv.Itoa(p.head.Entries))
	}
	return m
}

// safeID makes a path fit for typing: directories are parted by ~, other odd
// characters become _, and then a short digest keeps it unique.
func safeID(rel string) string {
	odd := strings.HasPrefix(rel, "-")
	safe := strings.Map(func(r rune) rune {
		switch {
		case r == '/':
			return '~'
		case (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9') || strings.ContainsRune("._-+:@", r):
			return r
		}
		odd = true
		return '_'
	}, rel)
	if !odd {
		return safe
	}
	return fmt.Sprintf("%s=%.6x", strings.TrimLeft(safe, "-"), sha256.Sum256([]byte(rel)))
}

// dumpOf opens the dump that a point names.
func dumpOf(pt drivers.RecoveryPoint) (*dump, error) {
	if len(pt.Files) == 0 {
		return nil, fmt.Errorf("point %s names no file: %w", pt.ID, drivers.ErrNotFound)
	}
	p, err := inspect(pt.Files[0])
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", pt.Files[0], drivers.ErrNotFound)
	}
	if err != nil {
		return nil, denied(err)
	}
	return p, nil
}
