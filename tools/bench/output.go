package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

const fiveMillion = "seq 5000000"

// takeOutput lets a command print five million lines, all of which are masked
// and kept on disk.
func takeOutput(l *lab) ([]row, error) {
	p, err := l.workspace("output", "", map[string]string{"true.md": steps(1, "true"), "seq.md": steps(1, fiveMillion)})
	if err != nil {
		return nil, err
	}
	return collect(
		func() ([]row, error) { return p.onPipe() },
		func() ([]row, error) { return p.onScreen() },
		func() ([]row, error) { return p.keysMeanwhile() },
	)
}

// collect takes what can be taken.
func collect(parts ...func() ([]row, error)) (rows []row, err error) {
	for _, take := range parts {
		r, e := take()
		rows, err = append(rows, r...), errors.Join(err, e)
	}
	return rows, err
}

// onPipe takes an unattended run, less one whose command prints nothing. Its
// output has to be whole.
func (p place) onPipe() ([]row, error) {
	ours := func() (time.Duration, error) {
		idle, err := p.run(1, "run", "true.md", "--yes")
		if err != nil {
			return 0, err
		}
		busy, err := p.run(1, "run", "seq.md", "--yes")
		if err != nil {
			return 0, err
		}
		return busy.wall - idle.wall, p.whole(38_888_896)
	}
	theirs := func() (time.Duration, error) {
		s, err := spend(p.dir, nil, []string{"sh", "-c", fiveMillion + " | cat >/dev/null"})
		return s.wall, err
	}
	s, err := interleave(p.lab.times(12), ours, theirs)
	if err != nil {
		return nil, err
	}
	return []row{against("5 million lines on a pipe", fiveMillion+" | cat >/dev/null", s[0], s[1], 3)}, nil
}

// whole proves that the newest output file holds every byte, and removes the
// runs, so that the disk does not fill.
func (p place) whole(want int64) error {
	runs, err := os.ReadDir(p.path("state/runs"))
	if err != nil {
		return err
	}
	var most int64
	for _, r := range runs {
		files, err := os.ReadDir(p.path("state/runs/" + r.Name()))
		if err != nil {
			return err
		}
		for _, f := range files {
			if info, err := f.Info(); err == nil && strings.HasSuffix(f.Name(), ".out") {
				most = max(most, info.Size())
			}
		}
	}
	if most != want {
		return fmt.Errorf("the output on disk has %d bytes, %d were printed", most, want)
	}
	return os.RemoveAll(p.path("state/runs"))
}

// walk opens a runbook on a screen, and goes up to its first command.
func (p place) walk(file string) (*screen, error) {
	s, err := p.show("run", file)
	if err != nil {
		return nil, err
	}
	if _, err = s.await("start: the clock starts now"); err == nil {
		_, err = s.press("\r")
	}
	if err == nil {
		_, err = s.await("run: ")
	}
	if err != nil {
		err = errors.Join(err, s.close())
	}
	return s, err
}

// onScreen takes the time from the key to the end as it is shown, against
// script(1), which does nothing but pass the lines on to the same terminal.
func (p place) onScreen() ([]row, error) {
	const what, reference = "5 million lines, watched on a PTY", "script -qec '" + fiveMillion + "' /dev/null"
	if have("script") == "" {
		return []row{missing(what, reference, "≤ 0.7 ×", "script", "apt-get install -y bsdutils")}, nil
	}
	var resident []int64
	ours := func() (time.Duration, error) {
		s, err := p.walk("seq.md")
		if err != nil {
			return 0, err
		}
		began, err := s.press("\r")
		if err != nil {
			return 0, errors.Join(err, s.close())
		}
		ended, err := s.await("exit 0")
		resident = append(resident, s.resident())
		if err = errors.Join(err, s.close()); err == nil {
			err = p.whole(38_888_896)
		}
		return ended.Sub(began), err
	}
	theirs := func() (time.Duration, error) {
		s, err := show(p.dir, p.env(), "script", "-qec", fiveMillion, "/dev/null")
		if err != nil {
			return 0, err
		}
		<-s.ended
		took := time.Since(s.started)
		return took, s.close()
	}
	s, err := interleave(p.lab.times(12), ours, theirs)
	if err != nil {
		return nil, err
	}
	return []row{against(what, reference, s[0], s[1], 0.7), memory(resident)}, nil
}

func memory(bytes []int64) row {
	const most = 64 << 20
	var peak int64
	for _, n := range bytes {
		peak = max(peak, n)
	}
	return row{
		What: "resident memory meanwhile", Measured: fmt.Sprintf("%.1f MiB at most", float64(peak)/(1<<20)), Reference: "VmHWM of lifeboat",
		Goal: "≤ 64 MiB", OK: verdict(peak > 0 && peak <= most),
	}
}

// resident is the most memory that the program held so far.
func (s *screen) resident() int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "VmHWM:" {
			kb, _ := strconv.ParseInt(f[1], 10, 64) // the kernel writes numbers
			return kb << 10
		}
	}
	return 0
}
