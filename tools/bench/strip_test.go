package main

import (
	"strings"
	"testing"
)

// A text is found however the sequences around it are cut by reads.
func TestStripperAtAnyCut(t *testing.T) {
	const in = "\x1b[?1049h\x1b]2;a title\a\x1b[1;38;5;7mWork\x1b[4Cloads\x1b[0m \x1b(B\x1bPq\x1b\\ ? keys\r\n\x1b[2J│"
	const want = "Workloads?keys│"
	for size := 1; size <= len(in); size++ {
		var s stripper
		var out []byte
		for rest := in; rest != ""; {
			n := min(size, len(rest))
			out = s.add(out, []byte(rest[:n]))
			rest = rest[n:]
		}
		if string(out) != want {
			t.Fatalf("in reads of %d bytes: %q, want %q", size, out, want)
		}
	}
}

func TestScreenSeesWhatAProgramShows(t *testing.T) {
	s, err := show(t.TempDir(), []string{"PATH=/usr/bin:/bin"}, "sh", "-c", `printf '\033[1mready \033[0mnow\n'; read x; printf 'got %s' "$x"; read y`)
	if err != nil {
		t.Fatal(err)
	}
	at, err := s.await("ready now")
	if err != nil || !at.After(s.started) {
		t.Error(at, err)
	}
	pressed, err := s.press("key\n")
	if err != nil {
		t.Error(err)
	}
	if at, err := s.await("got key"); err != nil || !at.After(pressed) {
		t.Error(at, err)
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
	if _, err := s.await("never"); err == nil || !strings.Contains(err.Error(), "ended before") {
		t.Errorf("a program that has ended: %v", err)
	}
}
