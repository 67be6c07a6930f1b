package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill/report"
)

// A laptop that is closed stops all of lifeboat in the middle of a command.
// Opened again, it goes on, and the time counts.
func TestStandingStill(t *testing.T) {
	const still = 1500 * time.Millisecond
	for name, words := range map[string][]string{"all of it": nil, "the engine alone": {"run"}} {
		t.Run(name, func(t *testing.T) {
			k := newKiller(t)
			v, run := k.waits()
			stopped := k.processes(words...)
			if len(stopped) == 0 {
				t.Fatal("nothing runs")
			}
			k.signal(syscall.SIGSTOP, stopped...)
			k.goOn()
			if w := k.start("history"); w.code() != exitGood || !strings.Contains(w.out.String(), "not ended") {
				t.Errorf("meanwhile: %s", w.out.String())
			}
			w := k.start("resume", run, "--yes") // who stands still drives
			if code := w.code(); code != exitRefused {
				t.Errorf("resumed meanwhile: exit %d: %s", code, w.out.String())
			}
			time.Sleep(still)
			k.signal(syscall.SIGCONT, stopped...)
			if code := v.code(); code != exitBad || k.effect() != "waited\nafter\n" { // nothing was restored: inconclusive
				t.Errorf("exit %d, effects %q:\n%s", code, k.effect(), v.out.String())
			}
			_, s := k.journal(run)
			task := s.Tasks[0]
			took, whole := task.Ended.Sub(task.Started), s.Closed.Sub(s.Created)
			if task.Result == nil || !task.Result.OK || took > whole {
				t.Errorf("the command took %s of %s: %+v", took, whole, task.Result)
			}
			if words == nil && took < still {
				t.Errorf("the command took %s, and stood still for %s", took, still)
			}
			if whole < still {
				t.Errorf("the run took %s, and stood still for %s", whole, still)
			}
			k.sane(run)
		})
	}
}

// sane proves that no time in a run's report is negative.
func (k *killer) sane(run string) {
	k.t.Helper()
	_, s := k.journal(run)
	var b bytes.Buffer
	if err := report.JSON(&b, &s); err != nil {
		k.t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		k.t.Fatal(err)
	}
	n := 0
	var look func(key string, v any)
	look = func(key string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				look(k, x)
			}
		case []any:
			for _, x := range v {
				look(key, x)
			}
		case float64:
			if strings.HasSuffix(key, "_s") {
				if n++; v < 0 {
					k.t.Errorf("%s is %v", key, v)
				}
			}
		}
	}
	look("", doc)
	if n == 0 {
		k.t.Error("the report holds no times")
	}
}

// Two want to go on with one run, and a third looks on: one drives, the other
// is refused, the third sees all. LIFEBOAT_KILLS says how often.
func TestTwoAtOnce(t *testing.T) {
	k := newKiller(t)
	for range times(t, 3) {
		v, run := k.waits()
		v.kill()
		watch := k.start("resume", run, "--watch", "--plain")
		one, two := k.start("resume", run, "--yes"), k.start("resume", run, "--yes")
		var refused, drives *victim
		select {
		case <-one.end:
			refused, drives = one, two
		case <-two.end:
			refused, drives = two, one
		case <-time.After(time.Minute):
			t.Fatal("both drive")
		}
		if code := refused.code(); code != exitRefused {
			t.Errorf("refused with exit %d: %s", code, refused.out.String())
		}
		complaint(t, refused.out.String(), "another lifeboat drives this run")
		k.goOn()
		if code := drives.code(); code != exitBad || k.effect() != "waited\nafter\n" {
			t.Errorf("exit %d, effects %q:\n%s", code, k.effect(), drives.out.String())
		}
		if code := watch.code(); code != exitBad {
			t.Errorf("looked on: exit %d", code)
		}
		for _, line := range []string{"echo up >> started", "picked up by", "step 2 of 2: After", "concluded: inconclusive"} {
			if !strings.Contains(watch.out.String(), line) {
				t.Errorf("who looked on did not see %q:\n%s", line, watch.out.String())
			}
		}
		if _, s := k.journal(run); len(s.Resumes) != 1 || !s.Ended() {
			t.Errorf("picked up %d times, ended %v", len(s.Resumes), s.Ended())
		}
		k.sane(run)
	}
	k.gone()
}
