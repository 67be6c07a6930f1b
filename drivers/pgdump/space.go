package pgdump

import (
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/lifeboat-dr/lifeboat/drivers"
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

// needs estimates the space that the restored database takes.
func needs(w *work) int64 {
	return clusterSize + int64(float64(w.dump.size)*ratio(w.dump)*growth)
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

// room refuses a scratch restore that its file system can't hold.
func room(t drivers.Target, need int64) error {
	if t.Kind != drivers.TargetScratch || t.Scratch == nil {
		return nil
	}
	var st unix.Statfs_t
	if err := unix.Statfs(t.Scratch.Dir, &st); err != nil {
		return fail("restore", t.Scratch.Dir, denied(err), "")
	}
	free := int64(st.Bavail) * int64(st.Bsize) //nolint:unconvert // the types differ between systems
	if free >= need {
		return nil
	}
	return fail("restore", t.Scratch.Dir,
		fmt.Errorf("%s are needed (estimated), %s are free: %w", bytesText(need), bytesText(free), drivers.ErrNoSpace),
		"make room, or set TMPDIR to a larger file system")
}
