package inventory

import (
	"strings"
	"sync"
	"time"

	"github.com/adhocore/gronx"
)

// StaleAfter says from which age on the newest point of this copy means that
// backups have stopped: max_age, else twice the schedule's interval, else twice
// the workload's frequency, else 0 (not known). w may be nil.
func (c *Copy) StaleAfter(w *Workload) time.Duration {
	if c.MaxAge > 0 {
		return c.MaxAge
	}
	if gap := Interval(c.Schedule); gap > 0 {
		return 2 * gap
	}
	if w != nil {
		return 2 * w.Frequency
	}
	return 0
}

// TestDue says when the next restore test is due after one at last: at once
// (last itself) if last is zero, that is, if there has never been a test.
func (w *Workload) TestDue(last time.Time) time.Time {
	if last.IsZero() {
		return last
	}
	every := w.TestEvery
	if every <= 0 {
		every = defaultTestEvery(w.Tier == "1")
	}
	return last.Add(every)
}

// defaultTestEvery is a month for the tier that matters most, else a quarter.
func defaultTestEvery(first bool) time.Duration {
	if first {
		return 30 * Day
	}
	return 90 * Day
}

var intervals sync.Map // cron expression → time.Duration; Interval is pure

// Interval gives the largest gap between two consecutive ticks of a cron
// expression, seen over two weeks and at least two ticks: 72h for a schedule
// that spares the weekend. It is 0 for an empty or a bad expression, or one
// that never ticks. Times are UTC: summer time is not considered.
func Interval(schedule string) time.Duration {
	if known, ok := intervals.Load(schedule); ok {
		return known.(time.Duration)
	}
	gap := largestGap(schedule)
	intervals.Store(schedule, gap)
	return gap
}

// largestGap walks over the ticks from a fixed Monday on, so that the same
// schedule always gives the same answer.
func largestGap(schedule string) time.Duration {
	if checkSchedule(schedule) != nil {
		return 0
	}
	start := time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)
	tick, err := gronx.NextTickAfter(schedule, start, true)
	if err != nil {
		return 0
	}
	var largest time.Duration
	for end := start.Add(2 * Week); largest == 0 || tick.Before(end); {
		next, err := gronx.NextTickAfter(schedule, tick, false)
		if err != nil {
			return 0
		}
		largest = max(largest, next.Sub(tick))
		tick = next
	}
	return largest
}

// checkSchedule says what is wrong with a cron expression: it must have cron's
// five fields, or be a tag such as @daily, and come round at some time.
func checkSchedule(schedule string) error {
	bad := &hinted{
		"bad schedule " + quote(schedule),
		`write minute, hour, day, month, weekday: "30 2 * * *" is every night at 02:30`,
	}
	fields := strings.Fields(schedule)
	tag := len(fields) == 1 && strings.HasPrefix(schedule, "@") && schedule != "@everysecond"
	if (len(fields) != 5 && !tag) || len(schedule) > 200 || !gronx.IsValid(schedule) {
		return bad
	}
	start := time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)
	if _, err := gronx.NextTickAfter(schedule, start, true); err != nil {
		return &hinted{"schedule " + quote(schedule) + " never comes round", "check its day and month"}
	}
	return nil
}
