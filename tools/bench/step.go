package main

import (
	"fmt"
	"strings"
	"time"
)

// steps writes a runbook of n steps, each of which runs one command.
func steps(n int, command string) string {
	var b strings.Builder
	b.WriteString("# Bench\n\n## Steps\n")
	for i := range n {
		fmt.Fprintf(&b, "\n%d. Number %d\n\n   ```sh\n   %s\n   ```\n", i+1, i+1, command)
	}
	return b.String()
}

// takeStep takes the difference between a runbook of many steps and one of a
// single step, so that starting and ending are not in it.
func takeStep(l *lab) ([]row, error) {
	const more = 50
	p, err := l.workspace("step", "", map[string]string{"one.md": steps(1, "true"), "many.md": steps(1+more, "true")})
	if err != nil {
		return nil, err
	}
	each := func() (time.Duration, error) {
		one, err := p.run(1, "run", "one.md", "--yes")
		if err != nil {
			return 0, err
		}
		many, err := p.run(1, "run", "many.md", "--yes")
		return (many.wall - one.wall) / more, err
	}
	bare := func() (time.Duration, error) {
		var sum time.Duration
		for range more {
			s, err := spend(p.dir, nil, []string{"bash", "-c", "true"})
			if err != nil {
				return 0, err
			}
			sum += s.wall
		}
		return sum / more, nil
	}
	s, err := interleave(l.times(12), each, bare)
	if err != nil {
		return nil, err
	}
	return []row{within("a step `true`, with its durable records", "bash -c true", s[0], s[1], 20*time.Millisecond)}, nil
}
