// Command testreport turns the JSON stream of `go test -json` into a report
// that a person can read, and judges what was skipped.
//
//	go test -json ./... | testreport -no-skips
//
// A skipped test proved nothing. With -no-skips it fails the run, unless its
// reason begins with "opt-in:": such tests need something that no machine has
// by default (an hour of time, an account).
//
// It uses the standard library only: `make test` must not need a download
// beyond the product's own modules.
//
// EXIT STATUS: 0 all passed · 1 a test failed, or was skipped against
// -no-skips · 2 the stream could not be read, or held no test at all.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	noSkips := flag.Bool("no-skips", false, "a skipped test fails the run, unless its reason begins with opt-in:")
	flag.Parse()

	r := newReport(os.Stdout)
	if err := r.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(2)
	}
	os.Exit(r.summary(*noSkips))
}
