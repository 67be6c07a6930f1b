package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
)

var rows = drivers.CheckResult{
	Name: "rows orders", Outcome: drivers.Passed, Got: "1204", Want: ">= 1000", Source: "1210", Proves: true,
}

func passed(t *testing.T) *tale {
	newest := nine.Add(-7*time.Hour - 4*time.Second)
	age := drivers.CheckResult{Name: "newest order", Outcome: drivers.Passed, Proves: true, Newest: &newest}
	l := begin(t, drill.ModeDrill).preflight().verified().restored()
	l.at(time.Minute, drill.Noted{Text: "The NAS was slow today.\nAsk storage."})
	return l.checked(true, rows, age).conclude(drill.VerdictPassed)
}

func failedVerify(t *testing.T) *tale {
	l := begin(t, drill.ModeDrill).preflight().step(2)
	return l.work(61*time.Second, drill.Task{
		Kind: drill.TaskVerify, Title: "verify 20261121T020004Z to readable", Step: 2, Final: true,
	}, drill.Result{Error: "the dump is cut short at byte 1048576", Verification: &drivers.Verification{
		Point: goodPoint.ID, Copy: "nightly", Asked: drivers.GradeReadable, Proved: drivers.GradeStructure,
		Results: []drivers.GradeResult{
			{Grade: drivers.GradeStructure, Outcome: drivers.Passed, Detail: "table of contents lists 14 tables", Took: time.Second},
			{
				Grade: drivers.GradeReadable, Outcome: drivers.Failed, Detail: `data of "public"."orders" ends at byte 1048576 of 2254857830`,
				Hint: "choose an older point, and look at the job that made this one", Took: time.Minute,
			},
		},
	}}).conclude(drill.VerdictFailed, "recovery point 20261121T020004Z is not readable")
}

func noChecks(t *testing.T) *tale {
	return begin(t, drill.ModeDrill).preflight().verified().restored().step(4).
		at(0, drill.StepEnded{Step: 4, Status: drill.StepSkipped, Reason: "no checks are declared"}).conclude(drill.VerdictInconclusive, "no check looked at restored data and held")
}

func aborted(t *testing.T) *tale {
	return begin(t, drill.ModeDrill).preflight().at(40*time.Second).conclude(drill.VerdictAborted, "the pager went off")
}

func rolledBack(t *testing.T) *tale {
	l := begin(t, drill.ModeIncident).preflight().verified().step(3)
	target := drivers.Target{Kind: drivers.TargetLive, Name: "orders-db (live)"}
	plan := &drivers.Plan{Request: drivers.RestoreRequest{Point: goodPoint, Target: target}}
	l.work(30*time.Second, drill.Task{
		Kind: drill.TaskRestore, Title: "restore 20261121T020004Z into orders-db (live)", Step: 3, Final: true, Plan: plan, Target: &target,
	}, drill.Result{Error: "pg_restore: could not connect to server", Hint: "is the server up?"})
	undo := def(drill.SectionRollback, drill.PhaseOther, "Start the old primary again", 0, sh("systemctl start postgresql\nsystemctl status postgresql"))
	l.at(time.Minute, drill.RollbackStarted{Steps: []drill.StepDef{undo}}, drill.StepStarted{Step: 4})
	l.work(3*time.Second, drill.Task{
		Kind: drill.TaskShell, Title: "systemctl start postgresql …", Script: "systemctl start postgresql\nsystemctl status postgresql", Step: 4, Final: true,
	}, drill.Result{Code: 3, Error: "exit status 3"})
	return l.conclude(drill.VerdictFailed, "rolled back", `step "Restore": pg_restore: could not connect to server`)
}

// byHand skips, edits, does by hand, holds the clock, and leaves its scratch
// target behind.
func byHand(t *testing.T) *tale {
	l := begin(t, drill.ModeDrill).at(0, drill.Answered{Name: "disk", Value: "/mnt"}, drill.StepStarted{Step: 0})
	l.at(time.Second, drill.UnitEnded{Step: 0, Unit: 0, Status: drill.UnitSkipped, Note: "there is no window on Saturdays"})
	l.work(time.Second, drill.Task{
		Kind: drill.TaskShell, Title: "df -h /mnt /var", Script: "df -h /mnt /var", Step: 0, Unit: 1, Final: true, Vars: map[string]string{"disk": "/mnt"},
	}, drill.Result{OK: true})
	l.at(0, drill.ClockHeld{Reason: "fire alarm"}).at(10*time.Minute, drill.ClockResumed{})
	l.step(1).at(0, drill.PointChosen{Point: goodPoint, Why: "chosen by the operator"})
	l.at(time.Minute, drill.StepEnded{Step: 1, Status: drill.StepByHand, Reason: "found it on the NAS"}, drill.StepStarted{Step: 2})
	l.at(time.Second, drill.StepEnded{Step: 2, Status: drill.StepSkipped, Reason: "verified last night"})
	l.restored().step(4).at(time.Minute, drill.UnitEnded{Step: 4, Unit: 0, Status: drill.UnitByHand, Note: "counted the rows with psql"})
	l.at(0, drill.StepEnded{Step: 4, Status: drill.StepDone})
	id := l.fold().Scratch[0].Record.ID
	l.at(0, drill.Concluded{Verdict: drill.VerdictInconclusive, Reasons: []string{"no check looked at restored data and held"}})
	l.at(0, drill.ScratchKept{ID: id, Why: "kept on failure, as asked", Until: l.now.AddDate(0, 0, 1)})
	return l.at(0, drill.RunEnded{})
}

// running is in the middle of its restore.
func running(t *testing.T) *tale {
	l := begin(t, drill.ModeIncident).preflight().verified().step(3)
	return l.at(time.Second, drill.TaskStarted{Task: drill.Task{
		ID: "t9", Kind: drill.TaskRestore, Title: "restore 20261121T020004Z into orders-db (live)", Step: 3, Final: true,
	}})
}

// dirty has passed, and its process was killed while it cleaned up.
func dirty(t *testing.T) *tale {
	l := passed(t)
	l.events = l.events[:len(l.events)-2] // neither the end of the removal nor of the run
	return l
}

// hostile is a run of which every text wants to be something else.
func hostile(t *testing.T) *tale {
	const evil = "\x1b[2J\x1b]0;title\a# PASSED\r\n| a | b |\n<script>alert(1)</script> ![x](http://evil.example/x.png) [y](javascript:1) `code` **b** @team #1 $x$ www.evil.example postgres://app:hunter2@db1/orders \u202egpj.exe"
	l := begin(t, drill.ModeDrill)
	start := l.events[0].Body.(drill.RunStarted)
	start.Info.Workload, start.Info.Title, start.Info.Operator, start.Info.Owner = evil, evil, evil, evil
	start.Steps[0].Step.Title = evil
	l.events[0].Body = start
	l.at(0, drill.StepStarted{Step: 0}, drill.Noted{Text: evil}).work(time.Second, drill.Task{
		Kind: drill.TaskShell, Title: evil, Script: "cat <<E\n```\n" + evil + "\nE", Step: 0, Unit: 1, Final: true,
	}, drill.Result{Code: 1, Error: evil, Hint: evil, Warnings: []string{evil}})
	l.at(0, drill.StepEnded{Step: 0, Status: drill.StepSkipped, Reason: evil})
	return l.checked(false, drivers.CheckResult{Name: evil, Outcome: drivers.Failed, Got: evil, Want: "`|`", Detail: evil, Proves: true}).conclude(drill.VerdictFailed, evil)
}

var tales = map[string]func(*testing.T) *tale{
	"passed": passed, "failed-verify": failedVerify, "no-checks": noChecks, "aborted": aborted, "rolled-back": rolledBack,
	"by-hand": byHand, "running": running, "cleaning-up": dirty, "hostile": hostile,
}

func TestGolden(t *testing.T) {
	for name, tell := range tales {
		s := tell(t).fold()
		for form, write := range map[string]func(*bytes.Buffer) error{
			"markdown": func(b *bytes.Buffer) error { return Markdown(b, &s) },
			"json":     func(b *bytes.Buffer) error { return JSON(b, &s) },
			"summary":  func(b *bytes.Buffer) error { return Summary(b, &s) },
		} {
			t.Run(name+"/"+form, func(t *testing.T) {
				var b bytes.Buffer
				if err := write(&b); err != nil {
					t.Fatal(err)
				}
				golden.RequireEqual(t, b.Bytes())
			})
		}
	}
}

// What has not ended has not passed, at any moment of any tale. The verdict is
// the engine's, or none.
func TestNeverPassedBeforeTheEnd(t *testing.T) {
	for name, tell := range tales {
		l := tell(t)
		for n := 1; n <= len(l.events); n++ {
			s, err := drill.Fold(l.events[:n])
			if err != nil {
				t.Fatal(err)
			}
			d := New(&s)
			if want := string(s.Verdict); s.Ended() && d.Verdict != want || !s.Ended() && d.Verdict != inProgress {
				t.Errorf("%s after event %d: %s", name, n, d.Verdict)
			}
			var md, sum bytes.Buffer
			if err := Markdown(&md, &s); err != nil {
				t.Fatal(err)
			}
			if err := Summary(&sum, &s); err != nil {
				t.Fatal(err)
			}
			if heading, _, _ := strings.Cut(md.String(), "\n"); !s.Ended() && strings.HasSuffix(heading, "PASSED") ||
				!s.Ended() && !strings.HasPrefix(sum.String(), "verdict   IN PROGRESS") {
				t.Errorf("%s after event %d: %s\n%s", name, n, heading, sum.String())
			}
		}
	}
}

// A document that lacks a key, or has null for a list, breaks its readers.
func TestJSONShape(t *testing.T) {
	empty := drill.State{Current: -1}
	for _, s := range []drill.State{empty, passed(t).fold()} {
		var b bytes.Buffer
		if err := JSON(&b, &s); err != nil {
			t.Fatal(err)
		}
		var doc map[string]json.RawMessage
		if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"reasons", "phases", "steps", "cleanup", "checks", "scratch", "notes", "deviations"} {
			if !bytes.HasPrefix(doc[key], []byte("[")) {
				t.Errorf("%s is %s, not a list", key, doc[key])
			}
		}
		for _, key := range []string{"format", "run", "workload", "mode", "verdict", "runbook", "operator", "host", "version", "times", "rto", "rpo", "point", "verification", "states"} {
			if len(doc[key]) == 0 {
				t.Errorf("%s is missing", key)
			}
		}
	}
}
