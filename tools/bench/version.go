package main

import "time"

func takeVersion(l *lab) ([]row, error) {
	cpu := func(argv ...string) measure {
		return func() (time.Duration, error) {
			s, err := spend(l.dir, nil, argv)
			return s.cpu, err
		}
	}
	s, err := interleave(l.times(200), cpu(l.lifeboat, "version"), cpu("true"))
	if err != nil {
		return nil, err
	}
	return []row{within("CPU of `lifeboat version`", "true", s[0], s[1], 12*time.Millisecond)}, nil
}
