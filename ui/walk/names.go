package walk

import (
	"fmt"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

// stepNumber is how a step is called: its place among the steps of its
// section.
func stepNumber(s *drill.State, i int) string {
	n := 1
	for k := range i {
		if s.Steps[k].Section == s.Steps[i].Section {
			n++
		}
	}
	return fmt.Sprint(n)
}

// stepTitle is "4 Verify the backup"; the prerequisites have no number.
func stepTitle(s *drill.State, i int) string {
	if i < 0 || i >= len(s.Steps) {
		return "the end"
	}
	st := &s.Steps[i]
	if st.Section != drill.SectionMain {
		return st.Step.Title
	}
	return stepNumber(s, i) + " " + st.Step.Title
}

// sectionTitle heads a part of the step list.
func sectionTitle(sec drill.Section) string {
	switch sec {
	case drill.SectionPreflight:
		return "Before"
	case drill.SectionRollback:
		return "Rollback"
	case drill.SectionAfter:
		return "Afterwards"
	}
	return "Steps"
}

// unitTitle says in one line what a unit is.
func unitTitle(s *drill.State, step int, u *drill.Unit) string {
	switch b := block(s, step, u); {
	case b.Item != nil:
		return b.Item.Text
	case b.Action != nil:
		return actionTitle(s, b.Action)
	default:
		return oneLine(script(s, u, b.Command))
	}
}

// script is what a command runs: as it was run last, else as written with the
// answers filled in.
func script(s *drill.State, u *drill.Unit, c *runbook.Command) string {
	if u.Script != "" {
		return u.Script
	}
	text, _ := c.Fill(s.Vars)
	return text
}

func oneLine(text string) string {
	head, _, more := strings.Cut(strings.TrimSpace(text), "\n")
	if more {
		return head + " …"
	}
	return head
}

// actionTitle says what a driver's action does to which point.
func actionTitle(s *drill.State, a *runbook.Action) string {
	filled, _ := a.Fill(s.Vars)
	args := filled.Args
	point := "the recovery point"
	if s.Point != nil {
		point = s.Point.ID
	}
	switch a.Name {
	case "locate":
		return "look for recovery points of " + s.Info.Workload
	case "choose":
		return "choose the recovery point"
	case "verify":
		grade := args["grade"]
		if grade == "" {
			grade = string(drivers.GradeReadable)
		}
		return "verify " + point + " to " + grade
	case "provision":
		return "make a scratch target"
	case "restore":
		to := args["to"]
		if to == "" {
			to = string(drivers.TargetScratch)
		}
		return "restore " + point + " into " + to
	case "check":
		return "check the restored data"
	case "backup":
		return "back up " + s.Info.Workload
	case "cleanup":
		return "remove what was made for this run"
	}
	return a.Name
}

// byHandLines is what a person does in place of a unit: lines to copy.
func byHandLines(s *drill.State, step int, u *drill.Unit) []string {
	b := block(s, step, u)
	switch {
	case b.Command != nil:
		return strings.Split(strings.TrimRight(script(s, u, b.Command), "\n"), "\n")
	case b.Item != nil:
		return []string{b.Item.Text}
	}
	if b.Action.Name == "restore" && s.Plan != nil {
		return planCommands(s.Plan)
	}
	return actionByHand(s, b.Action)
}

// actionByHand is the same work from another terminal.
func actionByHand(s *drill.State, a *runbook.Action) []string {
	w := s.Info.Workload
	on := ""
	if s.Point != nil {
		on = " --copy " + s.Point.Copy + " --point " + s.Point.ID
	}
	filled, _ := a.Fill(s.Vars)
	args := filled.Args
	switch a.Name {
	case "locate":
		return []string{"lifeboat locate " + w}
	case "verify":
		if g := args["grade"]; g != "" {
			on += " --grade " + g
		}
		return []string{"lifeboat verify " + w + on}
	case "restore":
		to := args["to"]
		if to == "" {
			to = string(drivers.TargetScratch)
		}
		return []string{"lifeboat restore " + w + on + " --to " + to}
	case "backup":
		return []string{"lifeboat backup " + w}
	}
	return []string{actionTitle(s, a)}
}

func planCommands(p *drivers.Plan) []string {
	var out []string
	for _, st := range p.Steps {
		if st.Command != "" {
			out = append(out, st.Command)
		} else {
			out = append(out, "# "+st.Title)
		}
	}
	return out
}
