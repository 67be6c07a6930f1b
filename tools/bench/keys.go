package main

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// keysMeanwhile presses the key of the command log again and again while a
// command prints without end, and takes the time until the screen has changed.
func (p place) keysMeanwhile() ([]row, error) {
	stop := p.path("stop")
	if err := p.write("endless.md", steps(1, fmt.Sprintf("while [ ! -e %s ]; do seq 1000000; done", stop))); err != nil {
		return nil, err
	}
	s, err := p.walk("endless.md")
	if err != nil {
		return nil, err
	}
	times, err := p.press(s, p.lab.times(400))
	// Whoever prints must end before lifeboat does.
	err = errors.Join(err, os.WriteFile(stop, nil, 0o600))
	if err == nil {
		_, err = s.await("exit 0")
	}
	if err = errors.Join(err, s.close()); err != nil {
		return nil, err
	}
	const most = 50 * time.Millisecond
	worst := times.quantile(0.99)
	r := row{
		What:     "key to frame meanwhile, 99th percentile",
		Measured: fmt.Sprintf("%s (median %s, %d keys)", short(worst), short(times.median()), len(times)), Reference: "a goal of its own",
		Goal: "≤ " + short(most), OK: verdict(worst <= most),
	}
	return []row{r.keep([]string{"measured"}, times)}, nil
}

func (p place) press(s *screen, n int) (sample, error) {
	if _, err := s.press("\r"); err != nil {
		return nil, err
	}
	if _, err := s.await("is running: i to interrupt"); err != nil {
		return nil, err
	}
	var out sample
	for i := range n {
		shows := "Command log"
		if i%2 == 1 {
			shows = "Output: while"
		}
		at, err := s.press("l")
		if err != nil {
			return nil, err
		}
		seen, err := s.await(shows)
		if err != nil {
			return nil, err
		}
		out = append(out, seen.Sub(at))
		// Keys at odd moments, so that none of them keeps step with the screen.
		time.Sleep(time.Duration(7+i%23) * time.Millisecond)
	}
	return out, nil
}
