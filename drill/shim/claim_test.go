package shim_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/shim"
)

const moment = 30 * time.Second // more than anything here takes on a busy machine

func TestATaskIsDone(t *testing.T) {
	b := newBench(t)
	s := b.supervisor()
	r := s.Supervise(t.Context(), b.task("echo hello; echo did >> effect"), true)
	if !r.OK || r.Unknown || r.Lines != 1 || r.Ended.IsZero() || b.read("effect") != "did\n" {
		t.Errorf("%+v, effect %q", r, b.read("effect"))
	}
	if got := b.read("run/t1.out"); got != "hello\n" {
		t.Errorf("output %q", got)
	}
	if s.Alive("r1", "t1") {
		t.Error("it has ended, and is alive")
	}
	for _, kind := range []string{"children", "progress"} {
		if _, err := os.Stat(b.path("run/t1." + kind)); err == nil {
			t.Errorf("its %s stay", kind)
		}
	}
	// Whoever asks again gets the same end, and nothing is done again.
	for _, fresh := range []bool{true, false} {
		if again := b.supervisor().Supervise(t.Context(), b.task("echo did >> effect"), fresh); !again.OK || again.SHA256 != r.SHA256 || !again.Ended.Equal(r.Ended) {
			t.Errorf("fresh %v: %+v", fresh, again)
		}
	}
	if b.read("effect") != "did\n" {
		t.Errorf("effect %q", b.read("effect"))
	}
}

func TestOneOfManyDoesIt(t *testing.T) {
	b := newBench(t)
	const n = 6
	results, fs := make([]drill.Result, n), []func(){}
	for i := range n {
		s := b.supervisor()
		fs = append(fs, func() {
			results[i] = s.Supervise(t.Context(), b.task("echo did >> effect; echo $RANDOM$RANDOM"), true)
		})
	}
	racers(fs...)
	for _, r := range results {
		if !r.OK || r.SHA256 != results[0].SHA256 {
			t.Errorf("%+v", r)
		}
	}
	if b.read("effect") != "did\n" {
		t.Errorf("effect %q", b.read("effect"))
	}
}

// A void claim: nobody does the task, also who comes late.
func TestLateShimIsStopped(t *testing.T) {
	b := newBench(t)
	if err := os.Mkdir(b.path("run"), 0o700); err != nil {
		t.Fatal(err)
	}
	for i, fresh := range []bool{false, true, false} {
		r := b.supervisor().Supervise(t.Context(), b.task("echo did >> effect"), fresh)
		if !r.Unstarted || r.OK || r.Unknown {
			t.Errorf("%d: %+v", i, r)
		}
	}
	if b.read("effect") != "" || b.supervisor().Alive("r1", "t1") {
		t.Errorf("effect %q", b.read("effect"))
	}
}

// One starts the task while another, who takes the first for dead, sees to it
// that it never begins: both agree on what became of it.
func TestBeginAgainstVoid(t *testing.T) {
	for round := range 12 {
		b := newBench(t)
		var one, two drill.Result
		first, second := b.supervisor(), b.supervisor()
		ready(b, first) // so that both have a short way to go
		racers(
			func() { one = first.Supervise(t.Context(), b.task("echo did >> effect"), true) },
			func() {
				for round%2 == 1 && b.read("run/t1.claim") == "" { // the first one wins each second time
					time.Sleep(time.Millisecond)
				}
				two = second.Supervise(t.Context(), b.task("echo did >> effect"), false)
			},
		)
		if one.Unstarted != two.Unstarted || one.OK != two.OK || one.OK == one.Unstarted || round%2 == 1 && !one.OK {
			t.Fatalf("%+v\n%+v", one, two)
		}
		if did := b.read("effect") == "did\n"; did != one.OK {
			t.Fatalf("effect %q of %+v", b.read("effect"), one)
		}
	}
}

// ready lets a supervisor do another task, so that a shim waits for the next.
func ready(b *bench, s *shim.Supervisor) {
	b.t.Helper()
	other := b.task("true")
	other.ID = "t0"
	if r := s.Supervise(b.t.Context(), other, true); !r.OK {
		b.t.Fatalf("%+v", r)
	}
}

// What can't be read is an end that nobody saw: never one that was good.
func TestDamagedFiles(t *testing.T) {
	for name, damage := range map[string]func(*bench){
		"result cut":       func(b *bench) { b.write("run/t1.result", `{"ok":true,"co`) },
		"result empty":     func(b *bench) { b.write("run/t1.result", "") },
		"result not there": func(b *bench) { _ = os.Remove(b.path("run/t1.result")) },
		"claim cut too": func(b *bench) {
			_ = os.Remove(b.path("run/t1.result"))
			b.write("run/t1.claim", `{"process":{"pi`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			if r := b.supervisor().Supervise(t.Context(), b.task("echo hello; echo did >> effect"), true); !r.OK {
				t.Fatalf("%+v", r)
			}
			damage(b)
			for _, fresh := range []bool{false, true} {
				r := b.supervisor().Supervise(t.Context(), b.task("echo did >> effect"), fresh)
				if !r.Unknown || r.OK || r.Unstarted || r.Hint == "" || !strings.Contains(r.Error, "its end was not seen") {
					t.Errorf("fresh %v: %+v", fresh, r)
				}
				if r.Lines != 1 || r.SHA256 == "" {
					t.Errorf("fresh %v: its output is not told: %+v", fresh, r)
				}
			}
			if b.read("effect") != "did\n" {
				t.Errorf("effect %q", b.read("effect"))
			}
		})
	}
}

// A result that can't be kept is no good end, whatever the command did.
func TestResultThatCanNotBeKept(t *testing.T) {
	b := newBench(t)
	if err := os.MkdirAll(b.path("run/t1.result/in-the-way"), 0o700); err != nil {
		t.Fatal(err)
	}
	r := b.supervisor().Supervise(t.Context(), b.task("echo did >> effect"), true)
	if !r.Unknown || r.OK || b.read("effect") != "did\n" {
		t.Errorf("%+v, effect %q", r, b.read("effect"))
	}
}

// Without a place for its output a command is not run.
func TestOutputThatCanNotBeKept(t *testing.T) {
	b := newBench(t)
	if err := os.MkdirAll(b.path("run/t1.out"), 0o700); err != nil {
		t.Fatal(err)
	}
	r := b.supervisor().Supervise(t.Context(), b.task("echo did >> effect"), true)
	if r.OK || r.Unknown || !strings.Contains(r.Error, "its output can't be kept") || b.read("effect") != "" {
		t.Errorf("%+v, effect %q", r, b.read("effect"))
	}
}

// Without a place for a run's files nothing is started.
func TestNoRunDirectory(t *testing.T) {
	b := newBench(t)
	b.write("run", "a file in the way")
	r := b.supervisor().Supervise(t.Context(), b.task("echo did >> effect"), true)
	if r.OK || r.Unknown || !strings.Contains(r.Error, "can't be started") || b.read("effect") != "" {
		t.Errorf("%+v", r)
	}
}

func TestRequestCutShort(t *testing.T) {
	for name, c := range map[string]struct {
		request string
		code    int
		said    string
	}{
		"nothing": {"", 0, ""},
		"half":    {`{"run_dir":"/nowhere","task":{"id":"t1","scr`, 4, "request"},
		"garbage": {"hello\n", 4, "request"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := spawn()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Stdin().Write([]byte(c.request)); err != nil {
				t.Fatal(err)
			}
			if err := p.Stdin().Close(); err != nil {
				t.Fatal(err)
			}
			if code, signal, said := p.Wait(); code != c.code || signal != "" || !strings.Contains(said, c.said) {
				t.Errorf("it ended with %d %q, said %q", code, signal, said)
			}
		})
	}
}

// A secret reaches the command, and no file of the task.
func TestSecretsAreGivenAndNotKept(t *testing.T) {
	const hidden = "hunter2-s3cret"
	b := newBench(t)
	task := b.task(`printf %s "$DB_PASSWORD" > effect; echo "it is $DB_PASSWORD"`)
	task.Secrets = map[string]string{"DB_PASSWORD": hidden}
	r := b.supervisor().Supervise(t.Context(), task, true)
	if !r.OK || b.read("effect") != hidden {
		t.Fatalf("%+v, the command saw %q", r, b.read("effect"))
	}
	if out := b.read("run/t1.out"); out != "it is [masked]\n" {
		t.Errorf("output %q", out)
	}
	for _, dir := range []string{"run", "session"} {
		files, err := os.ReadDir(b.path(dir))
		if err != nil || len(files) == 0 {
			t.Errorf("%s: %v %v", dir, files, err)
		}
		for _, f := range files {
			if strings.Contains(b.read(dir+"/"+f.Name()), hidden) {
				t.Errorf("%s/%s holds it", dir, f.Name())
			}
		}
	}
}
