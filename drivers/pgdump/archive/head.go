package archive

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Format is the form of a dump.
type Format string

// The formats that pg_dump and pg_dumpall write.
const (
	Custom    Format = "custom"
	Directory Format = "directory"
	Tar       Format = "tar"
	Plain     Format = "plain"
	Cluster   Format = "cluster" // pg_dumpall's script of a whole cluster
)

// Magic begins every archive and every toc.dat.
const Magic = "PGDMP"

// The newest archive version that is understood: PostgreSQL 17 and 18.
const (
	knownMajor = 1
	knownMinor = 16
)

// Head is what the first bytes of an archive tell.
type Head struct {
	Major, Minor  int
	IntSize       int
	OffSize       int
	Raw           int    // format byte: 1 custom, 3 tar and directory
	Compression   string // none, gzip, lz4, zstd
	Level         int
	Created       time.Time // wall clock of the dumping host, without its zone
	DST           int
	Database      string
	ServerVersion string
	DumpVersion   string
	Entries       int
}

// Format bytes of the head. A directory's toc.dat calls itself tar.
const (
	rawCustom = 1
	rawTar    = 3
)

var compressions = []string{"none", "gzip", "lz4", "zstd"}

// ReadHead reads the head of an archive, up to the number of its entries.
func ReadHead(r io.Reader) (Head, error) { return readHead(newScanner(r)) }

func readHead(s *scanner) (Head, error) {
	var h Head
	steps := []func(*scanner) error{h.readMagic, h.readVersion, h.readCompression, h.readCreated, h.readNames}
	for _, step := range steps {
		at := s.at
		if err := step(s); err != nil {
			return h, headError(at, err)
		}
	}
	return h, nil
}

// headError gives an error of the header its place.
func headError(at int64, err error) error {
	var d *Damage
	var n *NewerError
	switch {
	case errors.As(err, &d), errors.As(err, &n):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return cutOff("header", at, err)
	default:
		return damaged("header", at, "%v", err)
	}
}

func (h *Head) readMagic(s *scanner) error {
	magic := make([]byte, len(Magic))
	if _, err := io.ReadFull(s, magic); err != nil {
		return err
	}
	if string(magic) != Magic {
		return fmt.Errorf("begins with %q, not with %s: not an archive of pg_dump", magic, Magic)
	}
	return nil
}

func (h *Head) readVersion(s *scanner) error {
	var b [6]int
	for i := range b {
		v, err := s.byte()
		if err != nil {
			return err
		}
		b[i] = v
	}
	h.Major, h.Minor, h.IntSize, h.OffSize, h.Raw = b[0], b[1], b[3], b[4], b[5]
	switch {
	case h.Major > knownMajor || (h.Major == knownMajor && h.Minor > knownMinor):
		return &NewerError{h.Major, h.Minor}
	case h.Major != 1 || h.Minor < 10:
		return fmt.Errorf("archive version %d.%d is too old to be read", h.Major, h.Minor)
	case b[2] != 0:
		return fmt.Errorf("archive revision is %d, not 0", b[2])
	case h.IntSize != 4 && h.IntSize != 8:
		return fmt.Errorf("size of numbers is %d bytes", h.IntSize)
	case h.OffSize != 4 && h.OffSize != 8:
		return fmt.Errorf("size of offsets is %d bytes", h.OffSize)
	case h.Raw != rawCustom && h.Raw != rawTar:
		return fmt.Errorf("format %d is not known", h.Raw)
	}
	s.intSize, s.offSize = h.IntSize, h.OffSize
	return nil
}

func (h *Head) readCompression(s *scanner) error {
	if h.Minor >= 15 {
		alg, err := s.byte()
		if err != nil {
			return err
		}
		if alg >= len(compressions) {
			return fmt.Errorf("compression %d is not known", alg)
		}
		h.Compression = compressions[alg]
		return nil
	}
	level, err := s.integer()
	if err != nil {
		return err
	}
	if level < -1 || level > 9 {
		return fmt.Errorf("compression level is %d", level)
	}
	h.Level, h.Compression = level, "gzip"
	if level == 0 {
		h.Compression = "none"
	}
	return nil
}

// readCreated reads a struct tm: second, minute, hour, day, month from 0,
// years from 1900, daylight saving.
func (h *Head) readCreated(s *scanner) error {
	var tm [7]int
	for i := range tm {
		v, err := s.integer()
		if err != nil {
			return err
		}
		tm[i] = v
	}
	t := time.Date(tm[5]+1900, time.Month(tm[4]+1), tm[3], tm[2], tm[1], min(tm[0], 59), 0, time.UTC)
	same := t.Year() == tm[5]+1900 && int(t.Month()) == tm[4]+1 && t.Day() == tm[3] &&
		t.Hour() == tm[2] && t.Minute() == tm[1] && tm[0] >= 0 && tm[0] <= 60
	if !same || t.Year() < 1996 || tm[6] < -1 || tm[6] > 1 {
		return fmt.Errorf("creation date %v is none", tm)
	}
	h.Created, h.DST = t, tm[6]
	return nil
}

func (h *Head) readNames(s *scanner) error {
	for _, to := range []*string{&h.Database, &h.ServerVersion, &h.DumpVersion} {
		v, _, err := s.text()
		if err != nil {
			return err
		}
		if strings.ContainsAny(v, "\x00\n") {
			return fmt.Errorf("%q is no name and no version", clip(v))
		}
		*to = v
	}
	for _, v := range []string{h.ServerVersion, h.DumpVersion} {
		odd := func(r rune) bool { return r < ' ' || r > '~' }
		if v == "" || v[0] < '0' || v[0] > '9' || strings.ContainsFunc(v, odd) {
			return fmt.Errorf("%q is not a version", clip(v))
		}
	}
	n, err := s.integer()
	if err == nil && n < 0 {
		err = fmt.Errorf("number of entries is %d", n)
	}
	h.Entries = n
	return err
}
