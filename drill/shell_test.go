package drill_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/drilltest"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
)

// fenced makes a runbook with one step for each script.
func fenced(scripts ...string) string {
	var b strings.Builder
	b.WriteString("# Test\n")
	for i, s := range scripts {
		info := "bash"
		if head, rest, ok := strings.Cut(s, "|||"); ok {
			info, s = "bash {"+head+"}", rest
		}
		fmt.Fprintf(&b, "\n## %d. Step\n\n```%s\n%s\n```\n", i+1, info, s)
	}
	return b.String()
}

// outputs walks a runbook to its end and gives what each task printed.
func outputs(t *testing.T, text string, req drill.StartRequest) (drill.State, []string) {
	t.Helper()
	d, mem := drilltest.Desk(t, fake(), nil)
	req.Runbook = book(text)
	r := start(t, d, req)
	allow := func(s drill.State, no *drill.Refusal) drill.Command {
		if no.Kind == drill.RefuseConfirm {
			return drill.Allow{Typed: s.Info.Workload}
		}
		return nil
	}
	if err := drill.Walk(t.Context(), r, allow); err != nil {
		var no *drill.Refusal
		if !errors.As(err, &no) {
			t.Fatal(err)
		}
	}
	s := r.State()
	var out []string
	for _, ts := range s.Tasks {
		b, err := os.ReadFile(filepath.Join(d.RunDir(s.Info.ID), ts.Result.Output))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(b))
	}
	sameAfterReplay(t, mem, r)
	return s, out
}

func TestOneShellSession(t *testing.T) {
	dir := t.TempDir()
	_, out := outputs(t, fenced(
		"cd "+dir+"\nexport COLOUR='deep blue'\nplain=kept\nlist=(a 'b c')\nfn() { echo \"fn $1\"; }",
		"pwd; echo \"$COLOUR $plain ${list[1]}\"; fn x; env | grep ^COLOUR",
		"unset COLOUR",
		"echo \"[${COLOUR-gone}]\"",
	), drill.StartRequest{})
	want := dir + "\ndeep blue kept b c\nfn x\nCOLOUR=deep blue\n"
	if len(out) != 4 || out[1] != want {
		t.Errorf("got %q, want %q", out, want)
	}
	if out[3] != "[gone]\n" {
		t.Errorf("unset did not hold: %q", out[3])
	}
}

func TestSessionKeepsNoSecretOfTheEnvironment(t *testing.T) {
	t.Setenv("FROM_OUTSIDE", "hunter2-and-more")
	d, _ := drilltest.Desk(t, fake(), nil)
	r := start(t, d, drill.StartRequest{Runbook: book(fenced("export MINE=kept; echo $FROM_OUTSIDE >/dev/null", "true"))})
	until(t, r, func(s *drill.State) bool { return len(s.Tasks) == 1 && s.Tasks[0].Result != nil })
	kept := filepath.Join(d.RunDir(r.ID()), "session.sh")
	b, err := os.ReadFile(kept)
	if err != nil || !strings.Contains(string(b), "MINE=") || strings.Contains(string(b), "hunter2") {
		t.Errorf("the session holds %s (%v)", b, err)
	}
	if fi, err := os.Stat(kept); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v", fi.Mode())
	}
	if err := drill.Walk(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(kept); err == nil {
		t.Error("the session outlives its run")
	}
}

func TestInventorySecretsStayOutOfTheJournal(t *testing.T) {
	t.Setenv("OUTER_TOKEN", "hunter2-and-more")
	d, mem := drilltest.Desk(t, fake(), nil)
	d.Workloads()[0].Vars = map[string]string{"api_token": "${OUTER_TOKEN}", "region": "north"}
	r := start(t, d, drill.StartRequest{Runbook: book(fenced(`test "$api_token" = hunter2-and-more && echo ${region}`))})
	if err := drill.Walk(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	if s := r.State(); !s.Tasks[0].Result.OK {
		t.Errorf("got %+v", s.Tasks[0].Result)
	}
	events, err := mem.Events(t.Context(), r.ID())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if _, data, _ := drill.EncodeBody(e.Body); strings.Contains(string(data), `"hunter2-and-more"`) {
			t.Errorf("event %d holds it: %s", e.Seq, data)
		}
	}
}

func TestUnsetHolds(t *testing.T) {
	t.Setenv("FROM_OUTSIDE", "x")
	_, out := outputs(t, fenced("unset FROM_OUTSIDE", "echo [${FROM_OUTSIDE-gone}]"), drill.StartRequest{})
	if len(out) != 2 || out[1] != "[gone]\n" {
		t.Errorf("got %q", out)
	}
}

func TestSessionSurvivesTrapsAndLostDirectories(t *testing.T) {
	dir := t.TempDir()
	gone := filepath.Join(dir, "gone")
	_, out := outputs(t, fenced(
		"trap 'echo bye' EXIT; cd "+dir+"; export STAGE=two",
		"pwd; echo $STAGE; mkdir "+gone+"; cd "+gone+"; rmdir "+gone,
		"pwd; echo $STAGE; set -x",
		"exit 0",
	), drill.StartRequest{})
	if len(out) != 4 {
		t.Fatalf("got %q", out)
	}
	if out[0] != "bye\n" || out[1] != dir+"\ntwo\n" {
		t.Errorf("after a trap: %q", out)
	}
	if !strings.Contains(out[2], gone+" is gone") || !strings.Contains(out[2], "two\n") || strings.Contains(out[2], "set +eux") {
		t.Errorf("after its directory went: %q", out[2])
	}
}

func TestCaptureKeepsNoSecret(t *testing.T) {
	d, _ := drilltest.Desk(t, fake(), nil)
	d.Executor.(*drill.Local).Mask = func(w io.Writer) io.WriteCloser { return command.NewMask(w, []string{"hunter2-and-more"}) }
	r := start(t, d, drill.StartRequest{Runbook: book(fenced("capture=GOT|||echo hunter2-and-more"))})
	if err := drill.Walk(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	s := r.State()
	if res := s.Tasks[0].Result; res.OK || !strings.Contains(res.Error, "secret") || s.Vars["GOT"] != "" {
		t.Errorf("kept %q: %+v", s.Vars["GOT"], res)
	}
}

func TestCapture(t *testing.T) {
	_, out := outputs(t, fenced("capture=DUMP|||echo 'orders 1.dump'", `echo "<$DUMP>"`), drill.StartRequest{})
	if len(out) != 2 || out[1] != "<orders 1.dump>\n" {
		t.Errorf("got %q", out)
	}
}

func TestStrictShell(t *testing.T) {
	cases := map[string]struct {
		script string
		ok     bool
		text   string // in the error
	}{
		"success":            {"true", true, ""},
		"failure":            {"false", false, "exit status 1"},
		"errexit":            {"false\ntrue", false, "exit status 1"},
		"pipefail":           {"false | cat", false, "exit status 1"},
		"unset is no error":  {`echo "$NOT_SET_ANYWHERE_X"; true`, true, ""},
		"last line is told":  {"echo 'disk is gone' >&2; exit 3", false, "exit status 3: disk is gone"},
		"missing program":    {"no-such-program-here", false, "exit status 127"},
		"killed":             {"kill -9 $$", false, "SIGKILL"},
		"exit 0 is success":  {"exit 0; false", true, ""},
		"tested failure":     {"if false; then echo; fi; ! false", true, ""},
		"own trap":           {"trap 'echo bye' EXIT; true", true, ""},
		"syntax error":       {"if true", false, "exit status"},
		"control characters": {"printf '\\033[2Jboo\\n' >&2; false", false, "boo"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			text := fenced(c.script)
			s, _ := outputs(t, text, drill.StartRequest{Mode: drill.ModeIncident, Vars: map[string]string{"NOT_SET_ANYWHERE_X": ""}})
			r := s.Tasks[0].Result
			if r.OK != c.ok || !strings.Contains(r.Error, c.text) || strings.ContainsRune(r.Error, 27) {
				t.Errorf("ok %v, error %q", r.OK, r.Error)
			}
		})
	}
}

func TestTimeoutNamesItself(t *testing.T) {
	s, _ := outputs(t, fenced("timeout=100ms|||sleep 60"), drill.StartRequest{})
	if r := s.Tasks[0].Result; r.OK || !strings.Contains(r.Error, "did not end within 100ms") {
		t.Errorf("got %+v", r)
	}
}

func TestCommandAsCheckProvesData(t *testing.T) {
	restored := "# Test\n\n## 1. Restore it\n\n```bash\ntrue\n```\n\n## 2. Look\n\n```bash {check}\n%s\n```\n"
	for script, want := range map[string]drill.Verdict{"true": drill.VerdictPassed, "false": drill.VerdictFailed} {
		s, _ := outputs(t, fmt.Sprintf(restored, script), drill.StartRequest{})
		if s.Verdict != want {
			t.Errorf("%s: %s, want %s: %v", script, s.Verdict, want, s.Reasons)
		}
	}
	if s, _ := outputs(t, fenced("check|||true"), drill.StartRequest{}); s.Verdict != drill.VerdictInconclusive {
		t.Errorf("a check where nothing was restored: %s", s.Verdict)
	}
	if s, _ := outputs(t, fenced("true"), drill.StartRequest{}); s.Verdict != drill.VerdictInconclusive {
		t.Errorf("a command that is no check: %s", s.Verdict)
	}
}

// What an answer holds is judged where a command runs it.
func TestAnswersAreJudged(t *testing.T) {
	for answer, refused := range map[string]bool{"": false, "uptime": false, "systemctl stop app": true, "it's; rm -rf /srv": true} {
		d, _ := drilltest.Desk(t, fake(), nil)
		rb := book(fenced(`if [ -n "$STOP_APP" ]; then bash -c "$STOP_APP"; fi`))
		r := start(t, d, drill.StartRequest{Runbook: rb, Mode: drill.ModeIncident, Vars: map[string]string{"STOP_APP": answer}})
		_ = r.Do(t.Context(), drill.Next{})
		var no *drill.Refusal
		err := r.Do(t.Context(), drill.Next{})
		if got := errors.As(err, &no) && no.Kind == drill.RefuseConfirm; got != refused {
			t.Errorf("%q: got %v", answer, err)
		}
		if err := r.Close("end of the test"); err != nil {
			t.Error(err)
		}
	}
}

func TestDestructiveCommands(t *testing.T) {
	victim := filepath.Join(t.TempDir(), "live")
	if err := os.Mkdir(victim, 0o700); err != nil {
		t.Fatal(err)
	}
	script := "rm -rf " + victim
	s, _ := outputs(t, fenced(script), drill.StartRequest{})
	if len(s.Tasks) > 0 || s.Verdict != drill.VerdictAborted {
		t.Errorf("a drill ran %q: %s", script, s.Verdict)
	}
	d, _ := drilltest.Desk(t, fake(), nil)
	r := start(t, d, drill.StartRequest{Runbook: book(fenced(script)), Mode: drill.ModeIncident})
	_ = r.Do(t.Context(), drill.Next{})
	var no *drill.Refusal
	if err := r.Do(t.Context(), drill.Next{}); !errors.As(err, &no) || no.Kind != drill.RefuseConfirm {
		t.Fatalf("got %v", err)
	}
	if err := r.Do(t.Context(), drill.Allow{Typed: "orders"}); err == nil {
		t.Error("another workload's name was taken")
	}
	if _, err := os.Stat(victim); err != nil {
		t.Fatal("it was removed unasked")
	}
	if err := r.Do(t.Context(), drill.Allow{Typed: "shop"}); err != nil {
		t.Fatal(err)
	}
	if err := r.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(victim); err == nil {
		t.Error("confirmed, and not run")
	}
}

// TestDrillHurtsOnlyItsScratchTarget: naming the scratch target somewhere in
// a script does not make the rest of it harmless.
func TestDrillHurtsOnlyItsScratchTarget(t *testing.T) {
	victim := filepath.Join(t.TempDir(), "live")
	for script, runs := range map[string]bool{
		`rm -rf "$LIFEBOAT_TARGET_PATH"/old`:                                         true,
		`rm -rf "${LIFEBOAT_TARGET_PATH}/old" $LIFEBOAT_TARGET_PATH/older`:           true,
		"rm -rf " + victim + "   # not $LIFEBOAT_TARGET_PATH":                        false,
		`rm -rf "$LIFEBOAT_TARGET_PATH/old" ` + victim:                               false,
		`rm -rf "$LIFEBOAT_TARGET_PATH/../.."`:                                       false,
		`rm -rf "$LIFEBOAT_TARGET_PATH/$(cat list)"`:                                 false,
		`rm -rf "$LIFEBOAT_TARGET_PATHS"`:                                            false,
		`ls "$LIFEBOAT_TARGET_PATH"; psql "host=db1 dbname=other" -c 'drop table x'`: false,
		`psql -c 'drop table x'`:                                                     false,
	} {
		f := fake()
		d, _ := drilltest.Desk(t, f, nil)
		text := strings.Replace(drilltest.Walk, "## 5. Validate", "## 5. Hurt\n\n```bash\n"+script+"\n```\n\n## 6. Validate", 1)
		r := start(t, d, drill.StartRequest{Runbook: book(text)})
		err := drill.Walk(t.Context(), r, nil)
		ran := false
		for _, ts := range r.State().Tasks {
			ran = ran || ts.Task.Kind == drill.TaskShell
		}
		if ran != runs {
			t.Errorf("%s: ran %v, want %v (%v)", script, ran, runs, err)
		}
	}
}

func TestPlaceholdersAreAskedOnce(t *testing.T) {
	text := fenced("echo \"b=<bucket> r=${REGION_FOR_TEST}\"", "echo <bucket>")
	d, _ := drilltest.Desk(t, fake(), nil)
	r := start(t, d, drill.StartRequest{Runbook: book(text)})
	_ = r.Do(t.Context(), drill.Next{})
	var no *drill.Refusal
	if err := r.Do(t.Context(), drill.Next{}); !errors.As(err, &no) || no.Kind != drill.RefuseAnswer || len(no.Missing) != 2 {
		t.Fatalf("got %v, missing %v", err, no)
	}
	for _, n := range no.Missing {
		if err := r.Do(t.Context(), drill.Answer{Name: n, Value: "it's " + n}); err != nil {
			t.Fatal(err)
		}
	}
	if err := drill.Walk(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	s := r.State()
	b, _ := os.ReadFile(filepath.Join(d.RunDir(s.Info.ID), s.Tasks[0].Result.Output))
	if string(b) != "b=it's bucket r=it's REGION_FOR_TEST\n" {
		t.Errorf("got %q; ran %q", b, s.Tasks[0].Task.Script)
	}
}

// TestAnySequenceReplays throws random commands at a run: whatever they are,
// the journal tells the same as the live state, a run that ended leaves
// nothing behind, and no verdict is passed that was not earned.
func TestAnySequenceReplays(t *testing.T) {
	for seed := range uint64(150) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		f := fake()
		if rnd.IntN(3) == 0 {
			f.Fail([]string{"verify", "restore", "provision", "validate", "locate"}[rnd.IntN(5)], errors.New("by lot"))
		}
		if rnd.IntN(4) == 0 {
			unreadable(drivers.Failed)(f)
		}
		d, mem := drilltest.Desk(t, f, nil)
		mode := drill.ModeDrill
		if rnd.IntN(3) == 0 {
			mode = drill.ModeIncident
		}
		r := start(t, d, drill.StartRequest{Mode: mode})
		for range 40 {
			_ = r.Do(t.Context(), randomCommand(rnd))
			if rnd.IntN(8) > 0 {
				if err := r.Settle(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := r.Close("end of the test"); err != nil {
			t.Fatal(err)
		}
		s := r.State()
		if v, why := drill.Judge(&s); s.Verdict == drill.VerdictPassed && v != drill.VerdictPassed {
			t.Errorf("seed %d: passed, but %s: %v", seed, v, why)
		}
		if left := f.LeftOver(); len(left) > 0 {
			t.Errorf("seed %d: left behind: %v", seed, left)
		}
		sameAfterReplay(t, mem, r)
	}
}

func randomCommand(rnd *rand.Rand) drill.Command {
	ps := drivertest.Points(drilltest.Now.Add(-7*time.Hour), 3)
	all := []drill.Command{
		drill.Next{},
		drill.Next{},
		drill.Next{},
		drill.Next{},
		drill.Next{},
		drill.Next{},
		drill.Next{},
		drill.Next{},
		drill.Retry{},
		drill.Retry{},
		drill.ByHand{Note: "so"},
		drill.SkipUnit{Reason: "so"},
		drill.SkipStep{Reason: "so"},
		drill.SkipStep{},
		drill.Choose{Point: ps[rnd.IntN(3)].ID},
		drill.Choose{Point: "none"},
		drill.AddNote{Text: "hm"},
		drill.Hold{},
		drill.Release{},
		drill.Release{},
		drill.ConfirmPlan{Typed: "shop"},
		drill.Allow{Typed: "shop"},
		drill.RunEdited{Script: "true"},
		drill.Answer{Name: "x", Value: "y"},
	}
	if rnd.IntN(25) == 0 {
		all = []drill.Command{drill.Rollback{}, drill.Conclude{}, drill.Abort{}}
	}
	return all[rnd.IntN(len(all))]
}
