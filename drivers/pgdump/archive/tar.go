package archive

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// tarEnd is the size of the zero blocks that end a tar file.
const tarEnd = 1024

// ReadTar reads every member of a tar archive and sees that it ends as it
// should. pg_restore reads for ever where it does not.
func ReadTar(ctx context.Context, r io.Reader, seen func(int64)) (*TOC, Report, error) {
	zeros := &zeroTail{r: &meter{r: r, ctx: ctx, seen: seen}}
	tr := tar.NewReader(zeros)
	t, err := tarTOC(tr)
	if err != nil {
		return nil, Report{}, err
	}
	w := &tarWalk{toc: t, rep: newReport(t), files: map[string]*Entry{}, met: map[string]bool{}}
	for i := range t.List {
		if e := &t.List[i]; e.HasData && !e.IsBlobs() {
			w.files[e.File] = e
		}
	}
	if err := w.members(tr, zeros); err != nil {
		return t, w.rep, err
	}
	for name, e := range w.files {
		if !w.met[name] {
			return t, w.rep, damaged("data of "+e.Name(), -1, "its member %s is missing", name)
		}
	}
	return t, w.rep, w.rep.checkBlobs()
}

// ReadTarTOC reads the table of contents, which is the first member.
func ReadTarTOC(r io.Reader) (*TOC, error) { return tarTOC(tar.NewReader(r)) }

// tarTOC reads the first member.
func tarTOC(tr *tar.Reader) (*TOC, error) {
	h, err := tr.Next()
	if err != nil {
		return nil, tarError("first member", -1, err)
	}
	if h.Name != TOCFile {
		return nil, damaged("first member", 0, "it is %q, not %s: not a dump in tar format", clip(h.Name), TOCFile)
	}
	t, err := ReadTOC(tr)
	if err != nil {
		return nil, err
	}
	if t.Raw != rawTar {
		return nil, damaged(TOCFile, 10, "it is the head of a custom archive")
	}
	return t, nil
}

type tarWalk struct {
	toc   *TOC
	rep   Report
	files map[string]*Entry
	met   map[string]bool
}

func (w *tarWalk) members(tr *tar.Reader, z *zeroTail) error {
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return z.finish()
		}
		if err != nil {
			return tarError("member after "+fmt.Sprint(len(w.met))+" data members", z.at, err)
		}
		if err := w.member(tr, h, z); err != nil {
			return err
		}
	}
}

func (w *tarWalk) member(tr *tar.Reader, h *tar.Header, z *zeroTail) error {
	w.rep.Files++
	part := "member " + clip(h.Name)
	e := w.files[h.Name]
	switch {
	case e != nil:
		w.met[h.Name] = true
		check := newDataChecker(e, w.rep.utf)
		n, err := copyOut(check, tr, "none")
		w.rep.Raw += n
		if err != nil {
			return tarError("data of "+e.Name()+" in "+h.Name, z.at, err)
		}
		return w.rep.table("data of "+e.Name()+" in "+h.Name, check)
	case strings.HasPrefix(h.Name, "blob_"):
		oid, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimPrefix(h.Name, "blob_"), ".dat"), 10, 64)
		if err == nil {
			err = w.rep.blob(oid)
		}
		if err != nil {
			return err
		}
	}
	n, err := io.Copy(io.Discard, tr)
	w.rep.Raw += n
	if err != nil {
		return tarError(part, z.at, err)
	}
	return nil
}

func tarError(part string, at int64, err error) error {
	if errors.Is(err, tar.ErrHeader) {
		return damaged(part, at, "its header is damaged")
	}
	return blockError(part, at, err)
}

// zeroTail remembers how many zero bytes ended what was read.
type zeroTail struct {
	r     io.Reader
	at    int64
	zeros int64
}

// Read gives the next bytes.
func (z *zeroTail) Read(p []byte) (int, error) {
	n, err := z.r.Read(p)
	z.at += int64(n)
	trail := 0
	for trail < n && p[n-1-trail] == 0 {
		trail++
	}
	if trail == n {
		z.zeros += int64(n)
	} else {
		z.zeros = int64(trail)
	}
	return n, err
}

// finish reads to the end and asks for the closing zero blocks.
func (z *zeroTail) finish() error {
	if _, err := io.Copy(io.Discard, z); err != nil {
		return err
	}
	if z.zeros < tarEnd {
		return damaged("end of the archive", z.at, "the closing blocks are missing: it was cut off")
	}
	return nil
}
