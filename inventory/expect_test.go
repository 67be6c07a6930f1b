package inventory

import (
	"strings"
	"testing"
)

// verdicts: what an expectation says of an answer.
var verdicts = []struct {
	expect, got, source string
	want                bool
}{
	{">= 1000", "1000", "", true},
	{">= 1000", "999", "", false},
	{">=1000", " 1001\n", "", true},
	{"> 0", "0", "", false},
	{"< 5", "4.9", "", true},
	{"<= 5", "5.0000000000000000000000001", "", false},
	{"< 5", "5", "", false},
	{"<= 5", "5", "", true},
	{"> -1", "0", "", true},
	{"== source", "12", "12\n", true},
	{"= source", "12", "13", false},
	{"!= source", "a", "b", true},
	{"== source", "1.0", "1", true},
	{"== 5", "5.0", "", true},
	{"!= 0", "0", "", false},
	{"!= 0", "x", "", true},
	{"== paid", "paid", "", true},
	{"== <b>", "<b>", "", true},
	{">= source", "9", "10", false},
	{"== 9007199254740993", "9007199254740992", "", false},
	{"> 123456789012345678901234567890", "123456789012345678901234567891", "", true},
	{"== 1e3", "1000", "", true},
	{"between 10 and 20", "10", "", true},
	{"between 10 and 20", "20.1", "", false},
	{"between 10 and source", "15", "14", false},
	{"within 5% of source", "95", "100", true},
	{"within 5% of source", "94.9", "100", false},
	{"within 5 % of source", "105", "100", true},
	{"within 5% of source", "-105", "-100", true},
	{"within 5% of source", "1", "0", false},
	{"within 10 of source", "110", "100", true},
	{"within 10 of 500", "489", "", false},
	{"within 0% of source", "3", "3", true},
	{"abc", "abc", "", true},
	{"abc", "abc ", "", false},
	{"5", "5.0", "", false},
	{"", "", "", true},
}

func TestExpectHolds(t *testing.T) {
	for _, c := range verdicts {
		e, err := ParseExpect(c.expect)
		if err != nil {
			t.Errorf("%q: %v", c.expect, err)
			continue
		}
		if got, err := e.Holds(c.got, c.source); err != nil || got != c.want {
			t.Errorf("%q of %q, source %q: %v %v", c.expect, c.got, c.source, got, err)
		}
		if e.NeedsSource() != strings.Contains(c.expect, "source") || e.String() != c.expect {
			t.Errorf("%q: needs source %v, written %q", c.expect, e.NeedsSource(), e)
		}
	}
}

func TestExpectGivesNoVerdict(t *testing.T) {
	for _, c := range [][4]string{
		{"> 0", "many", "", `the answer "many" is not a number`},
		{"> 0", "", "", "the answer is empty, not a number"},
		{"within 5% of source", "5", "", "the source's answer is empty, not a number"},
		{"between 1 and source", "5", "x", `the source's answer "x" is not a number`},
		{"between source and 9", "5", "x", `the source's answer "x" is not a number`},
		{"> 0", "NaN", "", `the answer "NaN" is not a number`},
		{"> 0", "1e9999", "", `the answer "1e9999" is not a number`},
	} {
		e, err := ParseExpect(c[0])
		if err != nil {
			t.Fatal(err)
		}
		if ok, err := e.Holds(c[1], c[2]); ok || err == nil || err.Error() != c[3] {
			t.Errorf("%q: %v %v", c, ok, err)
		}
	}
}

func TestParseExpectRefuses(t *testing.T) {
	for s, why := range map[string]string{
		">=": "nothing to compare with after >=", ">= many": ">= needs a number or source", "> > 5": "two operators", "== >= 5": "two operators",
		"!=": "nothing to compare with after !=", "between 1": "between needs two numbers", "between a and b": "between needs two numbers",
		"between 2 and 1": "the first number is the larger one", "within": "within needs a margin and what it is a margin of",
		"within x% of source": "the margin is no number from 0 up", "within -5% of source": "the margin is no number from 0 up",
		"within 5% of it": "within is a margin of source or of a number", "< 1e9999": "< needs a number or source",
	} {
		want := `bad expect "` + s + `": ` + why + "; " + expectHint
		if _, err := ParseExpect(s); err == nil || err.Error() != want {
			t.Errorf("%q: %v\nwant %s", s, err, want)
		}
	}
}

func FuzzExpect(f *testing.F) {
	for _, s := range []string{">= 1000", "within 5% of source", "between 1 and 2", "== a", "1e308"} {
		f.Add(s, "1000", "1e308")
	}
	f.Fuzz(func(t *testing.T, s, got, source string) {
		e, err := ParseExpect(s)
		if err != nil {
			return
		}
		ok, err := e.Holds(got, source)
		if ok && err != nil {
			t.Error("holds, with an error")
		}
		if other, _ := e.Holds(got, "something else"); !e.NeedsSource() && other != ok {
			t.Error("the source counts, though it is not needed")
		}
	})
}
