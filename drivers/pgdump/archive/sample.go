package archive

import (
	"io"
	"os"
)

// FirstChunks gives the compressed data of the largest-looking block near the
// front of a custom archive, for samples. Which block does not matter much;
// the one with the widest gap to the next offset is taken.
func FirstChunks(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	c, err := firstChunks(f)
	if err != nil {
		_ = f.Close() // read only
		return nil, err
	}
	return &chunkFile{chunkReader: c, f: f}, nil
}

func firstChunks(f *os.File) (*chunkReader, error) {
	t, err := ReadTOC(f)
	if err != nil {
		return nil, err
	}
	if _, err := f.Seek(widest(t), io.SeekStart); err != nil {
		return nil, err
	}
	s := newScanner(f)
	s.intSize, s.offSize = t.IntSize, t.OffSize
	if _, err := s.byte(); err != nil {
		return nil, err
	}
	if _, err := s.integer(); err != nil {
		return nil, err
	}
	return &chunkReader{s: s, part: "sample"}, nil
}

// widest is where the block begins that has the most bytes to the next one.
func widest(t *TOC) int64 {
	at, most, last := t.Size, int64(-1), int64(-1)
	for i := range t.List {
		e := &t.List[i]
		if !e.HasData || e.Offset.State != OffsetSet || e.IsBlobs() {
			continue
		}
		if last >= 0 && e.Offset.Pos-last > most {
			at, most = last, e.Offset.Pos-last
		}
		last = e.Offset.Pos
	}
	return at
}

type chunkFile struct {
	*chunkReader
	f *os.File
}

// Close closes the archive.
func (c *chunkFile) Close() error { return c.f.Close() }
