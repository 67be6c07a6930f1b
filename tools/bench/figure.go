package main

import (
	"fmt"
	"time"
)

// figure is one of the things that are measured.
type figure struct {
	letter, name string
	take         func(*lab) ([]row, error)
}

// figures are all of them, in the order in which they are taken.
var figures = []figure{
	{"a", "start", takeStart},
	{"b", "version", takeVersion},
	{"c", "step", takeStep},
	{"d", "output", takeOutput},
	{"e", "journal", takeJournal},
	{"f", "hash", takeHash},
	{"g", "drill", takeDrill},
	{"h", "history", takeHistory},
}

// row is a line of the table, and of the JSON.
type row struct {
	Figure    string  `json:"figure"` // letter and name: "a start"
	What      string  `json:"what"`
	Measured  string  `json:"measured"`
	Reference string  `json:"reference,omitempty"` // the command that it stands against
	Against   string  `json:"against,omitempty"`   // what that took
	Ratio     float64 `json:"ratio,omitempty"`
	Goal      string  `json:"goal"`
	OK        *bool   `json:"ok"` // null: not measured, or without a goal
	Missing   string  `json:"missing,omitempty"`

	Seconds map[string][]float64 `json:"seconds,omitempty"` // every value that was taken
}

func verdict(ok bool) *bool { return &ok }

// keep adds the single values, for whoever doubts the table.
func (r row) keep(names []string, samples ...sample) row {
	r.Seconds = map[string][]float64{}
	for i, s := range samples {
		for _, d := range s {
			r.Seconds[names[i]] = append(r.Seconds[names[i]], d.Seconds())
		}
	}
	return r
}

// against makes the row of two samples: ours must take no more than most
// times what the reference takes.
func against(what, reference string, ours, theirs sample, most float64) row {
	ratio := float64(ours.least()) / float64(theirs.least())
	r := row{
		What: what, Measured: told(ours), Reference: reference, Against: told(theirs), Ratio: ratio,
		Goal: fmt.Sprintf("≤ %.4g ×", most), OK: verdict(ratio <= most),
	}
	return r.keep([]string{"measured", "reference"}, ours, theirs)
}

// within makes the row of a sample that has a limit of its own. The reference
// tells what the machine gives.
func within(what, reference string, ours, theirs sample, most time.Duration) row {
	r := against(what, reference, ours, theirs, 0)
	r.Goal, r.OK = "≤ "+short(most), verdict(ours.least() <= most)
	return r
}

// told gives the least, and the median for the reader who wants to know how
// quiet the machine was.
func told(s sample) string { return fmt.Sprintf("%s (median %s)", short(s.least()), short(s.median())) }

// short writes a duration with three digits.
func short(d time.Duration) string {
	switch {
	case d >= time.Second:
		return fmt.Sprintf("%.3g s", d.Seconds())
	case d >= time.Millisecond:
		return fmt.Sprintf("%.3g ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%.3g µs", float64(d)/float64(time.Microsecond))
}

// missing is the row of a figure that wants a tool.
func missing(what, reference, goal, tool, install string) row {
	return row{What: what, Measured: "-", Reference: reference, Goal: goal, Missing: tool + " is not installed: " + install}
}
