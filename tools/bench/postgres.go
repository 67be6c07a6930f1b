package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// installPostgres is what brings every program of figure g.
const installPostgres = "apt-get install -y --no-install-recommends postgresql postgresql-client"

// settings are those of lifeboat's scratch clusters: what is restored into
// must be alike, or the figure compares disks.
const settings = `
listen_addresses = ''
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
archive_mode = off
max_wal_size = 1GB
maintenance_work_mem = 128MB
logging_collector = off
`

// server is a PostgreSQL cluster in a directory of its own, reached by its
// socket. As root it runs as another user: PostgreSQL refuses root.
type server struct {
	bin, dir string
	as       *syscall.Credential
}

// postgresBin is the directory of the newest installed server, or "".
func postgresBin() string {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // a constant pattern
	if p := have("initdb"); p != "" {
		dirs = append(dirs, p)
	}
	if len(dirs) == 0 {
		return ""
	}
	slices.SortFunc(dirs, func(a, b string) int { return len(a) - len(b) })
	return filepath.Dir(dirs[len(dirs)-1])
}

// newServer makes the directory of a cluster; nothing is started.
func newServer(bin, dir string) (*server, error) {
	s := &server{bin: bin, dir: dir}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	if os.Geteuid() != 0 {
		return s, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, e1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, e2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(e1, e2); err != nil {
		return nil, err
	}
	s.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return s, os.Chown(dir, int(uid), int(gid))
}

// start makes the cluster and starts it.
func (s *server) start() error {
	data := filepath.Join(s.dir, "data")
	if err := s.tool("initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions"); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%sunix_socket_directories = '%s'\n", settings, s.dir)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return s.tool("pg_ctl", "-D", data, "-l", filepath.Join(s.dir, "log"), "-w", "-t", "60", "start")
}

// remove ends the server, at once, and removes the cluster.
func (s *server) remove() error {
	err := s.tool("pg_ctl", "-D", filepath.Join(s.dir, "data"), "-m", "immediate", "-w", "stop")
	return errors.Join(err, os.RemoveAll(s.dir))
}

// tool runs one of PostgreSQL's programs as the server's user.
func (s *server) tool(name string, args ...string) error {
	c := exec.Command(filepath.Join(s.bin, name), args...)
	c.Dir = "/"
	c.Env = append(os.Environ(), "PGHOST="+s.dir, "PGUSER=postgres", "LC_ALL=C.UTF-8")
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.as, Setsid: true}
	// A file, not a pipe: the server keeps it open for as long as it lives.
	said, err := os.CreateTemp("", "lifeboat-bench-")
	if err != nil {
		return err
	}
	defer os.Remove(said.Name()) //nolint:errcheck // a temporary file
	defer said.Close()           //nolint:errcheck // read below
	c.Stdout, c.Stderr = said, said
	if err := c.Run(); err != nil {
		b, _ := os.ReadFile(said.Name()) // the error is told in any case
		return fmt.Errorf("%s: %w: %s", name, err, lastLines(string(b)))
	}
	return nil
}

// sql runs statements in a database.
func (s *server) sql(database string, statements ...string) error {
	return s.tool("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", strings.Join(statements, ";"))
}
