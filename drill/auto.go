package drill

import (
	"context"
	"errors"
	"fmt"
)

// Walk goes through a run with nobody at the keyboard: it takes defaults,
// ticks items as "unattended", and concludes at the first failure. It returns
// the *Refusal of a guard rail, after the run has been concluded. When ctx
// ends, the run is aborted and cleaned up.
func Walk(ctx context.Context, r *Run) error {
	for {
		if err := r.Settle(ctx); err != nil {
			if ctx.Err() != nil {
				return errors.Join(r.Close("interrupted"), nil)
			}
			return err
		}
		s := r.State()
		if s.Ended() {
			return nil
		}
		if _, _, bad := s.Failed(); bad && !s.Concluded() {
			if err := r.Do(ctx, Conclude{}); err != nil {
				return err
			}
			continue
		}
		if err := r.Do(ctx, Next{}); err != nil {
			return giveUp(ctx, r, err)
		}
	}
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
	v := Command(Conclude{})
	if no.Kind != RefusePoint {
		v = Abort{Reason: reason}
	}
	if err := r.Do(ctx, v); err != nil {
		return errors.Join(cause, err)
	}
	if err := r.Settle(ctx); err != nil {
		return errors.Join(cause, err)
	}
	return cause
}
