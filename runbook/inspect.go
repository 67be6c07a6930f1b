package runbook

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Inspect is what was read from a runbook, as `inspect --json` prints it. All
// its lists are lists, never null.
type Inspect struct {
	Title         string               `json:"title"`
	Steps         []InspectStep        `json:"steps"`
	Prerequisites []InspectStep        `json:"prerequisites"`
	Rollback      []InspectStep        `json:"rollback"`
	PostRecovery  []InspectStep        `json:"post_recovery"`
	Placeholders  []InspectPlaceholder `json:"placeholders"`
	Problems      []InspectProblem     `json:"problems"`
}

// InspectStep is a step in an Inspect.
type InspectStep struct {
	Title     string           `json:"title"`
	Line      int              `json:"line"`
	Kind      StepKind         `json:"kind"`
	Commands  []InspectCommand `json:"commands"`
	Checklist []InspectItem    `json:"checklist"`
}

// InspectCommand is a command in an Inspect.
type InspectCommand struct {
	Line     int    `json:"line"`
	Language string `json:"language"`
	Script   string `json:"script"`
}

// InspectItem is a checklist item in an Inspect.
type InspectItem struct {
	Line int    `json:"line"`
	Text string `json:"text"`
}

// InspectPlaceholder is a placeholder in an Inspect.
type InspectPlaceholder struct {
	Text   string `json:"text"`
	Name   string `json:"name"`
	Form   string `json:"form"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Count  int    `json:"count"`
}

// InspectProblem is a problem in an Inspect.
type InspectProblem struct {
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
}

// Report gives what was read from the runbook.
func (rb *Runbook) Report() Inspect {
	in := Inspect{
		Title:         rb.Title,
		Steps:         inspectSteps(rb.Steps),
		Prerequisites: inspectSteps(rb.Prerequisites),
		Rollback:      inspectSteps(rb.Rollback),
		PostRecovery:  inspectSteps(rb.PostRecovery),
		Placeholders:  make([]InspectPlaceholder, 0, len(rb.Placeholders)),
		Problems:      make([]InspectProblem, 0, len(rb.Problems)),
	}
	for _, p := range rb.Placeholders {
		in.Placeholders = append(in.Placeholders, InspectPlaceholder(p))
	}
	for _, p := range rb.Problems {
		in.Problems = append(in.Problems, InspectProblem(p))
	}
	return in
}

func inspectSteps(steps []Step) []InspectStep {
	out := make([]InspectStep, 0, len(steps))
	for i := range steps {
		st := &steps[i]
		is := InspectStep{Title: st.Title, Line: st.Line, Kind: st.Kind, Commands: []InspectCommand{}, Checklist: []InspectItem{}}
		for _, c := range st.Commands() {
			is.Commands = append(is.Commands, InspectCommand{c.Line, c.Language, c.Script})
		}
		for _, it := range st.Items() {
			is.Checklist = append(is.Checklist, InspectItem{it.Line, it.Text})
		}
		out = append(out, is)
	}
	return out
}

// WriteText writes the report for people.
func (in Inspect) WriteText(w io.Writer) error {
	b := bufio.NewWriter(plainWriter{w})
	fmt.Fprintln(b, firstNonEmpty(in.Title, "(no title)"))
	writeSteps(b, "Prerequisites", in.Prerequisites)
	writeSteps(b, "Steps", in.Steps)
	writeSteps(b, "Rollback", in.Rollback)
	writeSteps(b, "Post-recovery", in.PostRecovery)
	if len(in.Placeholders) > 0 {
		fmt.Fprintf(b, "\nTo fill in (%d)\n", len(in.Placeholders))
		for _, p := range in.Placeholders {
			fmt.Fprintf(b, "  %-24s line %d, %s\n", p.Text, p.Line, times(p.Count))
		}
	}
	if len(in.Problems) > 0 {
		fmt.Fprintf(b, "\nProblems (%d)\n", len(in.Problems))
		for _, p := range in.Problems {
			fmt.Fprintf(b, "  %d:%d: %s: %s\n", p.Line, max(p.Column, 1), p.Rule, p.Message)
		}
	}
	return b.Flush()
}

func writeSteps(b *bufio.Writer, heading string, steps []InspectStep) {
	if len(steps) == 0 && heading != "Steps" {
		return
	}
	fmt.Fprintf(b, "\n%s (%d)\n", heading, len(steps))
	for i, st := range steps {
		fmt.Fprintf(b, "%3d  %s  (line %d, %s)\n", i+1, st.Title, st.Line, st.Kind)
		for _, it := range st.Checklist {
			fmt.Fprintf(b, "       [ ] %s\n", it.Text)
		}
		for _, c := range st.Commands {
			fmt.Fprintf(b, "       line %d, %s\n", c.Line, c.Language)
			for line := range strings.SplitSeq(c.Script, "\n") {
				fmt.Fprintf(b, "         %s\n", line)
			}
		}
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// plainWriter keeps a runbook's text from moving the cursor or setting a
// title: control characters other than newline and tab become "?".
type plainWriter struct{ to io.Writer }

func (w plainWriter) Write(p []byte) (int, error) {
	safe := make([]byte, len(p))
	for i, c := range p {
		if (c < ' ' && c != '\n' && c != '\t') || c == 0x7f {
			c = '?'
		}
		safe[i] = c
	}
	return w.to.Write(safe)
}
