package inventory

import (
	"math"
	"testing"
	"testing/quick"
	"time"
)

func TestParseDuration(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"5m": 5 * time.Minute, "1h": time.Hour, "24h": 24 * time.Hour, "7d": 7 * Day, "1w": Week, "90d": 90 * Day, "1y": Year,
		"1h30m": 90 * time.Minute, "1.5d": 36 * time.Hour, "1w 2d": 9 * Day, " 90s ": 90 * time.Second, "0": 0, "0s": 0,
		"1d12h": 36 * time.Hour, "250ms": 250 * time.Millisecond, "1µs": time.Microsecond, "1us3ns": 1003, ".5h": 30 * time.Minute,
		"292y": 292 * Year, "1h1.5s": time.Hour + 1500*time.Millisecond,
	} {
		if got, err := ParseDuration(s); err != nil || got != want {
			t.Errorf("%q: %v %v, not %v", s, got, err, want)
		}
	}
}

func TestParseDurationRefuses(t *testing.T) {
	plain := "; " + durationHint
	for s, want := range map[string]string{
		"": `bad duration ""` + plain, "abc": `bad duration "abc"` + plain, "-1h": `bad duration "-1h"` + plain, "+1h": `bad duration "+1h"` + plain,
		"15 min": `bad duration "15 min"` + plain, "1mo": `bad duration "1mo"` + plain, "1h30": `duration "1h30" has no unit` + plain,
		"5": `duration "5" has no unit; write 5m for minutes, 5h for hours or 5d for days`, "1.2.3h": `bad duration "1.2.3h"` + plain, ".h": `bad duration ".h"` + plain,
		"300y": `duration "300y" is too long; the longest is 292y`, "99999999999999999999d": `duration "99999999999999999999d" is too long; the longest is 292y`,
		"1e9s": `bad duration "1e9s"` + plain,
	} {
		if got, err := ParseDuration(s); err == nil || got != 0 || err.Error() != want {
			t.Errorf("%q: %v %v\nwant %s", s, got, err, want)
		}
	}
}

func TestFormatDuration(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0s": 0, "5m": 5 * time.Minute, "1h30m": 90 * time.Minute, "24h": Day, "36h": 36 * time.Hour, "2d": 2 * Day, "7d": Week, "2d12h": 60 * time.Hour,
		"90d": 90 * Day, "1y": Year, "7y": 7 * Year, "366d": Year + Day, "1m5s": 65 * time.Second, "1.5s": 1500 * time.Millisecond, "-1h30m": -90 * time.Minute,
		"47h59m59s": 2*Day - time.Second,
	} {
		if got := FormatDuration(d); got != want {
			t.Errorf("%v: %q, not %q", d, got, want)
		}
	}
	if got := FormatDuration(math.MinInt64); got[0] != '-' {
		t.Error(got)
	}
}

func TestDurationsRoundTrip(t *testing.T) {
	back := func(n int64) bool {
		d := time.Duration(n & math.MaxInt64)
		got, err := ParseDuration(FormatDuration(d))
		return err == nil && got == d
	}
	if err := quick.Check(back, nil); err != nil {
		t.Error(err)
	}
}
