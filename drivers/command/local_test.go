package command

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

func TestRunStatus(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		code   int
		signal string
	}{
		"good":   {"exit 0", 0, ""},
		"bad":    {"exit 7", 7, ""},
		"killed": {"kill -KILL $$", -1, "SIGKILL"},
	} {
		t.Run(name, func(t *testing.T) {
			exit, err := Local{}.Run(t.Context(), drivers.Command{Argv: []string{"sh", "-c", c.script}})
			if err != nil || exit.Code != c.code || exit.Signal != c.signal || exit.OK() != (c.code == 0) {
				t.Errorf("%+v, %v", exit, err)
			}
		})
	}
}

func TestRunMissingAndDenied(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tool")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for argv, want := range map[string]error{
		"no-such-tool-here": drivers.ErrToolMissing, "/no/such/tool": drivers.ErrToolMissing, file: drivers.ErrDenied,
	} {
		if _, err := (Local{}).Run(t.Context(), drivers.Command{Argv: []string{argv}}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", argv, err, want)
		}
	}
	if _, err := (Local{}).Run(t.Context(), drivers.Command{}); err == nil {
		t.Error("an empty command ran")
	}
	if p, err := (Local{Paths: []string{filepath.Dir(file)}}).Look("tool"); err == nil {
		t.Errorf("a file that can't be executed was found: %s", p)
	}
}

func TestRunEnvironment(t *testing.T) {
	t.Setenv("LIFEBOAT_TEST_LEAK", "seen")
	var out bytes.Buffer
	if _, err := (Local{}).Run(t.Context(), drivers.Command{Argv: []string{"sh", "-c", "env; pwd"}, Stdout: &out, Dir: "/"}); err != nil {
		t.Fatal(err)
	}
	if s := out.String(); strings.Contains(s, "seen") || !strings.Contains(s, "TZ=UTC") || !strings.HasSuffix(s, "\n/\n") {
		t.Errorf("environment: %s", s)
	}
	out.Reset()
	if _, err := (Local{}).Run(t.Context(), drivers.Command{Argv: []string{"cat"}, Stdin: strings.NewReader("in"), Stdout: &out}); err != nil || out.String() != "in" {
		t.Errorf("stdin: %q %v", out.String(), err)
	}
}

// spy tells when a line has come.
type spy struct {
	lines chan string
	rest  string
}

func (s *spy) Write(b []byte) (int, error) {
	s.rest += string(b)
	for {
		l, rest, ok := strings.Cut(s.rest, "\n")
		if !ok {
			return len(b), nil
		}
		s.rest = rest
		s.lines <- l
	}
}

// gone waits until a process has ended; init may not have reaped it yet.
func gone(t *testing.T, pid int) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err != nil {
			return
		}
		if _, after, _ := strings.Cut(string(stat), ") "); strings.HasPrefix(after, "Z") {
			return
		}
	}
	t.Errorf("process %d is still there", pid)
	_ = syscall.Kill(pid, syscall.SIGKILL)
}

// A whole family is ended: the program, its child and the child's child, even
// when they ignore SIGTERM.
func TestCancelEndsTheGroup(t *testing.T) {
	for name, script := range map[string]string{
		"polite":   `sh -c 'sleep 300 & echo $!; wait' & echo $!; wait`,
		"stubborn": `trap "" TERM; sh -c 'trap "" TERM; sleep 300 & echo $!; while :; do wait; done' & echo $!; while :; do wait; done`,
	} {
		t.Run(name, func(t *testing.T) {
			out := &spy{lines: make(chan string, 10)}
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() {
				_, err := Local{}.Run(ctx, drivers.Command{Argv: []string{"sh", "-c", script}, Stdout: out})
				done <- err
			}()
			pids := []string{<-out.lines, <-out.lines}
			started := time.Now()
			cancel()
			select {
			case err := <-done:
				if !errors.Is(err, context.Canceled) {
					t.Errorf("error %v", err)
				}
			case <-time.After(20 * time.Second):
				t.Fatal("it did not end")
			}
			if took := time.Since(started); took > grace+3*time.Second {
				t.Errorf("it took %s", took)
			}
			for _, p := range pids {
				pid, err := strconv.Atoi(p)
				if err != nil {
					t.Fatal(err)
				}
				gone(t, pid)
			}
		})
	}
}

// A program is asked to end before it is made to: it can clean up.
func TestCancelAsksFirst(t *testing.T) {
	out := &spy{lines: make(chan string, 10)}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := Local{}.Run(ctx, drivers.Command{Argv: []string{"sh", "-c", `trap 'echo cleaned; exit 0' TERM; echo ready; while :; do sleep 0.01; done`}, Stdout: out})
		done <- err
	}()
	if l := <-out.lines; l != "ready" {
		t.Fatal(l)
	}
	cancel()
	<-done
	select {
	case l := <-out.lines:
		if l != "cleaned" {
			t.Error(l)
		}
	default:
		t.Error("it was killed without being asked")
	}
}

// A child that is left behind does not outlive the program, and does not hold
// its end up.
func TestLeftOverChildren(t *testing.T) {
	var out bytes.Buffer
	started := time.Now()
	exit, err := Local{}.Run(t.Context(), drivers.Command{Argv: []string{"sh", "-c", "sleep 300 & echo $!"}, Stdout: &out})
	if err != nil || !exit.OK() {
		t.Fatal(exit, err)
	}
	if took := time.Since(started); took > grace+5*time.Second {
		t.Errorf("it took %s", took)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	gone(t, pid)
}

func TestTimeout(t *testing.T) {
	exit, err := Local{}.Run(t.Context(), drivers.Command{Argv: []string{"sleep", "300"}, Timeout: 50 * time.Millisecond})
	if err == nil || !strings.Contains(err.Error(), "did not end within") || exit.OK() {
		t.Errorf("%+v, %v", exit, err)
	}
}

type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

func TestBigOutput(t *testing.T) {
	var n counter
	exit, err := Local{}.Run(t.Context(), drivers.Command{Argv: []string{"head", "-c", "200000000", "/dev/zero"}, Stdout: &n})
	if err != nil || !exit.OK() || n != 200_000_000 {
		t.Errorf("%d bytes, %+v, %v", n, exit, err)
	}
	// A reader that gives up ends the program.
	pr, pw := io.Pipe()
	pr.Close()
	exit, err = Local{}.Run(t.Context(), drivers.Command{Argv: []string{"cat", "/dev/zero"}, Stdout: pw})
	if err == nil && exit.OK() {
		t.Errorf("it went on without a reader: %+v, %v", exit, err)
	}
}
