package report

import (
	"fmt"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

var nine = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// tale is a journal that a test writes by hand, with a clock that each line
// moves on.
type tale struct {
	t      *testing.T
	now    time.Time
	events []drill.Event
	tasks  int
}

// at moves the clock on and journals.
func (l *tale) at(later time.Duration, bodies ...drill.Body) *tale {
	l.now = l.now.Add(later)
	for _, b := range bodies {
		l.events = append(l.events, drill.Event{Run: "7f3a90c2", Seq: int64(len(l.events)) + 1, At: l.now, Body: b})
	}
	return l
}

// work is a task that takes some time.
func (l *tale) work(took time.Duration, t drill.Task, r drill.Result) *tale {
	l.tasks++
	t.ID, t.Run, t.Workload = fmt.Sprint("t", l.tasks), "7f3a90c2", "orders-db"
	if t.Kind == drill.TaskShell {
		r.Output, r.Bytes, r.Lines = t.ID+".out", 2048, 12
		r.SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	}
	r.Took = took
	return l.at(5*time.Second, drill.TaskStarted{Task: t}).at(took, drill.TaskEnded{Task: t.ID, Result: r})
}

// step ends one step and begins the next.
func (l *tale) step(i int) *tale {
	s := l.fold()
	if st := s.Step(); st != nil && st.Status == drill.StepActive {
		l.at(10*time.Second, drill.StepEnded{Step: s.Current, Status: drill.StepDone})
	}
	return l.at(0, drill.StepStarted{Step: i})
}

func (l *tale) fold() drill.State {
	l.t.Helper()
	s, err := drill.Fold(l.events)
	if err != nil {
		l.t.Fatal(err)
	}
	return s
}

// conclude fixes the verdict and cleans up.
func (l *tale) conclude(v drill.Verdict, why ...string) *tale {
	s := l.fold()
	l.at(time.Second, drill.Concluded{Verdict: v, Reasons: why, Measure: l.measure(&s)})
	for i := range s.Scratch {
		if s.Scratch[i].Status == drill.ScratchReady {
			rec := s.Scratch[i].Record
			l.work(2*time.Second, drill.Task{Kind: drill.TaskDestroy, Title: "remove the scratch target " + rec.ID, Step: -1, Unit: -1, Scratch: &rec}, drill.Result{OK: true})
		}
	}
	return l.at(0, drill.RunEnded{})
}

// measure does by hand what the engine does when it concludes.
func (l *tale) measure(s *drill.State) drill.Measure {
	m := drill.Measure{Disaster: s.ClockStart(), Phases: map[drill.Phase]drill.PhaseTime{}}
	if !s.Info.Since.IsZero() {
		m.Phases[drill.PhaseDetect] = drill.PhaseTime{People: s.Began.Sub(s.Info.Since)}
	}
	for i := range s.Steps {
		st := &s.Steps[i]
		if st.Started.IsZero() {
			continue
		}
		p := m.Phases[st.Phase]
		p.Machine += st.Machine
		p.People += max(st.Spent(l.now)-st.Machine, 0)
		m.Phases[st.Phase] = p
	}
	if s.CheckedAfter > 0 {
		m.RTO, m.RTOHow = s.CheckedAfter, "last check that held"
	} else if s.RestoredAfter > 0 {
		m.RTO, m.RTOHow = s.RestoredAfter, "end of the restore"
	}
	if m.RTO > 0 {
		age, how, _ := s.DataAge(l.now)
		rto, rpo := m.RTO <= s.Info.RTO, age <= s.Info.RPO
		m.RTOMet, m.RPO, m.RPOHow, m.RPOMet = &rto, age, how, &rpo
		m.Data = m.Disaster.Add(-age)
	}
	return m
}

var goodPoint = drivers.RecoveryPoint{
	ID: "20261121T020004Z", Time: nine.Add(-7 * time.Hour), TimeSource: drivers.TimeManifest, Kind: drivers.PointFull,
	Size: 2_254_857_830, Copy: "nightly", Driver: "pgdump", Files: []string{"/mnt/nas/orders/orders-20261121.dump"},
}

func def(section drill.Section, phase drill.Phase, title string, budget time.Duration, blocks ...runbook.Block) drill.StepDef {
	return drill.StepDef{Section: section, Phase: phase, Step: runbook.Step{ID: title, Title: title, Budget: budget, Blocks: blocks}}
}

func act(name string) runbook.Block { return runbook.Block{Action: &runbook.Action{Name: name}} }

func sh(script string) runbook.Block {
	return runbook.Block{Command: &runbook.Command{Language: "bash", Script: script}}
}

func tick(text string) runbook.Block { return runbook.Block{Item: &runbook.Item{Text: text}} }

// begin opens the journal of a drill of five steps.
func begin(t *testing.T, mode drill.Mode) *tale {
	t.Helper()
	l := &tale{t: t, now: nine}
	info := drill.RunInfo{
		ID: "7f3a90c2", Workload: "orders-db", Kind: "postgresql", Tier: "1", Owner: "payments@example.com",
		Mode: mode, Title: "Restore the orders database", Runbook: "runbooks/orders.md",
		SHA256:   "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9",
		Operator: "ada", Host: "ops1", Version: "v0.1.0", RTO: time.Hour, RPO: 8 * time.Hour,
	}
	if mode == drill.ModeIncident {
		info.Since = nine.Add(-20 * time.Minute)
	}
	main := drill.SectionMain
	return l.at(0, drill.RunStarted{Info: info, Steps: []drill.StepDef{
		def(drill.SectionPreflight, drill.PhaseDecide, "Before you begin", 0, tick("The change window is open"), sh("df -h <disk>")),
		def(main, drill.PhaseLocate, "Locate the backup", time.Minute, act("locate"), act("choose")),
		def(main, drill.PhaseVerify, "Verify the backup", 10*time.Minute, act("verify")),
		def(main, drill.PhaseRestore, "Restore", 20*time.Minute, act("restore")),
		def(main, drill.PhaseValidate, "Validate", 5*time.Minute, act("check")),
	}})
}

// preflight ticks, runs df, locates and chooses.
func (l *tale) preflight() *tale {
	l.at(0, drill.Answered{Name: "disk", Value: "/mnt"})
	l.at(0, drill.StepStarted{Step: 0}).at(20*time.Second, drill.UnitEnded{Step: 0, Unit: 0, Status: drill.UnitDone})
	l.work(400*time.Millisecond, drill.Task{
		Kind: drill.TaskShell, Title: "df -h /mnt", Script: "df -h /mnt", Shell: "bash", Step: 0, Unit: 1, Final: true,
		Vars: map[string]string{"disk": "/mnt"},
	}, drill.Result{OK: true})
	l.step(1).work(2*time.Second, drill.Task{
		Kind: drill.TaskLocate, Title: "locate recovery points of orders-db", Step: 1, Final: true,
	}, drill.Result{OK: true, Points: []drivers.RecoveryPoint{goodPoint}})
	return l.at(3*time.Second, drill.PointChosen{Point: goodPoint, Why: "newest good one"}, drill.UnitEnded{Step: 1, Unit: 1, Status: drill.UnitDone})
}

func (l *tale) verified() *tale {
	return l.step(2).work(4*time.Minute, drill.Task{
		Kind: drill.TaskVerify, Title: "verify 20261121T020004Z to readable", Step: 2, Final: true,
	}, drill.Result{OK: true, Verification: &drivers.Verification{
		Point: goodPoint.ID, Copy: "nightly", Asked: drivers.GradeReadable, Proved: drivers.GradeReadable,
		Results: []drivers.GradeResult{
			{Grade: drivers.GradeExists, Outcome: drivers.Passed, Detail: "2.1 GiB"},
			{Grade: drivers.GradeChecksum, Outcome: drivers.Skipped, Detail: "no manifest was made at backup time"},
			{Grade: drivers.GradeReadable, Outcome: drivers.Passed, Detail: "14 tables, every byte decoded", Took: 4 * time.Minute},
		},
	}})
}

func (l *tale) restored() *tale {
	rec := drivers.ScratchRecord{ID: "lifeboat-scratch-0123456789ab", Dir: "/var/tmp/lifeboat-scratch-0123456789ab", Driver: "pgdump"}
	target := drivers.Target{Kind: drivers.TargetScratch, Name: "scratch cluster", Scratch: &rec}
	plan := &drivers.Plan{Request: drivers.RestoreRequest{Point: goodPoint, Target: target}}
	l.step(3).at(time.Second, drill.ScratchPlanned{Record: rec})
	l.work(6*time.Second, drill.Task{Kind: drill.TaskProvision, Title: "make the scratch target " + rec.ID, Step: 3, Scratch: &rec}, drill.Result{OK: true, Target: &target})
	return l.work(17*time.Minute, drill.Task{
		Kind: drill.TaskRestore, Title: "restore 20261121T020004Z into scratch cluster", Step: 3, Final: true, Plan: plan, Target: &target,
	}, drill.Result{
		OK: true, Evidence: &drivers.Evidence{Items: 14, Unit: "tables"},
		Warnings: []string{`role "app" does not exist: owner was not set`},
	})
}

// checked ends the last step with the answers of the checks.
func (l *tale) checked(ok bool, answers ...drivers.CheckResult) *tale {
	return l.step(4).work(8*time.Second, drill.Task{
		Kind: drill.TaskCheck, Title: "check the restored data", Step: 4, Final: true,
	}, drill.Result{OK: ok, Checks: answers}).at(time.Second, drill.StepEnded{Step: 4, Status: drill.StepDone})
}
