package report

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
	"github.com/lifeboat-dr/lifeboat/internal/term"
)

// password finds the secret in a URL's user part.
var password = lazyregexp.New(`(://[^\s/:@]*):[^\s/@]+@`)

// clean takes out of a text what could move a cursor, fake an interface or
// turn the reading order round, and masks passwords in URLs. Line ends and
// tabs stay.
func clean(s string) string {
	return password.ReplaceAllString(term.Text(s), "${1}:***@")
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
