package inventory

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Error is one thing that is wrong with lifeboat.yaml. It never holds the
// value of anything that could be a secret.
type Error struct {
	Path    string // as it was given to Load or Parse
	Line    int    // from 1; 0: the file as a whole
	Column  int    // from 1, in characters
	Key     string // full name of the key, "workloads.orders-db.copies[0].driver"; may be empty
	Message string // what is wrong
	Hint    string // what to do about it; may be empty
	cause   error  // of reading the file; may be nil
}

// Error gives path:line:column: message; hint.
func (e Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Path)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	b.WriteString(": ")
	b.WriteString(e.Message)
	if e.Hint != "" {
		b.WriteString("; ")
		b.WriteString(e.Hint)
	}
	return b.String()
}

// Unwrap gives the operating system's error where the file could not be read,
// so that errors.Is(err, fs.ErrNotExist) holds.
func (e Error) Unwrap() error { return e.cause }

// Errors is everything that is wrong with one lifeboat.yaml, in the file's
// order. Load and Parse return no other type of error.
type Errors []Error

// Error gives one error a line.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.Is and errors.As look at each error.
func (es Errors) Unwrap() []error {
	errs := make([]error, len(es))
	for i, e := range es {
		errs[i] = e
	}
	return errs
}

// sort puts the errors into the file's order and drops repetitions, which an
// alias used twice would cause.
func (es Errors) sort() Errors {
	slices.SortStableFunc(es, func(a, b Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.CompactFunc(es, func(a, b Error) bool { return a.Error() == b.Error() })
}

// hinted is an error of one value, before its place in the file is known.
type hinted struct {
	message string
	hint    string
}

func (h *hinted) Error() string {
	if h.hint == "" {
		return h.message
	}
	return h.message + "; " + h.hint
}

// split takes message and hint of an error apart.
func split(err error) (message, hint string) {
	var h *hinted
	if errors.As(err, &h) {
		return h.message, h.hint
	}
	return err.Error(), ""
}
