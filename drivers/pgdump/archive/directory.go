package archive

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// TOCFile is the table of contents of a directory or tar archive.
const TOCFile = "toc.dat"

// suffixes that pg_dump gives to data files, by compression.
var suffixes = []struct{ ext, alg string }{{"", "none"}, {".gz", "gzip"}, {".lz4", "lz4"}, {".zst", "zstd"}}

// ReadDirectoryTOC reads the table of contents of a directory archive and
// sees that the file of every entry with data is there.
func ReadDirectoryTOC(dir string) (*TOC, error) {
	f, err := os.Open(filepath.Join(dir, TOCFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, damaged(TOCFile, -1, "it is missing: without it nothing can be restored")
	}
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	s := newScanner(f)
	t, err := readTOC(s)
	if err != nil {
		return nil, err
	}
	if t.Raw != rawTar {
		return nil, damaged(TOCFile, 10, "it is the head of a custom archive")
	}
	if _, err := s.byte(); !errors.Is(err, io.EOF) {
		return nil, damaged(TOCFile, s.at, "bytes follow the last entry")
	}
	return t, t.checkFiles(dir)
}

// checkFiles sees that every file of data is there and ends as it should.
func (t *TOC) checkFiles(dir string) error {
	for i := range t.List {
		e := &t.List[i]
		if !e.HasData {
			continue
		}
		path, alg, err := dataFile(dir, e.File)
		if err != nil {
			return damaged("data of "+e.Name(), -1, "%v", err)
		}
		if bad := checkTail(path, alg, e); bad != "" {
			return damaged("data of "+e.Name()+" in "+filepath.Base(path), -1, "%s", bad)
		}
	}
	return nil
}

// dataFile finds a data file under one of its names.
func dataFile(dir, name string) (path, alg string, err error) {
	if !filepath.IsLocal(name) {
		return "", "", fmt.Errorf("file name %q leaves the dump", clip(name))
	}
	for _, s := range suffixes {
		p := filepath.Join(dir, name+s.ext)
		st, err := os.Stat(p)
		if err == nil && st.Mode().IsRegular() {
			return p, s.alg, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", "", err
		}
	}
	return "", "", fmt.Errorf("its file %s (or .gz, .lz4, .zst) is missing", name)
}

// ReadDirectory reads every file of a directory archive.
func ReadDirectory(ctx context.Context, dir string, seen func(int64)) (*TOC, Report, error) {
	t, err := ReadDirectoryTOC(dir)
	if err != nil {
		return t, Report{}, err
	}
	w := &dirWalk{ctx: ctx, dir: dir, seen: seen, rep: newReport(t)}
	for i := range t.List {
		e := &t.List[i]
		if !e.HasData {
			continue
		}
		if err := w.entry(e); err != nil {
			return t, w.rep, err
		}
	}
	return t, w.rep, w.rep.checkBlobs()
}

type dirWalk struct {
	ctx  context.Context //nolint:containedctx // lives for one read of one dump
	dir  string
	seen func(int64)
	rep  Report
}

func (w *dirWalk) entry(e *Entry) error {
	if e.IsBlobs() {
		return w.blobs(e)
	}
	check := newDataChecker(e, w.rep.utf)
	name, err := w.file("data of "+e.Name(), e.File, check)
	if err != nil {
		return near(err, check)
	}
	return w.rep.table("data of "+e.Name()+" in "+name, check)
}

// file decodes one data file into to.
func (w *dirWalk) file(part, name string, to io.Writer) (string, error) {
	path, alg, err := dataFile(w.dir, name)
	if err != nil {
		return "", damaged(part, -1, "%v", err)
	}
	base := filepath.Base(path)
	part += " in " + base
	f, err := os.Open(path)
	if err != nil {
		return base, err
	}
	defer f.Close() //nolint:errcheck // read only
	w.rep.Files++
	if !strings.HasSuffix(name, ".toc") { // lists of large objects never are
		w.rep.setCompression(alg)
	}
	at := int64(0)
	m := &meter{r: f, ctx: w.ctx, seen: func(n int64) {
		at += n
		if w.seen != nil {
			w.seen(n)
		}
	}}
	n, err := decodeFile(m, alg, to)
	w.rep.Raw += n
	if err != nil {
		return base, blockError(part, at, err)
	}
	return base, nil
}

func decodeFile(r io.Reader, alg string, to io.Writer) (int64, error) {
	br := bufio.NewReaderSize(r, 256<<10)
	if alg == "none" {
		return copyOut(to, br, alg)
	}
	if _, err := br.Peek(1); errors.Is(err, io.EOF) {
		return 0, errors.New("the file is empty: pg_restore would take it for an empty table")
	}
	if alg != "gzip" {
		return copyOut(to, br, alg)
	}
	z, err := gzip.NewReader(br)
	if err != nil {
		return 0, err
	}
	return copyOut(to, z, alg)
}

// blobs reads the list of large objects and each of them.
func (w *dirWalk) blobs(e *Entry) error {
	var list strings.Builder
	part := "list of large objects"
	if _, err := w.file(part, e.File, &list); err != nil {
		return err
	}
	body := list.String()
	if body != "" && !strings.HasSuffix(body, "\n") {
		return damaged(part, -1, "it stops in the middle of a line")
	}
	for line := range strings.Lines(body) {
		oid, name, ok := parseBlobLine(line)
		if !ok {
			return damaged(part, -1, "%q is no line of it", clip(strings.TrimSpace(line)))
		}
		n, err := strconv.ParseInt(oid, 10, 64)
		if err == nil {
			err = w.rep.blob(n)
		}
		if err != nil {
			return err
		}
		if _, err := w.file("large object "+oid, name, io.Discard); err != nil {
			return err
		}
	}
	return nil
}

// parseBlobLine reads "OID FILE".
func parseBlobLine(line string) (oid, name string, ok bool) {
	oid, name, ok = strings.Cut(strings.TrimSuffix(line, "\n"), " ")
	if !ok || oid == "" || strings.Trim(oid, "0123456789") != "" {
		return "", "", false
	}
	return oid, name, strings.HasPrefix(name, "blob_") && filepath.IsLocal(name)
}
