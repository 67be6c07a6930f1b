package shim_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/shim"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
	"github.com/lifeboat-dr/lifeboat/internal/proc"
)

// TestMain makes this test a shim where it is started as one.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "shim" {
		code, err := shim.Serve(os.Stdin, time.Now, func(req shim.Request, h shim.Hooks) drill.Executor {
			return &drill.Local{
				Estate:  &drill.Estate{Env: drivers.Env{Runner: command.Local{Started: h.Started}, Now: time.Now}},
				Session: func(string) string { return req.SessionDir },
				Mask:    func(w io.Writer) io.WriteCloser { return command.NewMask(w, req.Mask) },
			}
		})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(code)
	}
	os.Exit(m.Run())
}

func spawn() (shim.Process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return command.Spawn(self, os.Args[0], "shim")
}

// bench is a run's directory, and those who work there.
type bench struct {
	t   *testing.T
	dir string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return &bench{t: t, dir: t.TempDir()}
}

// supervisor is that of one lifeboat. What it keeps ready goes with the test.
func (b *bench) supervisor() *shim.Supervisor {
	s := &shim.Supervisor{
		Start:      spawn,
		RunDir:     func(string) string { return b.path("run") },
		SessionDir: func(string) string { return b.path("session") },
		Now:        time.Now,
	}
	b.t.Cleanup(s.Idle)
	return s
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

// task is a command of a runbook, in the bench's directory.
func (b *bench) task(script string) drill.Task {
	return drill.Task{ID: "t1", Run: "r1", Kind: drill.TaskShell, Title: "test", Script: script, Shell: "bash", Dir: b.dir, Final: true}
}

func (b *bench) read(name string) string {
	data, err := os.ReadFile(b.path(name))
	if err != nil && !os.IsNotExist(err) {
		b.t.Error(err)
	}
	return string(data)
}

func (b *bench) write(name, text string) {
	b.t.Helper()
	if err := os.MkdirAll(filepath.Dir(b.path(name)), 0o700); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(b.path(name), []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// await waits until something is so.
func (b *bench) await(what string, so func() bool) {
	b.t.Helper()
	for end := time.Now().Add(30 * time.Second); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatalf("it did not come to this: %s", what)
		}
	}
}

// there waits until a file is there, with something in it.
func (b *bench) there(name string) string {
	b.t.Helper()
	b.await(name+" is there", func() bool { return strings.HasSuffix(b.read(name), "\n") })
	return b.read(name)
}

// pid reads a process's number from a file that a command wrote.
func (b *bench) pid(name string) proc.ID {
	b.t.Helper()
	n := 0
	if _, err := fmt.Sscan(b.there(name), &n); err != nil {
		b.t.Fatal(err)
	}
	return proc.Of(n)
}

// shim is the process that has claimed the task.
func (b *bench) shim() proc.ID {
	b.t.Helper()
	var c struct{ Process proc.ID }
	b.await("the task is claimed", func() bool { return json.Unmarshal([]byte(b.read("run/t1.claim")), &c) == nil })
	return c.Process
}

func (b *bench) signal(id proc.ID, sig syscall.Signal) {
	b.t.Helper()
	if err := syscall.Kill(id.PID, sig); err != nil {
		b.t.Fatal(err)
	}
}

// ending is a task that is supervised meanwhile.
type ending struct {
	t    *testing.T
	done chan drill.Result
	stop context.CancelFunc
}

func (b *bench) begin(s *shim.Supervisor, task drill.Task, fresh bool) *ending {
	ctx, cancel := context.WithCancel(b.t.Context())
	e := &ending{t: b.t, done: make(chan drill.Result, 1), stop: cancel}
	go func() { e.done <- s.Supervise(ctx, task, fresh) }()
	return e
}

// within is how it ended, which must not take longer.
func (e *ending) within(d time.Duration) drill.Result {
	e.t.Helper()
	select {
	case r := <-e.done:
		return r
	case <-time.After(d):
		e.t.Fatalf("it has not ended within %s", d)
		return drill.Result{}
	}
}

// goesOn proves that it does not end in this time.
func (e *ending) goesOn(d time.Duration) {
	e.t.Helper()
	select {
	case r := <-e.done:
		e.t.Fatalf("it ended: %+v", r)
	case <-time.After(d):
	}
}

// racers starts functions at once and waits for all.
func racers(fs ...func()) {
	var wg sync.WaitGroup
	gate := make(chan struct{})
	for _, f := range fs {
		wg.Go(func() {
			<-gate
			f()
		})
	}
	close(gate)
	wg.Wait()
}
