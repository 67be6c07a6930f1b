package cluster

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// programs that may belong to a cluster. Others that stand in its directory,
// a shell or a pager, are the operator's.
var programs = []string{
	"postgres", "postmaster", "initdb", "pg_ctl", "pg_restore", "pg_dump", "psql", "pg_basebackup", "pg_rewind",
}

// processes lists the programs that work in dir or were told of it.
func processes(dir string) []int {
	list, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	self := os.Getpid()
	var pids []int
	for _, e := range list {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == self {
			continue
		}
		if belongs(filepath.Join("/proc", e.Name()), dir) {
			pids = append(pids, pid)
		}
	}
	return pids
}

func belongs(proc, dir string) bool {
	comm, err := os.ReadFile(filepath.Join(proc, "comm"))
	if err != nil || !slices.Contains(programs, strings.TrimSpace(string(comm))) {
		return false
	}
	if zombie(proc) {
		return false
	}
	cwd, err := os.Readlink(filepath.Join(proc, "cwd"))
	if err == nil && inside(strings.TrimSuffix(cwd, " (deleted)"), dir) {
		return true
	}
	cmdline, err := os.ReadFile(filepath.Join(proc, "cmdline"))
	if err != nil {
		return false
	}
	for arg := range strings.SplitSeq(string(cmdline), "\x00") {
		if inside(arg, dir) || strings.Contains(arg, dir+"/") {
			return true
		}
	}
	return false
}

// zombie: it has ended, and only its parent can take it away.
func zombie(proc string) bool {
	b, err := os.ReadFile(filepath.Join(proc, "stat"))
	if err != nil {
		return true
	}
	_, after, ok := strings.Cut(string(b), ") ")
	return ok && strings.HasPrefix(after, "Z")
}

func inside(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }
