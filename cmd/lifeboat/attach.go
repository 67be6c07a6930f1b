package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"
	"github.com/muesli/cancelreader"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/shim"
)

// detachKey leaves a terminal that one is attached to: ctrl+].
const detachKey = 0x1d

// attachment lets an operator type into the terminal of a task. It implements
// tea.ExecCommand: the screen makes room for it.
type attachment struct {
	supervisor *shim.Supervisor
	feed       drill.Feed
	run, task  string

	in  io.Reader
	out io.Writer
}

// attach makes attachments; nil where tasks have no terminal of their own.
func attach(d *drill.Desk) func(run, task string) tea.ExecCommand {
	s, ok := d.Supervisor.(*shim.Supervisor)
	if !ok {
		return nil
	}
	return func(run, task string) tea.ExecCommand {
		return &attachment{supervisor: s, feed: s.Feed(run, task), run: run, task: task}
	}
}

func (t *attachment) SetStdin(r io.Reader)  { t.in = r }
func (t *attachment) SetStdout(w io.Writer) { t.out = w }
func (t *attachment) SetStderr(io.Writer)   {}

// Run is attached until the task ends or the operator leaves.
func (t *attachment) Run() error {
	f, ok := t.in.(*os.File)
	if !ok || !term.IsTerminal(f.Fd()) {
		return errors.New("attaching needs a terminal")
	}
	fmt.Fprintf(t.out, "\n-- attached: what you type goes to the command; ctrl+] comes back --\n\n")
	_, _ = t.out.Write(t.feed.Tail(4096)) // what it said before: its prompt
	state, err := term.MakeRaw(f.Fd())
	if err != nil {
		return err
	}
	defer func() { _ = term.Restore(f.Fd(), state) }()
	sizes, stop := windowSizes(f)
	defer stop()
	keys, err := cancelreader.NewReader(f)
	if err != nil {
		return err
	}
	defer keys.Cancel() // the next key is the screen's
	err = t.supervisor.Attach(t.run, t.task, keys, t.out, detachKey, sizes)
	if errors.Is(err, shim.ErrNoTerminal) {
		return nil // it has ended: the walk says how
	}
	return err
}

// windowSizes brings the size of a terminal, now and after each change.
func windowSizes(f *os.File) (sizes <-chan [2]uint16, stop func()) {
	ch, changed := make(chan [2]uint16, 1), make(chan os.Signal, 1)
	signal.Notify(changed, syscall.SIGWINCH)
	quit := make(chan struct{})
	go func() {
		for {
			if w, h, err := term.GetSize(f.Fd()); err == nil {
				select {
				case ch <- [2]uint16{uint16(h), uint16(w)}: //nolint:gosec // a terminal's size
				case <-quit:
					return
				}
			}
			select {
			case <-changed:
			case <-quit:
				return
			}
		}
	}()
	return ch, func() { signal.Stop(changed); close(quit) }
}
