package main

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

// choice is a key that the prompt of --plain offers. Nothing else is taken.
type choice struct {
	key   string // "" is enter
	label string
	asks  string // what is asked before it is done; empty: nothing
	make  func(text string) drill.Command
}

// choices are what can be done in this state.
func choices(s *drill.State) []choice {
	always := []choice{
		{"n", "note", "note", func(t string) drill.Command { return drill.AddNote{Text: t} }},
		{"a", "abort", "", func(string) drill.Command { return drill.Abort{} }},
	}
	st := s.Step()
	if st == nil {
		return append([]choice{enter("start: " + s.Steps[0].StepDef.Step.Title)}, always...)
	}
	var out []choice
	_, _, failed := s.Failed()
	if failed {
		out = append(out, choice{"r", "retry", "", func(string) drill.Command { return drill.Retry{} }})
	} else {
		out = append(out, enter(following(s, st)))
	}
	if st.Next() >= 0 || len(st.Units) == 0 {
		out = append(out, byHand, skip(st))
	}
	if len(s.Points) > 0 && (failed || choosing(st)) {
		out = append(out, choice{"c", "choose another point", "recovery point", func(t string) drill.Command { return drill.Choose{Point: t} }})
	}
	if failed && len(s.Info.Rollback) > 0 && !s.Rolled {
		out = append(out, choice{"b", "rollback", "", func(string) drill.Command { return drill.Rollback{} }})
	}
	if failed {
		out = append(out, choice{"x", "end here", "", func(string) drill.Command { return drill.Conclude{} }})
	}
	return append(out, always...)
}

func enter(label string) choice {
	return choice{"", label, "", func(string) drill.Command { return drill.Next{} }}
}

var byHand = choice{"m", "by hand", "what was done by hand", func(t string) drill.Command { return drill.ByHand{Note: t} }}

// skip leaves out the next unit, or a step that has none.
func skip(st *drill.Step) choice {
	return choice{"s", "skip", "reason", func(t string) drill.Command {
		if len(st.Units) == 0 {
			return drill.SkipStep{Reason: t}
		}
		return drill.SkipUnit{Reason: t}
	}}
}

// offer is the prompt.
func offer(cs []choice) string {
	var out []string
	for _, c := range cs {
		key := c.key
		if key == "" {
			key = "enter"
		}
		out = append(out, key+" "+c.label)
	}
	return strings.Join(out, " · ")
}

// following says what enter does.
func following(s *drill.State, st *drill.Step) string {
	i := st.Next()
	switch {
	case i < 0 && s.Current+1 < len(s.Steps):
		return "next step: " + s.Steps[s.Current+1].StepDef.Step.Title
	case i < 0:
		return "end"
	case st.Units[i].Status == drill.UnitConfirm:
		return "look at the plan"
	}
	verb := "run: "
	if s.Info.Mode == drill.ModeTabletop {
		verb = "talk through: "
	}
	switch b := &st.StepDef.Step.Blocks[st.Units[i].Block]; {
	case b.Command != nil:
		first, _, more := strings.Cut(strings.TrimSpace(b.Command.Script), "\n")
		if more {
			first += " …"
		}
		return verb + first
	case b.Action != nil:
		return verb + actionText(b.Action)
	case b.Item != nil:
		return "tick: " + b.Item.Text
	}
	return "go on"
}

func actionText(a *runbook.Action) string {
	return strings.TrimSpace(a.Name + " " + a.Args["to"] + a.Args["grade"])
}

// choosing says that the next unit chooses a recovery point.
func choosing(st *drill.Step) bool {
	i := st.Next()
	if i < 0 {
		return false
	}
	a := st.StepDef.Step.Blocks[st.Units[i].Block].Action
	return a != nil && a.Name == "choose"
}

// planWaits says that a plan waits for its confirmation.
func planWaits(s *drill.State) bool {
	st := s.Step()
	return st != nil && st.Next() >= 0 && st.Units[st.Next()].Status == drill.UnitConfirm
}
