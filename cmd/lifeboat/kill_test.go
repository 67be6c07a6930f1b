package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/store"
)

// killBook leaves a line in a file for each command that has run.
const killBook = `# Shop

## 1. Find

%[1]sbash
echo one >> %[2]s
%[1]s

%[1]slifeboat
action: locate
%[1]s

%[1]slifeboat
action: choose
%[1]s

## 2. Restore

%[1]sbash
echo two >> %[2]s; sleep 0.1; echo three >> %[2]s
%[1]s

%[1]slifeboat
action: restore
to: scratch
%[1]s

## 3. Check

%[1]slifeboat
action: check
%[1]s

%[1]sbash
echo four >> %[2]s
%[1]s
`

// killer kills lifeboats.
type killer struct {
	t       *testing.T
	dir     string // the workspace
	tmp     string // where scratch targets are made
	effects string
}

func newKiller(t *testing.T) *killer {
	t.Helper()
	dir := t.TempDir()
	k := &killer{t: t, dir: filepath.Join(dir, "shop"), tmp: filepath.Join(dir, "tmp"), effects: filepath.Join(dir, "effects")}
	if err := os.Mkdir(k.tmp, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := k.command("demo", "--dir", k.dir, "--prepare").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	book := filepath.Join(k.dir, "runbooks", "kill.md")
	k.write(book, fmt.Sprintf(killBook, "```", k.effects))
	k.declare(book)
	return k
}

// declare gives the shop its runbook.
func (k *killer) declare(book string) {
	file := filepath.Join(k.dir, inventoryName)
	data, err := os.ReadFile(file)
	if err != nil {
		k.t.Fatal(err)
	}
	k.write(file, strings.Replace(string(data), "kind: sqlite", "kind: sqlite\n    runbook: "+book, 1))
}

func (k *killer) write(path, text string) {
	k.t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		k.t.Fatal(err)
	}
}

func (k *killer) state() string { return filepath.Join(k.dir, "state") }

// command is this program as a user starts it.
func (k *killer) command(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Args = append([]string{"lifeboat"}, args...)
	c.Env = append(os.Environ(), "LIFEBOAT_STATE="+k.state(), "TMPDIR="+k.tmp)
	if fi, err := os.Stat(k.dir); err == nil && fi.IsDir() {
		c.Dir = k.dir
	}
	return c
}

// strike starts a lifeboat and kills it after a while, unless it ends before.
func (k *killer) strike(after time.Duration, args ...string) (ended bool, out string) {
	c := k.command(args...)
	var b bytes.Buffer
	c.Stdout, c.Stderr = &b, &b
	c.WaitDelay = time.Second
	if err := c.Start(); err != nil {
		k.t.Fatal(err)
	}
	killed := time.AfterFunc(after, func() { _ = c.Process.Kill() })
	_ = c.Wait()
	return killed.Stop(), b.String()
}

// TestKilledAtAnyMoment kills a scripted run and those who pick it up, at
// random moments. Each time: no command runs twice, nothing is lost, and no
// scratch target stays. LIFEBOAT_KILLS says how often; 200 takes minutes.
func TestKilledAtAnyMoment(t *testing.T) {
	n := times(t, 12)
	k := newKiller(t)
	start := time.Now()
	if ended, out := k.strike(time.Minute, "run", "shop", "--yes"); !ended || !strings.Contains(out, "PASSED") {
		t.Fatalf("it does not even pass when it is left alone:\n%s", out)
	}
	whole := time.Since(start)
	random := rand.New(rand.NewPCG(20261122, 3))
	kills := 0
	for kills < n {
		kills += k.ordeal(random, whole)
	}
	t.Logf("%d kills", kills)
}

// ordeal is one run that is killed until it ends. It returns how often.
func (k *killer) ordeal(random *rand.Rand, whole time.Duration) int {
	k.t.Helper()
	_ = os.Remove(k.effects)
	moment := func() time.Duration { return time.Duration(random.Int64N(int64(whole))) }
	kills := 0
	args := []string{"run", "shop", "--yes"}
	before := k.newest()
	for {
		ended, out := k.strike(moment(), args...)
		if !ended {
			kills++
		}
		now := k.newest()
		if now == before { // killed before its journal began
			if !ended {
				continue
			}
			k.t.Fatalf("no run:\n%s", out)
		}
		args = []string{"resume", "--yes"}
		if ended {
			k.judge(now, out)
			return kills
		}
	}
}

func (k *killer) open() *store.Store {
	k.t.Helper()
	st, err := store.Open(context.Background(), filepath.Join(k.state(), "lifeboat.db"))
	if err != nil {
		k.t.Fatal(err)
	}
	return st
}

func (k *killer) newest() string {
	k.t.Helper()
	st := k.open()
	defer st.Close()
	sum, err := st.FindRun(context.Background(), "")
	if err != nil {
		k.t.Fatal(err)
	}
	return sum.ID
}

// judge looks at what a run has left.
func (k *killer) judge(run, out string) {
	k.t.Helper()
	_, s := k.journal(run)
	if s.Verdict != drill.VerdictPassed || !s.Ended() {
		k.t.Errorf("run %s ended %q %v:\n%s", run, s.Verdict, s.Reasons, out)
	}
	if got, err := os.ReadFile(k.effects); err != nil || string(got) != "one\ntwo\nthree\nfour\n" {
		k.t.Errorf("run %s: its commands left %q, %v", run, got, err)
	}
	k.clean(run)
}
