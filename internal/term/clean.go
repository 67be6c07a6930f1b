package term

import (
	"bytes"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi/parser"
)

// longest is how much of a line without an end is held back.
const longest = 64 << 10

// Clean returns the output of a program as it may be shown: without escape
// sequences, colours included, and without control characters but newline and
// tab. Of a line that was redrawn with \r the last state is left; bytes that
// are no UTF-8 become U+FFFD; characters that are not seen, or change how
// others are seen, are removed (see Hidden).
func Clean(s string) string { return cleaned(s, cleaner{}) }

// Text is Clean for a text that is no output, where nothing may hide what
// stands before it: each way to end a line ends it, and nothing erases.
func Text(s string) string { return cleaned(s, cleaner{keeps: true}) }

// Line is Text on one line: line ends and tabs become blanks.
func Line(s string) string {
	if plainLine(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, strings.TrimRight(Text(s), "\n"))
}

// Joined is Text with the joiners and selectors of emoji and letters kept, for
// those who lay characters out and drop what is Hidden then.
func Joined(s string) string { return cleaned(s, cleaner{keeps: true, joins: true}) }

func cleaned(s string, c cleaner) string {
	if plainLine(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	c.w = &b
	_, _ = c.Write([]byte(s))
	_ = c.Close()
	return b.String()
}

// plainLine says that a text is printable ASCII and nothing else.
func plainLine(s string) bool {
	for i := range len(s) {
		if !plain(s[i]) {
			return false
		}
	}
	return true
}

// NewClean returns a writer that passes on what is written to it as Clean
// would, line by line. Close writes an unfinished last line; it does not
// close w.
func NewClean(w io.Writer) io.WriteCloser { return &cleaner{w: w} }

// NewText is NewClean for a text: see Text.
func NewText(w io.Writer) io.WriteCloser { return &cleaner{w: w, keeps: true} }

type cleaner struct {
	w      io.Writer
	state  parser.State
	line   []byte // of the present line, clean
	char   []byte // an unfinished character
	redraw bool   // \r was seen: the next text starts the line anew
	keeps  bool   // nothing is erased: see Text
	joins  bool   // see Joined
	based  bool   // the line has a character that a mark can stand on
	marks  int    // how many stand on it
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
		c.redraw = false
		if c.keeps {
			c.newline()
		}
		c.line = c.line[:0]
	}
	c.marks, c.based = 0, true
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
	c.line, c.redraw, c.based = c.line[:0], false, false
}

// control does what is left of a control character.
func (c *cleaner) control(b byte) {
	switch b {
	case '\t':
		c.text([]byte{'\t'})
	case '\r':
		c.redraw = true
	case '\v', '\f':
		if c.keeps {
			c.newline()
		}
	case '\b':
		if c.keeps {
			break
		}
		_, n := utf8.DecodeLastRune(c.line)
		c.line = c.line[:len(c.line)-n]
		c.based = len(c.line) > 0
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
		switch {
		case c.keeps && (r == '\u2028' || r == '\u2029' || r == '\u0085'):
			c.newline()
		case c.joins && joiner(r):
			c.text(utf8.AppendRune(nil, r))
		case Hidden(r):
		case unicode.In(r, unicode.Mn, unicode.Me):
			c.mark(r)
		default:
			c.text(utf8.AppendRune(nil, r))
		}
		c.char = c.char[n:]
	}
}

// mark adds a combining mark, unless it would stand on what is not of this
// text, or be one of a tower.
func (c *cleaner) mark(r rune) {
	if !c.based || c.redraw || c.marks >= mostMarks {
		return
	}
	n := c.marks + 1
	c.text(utf8.AppendRune(nil, r))
	c.marks = n
}
