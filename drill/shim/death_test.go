package shim_test

import (
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill/shim"
)

// soon is how long the end of a task may take to be told.
const soon = 2 * time.Second

// late is soon, on a machine that is busy with other tests.
const late = 6 * soon

// Killed before it read what to do: nothing was done. Another one does it; when
// that one is killed too, nobody will.
func TestKilledBeforeItsClaim(t *testing.T) {
	for name, c := range map[string]struct{ all bool }{"the first": {false}, "each": {true}} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			s := b.supervisor()
			stopped := make(chan shim.Process, 10)
			var n atomic.Int32
			s.Start = func() (shim.Process, error) {
				p, err := spawn()
				if err == nil && (n.Add(1) == 1 || c.all) {
					err = p.Signal(syscall.SIGSTOP)
					stopped <- p
				}
				return p, err
			}
			e := b.begin(s, b.task("echo did >> effect"), true)
			e.goesOn(100 * time.Millisecond)
			go func() {
				for p := range stopped { // the one that waits for the next task too
					_ = p.Signal(syscall.SIGKILL) // it may have ended with the test
				}
			}()
			r := e.within(late)
			if !c.all {
				if !r.OK || b.read("effect") != "did\n" {
					t.Errorf("%+v, effect %q", r, b.read("effect"))
				}
				return
			}
			if r.OK || r.Unknown || !strings.Contains(r.Error, "was not started") || !strings.Contains(r.Error, "SIGKILL") {
				t.Errorf("%+v", r)
			}
			if r := b.supervisor().Supervise(t.Context(), b.task("echo did >> effect"), false); !r.Unstarted {
				t.Errorf("%+v", r)
			}
			if b.read("effect") != "" {
				t.Error("it was done")
			}
		})
	}
}

// Killed in the middle: named at once, by who started it and by who comes
// later; what it had started is ended.
func TestKilledInTheMiddle(t *testing.T) {
	b := newBench(t)
	script := "echo first; echo $$ > bash.pid; sleep 300 & echo $! > sleep.pid; wait"
	one := b.begin(b.supervisor(), b.task(script), true)
	bash, sleep := b.pid("bash.pid"), b.pid("sleep.pid")
	two := b.begin(b.supervisor(), b.task(script), false) // another lifeboat
	b.there("run/t1.out")
	two.goesOn(10 * time.Millisecond)
	b.signal(b.shim(), syscall.SIGKILL)
	for i, e := range []*ending{one, two} {
		r := e.within(late)
		if !r.Unknown || r.OK || !strings.Contains(r.Error, "its end was not seen") || r.Hint == "" {
			t.Errorf("%d: %+v", i, r)
		}
		if r.Bytes != int64(len("first\n")) {
			t.Errorf("%d: its output is not told: %+v", i, r)
		}
	}
	b.await("its processes ended", func() bool { return !bash.Alive() && !sleep.Alive() })
	if r := b.supervisor().Supervise(t.Context(), b.task(script), true); !r.Unknown {
		t.Errorf("who comes later: %+v", r)
	}
}

// Alone among what a task starts, a process that makes a session of its own
// can't be found once the shim is killed: see the package's words. An ordinary
// end leaves it too: it is how daemons are started.
func TestASessionOfItsOwnIsNotFound(t *testing.T) {
	b := newBench(t)
	e := b.begin(b.supervisor(), b.task("echo $$ > bash.pid; setsid sh -c 'echo $$ > daemon.pid; exec sleep 300' & wait; sleep 300"), true)
	bash, daemon := b.pid("bash.pid"), b.pid("daemon.pid")
	defer func() { _ = syscall.Kill(daemon.PID, syscall.SIGKILL) }()
	b.signal(b.shim(), syscall.SIGKILL)
	if r := e.within(late); !r.Unknown || !strings.Contains(r.Error, "were ended") {
		t.Errorf("%+v", r)
	}
	b.await("bash ended", func() bool { return !bash.Alive() })
	if !daemon.Alive() {
		t.Error("it was found after all: say so in the package's words")
	}
}

// A polite end: the children are ended, and the result says that it was asked.
func TestTermEndsTheChildren(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		within time.Duration
	}{
		"at once":  {"sleep 300 & echo $! > child.pid; wait", soon},
		"stubborn": {"trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > child.pid; while :; do sleep 1; done'", soon + soon},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			e := b.begin(b.supervisor(), b.task(c.script), true)
			child := b.pid("child.pid")
			b.signal(b.shim(), syscall.SIGTERM)
			r := e.within(late)
			if r.OK || r.Unknown || !r.Canceled || r.Took > time.Hour {
				t.Errorf("%+v", r)
			}
			b.await("its child ended", func() bool { return !child.Alive() })
			if took := time.Since(r.Ended); took > c.within {
				t.Errorf("it was told after %s", took)
			}
		})
	}
}

// Cancelling ends the task, also from a process that did not start it.
func TestCancelByWhoeverSupervises(t *testing.T) {
	b := newBench(t)
	one := b.begin(b.supervisor(), b.task("sleep 300 & echo $! > child.pid; wait"), true)
	child := b.pid("child.pid")
	two := b.begin(b.supervisor(), b.task(""), false)
	two.goesOn(100 * time.Millisecond)
	two.stop()
	for i, e := range []*ending{two, one} {
		if r := e.within(late); !r.Canceled || r.OK || r.Unknown {
			t.Errorf("%d: %+v", i, r)
		}
	}
	b.await("its child ended", func() bool { return !child.Alive() })
}

// The end of the terminal, and ctrl-c in it, are not for a shim.
func TestTerminalSignalsEndNothing(t *testing.T) {
	b := newBench(t)
	e := b.begin(b.supervisor(), b.task("echo up > up; until [ -e go ]; do sleep 0.02; done; echo did >> effect"), true)
	b.there("up")
	for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGPIPE} {
		b.signal(b.shim(), sig)
	}
	e.goesOn(100 * time.Millisecond)
	b.write("go", "\n")
	if r := e.within(late); !r.OK || b.read("effect") != "did\n" {
		t.Errorf("%+v", r)
	}
}

// A lifeboat that comes later finds the task live: it is fed, and gets its end.
func TestAdoption(t *testing.T) {
	b := newBench(t)
	script := "for i in $(seq 3); do echo line $i; done; echo up > up; until [ -e go ]; do sleep 0.02; done; echo last"
	one := b.begin(b.supervisor(), b.task(script), true)
	b.there("up")
	s := b.supervisor()
	two := b.begin(s, b.task(script), false)
	feed := s.Feed("r1", "t1")
	b.await("it is fed", func() bool { return string(feed.Tail(1<<10)) == "line 1\nline 2\nline 3\n" })
	b.await("it is told when and how much", func() bool {
		last, lines, size := feed.Quiet()
		return time.Since(last) < time.Hour && lines == 3 && size == 21
	})
	if got := string(feed.Tail(10)); got != "line 3\n" {
		t.Errorf("the end of it: %q", got)
	}
	if !s.Alive("r1", "t1") {
		t.Error("it is not alive")
	}
	two.goesOn(50 * time.Millisecond)
	b.write("go", "\n")
	r1, r2 := one.within(late), two.within(late)
	if !r1.OK || !r2.OK || r1.SHA256 != r2.SHA256 || !r1.Ended.Equal(r2.Ended) || r2.Lines != 4 {
		t.Errorf("%+v\n%+v", r1, r2)
	}
	if got := string(feed.Tail(1 << 10)); !strings.HasSuffix(got, "line 3\nlast\n") {
		t.Errorf("after its end: %q", got)
	}
	if _, _, size := feed.Quiet(); size != 26 || s.Alive("r1", "t1") {
		t.Errorf("after its end: %d bytes, alive %v", size, s.Alive("r1", "t1"))
	}
}

// A laptop that sleeps, a debugger, ctrl-z: who stands still is not dead.
func TestStandingStillIsNotDeath(t *testing.T) {
	b := newBench(t)
	one := b.begin(b.supervisor(), b.task("echo up > up; until [ -e go ]; do sleep 0.02; done; echo did >> effect"), true)
	b.there("up")
	id := b.shim()
	b.signal(id, syscall.SIGSTOP)
	defer func() { _ = syscall.Kill(id.PID, syscall.SIGCONT) }()
	s := b.supervisor()
	two := b.begin(s, b.task(""), false)
	b.write("go", "\n") // the command ends while its shim stands still
	b.there("effect")
	one.goesOn(300 * time.Millisecond)
	two.goesOn(50 * time.Millisecond)
	if !s.Alive("r1", "t1") {
		t.Error("it is reported dead")
	}
	b.signal(id, syscall.SIGCONT)
	for i, e := range []*ending{one, two} {
		if r := e.within(late); !r.OK || r.Unknown {
			t.Errorf("%d: %+v", i, r)
		}
	}
	if b.read("effect") != "did\n" {
		t.Errorf("effect %q", b.read("effect"))
	}
}

// A shim that was kept ready and killed meanwhile costs nothing: another one
// does the task.
func TestKilledWhileItWaited(t *testing.T) {
	b := newBench(t)
	s := b.supervisor()
	var mu sync.Mutex
	var shims []shim.Process
	s.Start = func() (shim.Process, error) {
		p, err := spawn()
		mu.Lock()
		defer mu.Unlock()
		shims = append(shims, p)
		return p, err
	}
	ready(b, s)
	b.await("the next one is ready", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(shims) == 2
	})
	if err := shims[1].Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	b.await("it is dead", func() bool {
		_, err := shims[1].Stdin().Write([]byte(" "))
		return err != nil
	})
	if r := b.begin(s, b.task("echo did >> effect"), true).within(moment); !r.OK || b.read("effect") != "did\n" {
		t.Errorf("%+v", r)
	}
}

// Those that are not needed end, and leave no dead process behind.
func TestIdleLeavesNoProcess(t *testing.T) {
	b := newBench(t)
	s := b.supervisor()
	before := children(t)
	for range 3 {
		task := b.task("true")
		task.ID = "t" + time.Now().Format("150405.000000")
		if r := s.Supervise(t.Context(), task, true); !r.OK {
			t.Fatalf("%+v", r)
		}
	}
	b.await("no process is left", func() bool {
		s.Idle() // as often as one was made ready meanwhile
		return len(children(t)) <= len(before)
	})
}

// children are this process's, dead ones too.
func children(t *testing.T) []string {
	t.Helper()
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Skip("without /proc they can't be counted")
	}
	var out []string
	for _, task := range tasks {
		data, _ := os.ReadFile("/proc/self/task/" + task.Name() + "/children") // threads come and go
		out = append(out, strings.Fields(string(data))...)
	}
	return out
}
