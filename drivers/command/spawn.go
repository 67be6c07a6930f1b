package command

import (
	"bytes"
	"errors"
	"io"
	"os/exec"
	"syscall"
)

// Spawned is a program that goes on when this process ends.
type Spawned struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stderr limited
}

// Spawn starts the program at path in a session of its own, with this
// process's environment and a pipe for its stdin. argv is its whole argument
// list. It neither ends with this process nor is told of the end of its
// terminal; its stdin then ends.
func Spawn(path string, argv ...string) (*Spawned, error) {
	s := &Spawned{cmd: &exec.Cmd{Path: path, Args: argv}}
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	s.cmd.Stderr, s.cmd.WaitDelay = &s.stderr, grace
	var err error
	if s.stdin, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	return s, s.cmd.Start()
}

// Stdin is the pipe to the program.
func (s *Spawned) Stdin() io.WriteCloser { return s.stdin }

// Signal sends a signal to the program alone.
func (s *Spawned) Signal(sig syscall.Signal) error { return s.cmd.Process.Signal(sig) }

// Wait waits for the program's end, and gives its exit status, the signal
// that ended it, and the beginning of what it wrote to stderr.
func (s *Spawned) Wait() (code int, signal, said string) {
	err := s.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && !errors.Is(err, exec.ErrWaitDelay) {
		return -1, "", err.Error()
	}
	e := exitOf(s.cmd, 0)
	return e.Code, e.Signal, s.stderr.String()
}

// limited keeps the beginning of what is written to it.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if room := 4096 - l.Len(); room > 0 {
		_, _ = l.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
