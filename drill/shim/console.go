package shim

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// What an attached operator sends: a kind, two bytes of length, the content.
const (
	frameInput = 'i' // what was typed
	frameSize  = 'w' // rows and columns, two bytes each
)

// slow is how long an attached operator's connection may take nothing before
// it is dropped: it must not hold the command up.
const slow = time.Second

// console lets an operator type into the terminal of a task, by a socket.
// What the task prints goes to everybody who is attached.
type console struct {
	path string

	mu    sync.Mutex
	ln    net.Listener
	conns map[net.Conn]bool
}

func consolePath(sessionDir, task string) string { return filepath.Join(sessionDir, task+".tty") }

// open takes attachments from now on.
func (c *console) open(k drivers.Keyboard) error {
	if err := os.MkdirAll(filepath.Dir(c.path), 0o700); err != nil {
		return err
	}
	ln, err := net.Listen("unix", c.path)
	if err != nil {
		return err
	}
	if err := os.Chmod(c.path, 0o600); err != nil {
		return errors.Join(err, ln.Close())
	}
	c.mu.Lock()
	c.ln, c.conns = ln, map[net.Conn]bool{}
	c.mu.Unlock()
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return // closed
			}
			c.mu.Lock()
			c.conns[conn] = true
			c.mu.Unlock()
			go c.listen(conn, k)
		}
	}()
	return nil
}

// listen passes on what an operator types, until he leaves.
func (c *console) listen(conn net.Conn, k drivers.Keyboard) {
	defer c.drop(conn)
	var head [3]byte
	for {
		if _, err := io.ReadFull(conn, head[:]); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint16(head[1:]))
		if _, err := io.ReadFull(conn, body); err != nil {
			return
		}
		var err error
		switch {
		case head[0] == frameInput:
			_, err = k.Write(body)
		case head[0] == frameSize && len(body) == 4:
			err = k.Resize(binary.BigEndian.Uint16(body), binary.BigEndian.Uint16(body[2:]))
		}
		if err != nil {
			return // the terminal is gone
		}
	}
}

// Write gives what was printed to who is attached. It never fails: the output
// is kept elsewhere.
func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	conns := make([]net.Conn, 0, len(c.conns))
	for conn := range c.conns {
		conns = append(conns, conn)
	}
	c.mu.Unlock()
	for _, conn := range conns {
		err := conn.SetWriteDeadline(time.Now().Add(slow)) //nolint:forbidigo // a deadline of the kernel's
		if err == nil {
			_, err = conn.Write(p)
		}
		if err != nil {
			c.drop(conn)
		}
	}
	return len(p), nil
}

func (c *console) drop(conn net.Conn) {
	c.mu.Lock()
	delete(c.conns, conn)
	c.mu.Unlock()
	_ = conn.Close()
}

// close ends all attachments.
func (c *console) close() {
	c.mu.Lock()
	ln := c.ln
	var conns []net.Conn
	for conn := range c.conns {
		conns = append(conns, conn)
	}
	c.mu.Unlock()
	if ln == nil {
		return
	}
	_ = ln.Close() // removes the socket
	for _, conn := range conns {
		c.drop(conn)
	}
}

// ErrNoTerminal says that there is nothing to attach to.
var ErrNoTerminal = errors.New("no command with a terminal is running")

// Attach lets an operator type into the terminal of a running task: from in,
// until the byte leave comes or the task ends. What the task prints goes to
// out, raw: it is the operator's own terminal. sizes brings rows and columns.
func (s *Supervisor) Attach(run, task string, in io.Reader, out io.Writer, leave byte, sizes <-chan [2]uint16) error {
	conn, err := net.Dial("unix", consolePath(s.SessionDir(run), task))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoTerminal, err)
	}
	defer conn.Close() //nolint:errcheck // nothing is lost by it
	ended := make(chan error, 2)
	go func() {
		_, err := io.Copy(out, conn)
		ended <- err
	}()
	var mu sync.Mutex
	send := func(kind byte, body []byte) error {
		mu.Lock()
		defer mu.Unlock()
		head := []byte{kind, 0, 0}
		binary.BigEndian.PutUint16(head[1:], uint16(len(body))) //nolint:gosec // at most a buffer's length
		_, err := conn.Write(append(head, body...))
		return err
	}
	go func() { ended <- typing(in, leave, send) }()
	for {
		select {
		case size := <-sizes:
			var b [4]byte
			binary.BigEndian.PutUint16(b[:], size[0])
			binary.BigEndian.PutUint16(b[2:], size[1])
			if err := send(frameSize, b[:]); err != nil {
				return nil //nolint:nilerr // the task has ended
			}
		case err := <-ended:
			if errors.Is(err, net.ErrClosed) {
				err = nil
			}
			return err
		}
	}
}

// typing sends what is typed until leave.
func typing(in io.Reader, leave byte, send func(byte, []byte) error) error {
	buf := make([]byte, 4096)
	for {
		n, err := in.Read(buf)
		for i, b := range buf[:n] {
			if b == leave {
				return send(frameInput, buf[:i])
			}
		}
		if n > 0 {
			if serr := send(frameInput, buf[:n]); serr != nil {
				return nil //nolint:nilerr // the task has ended; the other side tells
			}
		}
		if err != nil {
			return nil //nolint:nilerr // the operator's terminal is gone, or he is not asked any more
		}
	}
}
