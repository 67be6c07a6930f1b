package term

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mostMarks is how many combining marks one character may carry: scripts use
// up to four, and towers of them hide the lines around.
const mostMarks = 4

// Hidden says that a character is not seen, or changes how others are seen:
// controls, directions, zero widths, line separators, tags, variation
// selectors, private use. Newline and tab are controls too.
func Hidden(r rune) bool {
	switch {
	case r < ' ' || r >= 0x7f && r < 0xa0:
		return true
	case r < 0xad:
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp,
		unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// joiner says that a hidden character makes one sign of those around it.
func joiner(r rune) bool {
	return r == 0x200d || r == 0xfe0e || r == 0xfe0f || r >= 0xe0020 && r <= 0xe007f
}

// Literal shows a text that is going to be run: nothing of it may be left out,
// so that what is not seen is spelled. Newline and tab stay.
func Literal(s string) string {
	if plainLine(s) {
		return s
	}
	var b strings.Builder
	marks, based := 0, false
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		mark := unicode.In(r, unicode.Mn, unicode.Me)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, "<%02X>", s[i])
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case r < ' ':
			b.WriteRune('\u2400' + r)
		case r == 0x7f:
			b.WriteRune('\u2421')
		case Hidden(r), mark && (!based || marks >= mostMarks):
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			b.WriteString(s[i : i+n])
		}
		if mark {
			marks++
		} else {
			marks, based = 0, r != '\n' && r != '\t'
		}
		i += n
	}
	return b.String()
}
