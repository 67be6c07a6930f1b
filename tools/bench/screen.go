package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
)

// screen is a program on a pseudo-terminal of 120 × 40, seen from outside:
// what it writes is read as fast as it comes, and stamped.
type screen struct {
	tty     *os.File
	cmd     *exec.Cmd
	started time.Time

	mu    sync.Mutex
	strip stripper
	text  []byte // printed since mark, without sequences and blanks
	want  []byte
	seen  chan time.Time
	ended chan struct{}
}

// patience is how long a text may take to appear.
const patience = 60 * time.Second

// show starts a program on a screen.
func show(dir string, env []string, argv ...string) (*screen, error) {
	s := &screen{cmd: exec.Command(argv[0], argv[1:]...), ended: make(chan struct{})}
	s.cmd.Dir = dir
	s.cmd.Env = append(env, "TERM=xterm-256color", "COLORTERM=truecolor")
	var err error
	s.started = time.Now()
	if s.tty, err = pty.StartWithSize(s.cmd, &pty.Winsize{Rows: 40, Cols: 120}); err != nil {
		return nil, err
	}
	go s.read()
	return s, nil
}

func (s *screen) read() {
	defer close(s.ended)
	buf := make([]byte, 256<<10)
	for {
		n, err := s.tty.Read(buf)
		now := time.Now()
		s.mu.Lock()
		s.text = s.strip.add(s.text, buf[:n])
		s.look(now)
		if len(s.text) > 1<<20 { // nobody waits for what is this old
			s.text = append(s.text[:0], s.text[len(s.text)-1<<16:]...)
		}
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// look tells whoever waits that the text is there. It needs the lock.
func (s *screen) look(now time.Time) {
	if s.seen != nil && bytes.Contains(s.text, s.want) {
		s.seen <- now
		s.seen = nil
	}
}

// await waits until a text was written since the last press, and says when.
// Blanks don't count: a renderer moves the cursor over them.
func (s *screen) await(text string) (time.Time, error) {
	seen := make(chan time.Time, 1)
	s.mu.Lock()
	s.want, s.seen = []byte(strings.ReplaceAll(text, " ", "")), seen
	s.look(time.Now())
	s.mu.Unlock()
	select {
	case at := <-seen:
		return at, nil
	case <-s.ended:
		return time.Time{}, fmt.Errorf("%s ended before it showed %q: %s", s.cmd.Args[0], text, s.tail())
	case <-time.After(patience):
		return time.Time{}, fmt.Errorf("%s did not show %q within %s: %s", s.cmd.Args[0], text, patience, s.tail())
	}
}

func (s *screen) tail() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.text[max(0, len(s.text)-300):])
}

// press forgets what was written, and types.
func (s *screen) press(keys string) (time.Time, error) {
	s.mu.Lock()
	s.text = s.text[:0]
	s.mu.Unlock()
	at := time.Now()
	_, err := s.tty.WriteString(keys)
	return at, err
}

// close ends the program, at once.
func (s *screen) close() error {
	killed := s.cmd.Process.Kill()
	err := s.cmd.Wait()
	<-s.ended
	if ws, ok := s.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		err = nil
	}
	return errors.Join(ignoreDone(killed), ignoreExit(err), s.tty.Close())
}

func ignoreDone(err error) error {
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

func ignoreExit(err error) error {
	if e := new(exec.ExitError); errors.As(err, &e) {
		return nil
	}
	return err
}
