package screen

import (
	"time"
)

// Stamp writes a moment for a person, in the zone of now: the time alone when
// it is of the same day, else the date, too.
func Stamp(t, now time.Time) string {
	if t.IsZero() {
		return "never"
	}
	t = t.In(now.Location())
	if y, m, d := t.Date(); y == now.Year() && m == now.Month() && d == now.Day() {
		return "today " + t.Format("15:04:05")
	}
	return t.Format("2006-01-02 15:04")
}
