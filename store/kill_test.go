package store

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// A process that is killed while it appends leaves a journal without a gap,
// that holds all that was acknowledged, and that the next process goes on
// with.
func TestKilledWhileAppending(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "state", "lifeboat.db")
	var last int64
	for round := range 8 {
		acked := killAfter(t, path, 1+rand.IntN(40))
		s := open(t, path)
		events, err := s.Events(ctx, "aa")
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if _, err := drill.Fold(events); err != nil {
			t.Errorf("round %d: %v", round, err)
		}
		if n := int64(len(events)); n < acked || acked <= last {
			t.Errorf("round %d: %d events after %d were acknowledged, %d before", round, n, acked, last)
		}
		sum, err := s.FindRun(ctx, "aa")
		if err != nil || sum.Size != int64(len(events)) {
			t.Errorf("round %d: the summary is of event %d, the journal ends at %d (%v)", round, sum.Size, len(events), err)
		}
		last = acked
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killAfter starts a process that appends, and kills it when it has
// acknowledged n more portions. It returns the last event that was.
func killAfter(t *testing.T, path string, n int) int64 {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(exe, "-test.run=^TestChildAppends$")
	child.Env = append(os.Environ(), "LIFEBOAT_TEST_APPEND="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var acked int64
	lines := bufio.NewScanner(out)
	for n > 0 && lines.Scan() {
		text, ok := strings.CutPrefix(lines.Text(), "acknowledged ")
		if !ok {
			continue
		}
		if acked, err = strconv.ParseInt(text, 10, 64); err != nil {
			t.Fatal(err)
		}
		n--
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // what it said before it died counts
		if text, ok := strings.CutPrefix(lines.Text(), "acknowledged "); ok {
			acked, _ = strconv.ParseInt(text, 10, 64)
		}
	}
	if err := child.Wait(); err == nil {
		t.Fatal("the process ended by itself")
	}
	return acked
}

// TestChildAppends is the other half of TestKilledWhileAppending: it appends
// portions of three events until it is killed. The summary's size is the
// number of its newest event.
func TestChildAppends(t *testing.T) {
	path := os.Getenv("LIFEBOAT_TEST_APPEND")
	if path == "" {
		return // started by itself: nothing to append to
	}
	ctx := context.Background()
	s := open(t, path)
	seq := int64(0)
	if sum, err := s.FindRun(ctx, "aa"); err == nil {
		seq = sum.Size
	} else {
		a := journal(t, rand.New(rand.NewPCG(1, 1)), "aa", 0)
		if err := s.Append(ctx, a.events, drill.Summary{ID: "aa", Size: 1}); err != nil {
			t.Fatal(err)
		}
		seq = 1
	}
	for {
		var events []drill.Event
		for range 3 {
			seq++
			body := drill.Noted{Text: strings.Repeat("note ", 1+int(seq%300))}
			events = append(events, drill.Event{Run: "aa", Seq: seq, At: origin, Body: body})
		}
		if err := s.Append(ctx, events, drill.Summary{ID: "aa", Size: seq}); err != nil {
			t.Fatal(err)
		}
		fmt.Println("acknowledged", seq)
	}
}
