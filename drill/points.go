package drill

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// FindPoint picks a recovery point: "" or "latest" for the newest that shows
// no problem, "random" by seed among those, an id or an unambiguous beginning
// of one, or a time (RFC 3339 or a local date and time) for the newest point
// not after it. copyName limits it to one copy. It returns nil and the reason
// where there is none, else the point and why it was it.
func FindPoint(points []drivers.RecoveryPoint, want, copyName, seed string) (*drivers.RecoveryPoint, string) {
	in := points
	if copyName != "" {
		in = nil
		for _, p := range points {
			if p.Copy == copyName {
				in = append(in, p)
			}
		}
	}
	if len(in) == 0 {
		return nil, "no recovery point was found"
	}
	switch want {
	case "", "latest":
		if p := Suggest(in); p != nil {
			return p, "newest without a visible problem"
		}
		return nil, noneGood(in)
	case "random":
		return random(in, seed)
	}
	if p, why := byID(in, want); p != nil || why != "" {
		return p, why
	}
	if t, ok := ParseTime(want); ok {
		return notAfter(in, t)
	}
	return nil, fmt.Sprintf("no recovery point %q; the newest is %s", want, in[0].ID)
}

// noneGood says what is wrong with the newest of points that all show a
// problem.
func noneGood(points []drivers.RecoveryPoint) string {
	p := &points[0]
	for i := range points {
		if points[i].Time.After(p.Time) {
			p = &points[i]
		}
	}
	return fmt.Sprintf("no recovery point can be restored; the newest is %s: %s", p.ID, strings.Join(p.Problems, "; "))
}

func byID(points []drivers.RecoveryPoint, want string) (*drivers.RecoveryPoint, string) {
	var hits []*drivers.RecoveryPoint
	for i := range points {
		switch {
		case points[i].ID == want:
			return &points[i], "chosen by name"
		case strings.HasPrefix(points[i].ID, want):
			hits = append(hits, &points[i])
		}
	}
	switch len(hits) {
	case 0:
		return nil, ""
	case 1:
		return hits[0], "chosen by name"
	default:
		return nil, fmt.Sprintf("%q could be %s or %s: give more of it, or the copy", want, hits[0].ID, hits[1].ID)
	}
}

func random(points []drivers.RecoveryPoint, seed string) (*drivers.RecoveryPoint, string) {
	var good []*drivers.RecoveryPoint
	for i := range points {
		if len(points[i].Problems) == 0 {
			good = append(good, &points[i])
		}
	}
	if len(good) == 0 {
		return nil, noneGood(points)
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(seed))
	return good[int(h.Sum32()%uint32(len(good)))], fmt.Sprintf("drawn by lot from %d", len(good))
}

func notAfter(points []drivers.RecoveryPoint, t time.Time) (*drivers.RecoveryPoint, string) {
	var best *drivers.RecoveryPoint
	for i := range points {
		p := &points[i]
		if !p.Time.After(t) && len(p.Problems) == 0 && (best == nil || p.Time.After(best.Time)) {
			best = p
		}
	}
	if best == nil {
		return nil, "no recovery point is as old as " + t.Format(time.RFC3339)
	}
	return best, "newest not after " + t.Format(time.RFC3339)
}

// ParseTime reads a moment as an operator types it: RFC 3339, a date and
// time in the local zone, a date, or a time of today.
func ParseTime(s string) (time.Time, bool) {
	for _, l := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(l, s, time.Local); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
