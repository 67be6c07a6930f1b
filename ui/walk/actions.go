package walk

import (
	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Actions implements screen.Screen.
func (m *Model) Actions() []keys.Action {
	switch m.view {
	case viewLog:
		return append(m.logActions(), m.moves()...)
	case viewOutput:
		return append(m.pageActions(), m.moves()...)
	case viewPlan:
		return append([]keys.Action{m.closing("walk.plan", "p", "Close the plan")}, m.moves()...)
	case viewVerdict:
		return append(m.endActions(), m.moves()...)
	case viewWalk:
	}
	if m.s.Concluded() {
		return append(m.endActions(), m.moves()...)
	}
	out := append([]keys.Action{m.enterAction()}, m.ways()...)
	out = append(out, m.clockActions()...)
	out = append(out, m.lookActions()...)
	return append(out, m.moves()...)
}

// enterAction performs the offer. The bar above the footer says what it is,
// so it has no hint of its own there.
func (m *Model) enterAction() keys.Action {
	title := "Do what the bar says"
	if m.offer.Label != "" {
		title = widget.Upper(widget.CleanLine(m.offer.Label))
	}
	return keys.Action{
		ID: "walk.enter", Keys: []string{"enter"}, Title: title, Group: "the walk",
		Help: "Does the one obvious thing; the bar above the footer says which.",
		Run:  m.enter, Disabled: m.enterOff,
	}
}

func (m *Model) enterOff() string {
	switch {
	case m.away():
		return ""
	case m.notMine() != "":
		return m.notMine()
	case m.busy:
		return stillBusy
	case m.offer.Deed == DeedType && m.env.Attach == nil:
		return "nobody can type into it from here: `lifeboat resume` can"
	case m.offer.Deed == DeedType:
		return ""
	case m.s.Running() != nil:
		return "still running: " + m.s.Running().Task.Title
	case m.offer.Deed == DeedNone && m.offer.Hint != "":
		return m.offer.Off + ": " + m.offer.Hint
	case m.offer.Deed == DeedNone:
		return m.offer.Off
	}
	return ""
}

// notMine is why this screen can't drive the run at all, or "".
func (m *Model) notMine() string {
	switch {
	case m.watch:
		return "you are looking on: another lifeboat drives this run"
	case m.broken != nil:
		return "the run can't go on in this process: " + m.broken.Error()
	case !m.have || m.run == nil:
		return "the run is being opened"
	}
	return ""
}

// still is why a command can't be given now: nothing may be running.
func (m *Model) still() string {
	switch {
	case m.notMine() != "":
		return m.notMine()
	case m.busy:
		return stillBusy
	case m.s.Concluded():
		return "the run has ended: " + string(m.s.Verdict)
	case m.s.Running() != nil:
		return "still running: " + m.s.Running().Task.Title + "; i interrupts it"
	}
	return ""
}

// when joins a condition of its own to still.
func (m *Model) when(own func() string) func() string {
	return func() string {
		if why := m.still(); why != "" {
			return why
		}
		return own()
	}
}

// ways are the ways on from a unit, also from one that failed.
func (m *Model) ways() []keys.Action {
	out := []keys.Action{
		{
			ID: "walk.retry", Keys: []string{"r"}, Title: "Retry", Short: "retry", Group: "the walk",
			Help: "Runs what failed again.", Run: m.retry, Disabled: m.when(m.noFailure),
		},
		{
			ID: "walk.hand", Keys: []string{"m"}, Title: "Done by hand", Short: "by hand", Group: "the walk",
			Help: "Shows the lines to copy, and marks it as done elsewhere; the time still counts.",
			Run:  m.askByHand, Disabled: m.when(m.noSkip),
		},
		{
			ID: "walk.skip", Keys: []string{"s"}, Title: "Skip, with a reason", Short: "skip", Group: "the walk",
			Help: "Leaves it out; the reason stands in the report.", Run: m.askSkip, Disabled: m.when(m.noSkip),
		},
		{
			ID: "walk.edit", Keys: []string{"e"}, Title: "Edit the command and run it", Short: "edit", Group: "the walk",
			Help: "Opens the command as text; the report keeps what was run.", Run: m.askEdit, Disabled: m.when(m.noCommand),
		},
		{
			ID: "walk.choose", Keys: []string{"c"}, Title: "Choose the recovery point", Short: "choose point", Group: "the walk",
			Help: "Lists every recovery point, up to the restore.", Run: m.askPoint, Disabled: m.when(m.noPoints),
		},
	}
	return append(out, m.endings()...)
}

// endings leave out, undo or end more than one unit.
func (m *Model) endings() []keys.Action {
	end := "End the run here"
	if m.verdict != "" {
		end += ": " + string(m.verdict)
	}
	return []keys.Action{
		{
			ID: "walk.skipstep", Keys: []string{"S"}, Title: "Skip the rest of the step", Group: "the walk",
			Help: "Leaves out what is left of this step, with a reason.", Run: m.askSkipStep, Disabled: m.when(m.noSkip),
		},
		{
			ID: "walk.rollback", Keys: []string{"b"}, Title: "Roll back", Group: "the walk",
			Help: "Turns to the runbook's rollback steps.", Run: m.askRollback, Disabled: m.when(m.noRollback),
		},
		{
			ID: "walk.end", Keys: []string{"x"}, Title: end, Group: "the walk",
			Help: "Ends it with the verdict that it has earned so far.", Run: m.askEnd, Disabled: m.when(func() string { return "" }),
		},
		{
			ID: "walk.abort", Keys: []string{"a"}, Title: "Abort the run", Group: "the walk",
			Help: "Stops what runs, removes what was made, and ends the run as aborted.", Run: m.askAbort, Disabled: m.noAbort,
		},
	}
}

func (m *Model) clockActions() []keys.Action {
	hold, short := "Hold the clock", "hold"
	if !m.s.HeldSince.IsZero() {
		hold, short = "Release the clock", "release"
	}
	return []keys.Action{
		{
			ID: "walk.interrupt", Keys: []string{"i"}, Title: "Interrupt what runs", Short: "interrupt", Group: "the walk",
			Help: "Asks first. The walk then stands at the command.", Run: m.askInterrupt, Disabled: m.noTask,
		},
		{
			ID: "walk.note", Keys: []string{"n"}, Title: "Add a note", Short: "note", Group: "the walk",
			Help: "Keeps a remark with the time, for the report.", Run: m.askNote, Disabled: m.noNote,
		},
		{
			ID: "walk.hold", Keys: []string{"h"}, Title: hold, Short: short, Group: "the walk",
			Help: "Stops a drill's clock, and says so in the report. An incident's clock never stops.",
			Run:  m.hold, Disabled: m.noHold,
		},
	}
}

func (m *Model) noFailure() string {
	if _, _, ok := m.s.Failed(); !ok {
		return "nothing has failed here"
	}
	return ""
}

func (m *Model) noStep() string {
	if m.s.Step() == nil {
		return "the walk has not started: press enter"
	}
	return ""
}

func (m *Model) noSkip() string {
	st := m.s.Step()
	if st != nil && st.Next() < 0 && len(st.Units) > 0 {
		return "everything in this step is done"
	}
	return m.noStep()
}

func (m *Model) noCommand() string {
	if u := nextUnit(&m.s); u == nil || u.Kind != drill.UnitCommand || m.s.Info.Mode == drill.ModeTabletop {
		return "there is no command to edit here"
	}
	return ""
}

func (m *Model) noPoints() string {
	if len(m.s.Points) == 0 {
		return "no recovery point is known yet: locate first"
	}
	return ""
}

func (m *Model) noRollback() string {
	switch {
	case m.s.Rolled:
		return "this run is being rolled back already"
	case len(m.s.Info.Rollback) == 0:
		return "the runbook has no rollback section"
	}
	return m.noStep()
}

func (m *Model) noAbort() string {
	switch {
	case m.notMine() != "":
		return m.notMine()
	case m.s.Concluded():
		return "the run has ended: " + string(m.s.Verdict)
	}
	return ""
}

func (m *Model) noTask() string {
	switch {
	case m.notMine() != "":
		return m.notMine()
	case m.s.Running() == nil:
		return "nothing is running"
	}
	return ""
}

func (m *Model) noNote() string {
	switch {
	case m.notMine() != "":
		return m.notMine()
	case m.s.Ended():
		return "the run has ended"
	}
	return ""
}

func (m *Model) noHold() string {
	switch {
	case m.notMine() != "":
		return m.notMine()
	case m.s.Concluded():
		return "the run has ended"
	case m.s.Info.Mode == drill.ModeIncident:
		return "an incident's clock never stops"
	case m.s.Began.IsZero():
		return "the clock has not started"
	}
	return ""
}

func (m *Model) hold() tea.Cmd {
	if !m.s.HeldSince.IsZero() {
		return m.do(drill.Release{}, nil)
	}
	return m.do(drill.Hold{}, nil)
}
