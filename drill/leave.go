package drill

import "errors"

// errLeft says that this process has let go of a run.
var errLeft = errors.New("this lifeboat has let go of the run")

// Leave lets go of the run as it is: a task that runs goes on, and `lifeboat
// resume` picks the run up. Only what a Supervisor has kept can be left.
func (r *Run) Leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state.Ended() {
		return
	}
	if r.broken == nil {
		r.broken = errLeft
	}
	r.e.track(r, false)
	r.unlock()
	r.tell()
}

// Left says that Leave was called.
func (r *Run) Left() bool { return errors.Is(r.Broken(), errLeft) }

// Release lets go of every run that this engine drives. Where tasks can't go
// on without this process, runs are brought to a truthful end instead: see
// Close.
func (e *Engine) Release(reason string) error {
	if e.Supervisor == nil {
		return e.Close(reason)
	}
	for _, r := range e.Driving() {
		r.Leave()
	}
	e.Supervisor.Idle()
	return nil
}
