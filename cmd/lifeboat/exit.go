package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
)

// The exit statuses. The README and every command's help tell them.
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
func (a *app) exitStatus(err error) int {
	if err == nil {
		return exitGood
	}
	var said answer
	if errors.As(err, &said) {
		return said.code
	}
	code, next := codeOf(err)
	var b bad
	if lost := (*outputError)(nil); errors.As(err, &lost) && !errors.As(err, &b) && errors.Is(lost, syscall.EPIPE) {
		return code // nobody reads on, as with `| head`
	}
	text, hint := a.mask(message(err)), a.mask(clean(next))
	if a.json {
		text, hint = strings.ReplaceAll(text, "\n", "; "), strings.ReplaceAll(hint, "\n", "; ")
	}
	fmt.Fprintf(a.err, "lifeboat: %s", text)
	switch {
	case hint != "" && a.json:
		fmt.Fprintf(a.err, " → %s", hint)
	case hint != "":
		fmt.Fprintf(a.err, "\n  → %s", hint)
	}
	fmt.Fprintln(a.err)
	return code
}

// codeOf sorts an error, and says what to do next.
func codeOf(err error) (code int, hint string) {
	code, hint = exitUsage, drivers.Hint(err)
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
	case errors.Is(err, context.Canceled):
		code = exitAborted
	case errors.Is(err, drivers.ErrTargetUnsafe):
		code = exitRefused
	case errors.As(err, new(*drivers.Error)), errors.As(err, new(*outputError)), keeping(err):
		code = exitBad
	}
	return code, hint
}

// unkept stands in the engine's words between a task that ended and the
// journal that could not take it: something was done then.
const unkept = "could not be kept: the journal can't be written, nothing was done: "

// message is an error in words, each line once: the same trouble often comes
// back from several ends.
func message(err error) string {
	text := strings.ReplaceAll(clean(err.Error()), unkept, "could not be kept: the journal can't be written: ")
	var out []string
	for line := range strings.Lines(strings.TrimSpace(text)) {
		line = strings.TrimRight(line, "\n")
		said := slices.ContainsFunc(out, func(s string) bool { return strings.Contains(s, strings.TrimSpace(line)) })
		if !said {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n  ")
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
