package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

var perOp = regexp.MustCompile(`(?m)^Benchmark(\w+/\w+)\S*\s+\d+\s+(\d+(?:\.\d+)?) ns/op`)

// takeJournal runs the store's own benchmark, which sets an append beside
// writing as many pages and one fsync.
func takeJournal(l *lab) ([]row, error) {
	test := filepath.Join(l.dir, "store.test")
	if err := l.do(l.root, "go", "test", "-c", "-o", test, "./store"); err != nil {
		return nil, err
	}
	var ours, theirs sample
	for range l.times(16) {
		out, err := l.output(l.dir, nil, test, "-test.run=^$", "-test.bench=^BenchmarkAppend$", "-test.benchtime=200x")
		if err != nil {
			return nil, err
		}
		for _, m := range perOp.FindAllStringSubmatch(out, -1) {
			ns, err := strconv.ParseFloat(m[2], 64)
			if err != nil {
				return nil, err
			}
			switch m[1] {
			case "Append/append":
				ours = append(ours, time.Duration(ns))
			case "Append/fsync":
				theirs = append(theirs, time.Duration(ns))
			}
		}
	}
	if len(ours) == 0 || len(ours) != len(theirs) {
		return nil, fmt.Errorf("the store's benchmark gave %d appends and %d fsyncs", len(ours), len(theirs))
	}
	const most = 1.3
	r := against("append of two events to the journal", "write of as many pages and one fsync (BenchmarkAppend)", ours, theirs, most)
	// The price of an fsync changes from round to round, and the least of each
	// side are of different rounds.
	r.Ratio = float64(ours.median()) / float64(theirs.median())
	r.OK = verdict(r.Ratio <= most)
	return []row{r}, nil
}
