package inventory

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"
)

// Day, Week and Year are the units that lifeboat.yaml adds to Go's. A day has
// 24 hours and a year 365 days: these are objectives, not calendar dates.
const (
	Day  = 24 * time.Hour
	Week = 7 * Day
	Year = 365 * Day
)

// units, longer names first where one begins with the other.
var units = []struct {
	name string
	size time.Duration
}{
	{"ns", time.Nanosecond},
	{"us", time.Microsecond},
	{"µs", time.Microsecond},
	{"ms", time.Millisecond},
	{"s", time.Second},
	{"m", time.Minute},
	{"h", time.Hour},
	{"d", Day},
	{"w", Week},
	{"y", Year},
}

const durationHint = `write a number with its unit: 90s, 5m, 24h, 7d, 1w, 1y or 1h30m`

// ParseDuration reads Go's durations and d (24 h), w (7 d) and y (365 d), in
// any sequence: "5m", "1h30m", "1.5d", "1w 2d". The result is never negative;
// more than 292 years is an error, as are a missing unit and other signs.
func ParseDuration(s string) (time.Duration, error) {
	rest := strings.TrimSpace(s)
	bad := &hinted{fmt.Sprintf("bad duration %q", shorten(s)), durationHint}
	if rest == "0" {
		return 0, nil
	}
	if rest == "" || len(rest) > 64 {
		return 0, bad
	}
	total := new(big.Rat)
	for rest != "" {
		n := numberPrefix(rest)
		value, ok := new(big.Rat).SetString(rest[:n])
		if n == 0 || !ok {
			return 0, bad
		}
		rest = rest[n:]
		size, name := unitPrefix(rest)
		if size == 0 {
			return 0, unitError(s, rest, bad)
		}
		total.Add(total, value.Mul(value, new(big.Rat).SetInt64(int64(size))))
		rest = strings.TrimLeft(rest[len(name):], " ")
	}
	ns := new(big.Int).Quo(total.Num(), total.Denom())
	if !ns.IsInt64() {
		return 0, &hinted{fmt.Sprintf("duration %q is too long", shorten(s)), "the longest is 292y"}
	}
	return time.Duration(ns.Int64()), nil
}

// unitError says that a number lacks its unit, where rest is empty.
func unitError(s, rest string, bad *hinted) error {
	if rest != "" {
		return bad
	}
	number := strings.TrimSpace(s)
	hint := durationHint
	if numberPrefix(number) == len(number) {
		hint = fmt.Sprintf("write %sm for minutes, %sh for hours or %sd for days", number, number, number)
	}
	return &hinted{fmt.Sprintf("duration %q has no unit", number), hint}
}

// numberPrefix returns the length of the plain decimal number that s begins
// with.
func numberPrefix(s string) int {
	digits, dots := 0, 0
	for i := range len(s) {
		switch {
		case s[i] >= '0' && s[i] <= '9':
			digits++
		case s[i] == '.' && dots == 0:
			dots++
		default:
			if digits == 0 {
				return 0
			}
			return i
		}
	}
	if digits == 0 {
		return 0
	}
	return len(s)
}

// unitPrefix returns the unit that s begins with; no letter may follow it.
func unitPrefix(s string) (time.Duration, string) {
	for _, u := range units {
		rest, ok := strings.CutPrefix(s, u.name)
		if ok && (rest == "" || rest[0] == ' ' || rest[0] == '.' || rest[0] >= '0' && rest[0] <= '9') {
			return u.size, u.name
		}
	}
	return 0, ""
}

// FormatDuration writes d as briefly as ParseDuration can read it back: "5m",
// "1h30m", "24h", "36h", "7d", "2d12h", "1y". Hours are kept below two days,
// as objectives are spoken of; whole years are years. A negative d, which
// ParseDuration refuses, gets a minus sign.
func FormatDuration(d time.Duration) string {
	switch {
	case d == math.MinInt64:
		return "-" + FormatDuration(math.MaxInt64)
	case d < 0:
		return "-" + FormatDuration(-d)
	case d == 0:
		return "0s"
	case d%Year == 0:
		return fmt.Sprintf("%dy", d/Year)
	}
	var b strings.Builder
	if d >= 2*Day {
		fmt.Fprintf(&b, "%dd", d/Day)
		d %= Day
	}
	if h := d / time.Hour; h > 0 {
		fmt.Fprintf(&b, "%dh", h)
	}
	if m := d % time.Hour / time.Minute; m > 0 {
		fmt.Fprintf(&b, "%dm", m)
	}
	if s := d % time.Minute; s > 0 {
		b.WriteString(s.String())
	}
	return b.String()
}
