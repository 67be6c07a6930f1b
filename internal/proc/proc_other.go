//go:build !linux

package proc

import (
	"errors"
	"syscall"
)

type stat struct {
	state byte
	start uint64
}

func read(pid int) (stat, bool) {
	err := syscall.Kill(pid, 0)
	return stat{state: 'R'}, err == nil || errors.Is(err, syscall.EPERM)
}

func boot() string { return "" }

// Session is the leader alone: other members can't be found here.
func Session(leader ID) []ID {
	if !leader.Alive() {
		return nil
	}
	return []ID{leader}
}
