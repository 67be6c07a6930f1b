package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
)

// The exit statuses. docs/cli.md and every command's help tell them.
const (
	exitGood    = 0 // done and good
	exitBad     = 1 // it ran, and the answer is bad or could not be proved
	exitUsage   = 2 // wrong usage or configuration
	exitMissed  = 3 // restored and valid, but RTO or RPO missed
	exitAborted = 4 // the operator aborted
	exitRefused = 5 // refused by a guard rail
)

const exitHelp = `Exit status:
  0  done and good
  1  it ran and the answer is bad, or could not be proved
  2  wrong usage or configuration
  3  restored and valid, but RTO or RPO missed
  4  the operator aborted
  5  refused by a guard rail`

// answer is an exit status whose reason has been printed already.
type answer struct{ code int }

func (a answer) Error() string { return fmt.Sprintf("exit status %d", a.code) }

// bad is an error whose exit status is not the default for errors (2).
type bad struct {
	code int
	err  error
	hint string
}

func (b bad) Error() string { return b.err.Error() }
func (b bad) Unwrap() error { return b.err }

// exitStatus prints an error once and gives the exit status. It is the one place
// where errors become numbers.
func exitStatus(w io.Writer, err error) int {
	if err == nil {
		return exitGood
	}
	var said answer
	if errors.As(err, &said) {
		return said.code
	}
	code, hint := exitUsage, drivers.Hint(err)
	var b bad
	var no *drill.Refusal
	switch {
	case errors.As(err, &b):
		code = b.code
		if b.hint != "" {
			hint = b.hint
		}
	case errors.As(err, &no):
		code, hint = refusalCode(no), no.Hint
	case errors.Is(err, drivers.ErrTargetUnsafe):
		code = exitRefused
	case errors.As(err, new(*drivers.Error)):
		code = exitBad
	}
	fmt.Fprintf(w, "lifeboat: %s\n", strings.TrimSpace(clean(err.Error())))
	if hint != "" {
		fmt.Fprintf(w, "  → %s\n", clean(hint))
	}
	return code
}

func refusalCode(no *drill.Refusal) int {
	switch no.Kind {
	case drill.RefuseGuard, drill.RefuseConfirm:
		return exitRefused
	case drill.RefuseAnswer:
		return exitUsage
	case drill.RefuseNow, drill.RefusePoint:
	}
	return exitBad
}

// verdictCode is the exit status of a run that has ended.
func verdictCode(s *drill.State) int {
	missed := func(b *bool) bool { return b != nil && !*b }
	switch s.Verdict {
	case drill.VerdictPassed:
		if missed(s.Measure.RTOMet) || missed(s.Measure.RPOMet) {
			return exitMissed
		}
		return exitGood
	case drill.VerdictAborted:
		return exitAborted
	case drill.VerdictFailed, drill.VerdictInconclusive:
	}
	if t, ok := lastFailure(s); ok && t.Result.Refused {
		return exitRefused
	}
	return exitBad
}

// lastFailure is the unit at which a run that has ended had stopped.
func lastFailure(s *drill.State) (t *drill.TaskState, ok bool) {
	st := s.Step()
	if st == nil || st.Next() < 0 {
		return nil, false
	}
	t = s.LastTask(s.Current, st.Next())
	return t, t != nil && t.Result != nil && !t.Result.OK
}

// clean removes control characters but line breaks: what others wrote must
// not move the cursor.
func clean(s string) string {
	return strings.Map(func(c rune) rune {
		if c == '\n' || c == '\t' || c >= ' ' && c != 0x7f && (c < 0x80 || c > 0x9f) {
			return c
		}
		return -1
	}, s)
}
