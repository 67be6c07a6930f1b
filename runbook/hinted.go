package runbook

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// hinted is an expression that is tried only on texts with one of its hints
// in them: most titles and lines have none, and a search is cheap.
type hinted struct {
	re    *lazyregexp.Regexp
	hints []string
}

func hint(re *lazyregexp.Regexp, hints ...string) hinted { return hinted{re, hints} }

// MatchString reports as the expression does.
func (h hinted) MatchString(s string) bool { return h.mayMatch(s) && h.re.MatchString(s) }

func (h hinted) mayMatch(s string) bool {
	for _, part := range h.hints {
		if strings.Contains(s, part) {
			return true
		}
	}
	return false
}
