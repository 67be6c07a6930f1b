package pgdump

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// newest reads the answer as the time of the newest data. It returns true
// where that already decides the check.
func (v *validator) newest(_ drivers.Check, a answer, r *drivers.CheckResult) bool {
	if a.none || a.null {
		r.Outcome, r.Detail = drivers.Failed, "there is no newest row: nothing was restored, or the column is empty"
		return true
	}
	t, note, err := dataTime(a.text, a.oid)
	if err != nil {
		r.Outcome, r.Detail = drivers.Unknown, err.Error()
		return true
	}
	r.Newest = &t
	r.Detail = joinDetail(r.Detail, note)
	return false
}

// timeLayouts are how PostgreSQL writes times with DateStyle ISO, and how
// people write them into text columns.
var timeLayouts = []struct {
	layout string
	zoned  bool
}{
	{"2006-01-02 15:04:05.999999999Z07:00", true},
	{"2006-01-02 15:04:05.999999999-07", true},
	{"2006-01-02 15:04:05.999999999-07:00", true},
	{time.RFC3339Nano, true},
	{"2006-01-02 15:04:05.999999999", false},
	{"2006-01-02T15:04:05.999999999", false},
	{"2006-01-02", false},
}

// dataTime reads a timestamp, a date, or seconds (milli-, micro-, nano-)
// since 1970.
func dataTime(text string, oid uint32) (time.Time, string, error) {
	text = strings.TrimSpace(text)
	for _, l := range timeLayouts {
		t, err := time.Parse(l.layout, text)
		if err != nil {
			continue
		}
		switch {
		case oid == pgtype.DateOID || l.layout == "2006-01-02":
			return t.UTC(), "a date: taken as the midnight that begins it", nil
		case !l.zoned:
			return t.UTC(), "it carries no zone: taken as UTC", nil
		}
		return t.UTC(), "", nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f <= 0 {
		return time.Time{}, "", fmt.Errorf("%s is no time: a timestamp, a date or seconds since 1970 are understood", printable(text))
	}
	for f > 1e11 { // seconds reach that in the year 5138
		f /= 1000
	}
	sec := int64(f)
	return time.Unix(sec, int64((f-float64(sec))*1e9)).UTC(), "taken as time since 1970", nil
}
