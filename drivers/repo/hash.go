package repo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
)

// buffers are for reading files of any size: a tree may have a million small
// ones.
var buffers = sync.Pool{New: func() any { return new([1 << 20]byte) }}

// Hash gives the hex SHA-256 and the size of a file. read, which may be nil,
// is called with the number of bytes of each chunk.
func Hash(ctx context.Context, path string, read func(int64)) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close() //nolint:errcheck // read only
	h := sha256.New()
	buf := buffers.Get().(*[1 << 20]byte) //nolint:forcetypeassert // nothing else is in the pool
	defer buffers.Put(buf)
	for {
		if err := ctx.Err(); err != nil {
			return "", size, context.Cause(ctx)
		}
		n, err := f.Read(buf[:])
		h.Write(buf[:n]) // a hash never fails
		size += int64(n)
		if read != nil && n > 0 {
			read(int64(n))
		}
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(h.Sum(nil)), size, nil
		}
		if err != nil {
			return "", size, err
		}
	}
}

// Sum is what Hash gave for one of several files.
type Sum struct {
	SHA256 string
	Size   int64
	Err    error
}

// HashAll hashes files as Hash does, as many at once as there are processors.
// The sums are in the order of the paths; one file that can't be read does not
// hinder the others. read is never called by two goroutines at once.
func HashAll(ctx context.Context, paths []string, read func(int64)) []Sum {
	sums := make([]Sum, len(paths))
	if read != nil {
		var mu sync.Mutex
		one := read
		read = func(n int64) {
			mu.Lock()
			defer mu.Unlock()
			one(n)
		}
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(len(paths), runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(paths)); i = next.Add(1) - 1 {
				s := &sums[i]
				s.SHA256, s.Size, s.Err = Hash(ctx, paths[i], read)
			}
		})
	}
	wg.Wait()
	return sums
}
