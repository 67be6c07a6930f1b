// Package proc tells processes apart: a pid alone is used again.
package proc

import "os"

// ID is one process of one boot of one machine.
type ID struct {
	PID   int    `json:"pid"`
	Start uint64 `json:"start,omitempty"` // clock ticks since the boot; 0: not known here
	Boot  string `json:"boot,omitempty"`  // the boot's id; empty: not known here
}

// Self is this process.
func Self() ID { return Of(os.Getpid()) }

// Of is the process that has this pid now.
func Of(pid int) ID {
	st, _ := read(pid)
	return ID{PID: pid, Start: st.start, Boot: boot()}
}

// Alive says that the process has not ended. One that has ended and that
// nobody has waited for is not alive.
func (id ID) Alive() bool {
	if id.PID <= 0 || id.Boot != boot() {
		return false
	}
	st, ok := read(id.PID)
	return ok && st.state != 'Z' && st.state != 'X' && st.start == id.Start
}
