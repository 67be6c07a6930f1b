package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/report"
)

// walkPlain walks with one line an event.
func (a *app) walkPlain(ctx context.Context, d *drill.Desk, r *drill.Run, o runOptions) error {
	if o.yes {
		a.carryOn()
	}
	flush, stop := func() {}, func() {}
	if !a.json || !o.yes {
		flush, stop = a.follow(d, r)
	}
	var err error
	if o.yes {
		err = drill.Walk(ctx, r, nil)
	} else {
		err = a.converse(ctx, r, flush)
	}
	stop()
	var no *drill.Refusal
	if errors.As(err, &no) && no.Kind == drill.RefuseConfirm && o.yes {
		err = bad{exitRefused, no, "a person has to type " + r.State().Info.Workload + ": walk it without --yes"}
	}
	return a.ended(ctx, r, err)
}

// carryOn makes the end of the terminal end nothing: nobody is asked there,
// and the run leaves nothing behind when it comes to its own end.
func (a *app) carryOn() {
	if a.signals != nil {
		a.signals.deaf.Store(true)
	}
	if out, ok := a.out.(*output); ok {
		out.carryOn()
	}
}

// tellLeft says how to go on with a run that was let go of.
func (a *app) tellLeft(r *drill.Run) {
	s := r.State()
	what := "the " + string(s.Info.Mode) + " of " + s.Info.Workload + " is left as it stands"
	if t := s.Running(); t != nil {
		what = t.Task.Title + " runs on"
	}
	fmt.Fprintf(a.err, "lifeboat: %s\n  → go on with `lifeboat resume %s`; end it with `lifeboat resume %s --abort`\n",
		clean(what), s.Info.ID, s.Info.ID)
}

// ended brings a run that was walked to its end, whatever stopped the walk,
// and tells its verdict.
func (a *app) ended(ctx context.Context, r *drill.Run, err error) error {
	if r.Left() {
		a.tellLeft(r)
		return nil
	}
	if errors.As(err, new(*journalError)) && a.start != nil { // what shims did is there for who goes on
		r.Leave()
		id := r.ID()
		return bad{exitBad, err, "then go on with `lifeboat resume " + id + "`, or end it with `lifeboat resume " + id + " --abort`"}
	}
	if s := r.State(); !s.Ended() {
		if cerr := r.Close(ending(ctx)); cerr != nil {
			return bad{exitBad, errors.Join(err, cerr), "look at the state directory: is its disk full? `lifeboat history` shows what was kept"}
		}
	}
	if err := r.Unsealed(); err != nil {
		fmt.Fprintf(a.err, "lifeboat: the evidence of this run is not signed: %s\n", clean(err.Error()))
	}
	s := r.State()
	if ctx.Err() != nil && s.Verdict == drill.VerdictAborted {
		err = nil // what the walk said when it was cut off
	}
	return a.summary(&s, err)
}

// summary prints the verdict and gives its exit status.
func (a *app) summary(s *drill.State, err error) error {
	var perr error
	if a.json {
		perr = report.JSON(a.out, s)
	} else {
		perr = report.Summary(a.out, s)
	}
	var no *drill.Refusal
	var b bad
	switch {
	case perr != nil && s.Verdict == drill.VerdictAborted:
		return bad{exitAborted, fmt.Errorf("the run was aborted: %w", perr), "`lifeboat report` shows how far it came"}
	case perr != nil:
		return bad{exitBad, fmt.Errorf("the run ended (%s), but its summary could not be printed: %w", s.Verdict, perr), "`lifeboat report` prints it again"}
	case errors.As(err, &b):
		return err
	case errors.As(err, &no) && no.Kind != drill.RefusePoint:
		return no
	case err != nil && no == nil:
		return bad{exitBad, err, ""}
	}
	if code := verdictCode(s); code != exitGood {
		return answer{code}
	}
	return nil
}
