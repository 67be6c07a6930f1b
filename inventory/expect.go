package inventory

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// Expect is what a check's answer must be: the parsed form of Check.Expect.
// The zero value expects an empty answer.
type Expect struct {
	written string
	op      string   // "", "==", "!=", ">", ">=", "<", "<=", "between", "within"
	low     string   // number, text, or "source"
	high    string   // of between
	margin  *big.Rat // of within
	percent bool     // margin is a percentage of the base
}

const (
	sourceWord = "source"
	expectHint = `write ">= 1000", "== source", "between 10 and 20", "within 5% of source" or a plain value`
)

var (
	comparison = lazyregexp.New(`^(==|=|!=|>=|>|<=|<)\s*(.*)$`)
	between    = lazyregexp.New(`^between\s+(\S+)\s+and\s+(\S+)$`)
	within     = lazyregexp.New(`^within\s+(\S+?)\s*(%?)\s+of\s+(\S+)$`)
	number     = lazyregexp.New(`^[+-]?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})([eE][+-]?\d{1,3})?$`)
)

// ParseExpect reads ">= 1000", "> 0", "== source", "= 5", "!= 0",
// "between 10 and 20", "within 5% of source", "within 10 of 500". Anything
// that begins with none of these operators is a plain value, which the answer
// must equal byte for byte. It knows no ${ENV}: call Expand first.
func ParseExpect(s string) (Expect, error) {
	text := strings.TrimSpace(s)
	e := Expect{written: s}
	first, _, _ := strings.Cut(text, " ")
	switch {
	case comparison.MatchString(text):
		m := comparison.FindStringSubmatch(text)
		e.op, e.low = m[1], m[2]
		if e.op == "=" {
			e.op = "=="
		}
		return e, e.checkComparison()
	case first == "between":
		return e.parseBetween(text)
	case first == "within":
		return e.parseWithin(text)
	}
	return e, nil
}

func (e Expect) bad(why string) error {
	return &hinted{fmt.Sprintf("bad expect %q: %s", shorten(e.written), why), expectHint}
}

func (e Expect) checkComparison() error {
	ordered := e.op != "==" && e.op != "!="
	switch {
	case e.low == "":
		return e.bad("nothing to compare with after " + e.op)
	case nested(e.low):
		return e.bad("two operators")
	case ordered && !isOperand(e.low):
		return e.bad(e.op + " needs a number or source")
	}
	return nil
}

// nested says that s is a comparison with a number itself, as in "== >= 5".
func nested(s string) bool {
	m := comparison.FindStringSubmatch(s)
	return m != nil && isOperand(m[2])
}

func (e Expect) parseBetween(text string) (Expect, error) {
	m := between.FindStringSubmatch(text)
	if m == nil {
		return e, e.bad("between needs two numbers")
	}
	e.op, e.low, e.high = "between", m[1], m[2]
	if !isOperand(e.low) || !isOperand(e.high) {
		return e, e.bad("between needs two numbers")
	}
	low, high := rat(e.low), rat(e.high)
	if low != nil && high != nil && low.Cmp(high) > 0 {
		return e, e.bad("the first number is the larger one")
	}
	return e, nil
}

func (e Expect) parseWithin(text string) (Expect, error) {
	m := within.FindStringSubmatch(text)
	if m == nil {
		return e, e.bad("within needs a margin and what it is a margin of")
	}
	e.op, e.low, e.percent = "within", m[3], m[2] == "%"
	e.margin = rat(m[1])
	if e.margin == nil || e.margin.Sign() < 0 {
		return e, e.bad("the margin is no number from 0 up")
	}
	if !isOperand(e.low) {
		return e, e.bad("within is a margin of source or of a number")
	}
	return e, nil
}

// isOperand says that s is a number or the word source.
func isOperand(s string) bool { return s == sourceWord || number.MatchString(s) }

// rat gives the exact number that s is, or nil.
func rat(s string) *big.Rat {
	if !number.MatchString(s) {
		return nil
	}
	r, _ := new(big.Rat).SetString(s)
	return r
}

// String gives the expectation as it was written.
func (e Expect) String() string { return e.written }

// IsPlain says that the answer must equal the written value byte for byte.
func (e Expect) IsPlain() bool { return e.op == "" }

// NeedsSource says that the live source must be asked too.
func (e Expect) NeedsSource() bool { return e.low == sourceWord || e.high == sourceWord }

// Holds says whether the answer got fulfils the expectation; source is the
// live system's answer to the same question, and read only if NeedsSource. The
// error says that no verdict is possible: a number was needed and something
// else came. Numbers are compared exactly, whatever their size; == and != fall
// back to comparing text when either side is no number. Surrounding white space
// is ignored except for a plain value.
func (e Expect) Holds(got, source string) (bool, error) {
	if e.op == "" {
		return got == e.written, nil
	}
	got = strings.TrimSpace(got)
	low := e.operand(e.low, source)
	if e.op == "==" || e.op == "!=" {
		return same(got, low) == (e.op == "=="), nil
	}
	value, err := asNumber("the answer", got)
	if err != nil {
		return false, err
	}
	base, err := asNumber("the source's answer", low)
	if err != nil {
		return false, err
	}
	switch e.op {
	case "between":
		high, err := asNumber("the source's answer", e.operand(e.high, source))
		return err == nil && value.Cmp(base) >= 0 && value.Cmp(high) <= 0, err
	case "within":
		return e.near(value, base), nil
	}
	return ordered(e.op, value.Cmp(base)), nil
}

func (e Expect) operand(s, source string) string {
	if s == sourceWord {
		return strings.TrimSpace(source)
	}
	return s
}

// near says whether value is no further from base than the margin.
func (e Expect) near(value, base *big.Rat) bool {
	margin := new(big.Rat).Set(e.margin)
	if e.percent {
		margin.Mul(margin, new(big.Rat).Abs(base))
		margin.Quo(margin, big.NewRat(100, 1))
	}
	gap := new(big.Rat).Sub(value, base)
	return gap.Abs(gap).Cmp(margin) <= 0
}

func ordered(op string, c int) bool {
	switch op {
	case ">":
		return c > 0
	case ">=":
		return c >= 0
	case "<":
		return c < 0
	}
	return c <= 0
}

func same(a, b string) bool {
	x, y := rat(a), rat(b)
	if x != nil && y != nil {
		return x.Cmp(y) == 0
	}
	return a == b
}

func asNumber(what, s string) (*big.Rat, error) {
	if r := rat(s); r != nil {
		return r, nil
	}
	if s == "" {
		return nil, fmt.Errorf("%s is empty, not a number", what)
	}
	return nil, fmt.Errorf("%s %q is not a number", what, shorten(s))
}
