package widget

import (
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Width measures a styled line in cells. Lines are measured many times a
// frame, so what the interface itself draws (ASCII, frames, bars, its glyphs)
// is counted here; anything else goes to the tables.
func Width(s string) int {
	n := 0
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == 0x1b:
			j := skipSGR(s, i)
			if j < 0 {
				return ansi.StringWidth(s)
			}
			i = j
		case c < 0x20 || c == 0x7f:
			return ansi.StringWidth(s)
		case c < utf8.RuneSelf:
			n++
			i++
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if !narrow(r) {
				return ansi.StringWidth(s)
			}
			n++
			i += size
		}
	}
	return n
}

// skipSGR gives the index after an SGR sequence at i, or -1 when there is
// none.
func skipSGR(s string, i int) int {
	if i+1 >= len(s) || s[i+1] != '[' {
		return -1
	}
	for j := i + 2; j < len(s); j++ {
		switch c := s[j]; {
		case c == 'm':
			return j + 1
		case c >= '0' && c <= '9' || c == ';' || c == ':':
		default:
			return -1
		}
	}
	return -1
}

// narrow says that a rune is one cell wide and stands for itself: no mark, no
// part of an emoji. A mark after it is not narrow, so that the line goes to the
// tables.
func narrow(r rune) bool {
	switch r {
	case '…', '•', '‖', '→', '←', '↑', '↓', '≈', '✓', '✗', '▶', '▸', '●':
		return true
	}
	return r >= 0xa1 && r <= 0x24f && r != 0xad || r >= 0x400 && r <= 0x481 || r >= 0x2500 && r <= 0x259f
}
