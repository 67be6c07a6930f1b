package archive

import (
	"errors"
	"fmt"
	"io"
)

// Damage says what is wrong with a dump, and where.
type Damage struct {
	Part string // "header", "table of contents", "data of public.orders"
	At   int64  // byte in the file; -1: not known
	What string
}

// Error is one line for the operator.
func (d *Damage) Error() string {
	if d.At < 0 {
		return d.Part + ": " + d.What
	}
	return fmt.Sprintf("%s: %s (at byte %d)", d.Part, d.What, d.At)
}

// NewerError says that an archive's version is not known to this package:
// either a newer pg_dump made it, or its header is damaged.
type NewerError struct{ Major, Minor int }

// Error names the version.
func (e *NewerError) Error() string {
	return fmt.Sprintf("archive version %d.%d is newer than this program knows (up to %d.%d)",
		e.Major, e.Minor, knownMajor, knownMinor)
}

func damaged(part string, at int64, format string, args ...any) error {
	return &Damage{Part: part, At: at, What: fmt.Sprintf(format, args...)}
}

// cutOff turns an unexpected end into Damage and keeps every other error.
func cutOff(part string, at int64, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return damaged(part, at, "the file ends here: it was cut off")
	}
	return err
}
