package main

import (
	"fmt"
	"io"
	"reflect"

	"github.com/lifeboat-dr/lifeboat/internal/term"
)

// clean makes what others wrote safe to show: it neither moves the cursor nor
// passes for other text. Line breaks and tabs stay.
func clean(s string) string { return term.Text(s) }

// whole is a text of others that may have several lines: see cleanf.
type whole string

// cleanf is Sprintf with what others wrote made safe: each text among the
// arguments is put on one line, so that none can look like a line, or a column,
// of lifeboat's own. Only a whole keeps its line breaks.
func cleanf(format string, args ...any) string {
	safe := make([]any, len(args))
	for i, arg := range args {
		safe[i] = cleanArg(arg)
	}
	return fmt.Sprintf(format, safe...)
}

func cleanArg(arg any) any {
	switch v := arg.(type) {
	case nil:
		return nil
	case whole:
		return term.Text(string(v))
	case string:
		return term.Line(v)
	case error, fmt.Stringer:
		return term.Line(fmt.Sprint(v))
	}
	switch reflect.TypeOf(arg).Kind() {
	case reflect.String, reflect.Slice, reflect.Map, reflect.Struct, reflect.Pointer:
		return term.Line(fmt.Sprint(arg))
	default: // numbers
		return arg
	}
}

// cleaner cleans the output of programs that is written to w, line by line.
// Close writes the last one.
func cleaner(w io.Writer) io.WriteCloser { return term.NewClean(w) }

// cleanly writes a text to w, clean.
func cleanly(w io.Writer, write func(io.Writer) error) error {
	c := term.NewText(w)
	if err := write(c); err != nil {
		return err
	}
	return c.Close()
}
