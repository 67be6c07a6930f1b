package widget

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	humanize "github.com/dustin/go-humanize"
)

// Clock writes a duration as a stopwatch does: 0:07, 27:41, 1:00:00.
func Clock(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	s := int64(d.Round(time.Second) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%s%d:%02d:%02d", sign, s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%s%d:%02d", sign, s/60, s%60)
}

// Took writes how long something took: as a stopwatch does, and finer where
// that would say nothing: 0.42s, 3.1s, 27:41.
func Took(d time.Duration) string {
	switch {
	case d <= 0 || d >= 10*time.Second:
		return Clock(d)
	case d < time.Second:
		return fmt.Sprintf("%.2fs", d.Seconds())
	}
	return fmt.Sprintf("%.1fs", d.Seconds())
}

var units = []struct {
	name string
	d    time.Duration
}{
	{"y", 365 * 24 * time.Hour}, {"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second},
}

// Span writes a duration in its two largest units, in one where the second
// would be noise: 40s, 12m, 7h14m, 31h, 3d4h, 45d, 1y20d. Hours are kept below
// two days, as in objectives.
func Span(d time.Duration) string {
	if d < 0 {
		return "-" + Span(-d)
	}
	for i, u := range units {
		if d < u.d || (u.d == 24*time.Hour && d < 2*u.d) {
			continue
		}
		high, out := d/u.d, fmt.Sprintf("%d%s", d/u.d, u.name)
		if i+1 < len(units) && (high < 10 || u.d == time.Hour && high < 24) {
			if low := d % u.d / units[i+1].d; low > 0 {
				out += fmt.Sprintf("%d%s", low, units[i+1].name)
			}
		}
		return out
	}
	return "0s"
}

// Bytes writes a size: 2.1 GiB.
func Bytes(n int64) string {
	if n < 0 {
		return "?"
	}
	return humanize.IBytes(uint64(n))
}

// Ago writes how long before now t was, and in words when it is to come.
func Ago(t, now time.Time) string {
	switch d := now.Sub(t); {
	case d < -time.Second:
		return "in " + Span(-d)
	case d < time.Minute:
		return "just now"
	default:
		return Span(d) + " ago"
	}
}

// Number writes a number with its thousands apart: 2,000.
func Number(n int) string { return humanize.Comma(int64(n)) }

// Count writes a number with its noun: 1 copy, 2 copies, 2,000 workloads.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return humanize.Comma(int64(n)) + " " + many
}

// Place writes a position in a list: 3 of 2,000; nothing for an empty one.
func Place(cursor, n int) string {
	if n == 0 {
		return ""
	}
	return humanize.Comma(int64(cursor+1)) + " of " + humanize.Comma(int64(n))
}

// Upper makes the first letter a capital one.
func Upper(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || r == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// Sentence is Upper for what others wrote: a first word that is a name (of a
// file, a tool, a workload) stays as it is.
func Sentence(s string) string {
	word, _, _ := strings.Cut(s, " ")
	plain := strings.TrimSuffix(word, ",")
	if strings.ContainsFunc(plain, func(r rune) bool { return !unicode.IsLower(r) && r != '\'' }) {
		return s
	}
	return Upper(s)
}
