package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// How long the processes of a cluster have to end after each signal.
const (
	politely = 10 * time.Second
	finally  = 10 * time.Second
	pollEach = 20 * time.Millisecond
)

// Remove ends every process of the cluster in dir and removes the directory.
// It needs nothing but the name: the cluster may be half made, running, or
// gone. It is not an error if there is nothing.
func Remove(ctx context.Context, dir string) error {
	st, err := os.Lstat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return endAll(ctx, dir, postmaster{}) // an orphan may outlive its directory
	}
	if err != nil {
		return err
	}
	if !st.IsDir() {
		return fmt.Errorf("%s is no directory: it was not made here", dir)
	}
	if err := endAll(ctx, dir, readPostmaster(dir)); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if left := processes(dir); len(left) > 0 {
		return fmt.Errorf("processes of %s still run: %v", dir, left)
	}
	return nil
}

// postmaster is what postmaster.pid tells.
type postmaster struct{ pid, shm int }

// readPostmaster reads postmaster.pid: the pid on line 1, key and id of the
// shared memory on line 7.
func readPostmaster(dir string) postmaster {
	b, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		return postmaster{}
	}
	lines := strings.Split(string(b), "\n")
	p := postmaster{shm: -1}
	p.pid, _ = strconv.Atoi(strings.TrimSpace(lines[0])) // 0: none
	if len(lines) > 6 {
		if f := strings.Fields(lines[6]); len(f) == 2 {
			if id, err := strconv.Atoi(f[1]); err == nil {
				p.shm = id
			}
		}
	}
	return p
}

// endAll asks the server for an immediate stop and its clients to end, and
// kills what is left.
func endAll(ctx context.Context, dir string, pm postmaster) error {
	// Once more for each: ending one may have started another.
	if ended(ctx, dir, politely, func(pid int) { signal(pid, pm.pid) }) {
		return nil
	}
	killed := ended(ctx, dir, finally, func(pid int) { _ = syscall.Kill(pid, syscall.SIGKILL) }) // gone is fine
	removeShared(pm)
	if !killed {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fmt.Errorf("processes of %s do not end: %v", dir, processes(dir))
	}
	return nil
}

// signal: SIGQUIT is PostgreSQL's immediate stop; it takes its children along.
func signal(pid, postmaster int) {
	sig := syscall.SIGTERM
	if pid == postmaster {
		sig = syscall.SIGQUIT
	}
	_ = syscall.Kill(pid, sig) // gone is fine
}

// ended signals every process of dir once and waits for all to end.
func ended(ctx context.Context, dir string, within time.Duration, send func(pid int)) bool {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	tick := time.NewTicker(pollEach)
	defer tick.Stop()
	sent := map[int]bool{}
	for {
		left := processes(dir)
		if len(left) == 0 {
			return true
		}
		for _, pid := range left {
			if !sent[pid] {
				sent[pid] = true
				send(pid)
			}
		}
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
}

// removeShared removes the shared memory of a server that was killed: it had
// no time to do so itself.
func removeShared(pm postmaster) {
	if pm.shm < 0 || pm.pid == 0 {
		return
	}
	var d unix.SysvShmDesc
	if _, err := unix.SysvShmCtl(pm.shm, unix.IPC_STAT, &d); err != nil || d.Nattch > 0 || int(d.Cpid) != pm.pid {
		return
	}
	_, _ = unix.SysvShmCtl(pm.shm, unix.IPC_RMID, nil) // best effort: it is a page
}
