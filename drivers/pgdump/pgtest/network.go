package pgtest

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/cluster"
)

// Network starts the server anew, reachable by TCP on every address of this
// host and ready to feed replicas, and gives its port. The socket has the same
// number.
func (s *Server) Network(t testing.TB) string {
	t.Helper()
	port := FreePort(t)
	s.SQL(t, "postgres", "alter system set listen_addresses = '*'", "alter system set port = "+port,
		"alter system set wal_level = replica", "alter system set max_wal_senders = 4")
	hba, err := os.OpenFile(filepath.Join(s.Data, "pg_hba.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = hba.WriteString("host all all all trust\nhost replication all all trust\n")
	if err := errors.Join(err, hba.Close()); err != nil {
		t.Fatal(err)
	}
	s.asServer(t, "pg_ctl", "-D", s.Data, "-w", "-m", "fast", "restart")
	s.port = port
	return port
}

// Replica makes a streaming replica with pg_basebackup, which ends with the
// test. The server must be on the Network.
func (s *Server) Replica(t testing.TB) *Server {
	t.Helper()
	root, err := os.MkdirTemp("", "lb-pg-")
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster.Cluster{Dir: filepath.Join(root, "pg"), Bin: s.Bin, User: s.cluster.User, Runner: command.Local{}}
	t.Cleanup(func() {
		if err := errors.Join(cluster.Remove(context.Background(), c.Dir), os.RemoveAll(root)); err != nil {
			t.Errorf("stopping the replica: %v", err)
		}
	})
	for _, dir := range []string{root, c.Dir, c.Socket()} {
		if err := os.MkdirAll(dir, 0o700); err != nil { //nolint:gosec // the server's user gets it
			t.Fatal(err)
		}
		if s.cluster.User != nil {
			if err := os.Chown(dir, int(s.cluster.User.UID), int(s.cluster.User.GID)); err != nil {
				t.Fatal(err)
			}
		}
	}
	r := &Server{Bin: s.Bin, Socket: c.Socket(), Data: c.Data(), Version: s.Version, cluster: c, root: root, port: FreePort(t)}
	s.asServer(t, "pg_basebackup", "-D", r.Data, "-R", "-X", "stream", "--no-sync", "-c", "fast", "-h", s.Socket, "-p", s.port, "-U", cluster.Superuser)
	s.asServer(t, "pg_ctl", "-D", r.Data, "-l", filepath.Join(c.Dir, "log"), "-w", "-t", "60",
		"-o", "-c port="+r.port+" -c unix_socket_directories="+r.Socket, "start")
	return r
}

// FreePort is a TCP port of this host that nobody listens on.
func FreePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // it only found a number
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// Port is the number of the server's socket and, on the Network, its TCP port.
func (s *Server) Port() string { return s.port }

// asServer runs a server program as the server's user.
func (s *Server) asServer(t testing.TB, prog string, args ...string) {
	t.Helper()
	var said bytes.Buffer
	exit, err := command.Local{}.Run(context.Background(), drivers.Command{
		Argv: append([]string{filepath.Join(s.Bin, prog)}, args...), Dir: "/", User: s.cluster.User, Detach: true, Stdout: &said, Stderr: &said,
		Timeout: 2 * time.Minute, Env: []string{"PATH=" + s.Bin + ":/usr/bin:/bin", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TZ=UTC"},
	})
	if err != nil || !exit.OK() {
		t.Fatalf("%s: %v, status %d: %s", prog, err, exit.Code, said.String())
	}
}
