package sqlite

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// layouts are the forms in which programs keep times as text, those of
// SQLite's own functions first. Without a zone they are UTC, as SQLite has it.
var layouts = []string{
	"2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02",
	"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999-0700", "2006-01-02T15:04:05.999999999-0700",
	"2006-01-02 15:04:05.999999999 -0700", "2006-01-02 15:04:05.999999999 -0700 MST",
	"20060102T150405Z", time.RFC1123Z, time.RFC1123,
}

// parseTime reads a time as programs keep it in SQLite: text, Unix seconds,
// milliseconds, microseconds or nanoseconds, or a Julian day.
func parseTime(v value) (time.Time, bool) {
	s := strings.TrimSpace(v.text)
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return fromNumber(s, n)
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// fromNumber tells the units apart by their size: all of them stand for a
// time between 1980 and 2200 or so.
func fromNumber(s string, n float64) (time.Time, bool) {
	const early, late = 3e8, 7.3e9
	i, err := strconv.ParseInt(s, 10, 64)
	whole := err == nil
	switch {
	case n >= 2444000 && n <= 2530000:
		days := n - 2440587.5 // the Julian day of 1970
		return time.UnixMilli(int64(math.Round(days * 86400e3))).UTC(), true
	case n >= early && n <= late && whole:
		return time.Unix(i, 0).UTC(), true
	case n >= early && n <= late:
		return time.UnixMilli(int64(math.Round(n * 1e3))).UTC(), true
	case n >= early*1e3 && n <= late*1e3:
		return time.UnixMilli(int64(n)).UTC(), true
	case n >= early*1e6 && n <= late*1e6 && whole:
		return time.UnixMicro(i).UTC(), true
	case n >= early*1e9 && whole:
		return time.Unix(0, i).UTC(), true
	}
	return time.Time{}, false
}
