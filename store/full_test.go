package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drill"
)

const full = "f0110000" // the run that fills the disk

// appendUntilFull appends long portions until one does not fit, and returns
// how many events were acknowledged.
func appendUntilFull(t *testing.T, s *Store) int {
	t.Helper()
	for n := 0; n < 10_000; n += 3 {
		var events []drill.Event
		for i := range 3 {
			body := drill.Noted{Text: strings.Repeat("x", 20_000*i)} // the first one fits nearly always
			events = append(events, drill.Event{Run: full, Seq: int64(n + i + 1), At: origin, Body: body})
		}
		err := s.Append(context.Background(), events, drill.Summary{ID: full, Size: int64(n + 3)})
		var e *Error
		switch {
		case err == nil:
			continue
		case !errors.Is(err, ErrFull) || !errors.As(err, &e) || !strings.Contains(e.Hint, "free space"):
			t.Fatalf("after %d events: %v", n, err)
		}
		return n
	}
	t.Fatal("it never became full")
	return 0
}

// whole proves that exactly the acknowledged events are there.
func whole(t *testing.T, s *Store, want int) {
	t.Helper()
	events, err := s.Events(context.Background(), full)
	if err != nil || len(events) != want || want == 0 {
		t.Errorf("%d events, want %d: %v", len(events), want, err)
	}
	sum, err := s.FindRun(context.Background(), full)
	if err != nil || sum.Size != int64(want) {
		t.Errorf("the summary is of event %d, want %d: %v", sum.Size, want, err)
	}
}

func TestFullDatabase(t *testing.T) {
	s := open(t, kept(t))
	s.db.SetMaxOpenConns(1)
	limit := func(pages int) {
		if _, err := s.db.Exec(fmt.Sprint("PRAGMA max_page_count = ", pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(100)
	n := appendUntilFull(t, s)
	whole(t, s, n)
	limit(100_000)
	next := drill.Event{Run: full, Seq: int64(n + 1), At: origin, Body: drill.Noted{}}
	if err := s.Append(context.Background(), []drill.Event{next}, drill.Summary{ID: full, Size: next.Seq}); err != nil {
		t.Errorf("with space again: %v", err)
	}
	whole(t, s, n+1)
}

// A real full disk, where the test may mount one.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Logf("no small disk can be mounted here (%v): TestFullDatabase stands alone", err)
		return
	}
	defer func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) }()
	s := open(t, filepath.Join(dir, "state", "lifeboat.db"))
	n := appendUntilFull(t, s)
	whole(t, s, n)
	_ = s.Close()
	whole(t, open(t, s.path), n)
}
