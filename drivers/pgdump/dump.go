package pgdump

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
)

// sniffed is how much of a file is read to know what it is.
const sniffed = 16 << 10

// dump is what the first bytes of a file or directory tell about it.
type dump struct {
	path    string
	format  archive.Format // empty: not a dump
	gzipped bool           // the whole file, by a script
	size    int64
	files   int
	mtime   time.Time
	head    archive.Head
	script  archive.Script
	problem string // what is wrong with it as a whole
	foreign bool   // a good file, but of something else
}

// serverVersion that the data comes from.
func (p *dump) serverVersion() string { return p.head.ServerVersion + p.script.ServerVersion }

// dumpVersion of the pg_dump that made it.
func (p *dump) dumpVersion() string { return p.head.DumpVersion + p.script.DumpVersion }

// databaseName as the dump tells it; plain SQL rarely does.
func (p *dump) databaseName() string { return p.head.Database + p.script.Database }

// plain says that psql restores it.
func (p *dump) plain() bool { return p.format == archive.Plain || p.format == archive.Cluster }

// inspect looks at a file or directory.
func inspect(path string) (*dump, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	d := &dump{path: path, size: st.Size(), mtime: st.ModTime(), files: 1}
	if st.IsDir() {
		return d, d.inspectDirectory()
	}
	if !st.Mode().IsRegular() {
		d.problem = "it is no regular file"
		return d, nil
	}
	return d, d.inspectFile()
}

func (p *dump) inspectDirectory() error {
	p.format, p.size, p.files = archive.Directory, 0, 0
	list, err := os.ReadDir(p.path)
	if err != nil {
		return err
	}
	for _, e := range list {
		st, err := e.Info()
		if err != nil {
			return err
		}
		if st.Mode().IsRegular() {
			p.size += st.Size()
			p.files++
			if st.ModTime().After(p.mtime) || p.files == 1 {
				p.mtime = st.ModTime()
			}
		}
	}
	f, err := os.Open(filepath.Join(p.path, archive.TOCFile))
	if errors.Is(err, fs.ErrNotExist) {
		p.problem = "toc.dat is missing: pg_dump did not finish, or it was lost"
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	p.readHead(f)
	return nil
}

func (p *dump) readHead(r io.Reader) {
	h, err := archive.ReadHead(r)
	p.head = h
	var newer *archive.NewerError
	if err != nil && !errors.As(err, &newer) {
		p.problem = err.Error()
	}
}

func (p *dump) inspectFile() error {
	f, err := os.Open(p.path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	first, err := readSome(f)
	if err != nil {
		return err
	}
	if len(first) == 0 {
		p.problem = "the file is empty (0 bytes)"
		return nil
	}
	if bytes.HasPrefix(first, []byte{0x1f, 0x8b}) {
		p.gzipped = true
		if first = unzipSome(first); len(first) == 0 {
			p.problem = "it is a gzip file with nothing in it"
			return nil
		}
	}
	p.recognise(first)
	return nil
}

func readSome(r io.Reader) ([]byte, error) {
	b := make([]byte, sniffed)
	n, err := io.ReadFull(r, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return b[:n], err
}

// unzipSome decodes what it can of the first bytes of a gzip file.
func unzipSome(first []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(first))
	if err != nil {
		return nil
	}
	b := make([]byte, sniffed)
	n, _ := io.ReadFull(z, b) // the rest of the file is not here
	return b[:n]
}

// recognise says what a file's content is.
func (p *dump) recognise(first []byte) {
	switch {
	case bytes.HasPrefix(first, []byte(archive.Magic)):
		p.format = archive.Custom
		p.readHead(bytes.NewReader(first))
	case len(first) > 262 && string(first[257:262]) == "ustar":
		p.recogniseTar(first)
	case bytes.HasPrefix(first, []byte("age-encryption.org/")):
		p.problem = "it is encrypted (age): decrypt it first"
	default:
		p.recogniseText(first)
	}
}

func (p *dump) recogniseTar(first []byte) {
	member, _, _ := bytes.Cut(first[:100], []byte{0})
	if string(member) != archive.TOCFile || len(first) <= 512 {
		p.foreign = true
		p.problem = "it is a tar file whose first member is " + printable(string(member[:min(len(member), 40)])) + ", not a dump in tar format"
		return
	}
	p.format = archive.Tar
	p.readHead(bytes.NewReader(first[512:]))
}

func (p *dump) recogniseText(first []byte) {
	s := archive.SniffScript(first)
	line, _, _ := strings.Cut(strings.TrimSpace(string(first)), "\n")
	switch {
	case s.Format != "":
		p.format, p.script = s.Format, s
	case strings.HasPrefix(line, "pg_dump: ") || strings.HasPrefix(line, "pg_dumpall: "):
		p.problem = "it holds no dump but a message of pg_dump: " + printable(line)
	case strings.HasPrefix(line, "-- MySQL dump") || strings.HasPrefix(line, "-- MariaDB dump") || strings.HasPrefix(line, "/*M!"):
		p.foreign = true
		p.problem = "it is a dump of MySQL or MariaDB"
	default:
		p.foreign = true
		p.problem = "it is not a dump of PostgreSQL: it begins with " + printable(string(first[:min(len(first), 12)]))
	}
}

// longestText is how much of a file's or a tool's own words goes into a line.
const longestText = 300

// printable quotes what a file or a tool says, so that it can't disturb a
// terminal, and keeps it to one line.
func printable(s string) string {
	if len(s) > longestText {
		s = s[:longestText] + "…"
	}
	for _, r := range s {
		if r < ' ' || r == 0x7f || r == 0xfffd {
			return quoted(s)
		}
	}
	return s
}

func quoted(s string) string { return strconv.QuoteToASCII(s) }

// open gives the dump's bytes, unzipped where a script zipped it whole.
func (p *dump) open() (io.ReadCloser, error) {
	f, err := os.Open(p.path)
	if err != nil || !p.gzipped {
		return f, err
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &unzipper{Reader: z, file: f}, nil
}

// unzipper closes the file under a gzip reader.
type unzipper struct {
	*gzip.Reader
	file *os.File
}

// Close closes both.
func (u *unzipper) Close() error { return errors.Join(u.Reader.Close(), u.file.Close()) }
