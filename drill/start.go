package drill

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

// StartRequest asks for a run.
type StartRequest struct {
	Workload      *inventory.Workload // nil: a runbook on its own
	Runbook       *runbook.Runbook
	Mode          Mode
	Since         time.Time         // of an incident's impact
	Vars          map[string]string // --set
	Point, Copy   string
	Jobs          int
	Unattended    bool
	KeepOnFailure bool
}

// Start opens a run's journal. Nothing runs before the first Next.
func (e *Engine) Start(ctx context.Context, req StartRequest) (*Run, error) {
	info, steps, err := e.prepare(ctx, req)
	if err != nil {
		return nil, err
	}
	hidden, names := e.hide(info.Vars)
	info.Hidden = names
	for _, p := range req.Runbook.Placeholders { // a process that resumes the run asks for them
		if slices.Contains(names, p.Name) {
			info.Ask = append(info.Ask, p)
		}
	}
	lock, err := e.acquire(info.ID)
	if err != nil {
		return nil, err
	}
	r := e.newRun(State{})
	r.lock, r.secrets, r.book = lock, hidden, commandsOf(req.Runbook)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.commit(ctx, []Body{RunStarted{Info: info, Steps: steps}}); err != nil {
		r.drop()
		_ = os.RemoveAll(e.RunDir(info.ID)) // it holds the lock alone
		return nil, err
	}
	return r, nil
}

func (e *Engine) prepare(ctx context.Context, req StartRequest) (RunInfo, []StepDef, error) {
	rb := req.Runbook
	if len(rb.Steps) == 0 {
		return RunInfo{}, nil, fmt.Errorf("%s: no step was found: see `lifeboat inspect` for what was read", rb.Path)
	}
	if len(rb.Front.Modes) > 0 && !slices.Contains(rb.Front.Modes, string(req.Mode)) {
		return RunInfo{}, nil, fmt.Errorf("%s is for %s, not for a %s", rb.Path, strings.Join(rb.Front.Modes, " and "), req.Mode)
	}
	for i := range rb.Steps {
		for _, a := range rb.Steps[i].Actions() {
			if holdsPassword(a.Args["dsn"]) {
				return RunInfo{}, nil, errPassword
			}
		}
	}
	info := RunInfo{
		ID: newID(4), Mode: req.Mode, Title: rb.Title, Runbook: rb.Path,
		SHA256: sumOf(rb.Source), Source: rb.Source,
		Operator: e.Operator, Host: e.Host, Version: e.Version,
		Unattended: req.Unattended, RTO: rb.Front.RTO, RPO: rb.Front.RPO,
		Point: req.Point, Copy: req.Copy, Jobs: req.Jobs, KeepOnFailure: req.KeepOnFailure,
		Vars: map[string]string{},
	}
	maps.Copy(info.Vars, rb.Front.Vars)
	if err := e.bind(&info, req.Workload); err != nil {
		return info, nil, err
	}
	maps.Copy(info.Vars, req.Vars)
	if req.Mode == ModeIncident {
		if info.Since = req.Since; info.Since.IsZero() {
			info.Since = e.Now()
		}
	}
	info.Vars["LIFEBOAT_MODE"], info.Vars["LIFEBOAT_RUN"] = string(req.Mode), info.ID
	info.Ask = unanswered(rb, info.Vars, e.Estate.answers(req.Workload))
	expected := e.expected(ctx, info)
	info.Rollback = defs(rb.Rollback, SectionRollback, req.Mode, nil)
	steps := slices.Concat(
		defs(rb.Prerequisites, SectionPreflight, req.Mode, expected),
		defs(rb.Steps, SectionMain, req.Mode, expected),
		defs(rb.PostRecovery, SectionAfter, req.Mode, expected),
	)
	if len(steps) == 0 {
		return info, nil, fmt.Errorf("%s has no step for a %s", rb.Path, req.Mode)
	}
	return info, steps, nil
}

// bind fills in what the inventory says of the workload.
func (e *Engine) bind(info *RunInfo, w *inventory.Workload) error {
	var err error
	if w == nil {
		info.Workload = strings.TrimSuffix(filepath.Base(info.Runbook), filepath.Ext(info.Runbook))
		info.Dir, err = os.Getwd()
		return err
	}
	info.Workload, info.Kind, info.Tier, info.Owner = w.Name, w.Kind, w.Tier, w.Owner
	info.RTO, info.RPO, info.Dir = w.RTO, w.RPO, e.Estate.Inventory.Dir
	for k, v := range w.Vars { // the inventory's own are among them
		if !strings.Contains(v, "${") {
			info.Vars[k] = v
		}
	}
	info.Vars["LIFEBOAT_WORKLOAD"] = w.Name
	_, err = e.Estate.References(w)
	return err
}

// unanswered lists the placeholders that neither a variable nor, for shell
// variables, the environment answers.
func unanswered(rb *runbook.Runbook, vars map[string]string, lookup func(string) (string, bool)) []runbook.Placeholder {
	var out []runbook.Placeholder
	for _, p := range rb.Placeholders {
		_, have := vars[p.Name]
		if !have && p.Form == "variable" {
			_, have = lookup(p.Name)
		}
		if !have && !strings.HasPrefix(p.Name, "LIFEBOAT_") {
			out = append(out, p)
		}
	}
	return out
}

// defs takes the steps of a section that are for this mode.
func defs(steps []runbook.Step, sec Section, mode Mode, expected map[string]time.Duration) []StepDef {
	var out []StepDef
	for _, st := range steps {
		if len(st.Modes) > 0 && !slices.Contains(st.Modes, string(mode)) {
			continue
		}
		d := StepDef{Section: sec, Phase: phaseOf(&st, sec), Step: st, Expected: st.Budget}
		if t, ok := expected[st.ID]; ok {
			d.Expected = t
		}
		out = append(out, d)
	}
	return out
}

// expected is how long each step took in earlier runs of this workload with
// this runbook: the median of up to nine.
func (e *Engine) expected(ctx context.Context, info RunInfo) map[string]time.Duration {
	if e.History == nil {
		return nil
	}
	runs, err := e.History.Runs(ctx, RunFilter{Workload: info.Workload, Mode: info.Mode, Ended: true, Limit: 30})
	if err != nil {
		return nil // a forecast is a comfort; the run goes on without it
	}
	times := map[string][]time.Duration{}
	for _, r := range runs {
		if r.Verdict != VerdictPassed || r.Title != info.Title {
			continue
		}
		for id, d := range r.Steps {
			if len(times[id]) < 9 {
				times[id] = append(times[id], d)
			}
		}
	}
	out := map[string]time.Duration{}
	for id, ds := range times {
		slices.Sort(ds)
		out[id] = ds[len(ds)/2]
	}
	return out
}

// actionPhases says which phase an action belongs to.
var actionPhases = map[string]Phase{
	"locate": PhaseLocate, "choose": PhaseDecide, "verify": PhaseVerify,
	"provision": PhaseRestore, "restore": PhaseRestore, "check": PhaseValidate,
	"backup": PhaseDecide, "cleanup": PhaseCleanup,
}

// phaseWords are looked for in the titles of steps that say nothing else.
var phaseWords = []struct {
	word  string
	phase Phase
}{
	{"assess", PhaseDecide},
	{"detect", PhaseDetect},
	{"diagnos", PhaseDetect},
	{"decide", PhaseDecide},
	{"locate", PhaseLocate},
	{"list ", PhaseLocate},
	{"download", PhaseFetch},
	{"fetch", PhaseFetch},
	{"copy ", PhaseFetch},
	{"verify the backup", PhaseVerify},
	{"check the backup", PhaseVerify},
	{"restore", PhaseRestore},
	{"recover", PhaseRestore},
	{"validat", PhaseValidate},
	{"verify", PhaseValidate},
	{"check", PhaseValidate},
	{"switch", PhaseCutover},
	{"cut over", PhaseCutover},
	{"clean", PhaseCleanup},
}

func phaseOf(st *runbook.Step, sec Section) Phase {
	if p := Phase(st.Phase); slices.Contains(Phases, p) {
		return p
	}
	phase := PhaseOther
	for _, a := range st.Actions() {
		if p, ok := actionPhases[a.Name]; ok {
			phase = p // the last one names the step
		}
	}
	if phase != PhaseOther {
		return phase
	}
	if sec == SectionPreflight {
		return PhaseDecide
	}
	title := strings.ToLower(st.Title) + " "
	for _, w := range phaseWords {
		if strings.Contains(title, w.word) {
			return w.phase
		}
	}
	return PhaseOther
}

// Unanswered lists the placeholders that a run as requested would have to ask
// for.
func (e *Engine) Unanswered(req StartRequest) ([]runbook.Placeholder, error) {
	info := RunInfo{Vars: map[string]string{}, Runbook: req.Runbook.Path}
	maps.Copy(info.Vars, req.Runbook.Front.Vars)
	if err := e.bind(&info, req.Workload); err != nil {
		return nil, err
	}
	maps.Copy(info.Vars, req.Vars)
	return unanswered(req.Runbook, info.Vars, e.Estate.answers(req.Workload)), nil
}
