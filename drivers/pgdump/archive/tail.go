package archive

import (
	"bytes"
	"errors"
	"io"
	"os"
)

// checkTail looks at the end of a data file without reading it: an empty or a
// cut off one is restored by pg_restore as far as it goes, without a word.
func checkTail(path, alg string, e *Entry) string {
	tail, size, err := lastBytes(path, int64(len(dataEnd)))
	switch {
	case err != nil:
		return err.Error()
	case size == 0 && e.IsBlobs():
		return ""
	case size == 0:
		return "it is empty: pg_restore would leave the table empty without a word"
	case alg != "none" || e.IsBlobs():
		return ""
	case e.Copy != "" && string(tail) != dataEnd:
		return "it was cut off: it does not end with the end mark"
	case e.Copy == "" && !bytes.HasSuffix(tail, []byte("\n\n")):
		return "it was cut off: it stops in a statement"
	}
	return ""
}

// CheckTarEnd looks at the end of a tar file without reading it. pg_restore
// reads for ever on one that was cut off.
func CheckTarEnd(path string) error {
	tail, size, err := lastBytes(path, tarEnd)
	if err != nil {
		return err
	}
	if len(tail) < tarEnd || len(bytes.Trim(tail, "\x00")) > 0 {
		return damaged("end of the archive", size, "the closing blocks are missing: it was cut off")
	}
	return nil
}

func lastBytes(path string, n int64) (tail []byte, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close() //nolint:errcheck // read only
	st, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	size = st.Size()
	tail = make([]byte, min(n, size))
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return nil, size, err
	}
	return tail, size, nil
}
