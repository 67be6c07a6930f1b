package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The window is closed in the middle of a command: it goes on, and resume
// finds it.
func TestTerminalClosed(t *testing.T) {
	p := newProgram(t, t.TempDir(), nil)
	p.write("wait.md", waitBook)
	y := p.onTerminal(100, 30, "run", "wait.md")
	y.see("Wait")
	started := filepath.Join(p.dir, "started")
	for end := time.Now().Add(30 * time.Second); ; { // enter begins, enter again runs
		y.press("\r")
		if _, err := os.Stat(started); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the command did not begin: %q", tailOf(y.bytes(0)))
		}
	}
	if err := y.file.Close(); err != nil { // the kernel sends SIGHUP
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- y.cmd.Wait() }()
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		t.Fatal("lifeboat did not end with its terminal")
	}
	out, _ := p.run("history")
	if !strings.Contains(out, "not ended") {
		t.Errorf("the run has ended with its terminal: %s", out)
	}
	if _, err := os.Stat(filepath.Join(p.dir, "effects")); err == nil {
		t.Fatal("the command has ended")
	}
	p.write("go", "")
	out, err := p.run("resume", "--yes", "--plain")
	if err == nil || !strings.Contains(out, "INCONCLUSIVE") || !strings.Contains(out, "step 2 of 2: After") {
		t.Errorf("%v: %s", err, out)
	}
	if strings.Contains(out, "FAILED") {
		t.Errorf("the command did not live on: %s", out)
	}
	if got, err := os.ReadFile(filepath.Join(p.dir, "effects")); err != nil || string(got) != "waited\nafter\n" {
		t.Errorf("effects %q, %v", got, err)
	}
}

// A signal that asks the screens to end ends them, each time.
func TestSignalEndsTheScreen(t *testing.T) {
	p := newProgram(t, t.TempDir(), nil)
	p.write("wait.md", waitBook)
	for i := range times(t, 8) {
		y := p.onTerminal(100, 30, "run", "wait.md")
		y.see("Wait")
		if err := y.cmd.Process.Signal([]os.Signal{syscall.SIGTERM, syscall.SIGINT}[i%2]); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- y.cmd.Wait() }()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Fatalf("try %d: it does not end: %q", i, tailOf(y.bytes(0)))
		}
	}
}
