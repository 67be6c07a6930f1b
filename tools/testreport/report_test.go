package main

import (
	"strings"
	"testing"
)

const (
	pass = `{"Action":"run","Package":"m/a","Test":"TestOne"}
{"Action":"output","Package":"m/a","Test":"TestOne","Output":"noise\n"}
{"Action":"pass","Package":"m/a","Test":"TestOne","Elapsed":0.1}
`
	skipped = `{"Action":"run","Package":"m/a","Test":"TestTwo"}
{"Action":"output","Package":"m/a","Test":"TestTwo","Output":"=== RUN   TestTwo\n"}
{"Action":"output","Package":"m/a","Test":"TestTwo","Output":"    a_test.go:7: rsync is missing: apt-get install rsync\n"}
{"Action":"output","Package":"m/a","Test":"TestTwo","Output":"--- SKIP: TestTwo (0.00s)\n"}
{"Action":"skip","Package":"m/a","Test":"TestTwo","Elapsed":0}
`
	optedOut = `{"Action":"output","Package":"m/a","Test":"TestHour","Output":"    a_test.go:9: opt-in: LIFEBOAT_SOAK=1 runs it for an hour\n"}
{"Action":"skip","Package":"m/a","Test":"TestHour","Elapsed":0}
`
	failed = `{"Action":"output","Package":"m/a","Test":"TestThree","Output":"    a_test.go:9: got 1, want 2\n"}
{"Action":"fail","Package":"m/a","Test":"TestThree","Elapsed":0.2}
`
	good = `{"Action":"output","Package":"m/a","Output":"ok  \tm/a\t(cached)\n"}
{"Action":"pass","Package":"m/a","Elapsed":0.3}
`
	bad = `{"Action":"output","Package":"m/a","Output":"FAIL\tm/a\t0.3s\n"}
{"Action":"fail","Package":"m/a","Elapsed":0.3}
`
	empty  = `{"Action":"skip","Package":"m/b","Elapsed":0}` + "\n"
	broken = `{"Action":"build-output","ImportPath":"m/c","Output":"c.go:3:1: undefined: x\n"}
{"Action":"fail","Package":"m/c","Elapsed":0,"FailedBuild":"m/c"}
`
	panicked = `{"Action":"output","Package":"m/a","Test":"TestFour","Output":"panic: boom\n"}
` + bad
)

func TestReport(t *testing.T) {
	for name, c := range map[string]struct {
		stream  string
		noSkips bool
		code    int
		has     []string
		hasNot  []string
	}{
		"passes": {
			stream: pass + good + empty, noSkips: true, code: 0,
			has:    []string{"pass m/a 0.3s (cached)", "1 passed · 0 failed · 0 skipped · 1 of 1 packages are good"},
			hasNot: []string{"noise"},
		},
		"a skip is said with its reason": {
			stream: pass + skipped + good, code: 0,
			has: []string{"skipped m/a.TestTwo\n        rsync is missing: apt-get install rsync\n", "1 skipped"},
		},
		"a skip fails where every tool can be had": {
			stream: pass + skipped + good, noSkips: true, code: 1,
			has: []string{"1 skipped is a failure"},
		},
		"an opt-in skip is allowed": {
			stream: pass + optedOut + good, noSkips: true, code: 0,
			has: []string{"1 skipped (1 opt-in)"},
		},
		"a failure is shown": {
			stream: pass + failed + bad, code: 1,
			has: []string{"got 1, want 2", "FAILED  m/a.TestThree", "1 failed"},
		},
		"a build error is shown": {
			stream: broken, code: 1,
			has: []string{"undefined: x", "FAILED  m/c", "0 of 1 packages are good"},
		},
		"a panic shows the test that did not end": {
			stream: pass + panicked, code: 1,
			has: []string{"DID NOT END: m/a.TestFour", "panic: boom"},
		},
		"other lines are passed on": {
			stream: "go: no such module\n", code: 2,
			has: []string{"go: no such module", "no test ran"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			r := newReport(&b)
			if err := r.read(strings.NewReader(c.stream)); err != nil {
				t.Fatal(err)
			}
			if code := r.summary(c.noSkips); code != c.code {
				t.Errorf("status %d, want %d", code, c.code)
			}
			for _, want := range c.has {
				if !strings.Contains(b.String(), want) {
					t.Errorf("no %q in\n%s", want, b.String())
				}
			}
			for _, not := range c.hasNot {
				if strings.Contains(b.String(), not) {
					t.Errorf("%q in\n%s", not, b.String())
				}
			}
		})
	}
}
