package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// grace is how long a process group has between SIGTERM and SIGKILL.
const grace = 2 * time.Second

// Local runs programs on this machine.
type Local struct {
	// Paths are searched before PATH: where Debian keeps server programs.
	Paths []string
	// Started is told the pid of each program that was started, the leader of
	// its session; nil: nobody is.
	Started func(pid int)
}

// Look finds a program in Paths, then in PATH.
func (l Local) Look(name string) (string, error) {
	if filepath.IsAbs(name) {
		if _, err := os.Stat(name); err != nil {
			return "", fmt.Errorf("%s: %w", name, drivers.ErrToolMissing)
		}
		return name, nil
	}
	for _, dir := range l.Paths {
		p := filepath.Join(dir, name)
		if st, err := os.Stat(p); err == nil && !st.IsDir() && st.Mode()&0o111 != 0 {
			return p, nil
		}
	}
	p, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, drivers.ErrToolMissing)
	}
	return p, nil
}

// Run starts the program in a session, and so a process group, of its own and waits for it. When
// ctx ends or the timeout passes, the whole group gets SIGTERM and, two
// seconds later, SIGKILL.
func (l Local) Run(ctx context.Context, c drivers.Command) (drivers.Exit, error) {
	if len(c.Argv) == 0 {
		return drivers.Exit{}, errors.New("empty command")
	}
	path, err := l.Look(c.Argv[0])
	if err != nil {
		return drivers.Exit{}, err
	}
	if c.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, c.Timeout,
			fmt.Errorf("%s did not end within %s", filepath.Base(path), c.Timeout))
		defer cancel()
	}
	cmd := exec.CommandContext(ctx, path, c.Argv[1:]...)
	cmd.Env, cmd.Dir, cmd.Stdin = environment(c), c.Dir, c.Stdin
	// Never nil: a nil writer and a closed one look alike to some tools.
	cmd.Stdout, cmd.Stderr = orDiscard(c.Stdout), orDiscard(c.Stderr)
	cmd.SysProcAttr = attributes(c)
	cmd.Cancel = func() error { return endGroup(cmd.Process.Pid, syscall.SIGTERM) }
	// After this, pipes held open by left-over children are closed on them.
	cmd.WaitDelay = grace
	started := time.Now() //nolint:forbidigo // measures a child process, never decides
	runErr := l.start(cmd, c)
	exit := exitOf(cmd, time.Since(started)) //nolint:forbidigo // as above
	if cmd.Process != nil && !c.Detach {
		// Whoever is left of the group goes with its leader.
		_ = endGroup(cmd.Process.Pid, syscall.SIGKILL)
	}
	if ctx.Err() != nil && !exit.OK() {
		return exit, fmt.Errorf("%s: %w", filepath.Base(path), context.Cause(ctx))
	}
	return exit, startError(path, runErr)
}

// start starts the program and waits for its end.
func (l Local) start(cmd *exec.Cmd, c drivers.Command) error {
	var tty *terminal
	if c.Terminal != nil {
		var err error
		if tty, err = openTerminal(cmd, c.Terminal); err != nil {
			return err
		}
	}
	if err := cmd.Start(); err != nil {
		if tty != nil {
			tty.dropped()
		}
		return err
	}
	if l.Started != nil {
		l.Started(cmd.Process.Pid)
	}
	if tty == nil {
		return cmd.Wait()
	}
	tty.started(orDiscard(c.Stdout))
	err := cmd.Wait()
	if !c.Detach {
		_ = endGroup(cmd.Process.Pid, syscall.SIGKILL) // or it keeps the terminal open
	}
	tty.ended()
	return err
}

// startError keeps what is no ordinary end of a program.
func startError(path string, err error) error {
	var ended *exec.ExitError
	switch {
	case err == nil, errors.As(err, &ended), errors.Is(err, exec.ErrWaitDelay):
		return nil
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("%s: %w", path, drivers.ErrDenied)
	default:
		return fmt.Errorf("%s: %w", path, err)
	}
}

func exitOf(cmd *exec.Cmd, took time.Duration) drivers.Exit {
	e := drivers.Exit{Code: -1, Took: took}
	if cmd.ProcessState == nil {
		return e
	}
	e.Code = cmd.ProcessState.ExitCode()
	if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		e.Signal = signalName(ws.Signal())
	}
	return e
}

func attributes(c drivers.Command) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setsid: true} // no terminal of ours to write to
	if c.User != nil {
		a.Credential = &syscall.Credential{Uid: c.User.UID, Gid: c.User.GID}
	}
	return a
}

// environment is the command's own, or a small clean one: nothing of the
// operator's settings reaches a tool by accident.
func environment(c drivers.Command) []string {
	if c.Env != nil {
		return c.Env
	}
	home := os.Getenv("HOME")
	if c.User != nil {
		home = c.User.Home
	}
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TZ=UTC"}
}

func endGroup(pid int, sig syscall.Signal) error {
	err := syscall.Kill(-pid, sig)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

func orDiscard(w io.Writer) io.Writer {
	if w == nil {
		return io.Discard
	}
	return w
}

func signalName(s syscall.Signal) string {
	names := map[syscall.Signal]string{
		syscall.SIGKILL: "SIGKILL", syscall.SIGTERM: "SIGTERM", syscall.SIGINT: "SIGINT",
		syscall.SIGHUP: "SIGHUP", syscall.SIGPIPE: "SIGPIPE", syscall.SIGSEGV: "SIGSEGV",
		syscall.SIGABRT: "SIGABRT", syscall.SIGQUIT: "SIGQUIT",
	}
	if n, ok := names[s]; ok {
		return n
	}
	return strings.ToUpper(s.String())
}
