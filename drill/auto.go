package drill

import (
	"context"
	"errors"
	"fmt"
)

// Reply answers a refusal in the place of an operator: the command to try
// instead, or nil to give up.
type Reply func(s State, no *Refusal) Command

// Walk goes through a run with nobody at the keyboard: it takes defaults,
// ticks items as "unattended", and concludes at the first failure. reply,
// which may be nil, is asked when the run refuses to go on. It returns the
// *Refusal that ended the run, after the run has been concluded. When ctx
// ends, the run is aborted and cleaned up, with ctx's cause for a reason.
//
// What an earlier process began and nobody saw the end of is done again, once,
// where that can hurt nothing: it reads, or works on a scratch target. A
// command of the runbook never is.
func Walk(ctx context.Context, r *Run, reply Reply) error {
	again := map[int]bool{} // the steps in which something was done again
	for {
		if err := r.Settle(ctx); err != nil {
			if ctx.Err() != nil {
				return r.Close(why(ctx))
			}
			return err
		}
		s := r.State()
		if s.Ended() {
			return nil
		}
		var next Command = Next{}
		if _, t, bad := s.Failed(); bad {
			next = Conclude{}
			if t != nil && t.Result.Unknown && harmless(&t.Task) && !again[s.Current] {
				next, again[s.Current] = Retry{}, true
			}
		}
		if err := r.Do(ctx, next); err != nil {
			if err = answered(ctx, r, err, reply); err != nil {
				return err
			}
		}
	}
}

// harmless says that a task may be done a second time: it only reads, or all
// that it changes is a scratch target.
func harmless(t *Task) bool {
	switch t.Kind {
	case TaskLocate, TaskVerify, TaskPlan, TaskCheck, TaskProvision:
		return true
	case TaskRestore:
		return t.Plan.Request.Target.Scratch != nil
	case TaskShell, TaskSQL, TaskBackup, TaskDestroy:
	}
	return false
}

// why says in the journal why a run ends with its context.
func why(ctx context.Context) string {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause.Error()
	}
	return "interrupted"
}

// answered tries the reply to a refusal; without one it gives up.
func answered(ctx context.Context, r *Run, cause error, reply Reply) error {
	var no *Refusal
	if reply == nil || !errors.As(cause, &no) {
		return giveUp(ctx, r, cause)
	}
	c := reply(r.State(), no)
	if c == nil {
		return giveUp(ctx, r, cause)
	}
	if err := r.Do(ctx, c); err != nil {
		return giveUp(ctx, r, err)
	}
	return nil
}

// giveUp ends a run that can't go on without a person.
func giveUp(ctx context.Context, r *Run, cause error) error {
	var no *Refusal
	if !errors.As(cause, &no) {
		return cause
	}
	reason := no.Reason
	if no.Hint != "" {
		reason = fmt.Sprintf("%s (%s)", no.Reason, no.Hint)
	}
	var end Command = Abort{Reason: reason}
	if no.Kind == RefusePoint {
		end = Conclude{}
	}
	if err := r.Do(ctx, end); err != nil {
		return errors.Join(cause, err)
	}
	if err := r.Settle(ctx); err != nil {
		return errors.Join(cause, err)
	}
	return cause
}
