package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/inventory"
)

// span writes seconds as a person says them: 0.4s, 27m41s, 7h14m.
func span(s float64) string {
	d := time.Duration(s * float64(time.Second))
	if d < 10*time.Second {
		return inventory.FormatDuration(d.Round(100 * time.Millisecond))
	}
	return inventory.FormatDuration(d.Round(time.Second))
}

// spanOr writes what is not known as a dash.
func spanOr(s *float64) string {
	if s == nil {
		return "–"
	}
	return span(*s)
}

// stamp writes a moment for people; its zone is always said.
func stamp(t *time.Time) string {
	if t == nil {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// clock is the time of day of a moment.
func clock(t *time.Time) string {
	if t == nil {
		return "–"
	}
	return t.UTC().Format("15:04:05")
}

// met says whether an objective was met, and what it means when it does not.
func met(ok *bool, objective, measured *float64) string {
	switch {
	case ok != nil && *ok:
		return "met"
	case ok != nil:
		return "missed"
	case objective == nil:
		return "no objective"
	case measured == nil:
		return "not measured"
	}
	return "–"
}

// counted gives "1 check", "3 checks".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func list(s []string) string { return strings.Join(s, ", ") }

// either is the first text that is not empty.
func either(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
