package drill

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// tailBytes is how much of a task's output is kept in memory for the screen.
const tailBytes = 128 << 10

// Output takes what a task prints: all of it goes to a file, the end of it is
// kept for the screen. Lines are no events; they reach the screen by Tail,
// which may be called at any time from any goroutine.
type Output struct {
	mu    sync.Mutex
	file  *os.File
	buf   *bufio.Writer
	sum   hash.Hash
	bytes int64
	lines int64
	ring  []byte // the last tailBytes, oldest first once it is full
	pos   int
	full  bool
	last  time.Time
	now   func() time.Time
	err   error

	progress drivers.Progress
	command  string
	tee      io.Writer
}

// NewOutput makes the output file of a task, mode 0600. now may be nil where
// silence is not measured.
func NewOutput(path string, now func() time.Time) (*Output, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	if now == nil {
		now = func() time.Time { return time.Time{} }
	}
	return &Output{
		file: f, buf: bufio.NewWriterSize(f, 256<<10), sum: sha256.New(),
		ring: make([]byte, tailBytes), now: now, last: now(),
	}, nil
}

// Tee gives every chunk to w too, which must not fail or wait. It is called
// before the task begins.
func (o *Output) Tee(w io.Writer) { o.tee = w }

// Write takes a chunk. A full disk does not stop the task: the chunk is still
// shown, and Close returns the error.
func (o *Output) Write(p []byte) (int, error) {
	if o.tee != nil {
		_, _ = o.tee.Write(p)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last = o.now()
	o.bytes += int64(len(p))
	o.lines += int64(bytes.Count(p, []byte{'\n'}))
	o.keep(p)
	if o.err == nil {
		if _, o.err = o.buf.Write(p); o.err == nil {
			_, _ = o.sum.Write(p)
		}
	}
	return len(p), nil
}

func (o *Output) keep(p []byte) {
	if len(p) >= len(o.ring) {
		copy(o.ring, p[len(p)-len(o.ring):])
		o.pos, o.full = 0, true
		return
	}
	n := copy(o.ring[o.pos:], p)
	if n < len(p) {
		o.full = true
		o.pos = copy(o.ring, p[n:])
		return
	}
	o.pos += n
	if o.pos == len(o.ring) {
		o.pos, o.full = 0, true
	}
}

// Tail returns the end of the output, at most limit bytes, from the start of a
// line. It is data: it may hold anything.
func (o *Output) Tail(limit int) []byte {
	o.mu.Lock()
	var b []byte
	if o.full {
		b = append(b, o.ring[o.pos:]...)
	}
	b = append(b, o.ring[:o.pos]...)
	cut := o.full
	o.mu.Unlock()
	if len(b) > limit {
		b, cut = b[len(b)-limit:], true
	}
	if cut {
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			b = b[i+1:]
		}
	}
	return b
}

// Quiet is when the task last printed something, and how much it has printed.
func (o *Output) Quiet() (last time.Time, lines, size int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.last, o.lines, o.bytes
}

// Progress is how far the task says it has come, and the command line that
// its driver runs now.
func (o *Output) Progress() (drivers.Progress, string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.progress, o.command
}

// Reporter lets a driver write here.
func (o *Output) Reporter() *drivers.Reporter {
	return &drivers.Reporter{
		Out: o,
		OnProgress: func(p drivers.Progress) {
			o.mu.Lock()
			o.progress, o.last = p, o.now()
			o.mu.Unlock()
		},
		OnCommand: func(line string) {
			o.mu.Lock()
			o.command = line
			o.mu.Unlock()
			_, _ = io.WriteString(o, "$ "+line+"\n")
		},
	}
}

// Flush brings what was written to the file, where others read it. It is not
// durable before Close.
func (o *Output) Flush() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		o.err = o.buf.Flush()
	}
}

// Digest puts into a result what the output file holds of a task whose end
// was not seen. What it can't read is left out.
func Digest(r *Result, path string) {
	f, err := os.Open(path)
	if err != nil {
		return
	}
	defer f.Close() //nolint:errcheck // opened to read
	sum, lines := sha256.New(), lineCounter(0)
	size, err := io.Copy(io.MultiWriter(sum, &lines), f)
	if err == nil {
		r.Output, r.Bytes, r.Lines, r.SHA256 = filepath.Base(path), size, int64(lines), hex.EncodeToString(sum.Sum(nil))
	}
}

type lineCounter int64

func (n *lineCounter) Write(p []byte) (int, error) {
	*n += lineCounter(bytes.Count(p, []byte{'\n'}))
	return len(p), nil
}

// Close makes the output durable and says what it holds.
func (o *Output) Close() (size, lines int64, sha string, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		o.err = o.buf.Flush()
	}
	if o.err == nil && o.bytes > 0 {
		o.err = o.file.Sync()
	}
	if cerr := o.file.Close(); o.err == nil {
		o.err = cerr
	}
	return o.bytes, o.lines, hex.EncodeToString(o.sum.Sum(nil)), o.err
}
