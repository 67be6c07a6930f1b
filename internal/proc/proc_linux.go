package proc

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// stat is what /proc/PID/stat tells: see proc_pid_stat(5).
type stat struct {
	state   byte
	session int
	start   uint64
}

func read(pid int) (stat, bool) {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	// The name, in parentheses, may hold anything.
	end := bytes.LastIndexByte(data, ')')
	if err != nil || end < 0 {
		return stat{}, false
	}
	f := strings.Fields(string(data[end+1:])) // from field 3 on
	if len(f) < 20 {
		return stat{}, false
	}
	session, err1 := strconv.Atoi(f[3])
	start, err2 := strconv.ParseUint(f[19], 10, 64)
	return stat{state: f[0][0], session: session, start: start}, err1 == nil && err2 == nil
}

var boot = sync.OnceValue(func() string {
	b, _ := os.ReadFile("/proc/sys/kernel/random/boot_id") // empty: pids are all there is
	return strings.TrimSpace(string(b))
})

// Session lists the processes of the session that leader made, leader
// included. When its pid is another's now, there is none.
func Session(leader ID) []ID {
	if leader.PID <= 0 || leader.Boot != boot() {
		return nil
	}
	if st, ok := read(leader.PID); ok && st.start != leader.Start {
		return nil
	}
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	var out []ID
	for _, d := range dirs {
		pid, err := strconv.Atoi(filepath.Base(d))
		if err != nil {
			continue
		}
		st, ok := read(pid)
		if ok && st.session == leader.PID && st.start >= leader.Start && st.state != 'Z' {
			out = append(out, ID{PID: pid, Start: st.start, Boot: leader.Boot})
		}
	}
	return out
}
