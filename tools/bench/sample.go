package main

import (
	"slices"
	"time"
)

// sample is one quantity, measured many times.
type sample []time.Duration

func (s sample) sorted() sample {
	out := slices.Clone(s)
	slices.Sort(out)
	return out
}

// least is the figure that counts: what else runs on the machine can only add
// to a time, never take from it.
func (s sample) least() time.Duration { return s.quantile(0) }

func (s sample) median() time.Duration { return s.quantile(0.5) }

// quantile is the smallest value that q of all values don't exceed.
func (s sample) quantile(q float64) time.Duration {
	if len(s) == 0 {
		return 0
	}
	return s.sorted()[min(len(s)-1, int(q*float64(len(s))))]
}

// measure is one way to spend time.
type measure func() (time.Duration, error)

// interleave takes every measure n times, in turns: what slows one of them
// down slows its neighbours down too.
func interleave(n int, ms ...measure) ([]sample, error) {
	out := make([]sample, len(ms))
	for range n {
		for i, m := range ms {
			d, err := m()
			if err != nil {
				return nil, err
			}
			out[i] = append(out[i], d)
		}
	}
	return out, nil
}
