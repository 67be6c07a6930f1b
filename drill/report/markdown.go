package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// Markdown writes the report of a run to be attached to a ticket.
func Markdown(w io.Writer, s *drill.State) error {
	d := New(s)
	m := &markdown{}
	m.head(&d)
	m.objectives(&d)
	m.states(&d)
	m.point(&d)
	m.checks(&d)
	m.phases(&d)
	m.timeline(&d)
	m.deviations(&d)
	m.notes(&d)
	m.scratch(&d)
	_, err := io.WriteString(w, m.String())
	return err
}

// markdown collects the text; a strings.Builder never fails.
type markdown struct{ strings.Builder }

func (m *markdown) f(format string, args ...any) { fmt.Fprintf(m, format, args...) }

// table writes a table, or nothing without rows. Cells are escaped already.
func (m *markdown) table(head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	m.f("| %s |\n|%s\n", strings.Join(head, " | "), strings.Repeat(" --- |", len(head)))
	for _, r := range rows {
		m.f("| %s |\n", strings.Join(r, " | "))
	}
	m.f("\n")
}

// banner is how the verdict is shown.
func banner(d *Document) string {
	if d.Verdict == inProgress && d.Stage != "ended" {
		return strings.ToUpper(inProgress) + " (" + d.Stage + ")"
	}
	return strings.ToUpper(d.Verdict)
}

func (m *markdown) head(d *Document) {
	m.f("# %s of %s: %s\n\n", capital(d.Mode), either(esc(d.Workload), "?"), banner(d))
	for _, r := range d.Reasons {
		m.f("- %s\n", esc(r))
	}
	if len(d.Reasons) > 0 {
		m.f("\n")
	}
	rows := [][]string{
		{"Run", cell(d.Run)},
		{"Workload", esc(d.Workload)},
		{"Runbook", join(esc(d.Runbook.Title), cell(d.Runbook.Path), "SHA-256 "+cell(d.Runbook.SHA256))},
		{"Operator", operator(d)},
		{"Impact began", stamp(d.Times.Impact)},
		{"First step", stamp(d.Times.Began)},
		{"Verdict", stamp(d.Times.Concluded)},
		{"Ended", stamp(d.Times.Ended)},
		{"lifeboat", esc(d.Version)},
	}
	if d.Kind != "" {
		rows[1][1] = join(esc(d.Workload), esc(d.Kind), "tier "+esc(d.Tier), esc(d.Owner))
	}
	if d.Times.Impact == nil {
		rows = append(rows[:4:4], rows[5:]...) // a drill has none
	}
	if d.Times.Held > 0 {
		rows = append(rows, []string{"Clock held", span(d.Times.Held) + ", not counted"})
	}
	m.table([]string{"", ""}, rows)
}

func operator(d *Document) string {
	who := esc(d.Operator)
	if d.Host != "" {
		who += " on " + esc(d.Host)
	}
	if d.Unattended {
		who += ", unattended"
	}
	return who
}

func (m *markdown) objectives(d *Document) {
	m.f("## Objectives\n\n")
	m.table([]string{"", "objective", "measured", "", "how"}, [][]string{
		{"RTO", spanOr(d.RTO.Objective), spanOr(d.RTO.Measured), bold(met(d.RTO.Met, d.RTO.Objective, d.RTO.Measured)), rtoHow(d)},
		{"RPO", spanOr(d.RPO.Objective), spanOr(d.RPO.Measured), bold(met(d.RPO.Met, d.RPO.Objective, d.RPO.Measured)), rpoHow(d)},
	})
}

func rtoHow(d *Document) string {
	if d.RTO.How == "" {
		return ""
	}
	from := "the first step"
	if d.Times.Impact != nil {
		from = "the impact"
	}
	return "from " + from + " to the " + esc(d.RTO.How)
}

func rpoHow(d *Document) string {
	if d.RPO.How == "" {
		return ""
	}
	return fmt.Sprintf("%s: %s; measured to %s", esc(d.RPO.How), stamp(d.RPO.DataTime), stamp(d.RPO.Disaster))
}

func (m *markdown) states(d *Document) {
	m.f("## What was done\n\n")
	m.table([]string{"", "state", ""}, [][]string{
		{"Restoring", bold(d.States.Restore.State), esc(d.States.Restore.Detail)},
		{"Validating", bold(d.States.Validate.State), esc(d.States.Validate.Detail)},
		{"Cleaning up", bold(d.States.Cleanup.State), esc(d.States.Cleanup.Detail)},
	})
}

func (m *markdown) phases(d *Document) {
	if len(d.Phases) == 0 {
		return
	}
	m.f("## Where the time went\n\n")
	var rows [][]string
	var machine, people float64
	for _, p := range d.Phases {
		rows = append(rows, []string{p.Phase, span(p.Machine), span(p.People), span(p.Machine + p.People)})
		machine, people = machine+p.Machine, people+p.People
	}
	rows = append(rows, []string{bold("all"), span(machine), span(people), span(machine + people)})
	m.table([]string{"phase", "machine", "people", "together"}, rows)
}

func bold(s string) string {
	if s == "" {
		return ""
	}
	return "**" + s + "**"
}

// join puts what is not empty in a row.
func join(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " · ")
}

func capital(s string) string {
	if s == "" {
		return "Run"
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
