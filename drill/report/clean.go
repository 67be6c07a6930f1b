package report

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// password finds the secret in a URL's user part.
var password = lazyregexp.New(`(://[^\s/:@]*):[^\s/@]+@`)

// clean takes out of a text what could move a cursor, fake an interface or
// turn the reading order round, and masks passwords in URLs. Line ends and
// tabs stay.
func clean(s string) string {
	s = ansi.Strip(strings.ToValidUTF8(s, "\ufffd"))
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r' || r == '\u2028' || r == '\u2029':
			return '\n'
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\ufeff':
			return -1
		}
		return r
	}, s)
	return password.ReplaceAllString(s, "${1}:***@")
}

// line is clean text on one line.
func line(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// lines are clean texts, each on one line; never nil.
func lines(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = line(s)
	}
	return out
}
