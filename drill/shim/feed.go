package shim

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// feed reads what a task leaves in its files while it runs, and after that.
type feed struct{ files }

// Tail implements drill.Feed.
func (f feed) Tail(limit int) []byte {
	file, err := os.Open(f.out())
	if err != nil {
		return nil // nothing was printed yet
	}
	defer file.Close() //nolint:errcheck // opened to read
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return nil
	}
	from := max(0, size-int64(limit))
	b := make([]byte, size-from)
	n, err := file.ReadAt(b, from)
	if err != nil && n == 0 {
		return nil
	}
	b = b[:n]
	if i := bytes.IndexByte(b, '\n'); from > 0 && i >= 0 {
		b = b[i+1:]
	}
	return b
}

// Quiet implements drill.Feed.
func (f feed) Quiet() (last time.Time, lines, size int64) {
	p := f.progress()
	if p.Last.IsZero() { // nothing yet, or all is over: its result tells
		if fi, err := os.Stat(f.out()); err == nil {
			return fi.ModTime(), 0, fi.Size()
		}
	}
	return p.Last, p.Lines, p.Bytes
}

// Progress implements drill.Feed.
func (f feed) Progress() (drivers.Progress, string) {
	p := f.progress()
	return p.Progress, p.Command
}

func (f feed) progress() progress {
	var p progress
	if data, err := os.ReadFile(f.path("progress")); err == nil {
		_ = json.Unmarshal(data, &p) // it is replaced as a whole
	}
	return p
}
