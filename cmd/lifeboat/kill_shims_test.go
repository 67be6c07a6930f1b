package main

import (
	"math/rand/v2"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// TestKilledWithItsShims kills lifeboats and their shims, both, at random
// moments, and resumes until the run ends. No command runs twice, nothing is
// left, and nothing passes of which a command's end is unknown. LIFEBOAT_KILLS
// says how often.
func TestKilledWithItsShims(t *testing.T) {
	n := times(t, 8)
	k := newKiller(t)
	start := time.Now()
	if ended, out := k.strike(time.Minute, "run", "shop", "--yes"); !ended || !strings.Contains(out, "PASSED") {
		t.Fatalf("it does not even pass when it is left alone:\n%s", out)
	}
	whole := time.Since(start)
	random := rand.New(rand.NewPCG(20261122, 4))
	kills, verdicts := 0, map[drill.Verdict]int{}
	for kills < n {
		_ = os.Remove(k.effects)
		args, before := []string{"run", "shop", "--yes"}, k.newest()
		for {
			ended, out := k.strikeAll(time.Duration(random.Int64N(int64(whole))), random.IntN(2) == 0, args...)
			if !ended {
				kills++
			}
			now := k.newest()
			if now == before && ended {
				t.Fatalf("no run:\n%s", out)
			}
			if now != before {
				args = []string{"resume", "--yes"}
			}
			if now != before && ended {
				verdicts[k.judgeKilled(now, out)]++
				break
			}
		}
	}
	k.gone()
	t.Logf("%d kills: %v", kills, verdicts)
}

// strikeAll is strike, for a lifeboat and its shims.
func (k *killer) strikeAll(after time.Duration, shimsFirst bool, args ...string) (ended bool, out string) {
	v := k.start(args...)
	select {
	case <-v.end:
		return true, v.out.String()
	case <-time.After(after):
	}
	if shimsFirst {
		k.signal(syscall.SIGKILL, k.processes(shimWord)...)
	}
	v.kill()
	k.signal(syscall.SIGKILL, k.processes(shimWord)...)
	return false, v.out.String()
}

// judgeKilled looks at what a run has left whose shims were killed too.
func (k *killer) judgeKilled(run, out string) drill.Verdict {
	k.t.Helper()
	_, s := k.journal(run)
	if !s.Ended() {
		k.t.Errorf("run %s has not ended:\n%s", run, out)
	}
	unknown := false
	for _, ts := range s.Tasks {
		r := ts.Result
		if r == nil {
			continue
		}
		unseen := ts.Task.Kind == drill.TaskShell && r.Unknown
		unknown = unknown || unseen || strings.Contains(r.Error, "was not started") // both of its shims were killed
	}
	did, _ := os.ReadFile(k.effects)
	switch all := "one\ntwo\nthree\nfour\n"; {
	case unknown && s.Verdict == drill.VerdictPassed:
		k.t.Errorf("run %s passed, and the end of a command is unknown:\n%s", run, out)
	case !unknown && s.Verdict != drill.VerdictPassed:
		k.t.Errorf("run %s ended %s %v:\n%s", run, s.Verdict, s.Reasons, out)
	case !unknown && string(did) != all, !strings.HasPrefix(all, string(did)):
		k.t.Errorf("run %s: its commands left %q", run, did)
	}
	for _, sc := range s.Scratch {
		if sc.Status == drill.ScratchLeft { // its removal was killed twice: it is named, and the next start removes it
			return s.Verdict
		}
	}
	k.clean(run)
	return s.Verdict
}
