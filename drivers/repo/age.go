package repo

import (
	"fmt"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// PointTime is the time of a point by the best source that there is: its
// manifest (which may be nil), a time in its name, or its file's own.
func PointTime(m *Manifest, name string, mod time.Time) (time.Time, drivers.TimeSource) {
	if m != nil && !m.Time.IsZero() {
		return m.Time.UTC(), drivers.TimeManifest
	}
	if t, ok := TimeFromName(name, nil); ok {
		return t.UTC(), drivers.TimeName
	}
	return mod.UTC(), drivers.TimeFile
}

// JudgeAge proves GradeAge of the request's point.
func JudgeAge(p *drivers.Prover, req drivers.VerifyRequest, now time.Time) {
	age := now.Sub(req.Point.Time)
	said := fmt.Sprintf("%s old by its %s", Ago(age), sourceWords(req.Point.TimeSource))
	switch {
	case req.Point.Time.IsZero():
		p.Record(drivers.GradeAge, drivers.Unknown, "its time is not known", "")
	case age < -5*time.Minute:
		p.Record(drivers.GradeAge, drivers.Warned, fmt.Sprintf("its %s lies %s in the future", sourceWords(req.Point.TimeSource), Ago(-age)),
			"compare the clocks of this machine and of the one that made the backup")
	case req.MaxAge <= 0:
		p.Record(drivers.GradeAge, drivers.Skipped, said+"; no limit is set", "give the copy a schedule or max_age")
	case age > req.MaxAge:
		p.Record(drivers.GradeAge, drivers.Failed, fmt.Sprintf("stale: %s, at most %s is allowed", said, Ago(req.MaxAge)),
			"look for a newer recovery point, and find out why backups stopped")
	case req.Point.TimeSource == drivers.TimeFile:
		p.Record(drivers.GradeAge, drivers.Warned, said+", which a copy of the file may have renewed", "")
	default:
		p.Record(drivers.GradeAge, drivers.Passed, fmt.Sprintf("%s; at most %s is allowed", said, Ago(req.MaxAge)), "")
	}
}

func sourceWords(s drivers.TimeSource) string {
	switch s {
	case drivers.TimeManifest:
		return "manifest"
	case drivers.TimeTool:
		return "own metadata"
	case drivers.TimeName:
		return "name"
	default:
		return "modification time"
	}
}

// Ago writes a duration in its two largest units: 2d 3h, 5m 10s.
func Ago(d time.Duration) string {
	d = d.Round(time.Second)
	units := []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}}
	for i, u := range units {
		if d < u.size {
			continue
		}
		s := fmt.Sprintf("%d%s", d/u.size, u.name)
		if i+1 < len(units) {
			if rest := d % u.size / units[i+1].size; rest > 0 {
				s += fmt.Sprintf(" %d%s", rest, units[i+1].name)
			}
		}
		return s
	}
	return "0s"
}
