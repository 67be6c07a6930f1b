package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// victim is a lifeboat that was started, and to which things happen.
type victim struct {
	t   *testing.T
	cmd *exec.Cmd
	out bytes.Buffer // both streams; to be read after its end
	end chan struct{}
}

func (k *killer) start(args ...string) *victim {
	k.t.Helper()
	v := &victim{t: k.t, cmd: k.command(args...), end: make(chan struct{})}
	v.cmd.Stdout, v.cmd.Stderr, v.cmd.WaitDelay = &v.out, &v.out, time.Second
	if err := v.cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	go func() {
		defer close(v.end)
		_ = v.cmd.Wait() // how it ended is asked for: see code
	}()
	k.t.Cleanup(func() {
		_ = v.cmd.Process.Kill() // it has mostly ended
		<-v.end
	})
	return v
}

// code waits for its end, and gives its exit status; -1 after a signal.
func (v *victim) code() int {
	v.t.Helper()
	select {
	case <-v.end:
		return v.cmd.ProcessState.ExitCode()
	case <-time.After(time.Minute):
		v.t.Fatalf("%v does not end", v.cmd.Args)
		return 0
	}
}

func (v *victim) kill() {
	_ = v.cmd.Process.Kill() // it may have ended
	<-v.end
}

// times is how often a test that takes long is repeated: LIFEBOAT_KILLS, else
// few.
func times(t *testing.T, few int) int {
	t.Helper()
	s := os.Getenv("LIFEBOAT_KILLS")
	if s == "" {
		return few
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// processes are those that were started with this state directory and have
// these words in their command line.
func (k *killer) processes(words ...string) []int {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	var out []int
	for _, d := range dirs {
		pid, _ := strconv.Atoi(filepath.Base(d))
		env, _ := os.ReadFile(d + "/environ") // it may have ended
		line, _ := os.ReadFile(d + "/cmdline")
		is := pid != os.Getpid() && bytes.Contains(env, []byte("LIFEBOAT_STATE="+k.state()+"\x00"))
		for _, w := range words {
			is = is && bytes.Contains(append(line, 0), []byte(w+"\x00"))
		}
		if is {
			out = append(out, pid)
		}
	}
	return out
}

func (k *killer) signal(sig syscall.Signal, pids ...int) {
	for _, pid := range pids {
		if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			k.t.Error(err)
		}
	}
}

// gone waits until no process of this workspace is left.
func (k *killer) gone() {
	k.t.Helper()
	k.await("no process is left", func() bool { return len(k.processes()) == 0 })
}

// await waits until something is so.
func (k *killer) await(what string, so func() bool) {
	k.t.Helper()
	for end := time.Now().Add(time.Minute); !so(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			k.t.Fatalf("it did not come to this: %s", what)
		}
	}
}

// begun waits until a command has said in a file of the workspace that it runs.
func (k *killer) begun(v *victim, name string) {
	k.t.Helper()
	k.await(name+" is there", func() bool {
		select {
		case <-v.end:
			k.t.Fatalf("it ended:\n%s", v.out.String())
		default:
		}
		b, _ := os.ReadFile(filepath.Join(k.dir, name))
		return strings.HasSuffix(string(b), "\n")
	})
}

// waitBook has a command that ends when a file is there.
const waitBook = "# Wait\n\n## 1. Wait\n\n```bash\necho up >> started; until [ -e go ]; do sleep 0.02; done; echo waited >> effects\n```\n\n## 2. After\n\n```bash\necho after >> effects\n```\n"

// waits starts a run of waitBook, and gives it in the middle of its command.
func (k *killer) waits() (v *victim, run string) {
	k.t.Helper()
	for _, f := range []string{"started", "go", "effects"} {
		_ = os.Remove(filepath.Join(k.dir, f)) // mostly absent
	}
	k.write(filepath.Join(k.dir, "wait.md"), waitBook)
	v = k.start("run", "wait.md", "--yes")
	k.begun(v, "started")
	return v, k.newest()
}

// goOn lets the command of waitBook end.
func (k *killer) goOn() { k.write(filepath.Join(k.dir, "go"), "") }

func (k *killer) effect() string {
	b, err := os.ReadFile(filepath.Join(k.dir, "effects"))
	if err != nil && !os.IsNotExist(err) {
		k.t.Error(err)
	}
	return string(b)
}

// journal reads a run, and proves that it is whole and that each of its tasks
// has one end.
func (k *killer) journal(run string) ([]drill.Event, drill.State) {
	k.t.Helper()
	st := k.open()
	defer st.Close()
	events, err := st.Events(context.Background(), run)
	if err != nil {
		k.t.Fatal(err)
	}
	s, err := drill.Fold(events)
	if err != nil {
		k.t.Fatal(err)
	}
	ends := map[string]int{}
	for i, e := range events {
		if i > 0 && e.At.Before(events[i-1].At) {
			k.t.Errorf("run %s: event %d is older than the one before", run, e.Seq)
		}
		if b, ok := e.Body.(drill.TaskEnded); ok {
			ends[b.Task]++
		}
	}
	for _, ts := range s.Tasks {
		if n := ends[ts.Task.ID]; n > 1 || s.Ended() && n == 0 {
			k.t.Errorf("run %s: task %q has %d ends", run, ts.Task.Title, n)
		}
	}
	return events, s
}

// clean proves that no scratch target is left, nor the slip of one.
func (k *killer) clean(run string) {
	k.t.Helper()
	for _, pattern := range []string{filepath.Join(k.tmp, "lifeboat-scratch-*"), filepath.Join(k.state(), "scratch", "*.json")} {
		if left, _ := filepath.Glob(pattern); len(left) > 0 {
			k.t.Errorf("run %s left %v", run, left)
		}
	}
}
