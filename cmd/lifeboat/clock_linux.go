package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// clock gives the time of day as it was at the start, and goes on from there
// with the machine's own clock, sleep included: setting the time of day in the
// middle of a run makes no step longer or shorter.
func clock() func() time.Time {
	start := time.Now()
	first, err := sinceBoot()
	if err != nil {
		return time.Now
	}
	return func() time.Time {
		now, _ := sinceBoot() // it was there at the start
		return start.Round(0).Add(now - first)
	}
}

func sinceBoot() (time.Duration, error) {
	var ts unix.Timespec
	err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts)
	return time.Duration(ts.Nano()), err
}
