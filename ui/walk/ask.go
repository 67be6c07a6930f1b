package walk

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

func clean(s string) string { return widget.CleanLine(s) }

// needed is the check of an answer that must not be empty.
func needed(what string) func(string) string {
	return func(s string) string {
		if strings.TrimSpace(s) == "" {
			return what
		}
		return ""
	}
}

// askAnswers asks for what is missing, one after the other, then goes on.
func (m *Model) askAnswers(names []string, then func() tea.Cmd) tea.Cmd {
	if len(names) == 0 {
		return then()
	}
	name := names[0]
	in := dialog.NewInput("Fill in "+clean(name), m.placeholder(name), "")
	in.Hint = "It is asked once, kept in the journal, and used wherever it is needed."
	in.Check = needed("type a value; esc leaves it open")
	m.env.Dialogs.Push(in, func(r dialog.Result) tea.Cmd {
		if !r.OK {
			return nil
		}
		return m.do(drill.Answer{Name: name, Value: r.Text}, func() tea.Cmd { return m.askAnswers(names[1:], then) })
	})
	return nil
}

// placeholder says what a missing value is, and where it is used.
func (m *Model) placeholder(name string) string {
	where := ""
	if u := nextUnit(&m.s); u != nil {
		where = "\n\nIt is needed for: " + clean(unitTitle(&m.s, m.s.Current, u))
	}
	for _, p := range m.s.Info.Ask {
		if p.Name == name {
			return fmt.Sprintf("The runbook says %s (line %d, used %s).%s",
				clean(p.Text), p.Line, widget.Count(max(p.Count, 1), "time", "times"), where)
		}
	}
	return "What is " + clean(name) + "?" + where
}

// askAllow asks for the workload's name before a destructive command.
func (m *Model) askAllow(no *drill.Refusal, c drill.Command) tea.Cmd {
	text := ""
	if u := nextUnit(&m.s); u != nil {
		if cmd := block(&m.s, m.s.Current, u).Command; cmd != nil {
			text = clean(strings.ReplaceAll(edited(c, script(&m.s, u, cmd)), "\n", "; ")) + "\n\n"
		}
	}
	body := text + "This is destructive:\n"
	for _, d := range no.Danger {
		body += m.env.Styles.Glyph.Bullet + " " + clean(d) + "\n"
	}
	d := dialog.NewTyped("Destructive command", strings.TrimRight(body, "\n"), m.s.Info.Workload)
	m.env.Dialogs.Push(d, func(r dialog.Result) tea.Cmd {
		if !r.OK {
			return nil
		}
		return m.do(allowed(c, r.Text), nil)
	})
	return nil
}

// edited is the script that a command would run.
func edited(c drill.Command, as string) string {
	switch c := c.(type) {
	case drill.Retry:
		if c.Script != "" {
			return c.Script
		}
	case drill.RunEdited:
		return c.Script
	}
	return as
}

// allowed is the command with the confirmation in it.
func allowed(c drill.Command, typed string) drill.Command {
	switch c := c.(type) {
	case drill.Retry:
		c.Typed = typed
		return c
	case drill.RunEdited:
		c.Typed = typed
		return c
	}
	return drill.Allow{Typed: typed}
}

// showGuard says why a guard rail holds.
func (m *Model) showGuard(no *drill.Refusal) {
	body := widget.Sentence(clean(no.Reason)) + ".\n\n"
	if no.Hint != "" {
		body += widget.Sentence(clean(no.Hint)) + ".\n\n"
	}
	body += "Nothing was run. m marks it as done by hand, s skips it with a reason."
	d := dialog.NewInfo("Refused by a guard rail", body)
	d.Danger = true
	m.env.Dialogs.Push(d, nil)
}

// askPlan asks for the workload's name before a restore into something that
// is not scratch.
func (m *Model) askPlan() tea.Cmd {
	p := m.s.Plan
	if p == nil {
		return nil
	}
	t := &p.Request.Target
	body := fmt.Sprintf("Restore %s from %s into %s (%s).\n", clean(m.s.Info.Workload),
		clean(p.Request.Point.ID), clean(t.Name), t.Kind)
	if where := targetPlace(t); where != "" {
		body += "It lies at " + where + ".\n"
	}
	body += "\n"
	for _, st := range p.Steps {
		if st.Destructive {
			body += m.env.Styles.Glyph.Warn + " destructive: " + clean(st.Title) + "\n"
		}
	}
	for _, w := range p.Warnings {
		body += m.env.Styles.Glyph.Warn + " " + clean(w) + "\n"
	}
	d := dialog.NewTyped("Run this plan", strings.TrimRight(body, "\n"), m.s.Info.Workload)
	m.env.Dialogs.Push(d, func(r dialog.Result) tea.Cmd {
		if !r.OK {
			return nil
		}
		return m.do(drill.ConfirmPlan{Typed: r.Text}, nil)
	})
	return nil
}

func (m *Model) retry() tea.Cmd { return m.do(drill.Retry{Script: m.rerun()}, nil) }

// rerun is the script of the last attempt where the operator had edited it.
func (m *Model) rerun() string {
	_, t, ok := m.s.Failed()
	u := nextUnit(&m.s)
	if !ok || t == nil || u == nil || t.Task.Script == "" {
		return ""
	}
	c := block(&m.s, m.s.Current, u).Command
	if c == nil {
		return ""
	}
	if text, _ := c.Fill(m.s.Vars); text == t.Task.Script {
		return ""
	}
	return t.Task.Script
}

// askEdit opens the next command as text.
func (m *Model) askEdit() tea.Cmd {
	u := nextUnit(&m.s)
	if u == nil {
		return nil
	}
	c := block(&m.s, m.s.Current, u).Command
	_, _, failed := m.s.Failed()
	d := dialog.NewText("Edit and run", "What is run stands in the report, beside what the runbook says. The runbook's file stays as it is.",
		widget.Script(script(&m.s, u, c)))
	d.Check = needed("there is nothing to run")
	m.env.Dialogs.Push(d, func(r dialog.Result) tea.Cmd {
		switch {
		case !r.OK:
			return nil
		case failed:
			return m.do(drill.Retry{Script: r.Text}, nil)
		}
		return m.do(drill.RunEdited{Script: r.Text}, nil)
	})
	return nil
}

func (m *Model) askByHand() tea.Cmd {
	st := m.s.Step()
	if st == nil {
		return nil
	}
	d := &handDialog{title: "Done by hand: " + clean(st.Step.Title)}
	if u := nextUnit(&m.s); u != nil {
		d.lines = byHandLines(&m.s, m.s.Current, u)
	}
	for i := range d.lines {
		d.lines[i] = clean(d.lines[i])
	}
	m.env.Dialogs.Push(d, func(r dialog.Result) tea.Cmd {
		if !r.OK {
			return nil
		}
		return m.do(drill.ByHand{Note: strings.TrimSpace(r.Text)}, nil)
	})
	return nil
}

func (m *Model) askSkip() tea.Cmd {
	u := nextUnit(&m.s)
	if u == nil {
		return m.askSkipStep()
	}
	return m.askReason("Skip this", "Why is this left out? "+clean(unitTitle(&m.s, m.s.Current, u)),
		func(why string) drill.Command { return drill.SkipUnit{Reason: why} })
}

func (m *Model) askSkipStep() tea.Cmd {
	st := m.s.Step()
	if st == nil {
		return nil
	}
	return m.askReason("Skip the step", "Why is the rest of this step left out? "+clean(st.Step.Title),
		func(why string) drill.Command { return drill.SkipStep{Reason: why} })
}

// askReason asks for a line that must not be empty.
func (m *Model) askReason(title, label string, c func(string) drill.Command) tea.Cmd {
	in := dialog.NewInput(title, label, "")
	in.Hint = "The reason stands in the report. enter takes it, esc goes back."
	in.Check = needed("a reason is needed: it stands in the report")
	m.env.Dialogs.Push(in, func(r dialog.Result) tea.Cmd {
		if !r.OK {
			return nil
		}
		return m.do(c(strings.TrimSpace(r.Text)), nil)
	})
	return nil
}

func (m *Model) askNote() tea.Cmd {
	in := dialog.NewInput("Note", "What should the report say here?", "")
	in.Check = needed("type a note; esc goes back")
	m.env.Dialogs.Push(in, func(r dialog.Result) tea.Cmd {
		if !r.OK {
			return nil
		}
		return m.do(drill.AddNote{Text: strings.TrimSpace(r.Text)}, func() tea.Cmd {
			return screen.Say(screen.LevelGood, "the note is kept")
		})
	})
	return nil
}
