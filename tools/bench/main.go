// Command bench takes the figures of docs/PERFORMANCE.md: how long lifeboat
// takes for what people wait for, each set against a command that does the
// same or less, in the same run and in turns with it. It builds what it
// measures, makes its own data in a directory that it removes, prints a table
// and keeps every value as JSON.
//
// It is a module of its own, so that what it needs is no part of the product.
//
// EXIT STATUS: 0 all was measured · 1 something could not be measured, or,
// with -strict, a goal was missed · 2 wrong usage
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

type options struct {
	root, tmp, json string
	quick, strict   bool
	only            []string
}

func main() {
	var o options
	flag.StringVar(&o.root, "root", ".", "the repository")
	flag.StringVar(&o.tmp, "tmp", os.TempDir(), "where to make the data: on the kind of disk that matters")
	flag.StringVar(&o.json, "json", ".cache/bench.json", "keep the figures here")
	flag.BoolVar(&o.quick, "quick", false, "fewer repetitions and less data: under two minutes, and less exact")
	flag.BoolVar(&o.strict, "strict", false, "end with 1 when a goal is missed")
	flag.Usage = usage
	flag.Parse()
	o.only = flag.Args()
	for _, name := range o.only {
		if !slices.ContainsFunc(figures, func(f figure) bool { return f.letter == name || f.name == name }) {
			fmt.Fprintf(os.Stderr, "bench: there is no figure %q\n", name)
			usage()
			os.Exit(2)
		}
	}
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: bench [FLAG]... [FIGURE]...\n\nFigures, by letter or name:")
	for _, f := range figures {
		fmt.Fprintf(os.Stderr, "  %s  %s\n", f.letter, f.name)
	}
	flag.PrintDefaults()
}

var errMissed = errors.New("a goal was missed")

func run(o options) (err error) {
	wd, err := os.Getwd()
	if err != nil {
		return err
	}
	if o.root == "." {
		o.root = wd
	}
	l, err := newLab(o.root, o.tmp, o.quick, os.Stderr)
	if l != nil {
		defer func() { err = errors.Join(err, l.close()) }()
	}
	if err != nil {
		return err
	}
	doc := document{When: time.Now().UTC().Format(time.RFC3339), Machine: machine(l.dir), Quick: o.quick}
	if doc.Version, err = l.output(o.root, nil, l.lifeboat, "version"); err != nil {
		return err
	}
	doc.Version = strings.TrimSpace(doc.Version)
	failures := take(l, o.only, &doc)
	fmt.Println(strings.Join(append([]string{doc.Version}, doc.Machine...), " · "))
	fmt.Println("Times are the least of several, taken in turns with their reference; medians in brackets. The ratio of e is of medians.")
	print(os.Stdout, doc.Figures)
	failures = append(failures, doc.write(o.json))
	if o.strict && slices.ContainsFunc(doc.Figures, func(r row) bool { return r.OK != nil && !*r.OK }) {
		failures = append(failures, errMissed)
	}
	return errors.Join(failures...)
}

// take takes the figures that are asked for. One that can't be taken does not
// hinder the others.
func take(l *lab, only []string, doc *document) (failures []error) {
	for _, f := range figures {
		if len(only) > 0 && !slices.Contains(only, f.letter) && !slices.Contains(only, f.name) {
			continue
		}
		l.say("bench: %s %s", f.letter, f.name)
		rows, err := f.take(l)
		if err != nil {
			failures = append(failures, fmt.Errorf("figure %s %s: %w", f.letter, f.name, err))
		}
		for _, r := range rows {
			r.Figure = f.letter + " " + f.name
			doc.Figures = append(doc.Figures, r)
		}
	}
	return failures
}

// machine says what the figures were taken on, and how busy it was.
func machine(dir string) []string {
	load := "unknown"
	if b, err := os.ReadFile("/proc/loadavg"); err == nil {
		load = strings.Join(strings.Fields(string(b))[:3], " ")
	}
	return []string{
		runtime.GOOS + "/" + runtime.GOARCH, fmt.Sprintf("%d cores", runtime.NumCPU()), "load before " + load,
		"data on " + fileSystem(dir), runtime.Version(),
	}
}
