package command

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/creack/pty"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// terminal is the pseudo-terminal of one program.
type terminal struct {
	master, slave *os.File
	copied        chan struct{}
}

// keyboard is a drivers.Keyboard.
type keyboard struct{ *os.File }

func (k keyboard) Resize(rows, cols uint16) error {
	return pty.Setsize(k.File, &pty.Winsize{Rows: rows, Cols: cols})
}

// openTerminal gives a program that has not started its terminal.
func openTerminal(cmd *exec.Cmd, t *drivers.Terminal) (*terminal, error) {
	master, slave, err := pty.Open()
	if err != nil {
		return nil, err
	}
	k := keyboard{master}
	if err := k.Resize(t.Rows, t.Cols); err != nil {
		return nil, errors.Join(err, master.Close(), slave.Close())
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr.Setctty = true // its descriptor 0, in its own session
	if t.Ready != nil {
		t.Ready(k)
	}
	return &terminal{master: master, slave: slave, copied: make(chan struct{})}, nil
}

// started lets go of the program's side and takes what it prints.
func (t *terminal) started(out io.Writer) {
	_ = t.slave.Close() // the program has it
	go func() {
		defer close(t.copied)
		// It ends with EIO, once nobody has the terminal any more.
		_, _ = io.CopyBuffer(struct{ io.Writer }{out}, struct{ io.Reader }{t.master}, make([]byte, 256<<10))
	}()
}

// ended waits until all is taken that was printed. What goes on with the
// terminal after the program's end is not waited for.
func (t *terminal) ended() {
	select {
	case <-t.copied:
	case <-time.After(grace):
	}
	_ = t.master.Close()
	<-t.copied
}

func (t *terminal) dropped() { _ = errors.Join(t.slave.Close(), t.master.Close()) }
