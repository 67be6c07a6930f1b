package sqlite

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

const (
	magic      = "SQLite format 3\x00"
	headerSize = 100
)

// header is what the first 100 bytes of a database say.
type header struct {
	magic    bool
	pageSize int64
	pages    int64 // as written by the last writer; 0: written by one that doesn't count
	appID    int64
}

// readHeader reads a file's header. A file that is shorter than a header has
// a zero one.
func readHeader(path string) (header, error) {
	f, err := os.Open(path)
	if err != nil {
		return header{}, err
	}
	defer f.Close() //nolint:errcheck // read only
	b := make([]byte, headerSize)
	switch _, err := io.ReadFull(f, b); {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return header{}, nil
	case err != nil:
		return header{}, err
	}
	h := header{magic: string(b[:16]) == magic, pageSize: int64(binary.BigEndian.Uint16(b[16:]))}
	if h.pageSize == 1 {
		h.pageSize = 65536
	}
	// The count holds only if the change counter says that its writer kept it.
	if binary.BigEndian.Uint32(b[24:]) == binary.BigEndian.Uint32(b[92:]) {
		h.pages = int64(binary.BigEndian.Uint32(b[28:]))
	}
	h.appID = int64(int32(binary.BigEndian.Uint32(b[68:]))) //nolint:gosec // SQLite's own signed number
	return h, nil
}

// valid says whether the file could be a database at all.
func (h header) valid() bool {
	return h.magic && h.pageSize >= 512 && h.pageSize&(h.pageSize-1) == 0
}

// sizeFault compares the header with the file's size: "" when they agree.
func (h header) sizeFault(size int64) string {
	switch {
	case size < headerSize:
		return fmt.Sprintf("truncated: %d bytes are less than a header", size)
	case !h.valid():
		return ""
	case h.pages > 0 && size < h.pages*h.pageSize:
		return fmt.Sprintf("truncated: file holds %d of %d pages of %d bytes", size/h.pageSize, h.pages, h.pageSize)
	case size%h.pageSize != 0:
		return fmt.Sprintf("torn: %d bytes are no whole number of pages of %d bytes", size, h.pageSize)
	default:
		return ""
	}
}
