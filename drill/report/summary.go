package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// Summary writes the few lines that end a walk: verdict, RTO, RPO, the three
// states, and what to do next.
func Summary(w io.Writer, s *drill.State) error {
	d := New(s)
	var b strings.Builder
	row := func(name, format string, args ...any) {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%-10s"+format, append([]any{name}, args...)...), " ") + "\n")
	}
	row("verdict", "%s", banner(&d))
	for _, r := range d.Reasons {
		row("", "- %s", r)
	}
	row("RTO", "%s", measured(d.RTO.Measured, d.RTO.Objective, d.RTO.Met, d.RTO.How))
	row("RPO", "%s", measured(d.RPO.Measured, d.RPO.Objective, d.RPO.Met, d.RPO.How))
	row("restore", "%s", progress(d.States.Restore))
	row("validate", "%s", progress(d.States.Validate))
	for _, c := range d.Checks {
		row("", "- %s: %s%s", c.Name, c.Outcome, paren(found(c)))
	}
	row("clean up", "%s", progress(d.States.Cleanup))
	for i, n := range next(&d) {
		name := ""
		if i == 0 {
			name = "next"
		}
		row(name, "%s", n)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func measured(got, want *float64, ok *bool, how string) string {
	if got == nil {
		return met(ok, want, got)
	}
	text := span(*got)
	if how != "" {
		text += " (" + how + ")"
	}
	if want != nil {
		text += ", objective " + span(*want)
	}
	return text + ": " + met(ok, want, got)
}

func progress(p Progress) string {
	if p.Detail == "" {
		return p.State
	}
	return p.State + ": " + p.Detail
}

// found is what a check got, against what it wanted.
func found(c Check) string {
	switch {
	case c.Got != "" && c.Want != "":
		return "got " + c.Got + ", want " + c.Want
	case c.Got != "":
		return "got " + c.Got
	}
	return c.Detail
}

// next says what to do now, most urgent first.
func next(d *Document) []string {
	var out []string
	for _, sc := range d.Scratch {
		if d.Stage == "ended" && sc.Status != string(drill.ScratchRemoved) {
			out = append(out, "remove "+sc.Dir+" when you are done with it"+paren(sc.Why))
		}
	}
	switch d.Verdict {
	case inProgress:
		return append(out, "where no lifeboat drives it any more, the next one that runs here ends it and cleans up")
	case string(drill.VerdictFailed):
		out = append(out, either(hint(d), "look at the step that failed in the report"))
	case string(drill.VerdictInconclusive):
		out = append(out, either(hint(d), "declare a check that looks at the data, under checks: in lifeboat.yaml, and drill again"))
	case string(drill.VerdictAborted):
		out = append(out, "nothing was proved: drill again")
	}
	if d.RTO.Met != nil && !*d.RTO.Met {
		out = append(out, "RTO was missed: "+slowest(d))
	}
	if d.RPO.Met != nil && !*d.RPO.Met {
		out = append(out, "RPO was missed: back up more often, or declare what is possible")
	}
	return append(out, "keep the evidence: lifeboat report "+d.Run)
}

// hint is the newest advice that a verification or a task gave.
func hint(d *Document) string {
	if v := d.Verification; v != nil {
		for _, g := range v.Grades {
			if g.Hint != "" && (g.Outcome == "failed" || g.Outcome == "unknown") {
				return g.Hint
			}
		}
	}
	out := ""
	for _, st := range d.Steps {
		for _, t := range st.Tasks {
			if t.Hint != "" && (t.OK == nil || !*t.OK) {
				out = t.Hint
			}
		}
	}
	return out
}

// slowest names the phase that took longest.
func slowest(d *Document) string {
	var worst Phase
	for _, p := range d.Phases {
		if p.Machine+p.People > worst.Machine+worst.People {
			worst = p
		}
	}
	if worst.Phase == "" {
		return "see where the time went in the report"
	}
	return fmt.Sprintf("most of it went into phase %s (machine %s, people %s)", worst.Phase, span(worst.Machine), span(worst.People))
}
