package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
)

type verifyOptions struct {
	point, copy, grade string
	verbose            bool
}

func verifyCommand(a *app) *cobra.Command {
	o := verifyOptions{}
	c := &cobra.Command{
		Use: "verify WORKLOAD", Short: "Prove a recovery point, as far as the grade asks, without restoring it",
		Long: `Prove a recovery point, as far as the grade asks, without restoring it.

The grades, cheap to dear: exists, size, age, checksum, structure, readable.
For restored and validated, run a drill. Exits 1 when a grade does not hold.

` + exitHelp,
		Args: oneWorkload, ValidArgsFunction: a.complete,
		RunE: func(cmd *cobra.Command, args []string) error { return a.verify(cmd.Context(), args[0], o) },
	}
	f := c.Flags()
	f.StringVar(&o.point, "point", "latest", "latest, random, an id, or a time")
	f.StringVar(&o.copy, "copy", "", "only this copy")
	f.StringVar(&o.grade, "grade", "readable", "prove up to this grade")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "show what the tools print")
	return c
}

func (a *app) verify(ctx context.Context, name string, o verifyOptions) error {
	grade, err := drivers.ParseGrade(o.grade)
	if err != nil {
		return err
	}
	if grade.AtLeast(drivers.GradeRestored) {
		return bad{exitUsage, fmt.Errorf("grade %s needs a restore", grade), "run `lifeboat run " + name + " --mode drill --yes`"}
	}
	e, w, err := a.workload(name, o.copy)
	if err != nil {
		return err
	}
	points, lerr := drill.Points(e.Locate(ctx, w, o.copy))
	p := a.pickToVerify(points, o)
	if p == nil {
		_, why := drill.FindPoint(points, o.point, o.copy, "")
		if lerr != nil {
			return bad{exitBad, lerr, drivers.Hint(lerr)}
		}
		return bad{exitBad, fmt.Errorf("%s: %s", name, why), "see `lifeboat locate " + name + "`"}
	}
	c := w.Copy(p.Copy)
	d, err := e.Open(w, c)
	if err != nil {
		return err
	}
	rep := &drivers.Reporter{}
	if o.verbose {
		shown := cleaner(a.err)
		defer shown.Close() //nolint:errcheck // the tools' chatter; the answer follows
		out := command.NewMask(shown, a.secrets(e.Inventory))
		defer out.Close() //nolint:errcheck // as above
		rep.Out = out
	}
	v, err := d.Verify(ctx, drivers.VerifyRequest{Point: *p, Grade: grade, MaxAge: c.StaleAfter(w)}, rep)
	if err != nil {
		return bad{exitBad, err, drivers.Hint(err)}
	}
	return a.verified(v)
}

// pickToVerify takes the newest point even when it shows a problem: hiding it
// would be the wrong answer to "is my last backup good?".
func (a *app) pickToVerify(points []drivers.RecoveryPoint, o verifyOptions) *drivers.RecoveryPoint {
	if o.point == "latest" && len(points) > 0 {
		return &points[0]
	}
	p, _ := drill.FindPoint(points, o.point, o.copy, a.now().String())
	return p
}

func (a *app) verified(v drivers.Verification) error {
	if a.json {
		if err := a.printJSON(v); err != nil {
			return err
		}
	} else {
		a.printf("%s/%s\n", v.Copy, v.Point)
		for _, r := range v.Results {
			a.printf("  %s %-10s %s\n", outcomeMark[r.Outcome], r.Grade, r.Detail)
			if r.Hint != "" {
				a.printf("    → %s\n", r.Hint)
			}
		}
		proved := string(v.Proved)
		if proved == "" {
			proved = "nothing"
		}
		switch {
		case v.OK():
			a.printf("good: %s was proved\n", proved)
		case v.Stale():
			a.printf("bad: it is stale; age aside, %s was proved\n", proved)
		default:
			a.printf("bad: %s was asked, %s was proved\n", v.Asked, proved)
		}
	}
	if !v.OK() {
		return answer{exitBad}
	}
	return nil
}

var outcomeMark = map[drivers.Outcome]string{
	drivers.Passed: "✓", drivers.Failed: "✗", drivers.Warned: "!", drivers.Skipped: "»", drivers.Unknown: "?",
}
