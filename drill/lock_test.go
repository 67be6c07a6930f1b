package drill_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/drilltest"
)

// grip holds a run's lock as another process does, signed with this pid.
func grip(t *testing.T, d *drill.Desk, run string, pid int) *os.File {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(d.RunDir(run), "lock"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(0); err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(fmt.Appendf(nil, "process %d, tester on testhost\n", pid), 0); err != nil {
		t.Fatal(err)
	}
	return f
}

// gone is the pid of a process that has ended.
func gone(t *testing.T) int {
	t.Helper()
	c := exec.Command("true")
	if err := c.Run(); err != nil {
		t.Fatal(err)
	}
	return c.Process.Pid
}

// A process that dies between the fork and the exec of a child leaves the lock
// to the child for a moment: who comes then waits for it.
func TestLockOfTheDeadIsWaitedFor(t *testing.T) {
	d, _ := drilltest.Desk(t, fake(), nil)
	r := start(t, d, drill.StartRequest{})
	r.Die()
	lock := grip(t, d, r.ID(), gone(t))
	free := time.AfterFunc(100*time.Millisecond, func() { lock.Close() })
	defer free.Stop()
	if _, err := d.Open(t.Context(), r.ID()); err != nil {
		t.Errorf("nobody drives it: %v", err)
	}
}

func TestLockOfTheLivingIsRefusedAtOnce(t *testing.T) {
	d, _ := drilltest.Desk(t, fake(), nil)
	r := start(t, d, drill.StartRequest{})
	r.Die()
	grip(t, d, r.ID(), os.Getpid())
	began := time.Now()
	if _, err := d.Open(t.Context(), r.ID()); !errors.Is(err, drill.ErrDriven) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %s", took)
	}
}

// To look whether a run is driven must keep nobody from driving it.
func TestLookingHindersNobody(t *testing.T) {
	d, _ := drilltest.Desk(t, fake(), nil)
	r := start(t, d, drill.StartRequest{})
	id := r.ID()
	quit := make(chan struct{})
	defer close(quit)
	for range 4 {
		go func() {
			for {
				select {
				case <-quit:
					return
				default:
					d.Driven(id)
				}
			}
		}()
	}
	for i := range 100 {
		r.Die()
		var err error
		if r, err = d.Open(t.Context(), id); err != nil {
			t.Fatalf("opening %d: %v", i, err)
		}
	}
}
