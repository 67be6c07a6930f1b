// Package pgtest starts real PostgreSQL servers for tests: a cluster of its
// own in a temporary directory, reachable by its socket only, stopped and
// removed when the test ends. As root it runs as an unprivileged user.
//
// Any package's tests may use it.
package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/cluster"
)

// RequireEnv names the variable that, set to anything, makes a missing tool a
// failure instead of a skip.
const RequireEnv = "LIFEBOAT_REQUIRE_TOOLS"

// install is what a skip tells its reader.
const install = "apt-get install postgresql"

// Server is a running server.
type Server struct {
	Bin     string // its programs
	Socket  string // directory of its socket
	Data    string // its data directory
	Version string // directory name of its version: 15

	cluster *cluster.Cluster
	root    string
	port    string
}

// ErrMissing says that PostgreSQL is not installed.
var ErrMissing = errors.New("initdb is not installed: " + install)

// Bins lists the directories of installed server programs, newest last.
func Bins() []string {
	var bins []string
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/initdb", "/usr/pgsql-*/bin/initdb"} {
		m, _ := filepath.Glob(pattern) // a constant pattern
		bins = append(bins, m...)
	}
	if p, err := (command.Local{}).Look("initdb"); err == nil && len(bins) == 0 {
		bins = append(bins, p)
	}
	for i := range bins {
		bins[i] = filepath.Dir(bins[i])
	}
	slices.SortFunc(bins, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b) // 9 before 15
		}
		return strings.Compare(a, b)
	})
	return bins
}

// Run starts a server without a test, for TestMain. stop stops and removes it.
func Run(ctx context.Context) (s *Server, stop func() error, err error) {
	bins := Bins()
	if len(bins) == 0 {
		return nil, nil, ErrMissing
	}
	user, err := cluster.ServerUser()
	if err != nil {
		return nil, nil, err
	}
	root, err := os.MkdirTemp("", "lb-pg-")
	if err != nil {
		return nil, nil, err
	}
	// The server's user must get through, as it does through /tmp.
	if err := os.Chmod(root, 0o711); err != nil {
		return nil, nil, err
	}
	bin := bins[len(bins)-1]
	c := &cluster.Cluster{Dir: filepath.Join(root, "pg"), Bin: bin, User: user, Runner: command.Local{}}
	stop = func() error {
		return errors.Join(cluster.Remove(context.WithoutCancel(ctx), c.Dir), os.RemoveAll(root))
	}
	if err := c.Start(ctx); err != nil {
		return nil, nil, errors.Join(err, stop())
	}
	return &Server{
		Bin: bin, Socket: c.Socket(), Data: c.Data(), Version: filepath.Base(filepath.Dir(bin)), cluster: c, root: root,
		port: cluster.Port,
	}, stop, nil
}

// Start starts a server that ends with the test. Where PostgreSQL is not
// installed the test is skipped, or fails if RequireEnv is set.
func Start(t testing.TB) *Server {
	t.Helper()
	s, stop, err := Run(context.Background())
	if err != nil {
		Missing(t, err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("stopping the test server: %v", err)
		}
	})
	return s
}

// Missing ends a test for want of a tool.
func Missing(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, ErrMissing) && os.Getenv(RequireEnv) == "" {
		t.Skip(err)
	}
	t.Fatal(err)
}

// DSN is the connection string of a database.
func (s *Server) DSN(database string) string {
	return strings.Replace(s.cluster.DSN(database), "port="+cluster.Port, "port="+s.port, 1)
}

// SQL runs statements in a database, each on its own, and returns what psql
// prints, unaligned and without headers.
func (s *Server) SQL(t testing.TB, database string, statements ...string) string {
	t.Helper()
	args := []string{"-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", s.DSN(database)}
	for _, st := range statements {
		args = append(args, "-c", st)
	}
	return s.Tool(t, "psql", args...)
}

// CreateDB makes a database, dropped at the end of the test.
func (s *Server) CreateDB(t testing.TB, name string) {
	t.Helper()
	s.SQL(t, "postgres", fmt.Sprintf("create database %q", name))
	t.Cleanup(func() { s.SQL(t, "postgres", fmt.Sprintf("drop database if exists %q with (force)", name)) })
}

// Tool runs a client program against the server and returns its output.
func (s *Server) Tool(t testing.TB, prog string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	exit, err := command.Local{}.Run(context.Background(), drivers.Command{
		Argv: append([]string{filepath.Join(s.Bin, prog)}, args...), Stdout: &out, Stderr: &errs,
	})
	if err != nil {
		t.Fatalf("%s: %v", prog, err)
	}
	if !exit.OK() {
		t.Fatalf("%s %s ended with %d: %s", prog, strings.Join(args, " "), exit.Code, errs.String())
	}
	return strings.TrimRight(out.String(), "\n")
}
