package report

import (
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"
)

func (m *markdown) point(d *Document) {
	p := d.Point
	if p == nil {
		return
	}
	m.f("## Recovery point\n\n")
	m.f("%s of copy %s, %s: %s, %s, time from the %s.\n", code(p.ID), esc(p.Copy), esc(p.Kind),
		stamp(p.Time), humanize.IBytes(uint64(max(p.Bytes, 0))), esc(p.TimeSource))
	if p.Why != "" {
		m.f("Why this one: %s.\n", esc(p.Why))
	}
	m.f("\n")
	for _, problem := range p.Problems {
		m.f("- %s\n", esc(problem))
	}
	v := d.Verification
	if v == nil {
		m.f("It was not verified before it was restored.\n\n")
		return
	}
	m.f("Asked to be proved **%s**; proved: **%s**.\n\n", esc(v.Asked), either(esc(v.Proved), "nothing"))
	var rows [][]string
	for _, g := range v.Grades {
		rows = append(rows, []string{esc(g.Grade), outcome(g.Outcome), esc(g.Detail), span(g.Took)})
	}
	m.table([]string{"grade", "outcome", "", "took"}, rows)
}

// outcome sets what needs eyes in bold.
func outcome(s string) string {
	if s == "passed" || s == "skipped" {
		return s
	}
	return bold(esc(s))
}

func (m *markdown) checks(d *Document) {
	m.f("## Checks\n\n")
	if len(d.Checks) == 0 {
		m.f("None was answered.\n\n")
		return
	}
	var rows [][]string
	for _, c := range d.Checks {
		on := "no"
		if c.Proves {
			on = "yes"
		}
		detail := c.Detail
		if c.Newest != nil {
			detail = strings.TrimSpace(detail + " newest " + stamp(c.Newest))
		}
		rows = append(rows, []string{esc(c.Name), outcome(c.Outcome), cell(c.Got), cell(c.Want), cell(c.Source), on, esc(detail)})
	}
	m.table([]string{"check", "outcome", "got", "want", "source", "looked at restored data", ""}, rows)
}

func (m *markdown) timeline(d *Document) {
	m.f("## Timeline\n\nTimes are UTC.\n\n")
	for i := range d.Steps {
		m.step(i+1, &d.Steps[i])
	}
	if len(d.Cleanup) > 0 {
		m.f("### Cleaning up\n\n")
		for i := range d.Cleanup {
			m.task(&d.Cleanup[i])
		}
		m.f("\n")
	}
}

func (m *markdown) step(n int, st *Step) {
	section := ""
	if st.Section != "main" {
		section = " (" + st.Section + ")"
	}
	m.f("### %d. %s%s: %s\n\n", n, esc(st.Title), section, st.Status)
	if st.Started != nil {
		m.f("%s\n\n", spent(st))
	}
	if st.Reason != "" {
		m.f("Reason: %s\n\n", esc(st.Reason))
	}
	for i := range st.Tasks {
		m.task(&st.Tasks[i])
	}
	for _, it := range st.Items {
		m.f("- %s%s: %s\n", esc(it.Text), paren(esc(it.Note)), it.Status)
	}
	if len(st.Tasks)+len(st.Items) > 0 {
		m.f("\n")
	}
}

// spent says when a step was, how long it took, and who worked.
func spent(st *Step) string {
	out := "since " + clock(st.Started)
	if st.Ended != nil {
		out = fmt.Sprintf("%s to %s, %s", clock(st.Started), clock(st.Ended), spanOr(st.Spent))
	}
	if st.Budget != nil {
		out += "; budget " + span(*st.Budget)
		if st.Spent != nil && *st.Spent > *st.Budget {
			out += ", **exceeded**"
		}
	}
	return out + "; machine " + span(st.Machine)
}

func (m *markdown) task(t *Task) {
	what := esc(t.Title)
	if t.Command != "" {
		what = code(firstLine(t.Command))
	}
	edited := ""
	if t.Edited {
		edited = ", edited"
	}
	m.f("- %s %s: %s, %s%s\n", clock(t.Started), what, ending(t), spanOr(t.Took), edited)
	if strings.Contains(t.Command, "\n") {
		m.f("\n%s\n", fence(t.Command, "", "  "))
	}
	if t.Error != "" && !strings.HasSuffix(ending(t), t.Error) {
		m.f("  - %s\n", esc(t.Error))
	}
	for _, w := range t.Warnings {
		m.f("  - warning: %s\n", esc(w))
	}
	if t.Output != nil && t.Output.Bytes > 0 {
		m.f("  - output %s: %s, %s, SHA-256 %s\n", code(t.Output.File), counted(int(t.Output.Lines), "line"),
			humanize.IBytes(uint64(t.Output.Bytes)), code(t.Output.SHA256))
	}
}

// ending says how a task ended: the exit status where there is one.
func ending(t *Task) string {
	result := t.Result
	if t.OK == nil || !*t.OK {
		result = bold(result)
	}
	switch {
	case t.Signal != "":
		return fmt.Sprintf("%s, %s", result, esc(t.Signal))
	case t.Exit != nil:
		return fmt.Sprintf("%s, exit status %d", result, *t.Exit)
	}
	return result
}

func firstLine(s string) string {
	first, _, more := strings.Cut(s, "\n")
	if more {
		return first + " …"
	}
	return first
}

func paren(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

func (m *markdown) deviations(d *Document) {
	m.f("## Deviations from the runbook\n\n")
	if len(d.Deviations) == 0 {
		m.f("None.\n\n")
		return
	}
	for _, v := range d.Deviations {
		m.f("- %s: **%s** %s: %s\n", esc(v.Step), esc(v.What), code(firstLine(v.Text)), either(esc(v.Why), "no reason was given"))
	}
	m.f("\n")
}

func (m *markdown) notes(d *Document) {
	if len(d.Notes) == 0 {
		return
	}
	m.f("## Notes\n\n")
	for _, n := range d.Notes {
		m.f("- %s%s: %s\n", clock(n.At), paren(esc(n.Step)), esc(n.Text))
	}
	m.f("\n")
}

func (m *markdown) scratch(d *Document) {
	if len(d.Scratch) == 0 {
		return
	}
	m.f("## Scratch targets\n\n")
	var rows [][]string
	for _, sc := range d.Scratch {
		why := esc(sc.Why)
		if sc.Until != nil {
			why += ", until " + stamp(sc.Until)
		}
		rows = append(rows, []string{cell(sc.Dir), sc.Status, why})
	}
	m.table([]string{"target", "state", ""}, rows)
}
