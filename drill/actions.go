package drill

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// action decides a lifeboat fence.
func (d decision) action(i int) ([]Body, error) {
	st := d.s.Step()
	a := st.StepDef.Step.Blocks[st.Units[i].Block].Action
	filled, missing := a.Fill(d.vars())
	args := filled.Args
	if len(missing) > 0 {
		return nil, &Refusal{Kind: RefuseAnswer, Reason: "needs an answer for " + strings.Join(missing, ", "), Missing: missing}
	}
	if d.s.Info.Mode == ModeTabletop {
		return []Body{UnitEnded{Step: d.s.Current, Unit: i, Status: UnitDone, Note: "tabletop: shown, not run"}}, nil
	}
	t := d.task(i)
	switch a.Name {
	case "locate":
		t.Kind, t.Title, t.Final = TaskLocate, "locate recovery points of "+d.s.Info.Workload, true
		return []Body{TaskStarted{Task: t}}, nil
	case "choose":
		return d.chooseDefault(i, args)
	case "verify":
		return d.verify(t, i, args)
	case "provision":
		return d.provision(t, true)
	case "restore":
		return d.restore(t, args)
	case "check":
		return d.check(t)
	case "backup":
		t.Kind, t.Title, t.Final, t.Copy = TaskBackup, "back up "+d.s.Info.Workload, true, args["copy"]
		return []Body{TaskStarted{Task: t}}, nil
	case "cleanup":
		return d.cleanup(t, i)
	}
	return nil, refuse(RefuseNow, fmt.Sprintf("action %q is not known", a.Name), "lint the runbook")
}

// task begins a task of the current step.
func (d decision) task(unit int) Task {
	t := Task{
		ID: d.g.ID, Run: d.s.Info.ID, Step: d.s.Current, Unit: unit,
		Workload: d.s.Info.Workload, Jobs: d.s.Info.Jobs,
	}
	if d.s.Point != nil {
		t.Copy = d.s.Point.Copy
	}
	return t
}

func (d decision) chooseDefault(i int, args map[string]string) ([]Body, error) {
	want := args["point"]
	if d.s.Info.Point != "" {
		want = d.s.Info.Point
	}
	copyName := args["copy"]
	if d.s.Info.Copy != "" {
		copyName = d.s.Info.Copy
	}
	p, why := d.find(want, copyName)
	if p == nil {
		return nil, refuse(RefusePoint, why, "locate again, or look at the copies' repositories")
	}
	return []Body{
		PointChosen{Point: *p, Why: why},
		UnitEnded{Step: d.s.Current, Unit: i, Status: UnitDone},
	}, nil
}

var errNoPoint = refuse(RefusePoint, "no recovery point is chosen", "choose one first")

func (d decision) verify(t Task, _ int, args map[string]string) ([]Body, error) {
	if d.s.Point == nil {
		return nil, errNoPoint
	}
	g := drivers.GradeReadable
	if args["grade"] != "" {
		var err error
		if g, err = drivers.ParseGrade(args["grade"]); err != nil {
			return nil, refuse(RefuseNow, err.Error(), "correct the runbook")
		}
	}
	t.Kind, t.Point, t.Grade, t.Final = TaskVerify, d.s.Point, g, true
	t.Title = fmt.Sprintf("verify %s to %s", d.s.Point.ID, g)
	return []Body{TaskStarted{Task: t}}, nil
}

// provision records the scratch target, then starts to make it.
func (d decision) provision(t Task, final bool) ([]Body, error) {
	if d.s.Point == nil {
		return nil, errNoPoint
	}
	id := drivers.ScratchPrefix + d.g.ID
	rec := drivers.ScratchRecord{
		ID: id, Dir: filepath.Join(d.g.ScratchDir, id), Run: d.s.Info.ID, Made: d.g.Now,
	}
	if d.g.ScratchDriver != nil {
		rec.Driver = d.g.ScratchDriver(d.s.Point.Copy)
	}
	t.Kind, t.Scratch, t.Point, t.Final = TaskProvision, &rec, d.s.Point, final
	t.Title = "make the scratch target " + id
	return []Body{ScratchPlanned{Record: rec}, TaskStarted{Task: t}}, nil
}

// restore makes a scratch target where it needs one, then plans.
func (d decision) restore(t Task, args map[string]string) ([]Body, error) {
	if d.s.Point == nil {
		return nil, errNoPoint
	}
	to := drivers.TargetKind(args["to"])
	if to == "" {
		to = drivers.TargetScratch
	}
	if to == drivers.TargetScratch && (!d.haveScratch() || d.spoiled()) {
		return d.provision(t, false)
	}
	target, err := d.target(to, args)
	if err != nil {
		return nil, err
	}
	t.Kind, t.Point, t.Target, t.Select = TaskPlan, d.s.Point, target, list(args["select"])
	if n, err := strconv.Atoi(args["jobs"]); err == nil && t.Jobs == 0 {
		t.Jobs = n
	}
	t.Title, t.Incident = "plan the restore of "+d.s.Point.ID, d.s.Info.Mode == ModeIncident
	return []Body{TaskStarted{Task: t}}, nil
}

func (d decision) haveScratch() bool {
	return d.s.Target != nil && d.s.Target.Kind == drivers.TargetScratch
}

// spoiled says that a restore into the scratch target did not end well, or was
// of another point: what it left makes it no target any more.
func (d decision) spoiled() bool {
	for i := range d.s.Tasks {
		t := &d.s.Tasks[i]
		if t.Task.Kind == TaskRestore && t.Result != nil && !t.Result.Unstarted && (!t.Result.OK || t.Task.Point.ID != d.s.Point.ID) &&
			t.Task.Target.Scratch != nil && t.Task.Target.Scratch.ID == d.s.Target.Scratch.ID {
			return true
		}
	}
	return false
}

// target is where a restore action goes. A drill goes to scratch, or to an
// environment that its runbook names; never to the live system.
func (d decision) target(to drivers.TargetKind, args map[string]string) (*drivers.Target, error) {
	switch {
	case to == drivers.TargetScratch:
		return d.s.Target, nil
	case to == drivers.TargetLive && d.s.Info.Mode != ModeIncident:
		return nil, refuse(RefuseGuard, "a drill never restores into the live system", "restore to scratch, or start an incident run")
	case holdsPassword(args["dsn"]):
		return nil, errPassword
	case to == drivers.TargetLive:
		return &drivers.Target{Kind: to, Name: d.s.Info.Workload + " (live)", DSN: args["dsn"], Path: args["path"]}, nil
	case to == drivers.TargetParallel:
		name := args["dsn"] + args["path"]
		if name == "" {
			return nil, refuse(RefuseNow, "a restore to parallel needs dsn or path", "name the environment in the runbook")
		}
		return &drivers.Target{Kind: to, Name: name, DSN: args["dsn"], Path: args["path"]}, nil
	}
	return nil, refuse(RefuseNow, fmt.Sprintf("target %q is not known", to), "one of scratch, parallel, live")
}

var errPassword = refuse(RefuseGuard, "the target's address holds a password, which would be kept in the journal",
	"take it out: use .pgpass or PGPASSWORD")

func holdsPassword(dsn string) bool {
	if strings.Contains(dsn, "password=") {
		return true
	}
	u, err := url.Parse(dsn)
	if err != nil || u.User == nil {
		return false
	}
	_, has := u.User.Password()
	return has
}

func (d decision) check(t Task) ([]Body, error) {
	if d.s.Target == nil {
		return nil, refuse(RefuseNow, "nothing has been restored that could be checked", "restore first, or say what was done by hand")
	}
	t.Kind, t.Final, t.Target, t.Select = TaskCheck, true, d.s.Target, d.s.Selected
	t.Title, t.Vars = "check the restored data", d.s.open()
	return []Body{TaskStarted{Task: t}}, nil
}

func (d decision) cleanup(t Task, i int) ([]Body, error) {
	for k := range d.s.Scratch {
		sc := &d.s.Scratch[k]
		if sc.Status == ScratchReady || sc.Status == ScratchRecorded {
			t.Kind, t.Scratch, t.Final = TaskDestroy, &sc.Record, true
			t.Title = "remove the scratch target " + sc.Record.ID
			return []Body{TaskStarted{Task: t}}, nil
		}
	}
	return []Body{UnitEnded{Step: d.s.Current, Unit: i, Status: UnitDone, Note: "nothing to remove"}}, nil
}

// list splits an argument at its commas, or at its lines where it has several:
// a name may hold a comma.
func list(s string) []string {
	sep := ","
	if strings.Contains(s, "\n") {
		sep = "\n"
	}
	var out []string
	for _, p := range strings.Split(s, sep) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}
