package sqlite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strconv"
	"strings"
)

// maxSegments bounds the list in a manifest: 256 × 17 bytes.
const maxSegments = 256

// hashed is a file's digest, whole and in segments. The segments say where a
// file was altered; the whole digest says whether.
type hashed struct {
	sum      string
	size     int64
	segment  int64    // bytes in a segment; the last may be shorter
	segments []string // first eight bytes of each one's SHA-256
}

// hashFile reads a file once. segment 0 chooses a size of whole pages.
func hashFile(ctx context.Context, path string, pageSize, segment int64, read func(int64)) (hashed, error) {
	f, err := os.Open(path)
	if err != nil {
		return hashed{}, err
	}
	defer f.Close() //nolint:errcheck // read only
	st, err := f.Stat()
	if err != nil {
		return hashed{}, err
	}
	if segment <= 0 {
		segment = segmentSize(st.Size(), pageSize)
	}
	out := hashed{segment: segment}
	whole, buf := sha256.New(), make([]byte, 1<<20)
	for {
		part := sha256.New()
		n, err := hashSegment(ctx, io.LimitReader(f, segment), buf, whole, part, read)
		if err != nil {
			return hashed{}, err
		}
		if n == 0 {
			break
		}
		out.size += n
		out.segments = append(out.segments, hex.EncodeToString(part.Sum(nil)[:8]))
	}
	out.sum = hex.EncodeToString(whole.Sum(nil))
	return out, nil
}

func hashSegment(ctx context.Context, r io.Reader, buf []byte, whole, part hash.Hash, read func(int64)) (total int64, err error) {
	for {
		if ctx.Err() != nil {
			return total, context.Cause(ctx)
		}
		n, err := r.Read(buf)
		whole.Write(buf[:n]) // a hash never fails
		part.Write(buf[:n])  // a hash never fails
		total += int64(n)
		if read != nil && n > 0 {
			read(int64(n))
		}
		if errors.Is(err, io.EOF) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}

// segmentSize is the least number of whole pages of which the file has no
// more than maxSegments.
func segmentSize(size, pageSize int64) int64 {
	if pageSize < 512 {
		pageSize = 4096
	}
	pages := (size + pageSize - 1) / pageSize
	return max(1, (pages+maxSegments-1)/maxSegments) * pageSize
}

// String writes segments as a manifest keeps them: "4096:hash,hash".
func (h hashed) String() string {
	return strconv.FormatInt(h.segment, 10) + ":" + strings.Join(h.segments, ",")
}

// parseSegments reads what String wrote.
func parseSegments(s string) (segment int64, sums []string) {
	size, rest, ok := strings.Cut(s, ":")
	segment, err := strconv.ParseInt(size, 10, 64)
	if !ok || err != nil || segment <= 0 {
		return 0, nil
	}
	return segment, strings.Split(rest, ",")
}

// altered lists the numbers of the segments that differ.
func altered(want, got []string) []int {
	var out []int
	for i := range max(len(want), len(got)) {
		if i >= len(want) || i >= len(got) || want[i] != got[i] {
			out = append(out, i)
		}
	}
	return out
}

// pagesOf names the pages of a segment, counted from 1 as SQLite does.
func pagesOf(i int, segment, pageSize int64) (from, to int64) {
	if pageSize <= 0 {
		pageSize = 4096
	}
	return int64(i)*segment/pageSize + 1, (int64(i) + 1) * segment / pageSize
}

// where says in words which part of the file is altered.
func where(bad []int, segment, pageSize int64) string {
	if len(bad) == 0 {
		return ""
	}
	from, to := pagesOf(bad[0], segment, pageSize)
	s := fmt.Sprintf("page %d", from)
	if to > from {
		s = fmt.Sprintf("pages %d–%d", from, to)
	}
	if len(bad) > 1 {
		s += fmt.Sprintf(" and %d more places", len(bad)-1)
	}
	return s
}
