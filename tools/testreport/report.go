package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// optIn begins the reason of a skip that is allowed everywhere.
const optIn = "opt-in:"

// event is one line of `go test -json`: see `go doc test2json`.
type event struct {
	Action     string
	Package    string
	ImportPath string // of build-output
	Test       string
	Output     string
	Elapsed    float64 // seconds
}

// skip is one skipped test.
type skip struct {
	name   string // package and test
	reason string
}

// report folds the events of one run.
type report struct {
	w      io.Writer
	output map[string][]string // of tests and packages that have not ended, by name

	passed, failed   int // tests
	packages, broken int // packages, and those of them that failed
	failures         []string
	skips            []skip
}

func newReport(w io.Writer) *report {
	return &report{w: w, output: map[string][]string{}}
}

// read takes the whole stream. Lines that are no JSON (a compiler's, a
// linker's) are passed on.
func (r *report) read(in io.Reader) error {
	sc := bufio.NewScanner(in)
	sc.Buffer(nil, 64<<20)
	for sc.Scan() {
		var e event
		if json.Unmarshal(sc.Bytes(), &e) != nil || e.Action == "" {
			fmt.Fprintln(r.w, sc.Text())
			continue
		}
		r.take(e)
	}
	return sc.Err()
}

func (r *report) take(e event) {
	name := e.Package
	if e.Test != "" {
		name += "." + e.Test
	}
	switch e.Action {
	case "build-output":
		fmt.Fprint(r.w, e.Output)
	case "output":
		r.output[name] = append(r.output[name], e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			r.endPackage(e)
		} else {
			r.endTest(e, name)
		}
		delete(r.output, name)
	}
}

func (r *report) endTest(e event, name string) {
	switch e.Action {
	case "pass":
		r.passed++
	case "skip":
		r.skips = append(r.skips, skip{name, reason(r.output[name])})
	case "fail":
		r.failed++
		r.failures = append(r.failures, name)
		r.print(name)
	}
}

// endPackage prints the package's line. When a package fails, whatever tests
// of it have not ended (a panic, a timeout) are shown first.
func (r *report) endPackage(e event) {
	if e.Action == "skip" {
		return // no test files
	}
	r.packages++
	if e.Action == "fail" {
		var open []string
		for name := range r.output {
			if strings.HasPrefix(name, e.Package+".") {
				open = append(open, name)
			}
		}
		slices.Sort(open)
		for _, name := range open {
			fmt.Fprintf(r.w, "--- DID NOT END: %s\n", name)
			r.print(name)
			delete(r.output, name)
		}
		r.print(e.Package)
		r.broken++
		r.failures = append(r.failures, e.Package)
	}
	cached := ""
	if strings.Contains(strings.Join(r.output[e.Package], ""), "(cached)") {
		cached = " (cached)"
	}
	fmt.Fprintf(r.w, "%-4s %s %.1fs%s\n", e.Action, e.Package, e.Elapsed, cached)
}

func (r *report) print(name string) {
	fmt.Fprint(r.w, strings.Join(r.output[name], ""))
}

var (
	marker = regexp.MustCompile(`^\s*(=== |--- )`)
	place  = regexp.MustCompile(`^\s*[\w.-]+\.go:\d+: `)
)

// reason is what a skipped test said last, without its place in the source.
func reason(output []string) string {
	var lines []string
	for _, l := range output {
		if l = strings.TrimSpace(l); l != "" && !marker.MatchString(l) {
			lines = append(lines, place.ReplaceAllString(l, ""))
		}
	}
	if len(lines) == 0 {
		return "no reason given"
	}
	return lines[len(lines)-1]
}

// summary prints the end of the report and gives the exit status.
func (r *report) summary(noSkips bool) int {
	unproved := 0
	for _, s := range r.skips {
		allowed := strings.HasPrefix(s.reason, optIn)
		if !allowed {
			unproved++
		}
		fmt.Fprintf(r.w, "skipped %s\n        %s\n", s.name, s.reason)
	}
	for _, f := range r.failures {
		fmt.Fprintf(r.w, "FAILED  %s\n", f)
	}
	fmt.Fprintf(r.w, "\n%d passed · %d failed · %d skipped", r.passed, r.failed, len(r.skips))
	if n := len(r.skips) - unproved; n > 0 {
		fmt.Fprintf(r.w, " (%d opt-in)", n)
	}
	fmt.Fprintf(r.w, " · %d of %d packages are good\n", r.packages-r.broken, r.packages)
	switch {
	case len(r.failures) > 0:
		return 1
	case noSkips && unproved > 0:
		fmt.Fprintf(r.w, "this machine can run every test, so %d skipped is a failure\n", unproved)
		return 1
	case r.passed == 0:
		fmt.Fprintln(r.w, "no test ran")
		return 2
	}
	return 0
}
