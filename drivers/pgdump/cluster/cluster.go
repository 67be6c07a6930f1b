package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// Superuser of every cluster. Dumps name it more often than any other role.
const Superuser = "postgres"

// Port names the socket; there is no TCP.
const Port = "5432"

// longestSocket is what a socket's path may measure; the kernel ends at 107.
const longestSocket = 100

// Cluster is one server in one directory.
type Cluster struct {
	Dir    string // not yet made
	Bin    string // where initdb, pg_ctl and postgres are
	User   *drivers.User
	Runner drivers.Runner
	Out    io.Writer    // takes what the tools print; nil: nobody
	Said   func(string) // gets each command line; nil: nobody
}

// Data is the server's data directory.
func (c *Cluster) Data() string { return filepath.Join(c.Dir, "data") }

// Socket is the directory of its socket.
func (c *Cluster) Socket() string { return filepath.Join(c.Dir, "s") }

// Log is the server's own log.
func (c *Cluster) Log() string { return filepath.Join(c.Dir, "log") }

// DSN of a database in it.
func (c *Cluster) DSN(database string) string {
	q := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace
	return fmt.Sprintf("host='%s' port=%s user=%s dbname='%s' sslmode=disable", q(c.Socket()), Port, Superuser, q(database))
}

// settings make a server that is fast, private, and forgotten afterwards: what
// it holds can be restored again.
const settings = `
listen_addresses = ''
unix_socket_permissions = 0700
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
archive_mode = off
max_wal_size = 1GB
maintenance_work_mem = 128MB
logging_collector = off
log_timezone = 'UTC'
timezone = 'UTC'
`

// Start makes the cluster and waits until it takes connections.
func (c *Cluster) Start(ctx context.Context) error {
	if err := c.makeDirs(); err != nil {
		return err
	}
	if err := c.run(ctx, false, "initdb", "-D", c.Data(), "-U", Superuser, "-A", "trust", "--no-sync", "-E", "UTF8",
		"--locale=C.UTF-8", "--data-checksums", "--no-instructions"); err != nil {
		return err
	}
	conf := settings + fmt.Sprintf("unix_socket_directories = '%s'\n", strings.ReplaceAll(c.Socket(), "'", "''"))
	if err := appendFile(filepath.Join(c.Data(), "postgresql.conf"), conf); err != nil {
		return err
	}
	err := c.run(ctx, true, "pg_ctl", "-D", c.Data(), "-l", c.Log(), "-w", "-t", "60", "start")
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%w; the server's log ends: %s", err, c.logTail())
	}
	return err
}

// makeDirs makes the directories so that the server's user can reach them and
// nobody else can enter.
func (c *Cluster) makeDirs() error {
	if n := len(filepath.Join(c.Socket(), ".s.PGSQL."+Port)); n > longestSocket {
		return fmt.Errorf("the socket's path in %s would be %d bytes long, %d are possible: set TMPDIR to a shorter directory", c.Dir, n, longestSocket)
	}
	if err := os.MkdirAll(filepath.Dir(c.Dir), 0o711); err != nil {
		return err
	}
	if err := Reachable(filepath.Dir(c.Dir), c.User); err != nil {
		return err
	}
	if err := os.Mkdir(c.Dir, 0o711); err != nil {
		return err
	}
	for _, d := range []string{c.Data(), c.Socket()} {
		if err := os.Mkdir(d, 0o700); err != nil {
			return err
		}
	}
	log, err := os.OpenFile(c.Log(), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := log.Close(); err != nil {
		return err
	}
	if c.User == nil {
		return os.Chmod(c.Dir, 0o700)
	}
	var errs []error
	for _, p := range []string{c.Data(), c.Socket(), c.Log()} {
		errs = append(errs, os.Chown(p, int(c.User.UID), int(c.User.GID)))
	}
	// Whatever the umask is, the server's user must get through.
	return errors.Join(append(errs, os.Chmod(c.Dir, 0o711))...)
}

// run runs a server program as the server's user.
func (c *Cluster) run(ctx context.Context, detach bool, prog string, args ...string) error {
	argv := append([]string{filepath.Join(c.Bin, prog)}, args...)
	if c.Said != nil {
		c.Said(strings.Join(argv, " "))
	}
	var said bytes.Buffer
	var out io.Writer = &said
	if c.Out != nil {
		out = io.MultiWriter(&said, c.Out)
	}
	exit, err := c.Runner.Run(ctx, drivers.Command{
		Argv: argv, Dir: c.Dir, User: c.User, Stdout: out, Stderr: out, Detach: detach, Timeout: 2 * time.Minute,
		Env: []string{"PATH=" + c.Bin + ":/usr/bin:/bin", "HOME=" + c.Dir, "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TZ=UTC"},
	})
	if err != nil {
		return err
	}
	if !exit.OK() {
		return fmt.Errorf("%s ended with status %d: %s", prog, exit.Code, lastLine(said.String()))
	}
	return nil
}

func (c *Cluster) logTail() string {
	b, err := os.ReadFile(c.Log())
	if err != nil {
		return "(no log)"
	}
	return lastLine(string(b))
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

func appendFile(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
