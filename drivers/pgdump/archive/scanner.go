package archive

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// scanner reads the primitives of pg_dump's binary formats and keeps count of
// where it is.
type scanner struct {
	r       *bufio.Reader
	at      int64
	intSize int
	offSize int
}

func newScanner(r io.Reader) *scanner {
	return &scanner{r: bufio.NewReaderSize(r, 64<<10), intSize: 4, offSize: 8}
}

// Read implements io.Reader, so that blocks can be streamed.
func (s *scanner) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.at += int64(n)
	return n, err
}

func (s *scanner) byte() (int, error) {
	b, err := s.r.ReadByte()
	if err != nil {
		return 0, err
	}
	s.at++
	return int(b), nil
}

// integer reads a sign byte and intSize bytes, least significant first.
func (s *scanner) integer() (int, error) {
	sign, err := s.byte()
	if err != nil {
		return 0, err
	}
	if sign > 1 {
		return 0, fmt.Errorf("sign byte is %d", sign)
	}
	n := 0
	for i := range s.intSize {
		b, err := s.byte()
		if err != nil {
			return 0, unexpected(err)
		}
		if i >= 4 && b != 0 {
			return 0, errors.New("number is too large")
		}
		n |= b << (8 * (i & 7))
	}
	if n > 1<<31-1+sign { // the least number has no positive twin
		return 0, errors.New("number is too large")
	}
	if sign == 1 {
		if n == 0 {
			return 0, errors.New("a negative nought")
		}
		n = -n
	}
	return n, nil
}

// text reads a counted string; a NULL reads as "" with null set.
func (s *scanner) text() (v string, null bool, err error) {
	n, err := s.integer()
	if err != nil {
		return "", false, err
	}
	if n < 0 {
		if n != -1 {
			return "", false, fmt.Errorf("string of length %d", n)
		}
		return "", true, nil
	}
	// Grows as bytes arrive: a damaged length can't exhaust the memory.
	b, err := io.ReadAll(io.LimitReader(s, int64(n)))
	if err != nil {
		return "", false, err
	}
	if len(b) < n {
		return "", false, io.ErrUnexpectedEOF
	}
	return string(b), false, nil
}

// number reads a counted string that holds a decimal number.
func (s *scanner) number() (n int64, null bool, err error) {
	v, null, err := s.text()
	if err != nil || null {
		return 0, null, err
	}
	n, err = strconv.ParseInt(v, 10, 64)
	if err != nil || n < 0 {
		return 0, false, fmt.Errorf("%q is not a number", clip(v))
	}
	return n, false, nil
}

// offset reads where an entry's data lies.
func (s *scanner) offset() (Offset, error) {
	state, err := s.byte()
	if err != nil {
		return Offset{}, err
	}
	o := Offset{State: state}
	if state < OffsetNotSet || state > OffsetNoData {
		return o, fmt.Errorf("data state %d is not known", state)
	}
	for i := range s.offSize {
		b, err := s.byte()
		if err != nil {
			return o, unexpected(err)
		}
		if i >= 8 && b != 0 {
			return o, errors.New("offset is too large")
		}
		o.Pos |= int64(b) << (8 * (i & 7))
	}
	return o, nil
}

// unexpected makes an end in the middle of something an unexpected one.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// clip keeps messages on one line.
func clip(v string) string {
	if len(v) > 40 {
		return v[:40] + "…"
	}
	return v
}
