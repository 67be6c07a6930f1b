package archive

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
)

// Block types of a custom archive.
const (
	blockData  = 1
	blockBlobs = 3
)

// ReadCustom reads a whole custom archive from front to back: head, table of
// contents, every block. It returns what it read, and Damage where the
// archive is not what pg_dump wrote.
func ReadCustom(ctx context.Context, r io.Reader, seen func(int64)) (*TOC, Report, error) {
	s := newScanner(&meter{r: r, ctx: ctx, seen: seen})
	t, err := readTOC(s)
	if err != nil {
		return nil, Report{}, err
	}
	if t.Raw != rawCustom {
		return t, Report{}, damaged("header", 10, "its format is tar or directory, but it is a single archive file")
	}
	w := &customWalk{s: s, toc: t, rep: newReport(t), met: map[int]bool{}}
	err = w.blocks()
	return t, w.rep, err
}

type customWalk struct {
	s   *scanner
	toc *TOC
	rep Report
	met map[int]bool
}

func (w *customWalk) blocks() error {
	for {
		at := w.s.at
		kind, err := w.s.byte()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		e, err := w.entry(at, kind)
		if err != nil {
			return err
		}
		w.met[e.ID] = true
		if err := w.block(e, kind); err != nil {
			return err
		}
	}
	for i := range w.toc.List {
		if e := &w.toc.List[i]; e.HasData && !w.met[e.ID] {
			return damaged("data of "+e.Name(), w.s.at, "the file ends before it: it was cut off")
		}
	}
	return w.rep.checkBlobs()
}

// entry reads whose block this is, and compares it with the table of contents.
func (w *customWalk) entry(at int64, kind int) (*Entry, error) {
	id, err := w.s.integer()
	if err != nil {
		return nil, blockError("data", at, err)
	}
	e, ok := w.toc.ByID(id)
	switch {
	case kind != blockData && kind != blockBlobs:
		return nil, damaged("data", at, "block type %d is not known", kind)
	case !ok || !e.HasData:
		return nil, damaged("data", at, "a block belongs to entry %d, which has no data", id)
	case w.met[id]:
		return nil, damaged("data of "+e.Name(), at, "it comes twice")
	case e.Offset.State == OffsetSet && e.Offset.Pos != at:
		return nil, damaged("data of "+e.Name(), at, "the table of contents says that it lies at byte %d", e.Offset.Pos)
	case (kind == blockBlobs) != e.IsBlobs():
		return nil, damaged("data of "+e.Name(), at, "block type %d does not fit it", kind)
	}
	return e, nil
}

func (w *customWalk) block(e *Entry, kind int) error {
	part := "data of " + e.Name()
	if kind == blockData {
		check := newDataChecker(e, w.rep.utf)
		if err := w.chunks(part, check); err != nil {
			return near(err, check)
		}
		return w.rep.table(part, check)
	}
	for {
		at := w.s.at
		oid, err := w.s.integer()
		if err != nil {
			return blockError(part, at, err)
		}
		if oid == 0 {
			return nil
		}
		// An oid is unsigned, but written as if it were not.
		if err := w.rep.blob(int64(uint32(oid))); err != nil {
			return err
		}
		if err := w.chunks(fmt.Sprintf("large object %d", uint32(oid)), io.Discard); err != nil {
			return err
		}
	}
}

// chunks decodes one run of chunks into to.
func (w *customWalk) chunks(part string, to io.Writer) error {
	at := w.s.at
	c := &chunkReader{s: w.s, part: part}
	var from io.Reader = c
	if w.toc.Compression == "gzip" {
		// Buffered here: the decoder must not read past the run.
		z, err := zlib.NewReader(bufio.NewReaderSize(c, 64<<10))
		if err != nil {
			return blockError(part, w.s.at, err)
		}
		from = z
	}
	n, err := copyOut(to, from, w.toc.Compression)
	w.rep.Raw += n
	if err != nil {
		return blockError(part, w.s.at, err)
	}
	// What the decoder left over: nothing, in a good archive.
	left, err := io.Copy(io.Discard, c)
	if err != nil {
		return blockError(part, w.s.at, err)
	}
	if left > 0 {
		return damaged(part, at, "%d bytes follow the end of its compressed data", left)
	}
	return nil
}

// copyOut decodes; data of a compression that is not decoded here is counted
// and not looked at.
func copyOut(to io.Writer, from io.Reader, compression string) (int64, error) {
	if compression != "gzip" && compression != "none" {
		to = io.Discard
	}
	return io.CopyBuffer(onlyWriter{to}, from, make([]byte, 128<<10))
}

// onlyWriter hides io.ReaderFrom, so that the buffer is used.
type onlyWriter struct{ io.Writer }

// blockError names the table and says "cut off" or "damaged".
func blockError(part string, at int64, err error) error {
	var d *Damage
	var odd flate.CorruptInputError
	switch {
	case errors.As(err, &d), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return cutOff(part, at, err)
	case errors.Is(err, zlib.ErrChecksum), errors.Is(err, gzip.ErrChecksum):
		return damaged(part, at, "bytes in it have changed: their checksum does not fit")
	case errors.As(err, &odd), errors.Is(err, zlib.ErrHeader), errors.Is(err, gzip.ErrHeader):
		return damaged(part, at, "bytes in it have changed: they can't be decompressed")
	default:
		return damaged(part, at, "%v", err)
	}
}

// near adds to a damage the first row that looked wrong before it was sure.
func near(err error, c dataChecker) error {
	var d *Damage
	if rows, ok := c.(*rowChecker); ok && rows.bad != "" && errors.As(err, &d) {
		return &Damage{Part: d.Part, At: d.At, What: d.What + "; " + rows.bad}
	}
	return err
}

// chunkReader reads counted chunks until one of length 0.
type chunkReader struct {
	s    *scanner
	part string
	left int
	done bool
}

// Read gives the next bytes of the run.
func (c *chunkReader) Read(p []byte) (int, error) {
	for c.left == 0 {
		if c.done {
			return 0, io.EOF
		}
		n, err := c.s.integer()
		if err != nil {
			return 0, c.damage(err)
		}
		if n < 0 {
			return 0, damaged(c.part, c.s.at, "a chunk has the length %d", n)
		}
		c.left, c.done = n, n == 0
	}
	n, err := c.s.Read(p[:min(len(p), c.left)])
	c.left -= n
	if err != nil {
		return n, c.damage(err)
	}
	return n, nil
}

// damage keeps the end of the file apart from the end of a run: the decoder
// above would take a plain io.EOF as the latter.
func (c *chunkReader) damage(err error) error { return blockError(c.part, c.s.at, err) }
