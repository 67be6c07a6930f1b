package drill

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

func (l *Local) locate(ctx context.Context, w *inventory.Workload, t Task, rep *drivers.Reporter) Result {
	points, err := Points(l.Estate.Locate(ctx, w, t.Copy))
	for _, p := range points {
		rep.Printf("%-12s %s  %-9s %s", p.Copy, p.Time.UTC().Format("2006-01-02 15:04:05Z"), p.TimeSource, p.ID)
	}
	if err != nil {
		rep.Printf("%v", err)
	}
	if len(points) == 0 {
		if err == nil {
			err = &drivers.Error{
				Driver: "locate", Op: w.Name, Err: drivers.ErrNotFound,
				Hint: "look at the repositories in lifeboat.yaml: is a disk not mounted?",
			}
		}
		return failed(err)
	}
	r := Result{OK: true, Points: points}
	if err != nil {
		r.Warnings = strings.Split(err.Error(), "\n")
	}
	for _, p := range points {
		if len(p.Problems) > 0 && len(r.Warnings) < 10 {
			r.Warnings = append(r.Warnings, p.Copy+"/"+p.ID+": "+strings.Join(p.Problems, "; "))
		}
	}
	return r
}

func (l *Local) verify(
	ctx context.Context, w *inventory.Workload, c *inventory.Copy, d drivers.Driver, t Task, rep *drivers.Reporter,
) Result {
	v, err := d.Verify(ctx, drivers.VerifyRequest{Point: *t.Point, Grade: t.Grade, MaxAge: c.StaleAfter(w)}, rep)
	if err != nil {
		return failed(err)
	}
	return verified(v, rep)
}

// verified turns a verification into a result. A stale point is a warning:
// its bytes may be all there is, and the RPO tells the rest.
func verified(v drivers.Verification, rep *drivers.Reporter) Result {
	r := Result{OK: v.OK(), Verification: &v}
	for _, g := range v.Results {
		rep.Printf("%-9s %-8s %s", g.Grade, g.Outcome, g.Detail)
		if g.Outcome == drivers.Warned || g.Outcome == drivers.Failed && g.Grade == drivers.GradeAge {
			r.Warnings = append(r.Warnings, string(g.Grade)+": "+g.Detail)
		}
	}
	if r.OK {
		return r
	}
	if v.Stale() {
		r.OK = true
		return r
	}
	r.Error = fmt.Sprintf("%s was asked, %s was proved", v.Asked, orNothing(v.Proved))
	if f := v.Failure(); f != nil {
		r.Error, r.Hint = fmt.Sprintf("%s: %s: %s", v.Point, f.Grade, f.Detail), f.Hint
	}
	if r.Hint == "" {
		r.Hint = "choose another recovery point"
	}
	return r
}

func orNothing(g drivers.Grade) string {
	if g == "" {
		return "nothing"
	}
	return string(g)
}

func provision(ctx context.Context, d drivers.Driver, t Task, rep *drivers.Reporter) Result {
	p, ok := drivers.As[drivers.Provisioner](d)
	if !ok {
		return unsupported(d, "provision")
	}
	target, err := p.Provision(ctx, *t.Scratch, *t.Point, rep)
	if err != nil {
		return failed(err)
	}
	target.Scratch = t.Scratch
	return Result{OK: true, Target: &target}
}

// destroy removes a scratch target even when the run is being cancelled: a
// target left behind is worse than a moment's wait.
func destroy(ctx context.Context, d drivers.Driver, t Task, rep *drivers.Reporter) Result {
	p, ok := drivers.As[drivers.Provisioner](d)
	if !ok {
		return unsupported(d, "destroy")
	}
	if err := p.Destroy(context.WithoutCancel(ctx), *t.Scratch, rep); err != nil {
		r := failed(err)
		if r.Hint == "" {
			r.Hint = "remove it by hand: rm -rf " + t.Scratch.Dir
		}
		return r
	}
	rep.Printf("removed %s", t.Scratch.ID)
	return Result{OK: true}
}

func plan(ctx context.Context, d drivers.Driver, t Task, rep *drivers.Reporter) Result {
	target := *t.Target
	if target.Kind == drivers.TargetLive && target.DSN == "" && target.Path == "" {
		id, ok := drivers.As[drivers.Identifier](d)
		if !ok {
			return unsupported(d, "restore to live")
		}
		if target, ok = id.SourceTarget(); !ok {
			return failed(errors.New("the workload declares no source to restore into"))
		}
		target.Kind = drivers.TargetLive
	}
	p, err := d.Plan(ctx, drivers.RestoreRequest{
		Point: *t.Point, Target: target, Select: t.Select, Jobs: t.Jobs, Incident: t.Incident,
	})
	if err != nil {
		return failed(err)
	}
	if err := p.WriteText(rep.Writer()); err != nil {
		return failed(err)
	}
	return Result{OK: true, Plan: &p, Warnings: p.Warnings}
}

func restore(ctx context.Context, d drivers.Driver, t Task, rep *drivers.Reporter) Result {
	e, err := d.Restore(ctx, *t.Plan, rep)
	if err != nil {
		return failed(err)
	}
	if e.Target.Scratch == nil {
		e.Target.Scratch = t.Plan.Request.Target.Scratch
	}
	return Result{OK: true, Evidence: &e, Target: &e.Target, Warnings: e.Warnings}
}

func (l *Local) check(
	ctx context.Context, w *inventory.Workload, d drivers.Driver, t Task, rep *drivers.Reporter,
) Result {
	checks, err := l.Estate.Checks(w)
	if err != nil {
		return failed(err)
	}
	if len(checks) == 0 {
		return Result{
			Error: "workload " + w.Name + " declares no checks, so nothing can be proved",
			Hint:  "declare checks in lifeboat.yaml (rows, query, canary), or skip with a reason: the run is then inconclusive",
		}
	}
	var own, commands []drivers.Check
	for _, c := range checks {
		if c.Command != "" {
			commands = append(commands, c)
		} else {
			own = append(own, c)
		}
	}
	own, results := withoutSelf(*t.Target, own)
	answers, err := validate(ctx, d, t, own, rep)
	if err != nil {
		return failed(err)
	}
	results = append(results, answers...)
	for _, c := range commands {
		if len(t.Select) > 0 {
			results = append(results, drivers.CheckResult{
				Name: c.Name, Outcome: drivers.Skipped, Detail: "only a part was restored: " + strings.Join(t.Select, ", "),
			})
			continue
		}
		results = append(results, l.checkCommand(ctx, t, c, rep))
	}
	return checked(results, rep)
}

// withoutSelf leaves out the checks that would compare the source with itself:
// after a live restore they hold whatever came back.
func withoutSelf(target drivers.Target, checks []drivers.Check) (keep []drivers.Check, left []drivers.CheckResult) {
	for _, c := range checks {
		if target.Kind == drivers.TargetLive && needsSource(c.Expect) {
			left = append(left, drivers.CheckResult{
				Name: c.Name, Outcome: drivers.Skipped, Want: c.Expect,
				Detail: "the target is the source itself: there is nothing to compare it with",
			})
			continue
		}
		keep = append(keep, c)
	}
	return keep, left
}

func validate(ctx context.Context, d drivers.Driver, t Task, own []drivers.Check, rep *drivers.Reporter) ([]drivers.CheckResult, error) {
	if len(own) == 0 {
		return nil, nil
	}
	v, ok := drivers.As[drivers.Validator](d)
	if !ok {
		return nil, &drivers.Error{Driver: d.Info().Name, Op: "check", Err: drivers.ErrUnsupported}
	}
	return v.Validate(ctx, drivers.ValidateRequest{
		Target: *t.Target, Checks: own, Select: t.Select, Judge: judge, NeedsSource: needsSource,
	}, rep)
}

func (l *Local) checkCommand(ctx context.Context, t Task, c drivers.Check, rep *drivers.Reporter) drivers.CheckResult {
	sub := t
	sub.ID, sub.Script, sub.Dir, sub.Capture = t.ID+"-check", c.Command, l.Estate.Inventory.Dir, ""
	rep.Command(c.Command)
	exit, _, err := l.command(ctx, sub, rep.Writer())
	out := drivers.CheckResult{Name: c.Name, Outcome: drivers.Passed, Proves: true, Want: "exit status 0", Got: fmt.Sprintf("exit status %d", exit.Code)}
	if err != nil || !exit.OK() {
		out.Outcome, out.Detail = drivers.Failed, ended(exit, err, nil).Error
	}
	return out
}

// checked sums the answers up.
func checked(results []drivers.CheckResult, rep *drivers.Reporter) Result {
	r := Result{OK: true, Checks: results}
	var bad []string
	for _, c := range results {
		rep.Printf("%-8s %s  %s", c.Outcome, c.Name, checkDetail(c))
		if c.Outcome == drivers.Failed || c.Outcome == drivers.Unknown {
			bad = append(bad, c.Name+": "+checkDetail(c))
		}
	}
	if len(bad) > 0 {
		r.OK, r.Error = false, strings.Join(bad, "; ")
		r.Hint = "the restored data is not what was expected: choose another recovery point, or correct the check"
	}
	return r
}

func backup(ctx context.Context, d drivers.Driver, rep *drivers.Reporter) Result {
	b, ok := drivers.As[drivers.BackUpper](d)
	if !ok {
		return unsupported(d, "backup")
	}
	p, err := b.Backup(ctx, rep)
	if err != nil {
		return failed(err)
	}
	rep.Printf("made %s", p.ID)
	return Result{OK: true, Made: &p}
}

func query(ctx context.Context, d drivers.Driver, t Task, rep *drivers.Reporter) Result {
	q, ok := drivers.As[drivers.Querier](d)
	if !ok {
		return unsupported(d, "query")
	}
	if t.Target == nil {
		return Result{Error: "there is no target yet that this statement could go to", Hint: "restore first, or run it by hand"}
	}
	if err := q.Query(ctx, *t.Target, t.Script, rep); err != nil {
		return failed(err)
	}
	return Result{OK: true}
}

func judge(expect, got, source string) (bool, error) {
	e, err := inventory.ParseExpect(expect)
	if err != nil {
		return false, err
	}
	return e.Holds(got, source)
}

func needsSource(expect string) bool {
	e, err := inventory.ParseExpect(expect)
	return err == nil && e.NeedsSource()
}
