package widget

import (
	"strings"

	"github.com/rivo/uniseg"

	"github.com/lifeboat-dr/lifeboat/internal/term"
)

const tabStop = 8

// Clean makes text that others wrote safe to lay out: control sequences and
// control characters go, so do invisible ones that reorder or hide text; tabs
// become blanks, broken UTF-8 is shown as such. Newlines stay. Emoji sequences
// that terminals disagree about are cut to their first sign, so that a line is
// as wide as it is measured.
func Clean(s string) string { return clean(s, false) }

func clean(s string, keepTabs bool) string {
	if plain(s) {
		return s
	}
	s = term.Joined(s)
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	col := 0
	for g := uniseg.NewGraphemes(s); g.Next(); {
		for _, r := range settle(g.Runes()) {
			switch {
			case r == '\n':
				col = 0
				b.WriteByte('\n')
			case r == '\t' && keepTabs:
				b.WriteByte('\t')
			case r == '\t':
				n := tabStop - col%tabStop
				b.WriteString(strings.Repeat(" ", n))
				col += n
			case term.Hidden(r):
			default:
				b.WriteRune(r)
				col += Width(string(r))
			}
		}
	}
	return b.String()
}

// CleanLine is Clean for one line: line breaks become single blanks.
func CleanLine(s string) string {
	if plain(s) && !strings.Contains(s, "\n") {
		return s
	}
	return strings.Join(strings.FieldsFunc(Clean(s), func(r rune) bool { return r == '\n' }), " ")
}

// plain says that s is printable ASCII and newlines only.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 0x20 && c != '\n') || c >= 0x7f {
			return false
		}
	}
	return true
}

// settle cuts a sequence of emoji to the part whose width every terminal
// agrees on; other clusters (accents, scripts with marks) are kept whole.
func settle(rs []rune) []rune {
	if len(rs) < 2 {
		return rs
	}
	for _, r := range rs[1:] {
		joined := r == 0x200d || r == 0xfe0f || r == 0xfe0e || r == 0x20e3 ||
			(r >= 0x1f3fb && r <= 0x1f3ff) || (r >= 0x1f1e6 && r <= 0x1f1ff) || (r >= 0xe0000 && r <= 0xe007f)
		if joined {
			return rs[:1]
		}
	}
	return rs
}

// Script is Clean for a text that is going to be run: what is not seen in it is
// spelled, so that nothing runs that is not shown.
func Script(s string) string { return clean(term.Literal(s), false) }
