package pgdump

import (
	"cmp"
	"compress/gzip"
	"compress/zlib"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
)

// What a restored database takes on disk, beside the text of its rows: row
// heads, indexes, and an empty cluster with its first log.
const (
	growth      = 1.6
	clusterSize = 100 << 20
	sampleSize  = 256 << 10
	commonRatio = 8 // of text to its compressed form, where no sample can be had
)

// needs estimates the space that the restored database takes: what the
// database took at the source when the manifest tells it, else the dump's data,
// by what a sample of it unpacks to, times growth. Of a selection it is the
// share that the selected tables' data have of the dump.
func (d *Driver) needs(w *work) int64 {
	whole := float64(w.dump.size) * ratio(w.dump) * growth
	n, err := strconv.ParseInt(w.req.Point.Detail[detailBytes], 10, 64)
	if err == nil && n > 0 && len(d.opts.schemas) == 0 { // else the database is larger than its dump tells
		whole = float64(n)
	}
	return clusterSize + int64(whole*w.share())
}

// share is the part of the dump's data that is restored, 1 where that can't be
// told: plain SQL, a tar archive, one that was written into a pipe.
func (w *work) share() float64 {
	if w.sel == nil || w.dump.size == 0 || w.dump.gzipped {
		return 1
	}
	sizes := w.dataSizes()
	if sizes == nil {
		return 1
	}
	var taken int64
	for id, n := range sizes {
		if w.sel.ids[id] {
			taken += n
		}
	}
	return min(1, float64(taken)/float64(w.dump.size))
}

// dataSizes gives the bytes that each entry's data take in the dump, by entry;
// nil: they can't be told.
func (w *work) dataSizes() map[int]int64 {
	switch w.dump.format {
	case archive.Directory:
		return w.fileSizes()
	case archive.Custom:
		return w.gaps()
	}
	return nil
}

func (w *work) fileSizes() map[int]int64 {
	sizes := map[int]int64{}
	for i := range w.toc.List {
		e := &w.toc.List[i]
		if !e.HasData || e.File == "" {
			continue
		}
		for _, packed := range []string{"", ".gz", ".lz4", ".zst"} {
			if st, err := os.Stat(filepath.Join(w.dump.path, e.File+packed)); err == nil {
				sizes[e.ID] = st.Size()
			}
		}
	}
	return sizes
}

// gaps takes an entry's data to reach from its offset to the next one.
func (w *work) gaps() map[int]int64 {
	var with []*archive.Entry
	for i := range w.toc.List {
		switch e := &w.toc.List[i]; e.Offset.State {
		case archive.OffsetNotSet:
			return nil
		case archive.OffsetSet:
			with = append(with, e)
		}
	}
	slices.SortFunc(with, func(a, b *archive.Entry) int { return cmp.Compare(a.Offset.Pos, b.Offset.Pos) })
	sizes, end := map[int]int64{}, w.dump.size
	for _, e := range slices.Backward(with) {
		sizes[e.ID], end = end-e.Offset.Pos, e.Offset.Pos
	}
	return sizes
}

// ratio samples how much larger the dump's data is than the dump.
func ratio(p *dump) float64 {
	var from io.ReadCloser
	var err error
	switch {
	case p.gzipped:
		from, err = os.Open(p.path)
		return sampled(from, err, gzipDecoder)
	case p.format == archive.Directory:
		path := largest(p.path)
		if filepath.Ext(path) != ".gz" {
			return unlessPacked(path)
		}
		from, err = os.Open(path)
		return sampled(from, err, gzipDecoder)
	case p.format == archive.Custom && p.head.Compression == "gzip":
		from, err = archive.FirstChunks(p.path)
		return sampled(from, err, zlibDecoder)
	case p.format == archive.Custom && p.head.Compression != "none":
		return commonRatio
	}
	return 1
}

func unlessPacked(path string) float64 {
	if ext := filepath.Ext(path); ext == ".zst" || ext == ".lz4" {
		return commonRatio
	}
	return 1
}

func gzipDecoder(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }
func zlibDecoder(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) }

// sampled decodes the beginning of from and compares what went in with what
// came out.
func sampled(from io.ReadCloser, err error, decoder func(io.Reader) (io.Reader, error)) float64 {
	if err != nil {
		return commonRatio
	}
	defer from.Close() //nolint:errcheck // read only
	in := &counter{r: io.LimitReader(from, sampleSize)}
	out, err := decoder(in)
	if err != nil {
		return commonRatio
	}
	n, _ := io.Copy(io.Discard, out) // the sample ends in the middle
	if n == 0 || in.n == 0 {
		return commonRatio
	}
	return max(1, float64(n)/float64(in.n))
}

type counter struct {
	r io.Reader
	n int64
}

// Read counts what is read.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func largest(dir string) string {
	var path string
	var most int64 = -1
	list, err := os.ReadDir(dir)
	if err != nil {
		return ""
	}
	for _, e := range list {
		if st, err := e.Info(); err == nil && dataFileRE.MatchString(e.Name()) && st.Size() > most {
			path, most = filepath.Join(dir, e.Name()), st.Size()
		}
	}
	return path
}
