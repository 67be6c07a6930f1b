package archive

import (
	"context"
	"io"
)

// Report is what was read.
type Report struct {
	Tables int
	Rows   int64
	Blobs  int64
	Raw    int64 // bytes of data after decoding
	Files  int
	// Blind says what this package can't see in this dump: changed bytes in
	// data that carries no checksum. Empty: every changed byte shows.
	Blind string
	// Undecoded says that the data was framed but not decoded here.
	Undecoded string

	opaque bool // the data at hand is not decoded here
	utf    bool
	blobs  map[int64]bool // large objects that the table of contents names; nil: it does not
}

func newReport(t *TOC) Report {
	r := Report{utf: t.Encoding() == "UTF8"}
	r.setCompression(t.Compression)
	if t.Minor <= 15 && t.Minor >= 12 {
		r.blobs = map[int64]bool{}
		for i := range t.List {
			if t.List[i].Desc == "BLOB" {
				r.blobs[t.List[i].OID] = true
			}
		}
	}
	return r
}

// setCompression is told how the data at hand is compressed. What can't be
// seen in one file can't be seen in the dump.
func (r *Report) setCompression(alg string) {
	r.opaque = false
	switch alg {
	case "none":
		r.Blind = "its data is not compressed and carries no checksum"
	case "lz4", "zstd":
		r.Blind = "its " + alg + " data carries no checksum"
		r.Undecoded, r.opaque = alg, true
	}
}

// table adds a table's data to the report.
func (r *Report) table(part string, c dataChecker) error {
	r.Tables++
	if r.opaque {
		return nil
	}
	r.Rows += c.count()
	if bad := c.finish(); bad != "" {
		return damaged(part, -1, "%s", bad)
	}
	return nil
}

// blob adds a large object to the report.
func (r *Report) blob(oid int64) error {
	r.Blobs++
	if r.blobs != nil && !r.blobs[oid] {
		return damaged("large objects", -1, "there is one numbered %d, which the table of contents does not name, or it comes twice", oid)
	}
	delete(r.blobs, oid)
	return nil
}

// checkBlobs sees that every large object of the table of contents came.
func (r *Report) checkBlobs() error {
	if len(r.blobs) > 0 && r.Blobs > 0 {
		return damaged("large objects", -1, "%d of %d are missing", len(r.blobs), int64(len(r.blobs))+r.Blobs)
	}
	return nil
}

// meter counts what is read, and stops when the work is called off.
type meter struct {
	r    io.Reader
	ctx  context.Context //nolint:containedctx // lives for one read of one file
	seen func(int64)
}

// Read gives the next bytes.
func (m *meter) Read(p []byte) (int, error) {
	if m.ctx.Err() != nil {
		return 0, context.Cause(m.ctx)
	}
	n, err := m.r.Read(p)
	if m.seen != nil && n > 0 {
		m.seen(int64(n))
	}
	return n, err
}
