package drill

import (
	"fmt"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// keepFor is how long a scratch target stays that was kept on failure.
const keepFor = 24 * time.Hour

// finish decides what follows from the end of a task.
func (d decision) finish(c finish) ([]Body, error) {
	ts := d.s.Task(c.task)
	if ts == nil || ts.Result != nil {
		return nil, refuse(RefuseNow, "task "+c.task+" is not running", "")
	}
	out := []Body{TaskEnded{Task: c.task, Result: c.result}}
	next := decision{g: d.g}
	after := d.s.after(d.g.Now, out...)
	next.s = &after
	more, err := next.follow(ts.Task, c.result)
	return append(out, more...), err
}

// follow starts what belongs to the same unit, or goes on cleaning up.
func (d decision) follow(t Task, r Result) ([]Body, error) {
	if t.Step < 0 {
		if t.Kind == TaskDestroy && !r.OK && !r.Unstarted && !(r.Unknown && d.destroys(t.Scratch.ID) == 1) {
			kept := ScratchKept{ID: t.Scratch.ID, Why: "could not be removed: " + r.Error}
			after := d.s.after(d.g.Now, kept)
			return append([]Body{kept}, decision{s: &after, g: d.g}.clean()...), nil
		}
		return d.clean(), nil
	}
	if !r.OK || r.Unknown || d.s.Concluded() {
		return nil, nil
	}
	switch t.Kind {
	case TaskProvision:
		if !t.Final {
			return d.action(t.Unit)
		}
	case TaskPlan:
		if t.Target.Kind != drivers.TargetScratch {
			return []Body{PlanShown{Step: t.Step, Unit: t.Unit}}, nil
		}
		return []Body{TaskStarted{Task: d.restoreTask(t, r.Plan)}}, nil
	case TaskDestroy:
		// One at a time: the cleanup action goes on until none is left.
		if more := d.s.scratchLeft(); more != nil {
			return d.action(t.Unit)
		}
	case TaskShell, TaskSQL, TaskLocate, TaskVerify, TaskRestore, TaskCheck, TaskBackup:
	}
	return nil, nil
}

// destroys is how often the removal of a scratch target was begun. One whose
// end nobody saw is done again, once: it can hurt nothing.
func (d decision) destroys(id string) int {
	n := 0
	for i := range d.s.Tasks {
		if t := &d.s.Tasks[i]; t.Task.Kind == TaskDestroy && t.Task.Scratch.ID == id && (t.Result == nil || !t.Result.Unstarted) {
			n++
		}
	}
	return n
}

// restoreTask turns a plan into the task that runs it.
func (d decision) restoreTask(planned Task, p *drivers.Plan) Task {
	t := planned
	t.ID, t.Kind, t.Final, t.Plan = d.g.ID, TaskRestore, true, p
	t.Title = fmt.Sprintf("restore %s into %s", p.Request.Point.ID, p.Request.Target.Name)
	return t
}

// confirmPlan starts a restore that a person has confirmed in words.
func (d decision) confirmPlan(c ConfirmPlan) ([]Body, error) {
	st := d.s.Step()
	if st == nil || st.Next() < 0 || st.Units[st.Next()].Status != UnitConfirm {
		return nil, refuse(RefuseNow, "no plan waits for a confirmation", "")
	}
	if c.Typed != d.s.Info.Workload {
		return nil, refuse(RefuseConfirm, "that is not the workload's name", "type "+d.s.Info.Workload)
	}
	planned := d.s.LastTask(d.s.Current, st.Next())
	if planned == nil || planned.Result == nil || planned.Result.Plan == nil {
		return nil, refuse(RefuseNow, "there is no plan", "plan again")
	}
	return []Body{
		Confirmed{Step: d.s.Current, Unit: st.Next(), What: "restore into " + planned.Result.Plan.Request.Target.Name},
		TaskStarted{Task: d.restoreTask(planned.Task, planned.Result.Plan)},
	}, nil
}

// conclude fixes the verdict and starts to clean up.
func (d decision) conclude(v Verdict, why []string) []Body {
	out := []Body{Concluded{Verdict: v, Reasons: why, Measure: d.s.measure(d.g.Now, v)}}
	if d.s.Info.KeepOnFailure && v != VerdictPassed {
		for i := range d.s.Scratch {
			if sc := &d.s.Scratch[i]; sc.Status == ScratchReady {
				out = append(out, ScratchKept{
					ID: sc.Record.ID, Until: d.g.Now.Add(keepFor), Why: "kept on failure, as asked",
				})
			}
		}
	}
	after := d.s.after(d.g.Now, out...)
	return append(out, decision{s: &after, g: d.g}.clean()...)
}

// clean removes the next scratch target, or closes the journal.
func (d decision) clean() []Body {
	rec := d.s.scratchLeft()
	if rec == nil {
		return []Body{RunEnded{}}
	}
	return []Body{TaskStarted{Task: Task{
		ID: d.g.ID, Run: d.s.Info.ID, Kind: TaskDestroy, Title: "remove the scratch target " + rec.ID,
		Step: -1, Unit: -1, Workload: d.s.Info.Workload, Scratch: rec, Copy: d.s.scratchCopy(),
	}}}
}

// scratchLeft is the first scratch target that is still to be removed.
func (s *State) scratchLeft() *drivers.ScratchRecord {
	for i := range s.Scratch {
		if st := s.Scratch[i].Status; st == ScratchReady || st == ScratchRecorded {
			return &s.Scratch[i].Record
		}
	}
	return nil
}

// scratchCopy is a copy whose driver made the run's scratch targets.
func (s *State) scratchCopy() string {
	if s.Point != nil {
		return s.Point.Copy
	}
	return ""
}
