package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// lab is where figures are taken: the repository, a directory that goes
// afterwards, and the programs that are measured.
type lab struct {
	root, dir string
	lifeboat  string
	hello     string
	quick     bool
	log       io.Writer
}

// newLab builds what is measured.
func newLab(root, tmp string, quick bool, log io.Writer) (*lab, error) {
	dir, err := os.MkdirTemp(tmp, "lifeboat-bench-")
	if err != nil {
		return nil, err
	}
	// The PostgreSQL server's user must get through, as it does through /tmp.
	if err := os.Chmod(dir, 0o711); err != nil {
		return nil, err
	}
	l := &lab{root: root, dir: dir, lifeboat: filepath.Join(root, "bin", "lifeboat"), hello: filepath.Join(dir, "hello"), quick: quick, log: log}
	if err := l.do(root, "make", "--no-print-directory", "build"); err != nil {
		return l, err
	}
	return l, l.do(filepath.Join(root, "tools", "bench"), "go", "build", "-o", l.hello, "./hello")
}

// close removes what was made.
func (l *lab) close() error { return os.RemoveAll(l.dir) }

// times is how often something is measured.
func (l *lab) times(n int) int {
	if l.quick {
		return max(2, n/5)
	}
	return n
}

// say tells how far it is.
func (l *lab) say(format string, args ...any) { fmt.Fprintf(l.log, format+"\n", args...) }

// do runs a command that has to succeed.
func (l *lab) do(dir string, argv ...string) error {
	_, err := l.output(dir, nil, argv...)
	return err
}

// output runs a command that has to succeed, and gives what it prints.
func (l *lab) output(dir string, env []string, argv ...string) (string, error) {
	c := exec.Command(argv[0], argv[1:]...)
	c.Dir = dir
	if env != nil {
		c.Env = env
	}
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		return out.String(), fmt.Errorf("%s: %w: %s", strings.Join(argv, " "), err, lastLines(errs.String()+out.String()))
	}
	return out.String(), nil
}

func lastLines(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}

// spent is what a command cost.
type spent struct{ wall, cpu time.Duration }

// spend runs a command to its end. Its status does not matter where any is
// given: a run of a runbook that proves nothing ends with 1.
func spend(dir string, env []string, argv []string, status ...int) (spent, error) {
	c := exec.Command(argv[0], argv[1:]...)
	c.Dir, c.Env = dir, env
	var errs bytes.Buffer
	c.Stderr = &errs
	started := time.Now()
	err := c.Run()
	s := spent{wall: time.Since(started)}
	if c.ProcessState == nil {
		return s, err
	}
	s.cpu = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	for _, ok := range append(status, 0) {
		if c.ProcessState.ExitCode() == ok {
			return s, nil
		}
	}
	return s, fmt.Errorf("%s: %w: %s", strings.Join(argv, " "), err, lastLines(errs.String()))
}

// place is a workspace with a state directory of its own.
type place struct {
	lab *lab
	dir string
}

// workspace makes one; inventory may be empty.
func (l *lab) workspace(name, inventory string, files map[string]string) (place, error) {
	p := place{l, filepath.Join(l.dir, name)}
	if err := os.MkdirAll(filepath.Join(p.dir, "state"), 0o700); err != nil {
		return p, err
	}
	if inventory != "" {
		if err := p.write("lifeboat.yaml", inventory); err != nil {
			return p, err
		}
	}
	for file, text := range files {
		if err := p.write(file, text); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (p place) path(rel string) string { return filepath.Join(p.dir, rel) }

func (p place) write(rel, text string) error {
	if err := os.MkdirAll(filepath.Dir(p.path(rel)), 0o700); err != nil {
		return err
	}
	return os.WriteFile(p.path(rel), []byte(text), 0o600)
}

// secret is in the environment of every measured lifeboat, so that its output
// goes through the mask as it does where people work. It begins with a digit:
// output that is all digits is no easy case.
const secret = "7319-correct-horse-battery"

// env is the environment of a lifeboat here.
func (p place) env() []string {
	return append(os.Environ(), "LIFEBOAT_STATE="+p.path("state"), "BENCH_PASSWORD="+secret)
}

// run runs lifeboat in the workspace.
func (p place) run(status int, args ...string) (spent, error) {
	return spend(p.dir, p.env(), append([]string{p.lab.lifeboat}, args...), status)
}

// show opens lifeboat on a screen in the workspace.
func (p place) show(args ...string) (*screen, error) {
	return show(p.dir, p.env(), append([]string{p.lab.lifeboat}, args...)...)
}

// have says where a program is, or "".
func have(program string) string {
	path, err := exec.LookPath(program)
	if err != nil {
		return ""
	}
	return path
}

// fileSystem names what holds a directory: an fsync on tmpfs is none.
func fileSystem(dir string) string {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return "unknown"
	}
	names := map[int64]string{0xef53: "ext4", 0x01021994: "tmpfs", 0x58465342: "xfs", 0x9123683e: "btrfs", 0x794c7630: "overlayfs", 0x2fc12fc1: "zfs"}
	if n, ok := names[int64(st.Type)]; ok { //nolint:unconvert // differs by platform
		return n
	}
	return fmt.Sprintf("type %#x", st.Type)
}
