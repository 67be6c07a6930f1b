package main

import (
	"io"
	"strings"
	"unicode"

	"github.com/lifeboat-dr/lifeboat/internal/term"
)

// clean makes what others wrote safe to show: it neither moves the cursor nor
// passes for other text. Line breaks and tabs stay.
func clean(s string) string { return strings.Map(visible, term.Clean(s)) }

// visible drops characters that are not seen, or that change how others are
// seen: directions, zero widths, tags, private use.
func visible(r rune) rune {
	if unicode.In(r, unicode.Cf, unicode.Co, unicode.Other_Default_Ignorable_Code_Point) {
		return -1
	}
	return r
}

// cleaner cleans what is written to w, line by line. Close writes the last one.
func cleaner(w io.Writer) io.WriteCloser { return term.NewClean(visibleWriter{w}) }

// visibleWriter takes whole characters only, as term.NewClean writes them.
type visibleWriter struct{ w io.Writer }

func (v visibleWriter) Write(p []byte) (int, error) {
	if _, err := io.WriteString(v.w, strings.Map(visible, string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// cleanly writes a text to w, clean.
func cleanly(w io.Writer, write func(io.Writer) error) error {
	c := cleaner(w)
	if err := write(c); err != nil {
		return err
	}
	return c.Close()
}
