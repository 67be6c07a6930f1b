package inventory

import (
	"testing"
	"time"
)

func TestInterval(t *testing.T) {
	for schedule, want := range map[string]time.Duration{
		"": 0, "x": 0, "0 0 30 2 *": 0, "30 2 * * *": Day, "@daily": Day, "@hourly": time.Hour, "*/5 * * * *": 5 * time.Minute,
		"* * * * *": time.Minute, "0 2 * * 1-5": 3 * Day, "0 2 * * SUN": Week, "0 2,14 * * *": 12 * time.Hour, "0 1,4 * * *": 21 * time.Hour,
		"0 0 1 * *": 31 * Day, "0 0 1 1 *": 366 * Day, "@weekly": Week, "0 0 20 * *": 31 * Day,
	} {
		if got := Interval(schedule); got != want {
			t.Errorf("%q: %v, not %v", schedule, got, want)
		}
	}
}

func TestStaleAfter(t *testing.T) {
	hourly := &Workload{Objectives: Objectives{Frequency: time.Hour}}
	for _, c := range []struct {
		copy Copy
		w    *Workload
		want time.Duration
	}{
		{Copy{MaxAge: 5 * time.Hour, Schedule: "@daily"}, hourly, 5 * time.Hour},
		{Copy{Schedule: "0 2 * * 1-5"}, hourly, 6 * Day},
		{Copy{}, hourly, 2 * time.Hour},
		{Copy{Schedule: "bad"}, hourly, 2 * time.Hour},
		{Copy{}, &Workload{}, 0},
		{Copy{}, nil, 0},
	} {
		if got := c.copy.StaleAfter(c.w); got != c.want {
			t.Errorf("%+v: %v, not %v", c.copy, got, c.want)
		}
	}
}

func TestTestDue(t *testing.T) {
	last := time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		w    Workload
		last time.Time
		want time.Time
	}{
		{Workload{Tier: "1"}, last, last.Add(30 * Day)},
		{Workload{Tier: "2"}, last, last.Add(90 * Day)},
		{Workload{Tier: "1", Objectives: Objectives{TestEvery: Week}}, last, last.Add(Week)},
		{Workload{Tier: "1"}, time.Time{}, time.Time{}},
	} {
		if got := c.w.TestDue(c.last); !got.Equal(c.want) {
			t.Errorf("%+v: %v, not %v", c.w, got, c.want)
		}
	}
}
