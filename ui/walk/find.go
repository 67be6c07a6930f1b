package walk

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
)

// findLine gives the offset of the next line after an offset that holds the
// query, going round at the end of the file; -1: there is none.
func findLine(ctx context.Context, path, query string, after int64) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return -1, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	want := bytes.ToLower([]byte(query))
	first := int64(-1) // the first hit at or before after
	at := int64(0)
	r := bufio.NewReaderSize(f, 256<<10)
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return -1, ctx.Err()
		}
		line, err := r.ReadSlice('\n')
		if len(line) > 0 && bytes.Contains(bytes.ToLower(line), want) {
			if at > after {
				return at, nil
			}
			if first < 0 {
				first = at
			}
		}
		at += int64(len(line))
		switch {
		case errors.Is(err, io.EOF):
			return first, nil
		case errors.Is(err, bufio.ErrBufferFull): // a very long line: in pieces
		case err != nil:
			return -1, err
		}
	}
}
