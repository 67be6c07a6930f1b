package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// mount puts a small disk of its own at a directory.
func mount(t *testing.T, dir string, size int) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dk,mode=0700", size)); err != nil {
		t.Skipf("a small disk can't be mounted (%v): run it as root, outside of a container that forbids mounts", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
}

// fill leaves so many KiB free on the disk of a directory, and gives the file
// that takes the rest.
func fill(t *testing.T, dir string, leave int) string {
	t.Helper()
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "filler")
	if n := int(st.Bavail)*int(st.Bsize) - leave<<10; n > 0 {
		if err := os.WriteFile(file, make([]byte, n), 0o600); err != nil && !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
	return file
}

// complaint proves that a lifeboat that could not go on said so in one line,
// and what to do next in not more than another.
func complaint(t *testing.T, out, word string) {
	t.Helper()
	said, next := 0, 0
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, "lifeboat: ") {
			said++
			if !strings.Contains(line, word) {
				t.Errorf("%q is not in %q", word, line)
			}
		}
		if strings.HasPrefix(line, "  → ") {
			next++
		}
	}
	if said != 1 || next > 1 {
		t.Errorf("%d lines of what happened, %d of what to do:\n%s", said, next, out)
	}
}

// noisyBook is killBook with a command that prints more than its disk may hold.
func noisyBook(k *killer) string {
	book := fmt.Sprintf(killBook, "```", k.effects)
	return strings.Replace(book, "echo two >>", "seq 20000; echo two >>", 1)
}

// TestFullDisk fills the disk of the state directory at one point of the run
// after the other: before it, in the middle of a command's output, between an
// end and the journal, at the seal. The status is 1, with one line; the journal
// is whole; with space again `resume` brings the run to its end.
func TestFullDisk(t *testing.T) {
	k := newKiller(t)
	k.write(filepath.Join(k.dir, "runbooks", "kill.md"), noisyBook(k))
	verdicts := map[drill.Verdict]int{}
	step := max(8, 900/times(t, 12))
	last := ""
	for leave := 0; leave <= 900; leave += step {
		_ = os.Remove(k.effects)
		mount(t, k.state(), 2<<10)
		if leave%(2*step) == 0 { // each second time the database is there
			if v := k.start("history"); v.code() != exitGood {
				t.Fatal(v.out.String())
			}
		}
		filler := fill(t, k.state(), leave)
		v := k.start("run", "shop", "--yes")
		code, out := v.code(), v.out.String()
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		said := fmt.Sprintf("with %d KiB: exit %d\n%s", leave, code, out)
		switch {
		case code == exitBad:
			complaint(t, out, "no space left")
		case code != exitGood:
			t.Error(said)
		}
		verdicts[k.afterwards(said)]++
		if err := unix.Unmount(k.state(), 0); err != nil {
			k.gone() // what was kept ready ends with its lifeboat
			if err := unix.Unmount(k.state(), 0); err != nil {
				t.Fatal(err)
			}
		}
		if last = said; t.Failed() {
			t.Fatalf("failed %s", said)
		}
	}
	if !strings.Contains(last, "PASSED") {
		t.Errorf("the disk was never large enough: %s", last)
	}
	if verdicts[drill.VerdictPassed] < 3 || verdicts[""] == 0 {
		t.Errorf("too little was tried: %v", verdicts)
	}
	t.Log(verdicts)
}

// afterwards resumes, with space again, a run that a full disk has stopped,
// and looks at what it leaves. Without a verdict: no run had begun.
func (k *killer) afterwards(said string) drill.Verdict {
	k.t.Helper()
	st := k.open()
	sum, err := st.FindRun(k.t.Context(), "")
	st.Close()
	if errors.Is(err, drill.ErrNoRun) {
		return ""
	}
	if err != nil {
		k.t.Errorf("%v, %s", err, said)
		return ""
	}
	v := k.start("resume", "--yes")
	code := v.code()
	verdict := k.judgeKilled(sum.ID, said+"\n-- resumed:\n"+v.out.String())
	if want := map[drill.Verdict]int{drill.VerdictPassed: exitGood, drill.VerdictInconclusive: exitBad}[verdict]; code != want {
		k.t.Errorf("resumed to %s with exit %d: %s\n-- resumed:\n%s", verdict, code, said, v.out.String())
	}
	return verdict
}

// A scratch directory whose disk is full is refused before anything is restored.
func TestFullScratchDisk(t *testing.T) {
	k := newKiller(t)
	mount(t, k.tmp, 300)
	filler := fill(t, k.tmp, 60) // the shop's database is larger
	v := k.start("run", "shop", "--yes")
	code, out := v.code(), v.out.String()
	_, s := k.journal(k.newest())
	if code != exitRefused || s.Verdict != drill.VerdictFailed || !s.Ended() || !s.Restored.IsZero() || !strings.Contains(out, "60 KiB free") {
		t.Errorf("exit %d, %s %v:\n%s", code, s.Verdict, s.Reasons, out)
	}
	k.clean(s.Info.ID)
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
}

// A state directory that can't be written shows what is in it, and takes no
// run.
func TestReadOnlyState(t *testing.T) {
	k := newKiller(t)
	mount(t, k.state(), 4<<10)
	if v := k.start("run", "shop", "--yes"); v.code() != exitGood {
		t.Fatal(v.out.String())
	}
	run := k.newest()
	k.gone()
	remount := func(flags uintptr) {
		t.Helper()
		if err := unix.Mount("", k.state(), "", unix.MS_REMOUNT|flags, ""); err != nil {
			t.Fatal(err)
		}
	}
	remount(unix.MS_RDONLY)
	for _, args := range [][]string{{"history"}, {"report"}, {"report", run, "--json"}, {"resume", run, "--watch", "--plain"}, {"resume", "--yes"}} {
		if v := k.start(args...); v.code() != exitGood || !strings.Contains(v.out.String(), run) {
			t.Errorf("%v: exit %d: %s", args, v.code(), v.out.String())
		}
	}
	if v := k.start("status"); v.code() != exitBad || !strings.Contains(v.out.String(), "copy offsite is stale") { // as it is of the demo
		t.Errorf("status: exit %d: %s", v.code(), v.out.String())
	}
	v := k.start("run", "shop", "--yes")
	if code := v.code(); code != exitBad {
		t.Errorf("run: exit %d: %s", code, v.out.String())
	}
	complaint(t, v.out.String(), "read-only")
	k.clean(run)
	remount(0)
	if v := k.start("run", "shop", "--yes"); v.code() != exitGood || k.newest() == run {
		t.Errorf("writable again: %s", v.out.String())
	}
}
