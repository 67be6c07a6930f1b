package repo

import (
	"time"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// stamps are the forms in which scripts write a time into a file's name, most
// exact first. Times without a zone are UTC: see TimeFromName.
var stamps = []struct {
	re     *lazyregexp.Regexp
	layout string
}{
	{lazyregexp.New(`(\d{8}T\d{6})Z?`), "20060102T150405"},
	{lazyregexp.New(`(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})Z?`), "2006-01-02T15:04:05"},
	{lazyregexp.New(`(\d{4}-\d{2}-\d{2}[_T-]\d{2}-\d{2}-\d{2})`), "2006-01-02-15-04-05"},
	{lazyregexp.New(`(\d{8}[_-]\d{6})`), "20060102-150405"},
	{lazyregexp.New(`(\d{14})`), "20060102150405"},
	{lazyregexp.New(`(\d{8}[_-]\d{4})(?:\D|$)`), "20060102-1504"},
	{lazyregexp.New(`(\d{4}-\d{2}-\d{2}[_T-]\d{2}-?\d{2})(?:\D|$)`), "2006-01-02-1504"},
	{lazyregexp.New(`(\d{4}-\d{2}-\d{2})`), "2006-01-02"},
	{lazyregexp.New(`(?:^|\D)(20\d{6})(?:\D|$)`), "20060102"},
}

// TimeFromName reads the time that a script wrote into a file's name, such as
// shop-20261121_023000.dump. It takes the name's time as UTC unless loc says
// otherwise; a plain date is that day's midnight.
func TimeFromName(name string, loc *time.Location) (time.Time, bool) {
	if loc == nil {
		loc = time.UTC
	}
	for _, s := range stamps {
		m := s.re.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		if t, err := time.ParseInLocation(s.layout, normal(m[1], s.layout), loc); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// normal gives the separators of a stamp the form of its layout.
func normal(stamp, layout string) string {
	b := []byte(stamp)
	if len(b) != len(layout) {
		// 2026-11-21_02-30 against the layout without the last dash
		out := make([]byte, 0, len(layout))
		for i, c := range b {
			if i > 10 && c == '-' {
				continue
			}
			out = append(out, c)
		}
		b = out
	}
	for i := range b {
		if i < len(layout) && (b[i] == '_' || b[i] == 'T') && layout[i] == '-' {
			b[i] = '-'
		}
	}
	return string(b)
}
