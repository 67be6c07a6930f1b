package term

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi/parser"
)

// longest is how much of a line without an end is held back.
const longest = 64 << 10

// Clean returns s as it may be shown: without escape sequences, colours
// included, and without control characters but newline and tab. Of a line
// that was redrawn with \r the last state is left; bytes that are no UTF-8
// become U+FFFD; characters that reorder text are removed.
func Clean(s string) string {
	var b strings.Builder
	c := cleaner{w: &b}
	_, _ = c.Write([]byte(s))
	_ = c.Close()
	return b.String()
}

// NewClean returns a writer that passes on what is written to it as Clean
// would, line by line. Close writes an unfinished last line; it does not
// close w.
func NewClean(w io.Writer) io.WriteCloser { return &cleaner{w: w} }

type cleaner struct {
	w      io.Writer
	state  parser.State
	line   []byte // of the present line, clean
	char   []byte // an unfinished character
	redraw bool   // \r was seen: the next text starts the line anew
	out    bytes.Buffer
}

// Write cleans b.
func (c *cleaner) Write(b []byte) (int, error) {
	for i := 0; i < len(b); i++ {
		if c.state == parser.GroundState && len(c.char) == 0 && plain(b[i]) {
			i += c.run(b[i:]) - 1
			continue
		}
		c.step(b[i])
	}
	return len(b), c.flush()
}

// Close writes the unfinished line.
func (c *cleaner) Close() error {
	c.character(true)
	c.out.Write(c.line)
	c.line = nil
	return c.flush()
}

func (c *cleaner) flush() error {
	if c.out.Len() == 0 {
		return nil
	}
	_, err := c.w.Write(c.out.Bytes())
	c.out.Reset()
	return err
}

// plain says that a byte is ASCII text and nothing else.
func plain(b byte) bool { return b >= 0x20 && b < 0x7f }

// run takes a run of plain text at once.
func (c *cleaner) run(b []byte) int {
	n := 1
	for n < len(b) && plain(b[n]) {
		n++
	}
	c.text(b[:n])
	return n
}

// text adds to the line.
func (c *cleaner) text(b []byte) {
	if c.redraw {
		c.line, c.redraw = c.line[:0], false
	}
	c.line = append(c.line, b...)
	if len(c.line) >= longest {
		c.out.Write(c.line)
		c.line = c.line[:0]
	}
}

// step takes one byte that is not plain text.
func (c *cleaner) step(b byte) {
	if c.state == parser.GroundState && (b >= 0x80 || len(c.char) > 0) {
		c.utf8(b)
		return
	}
	if b == '\n' { // ends a line even inside a string sequence that has no end
		c.state = parser.GroundState
		c.newline()
		return
	}
	if b >= 0x80 { // part of a character within a sequence
		return
	}
	var action parser.Action
	if c.state, action = parser.Table.Transition(c.state, b); action == parser.ExecuteAction {
		c.control(b)
	}
}

func (c *cleaner) newline() {
	c.out.Write(c.line)
	c.out.WriteByte('\n')
	c.line, c.redraw = c.line[:0], false
}

// control does what is left of a control character.
func (c *cleaner) control(b byte) {
	switch b {
	case '\t':
		c.text([]byte{'\t'})
	case '\r':
		c.redraw = true
	case '\b':
		_, n := utf8.DecodeLastRune(c.line)
		c.line = c.line[:len(c.line)-n]
	}
}

// utf8 gathers the bytes of one character.
func (c *cleaner) utf8(b byte) {
	if b < 0x80 || (len(c.char) > 0 && utf8.RuneStart(b)) { // the character before is cut short
		c.character(true)
		if b < 0x80 {
			if plain(b) {
				c.text([]byte{b})
			} else {
				c.step(b)
			}
			return
		}
	}
	c.char = append(c.char, b)
	c.character(false)
}

// character adds a gathered character to the line once it is whole; last says
// that no more of it will come.
func (c *cleaner) character(last bool) {
	for len(c.char) > 0 && (last || utf8.FullRune(c.char)) {
		r, n := utf8.DecodeRune(c.char)
		if !hidden(r) {
			c.text(utf8.AppendRune(nil, r))
		}
		c.char = c.char[n:]
	}
}

// hidden are the characters that steer a terminal or the order of text: C1
// controls, line separators, marks and overrides of direction.
func hidden(r rune) bool {
	switch {
	case r >= 0x80 && r <= 0x9f, r == 0x61c, r == 0x200e, r == 0x200f, r == 0xfeff:
		return true
	case r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}
