package walk

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

const logZone = "log"

// logRow is a task of the command log, or the heading of its step.
type logRow struct {
	task *drill.TaskState
	head string
}

func (m *Model) openLog() {
	m.view = viewLog
	m.log.SetLen(len(m.logRows()))
	m.log.To(m.log.Len - 1)
}

// logRows groups the tasks by the step that ran them, in order.
func (m *Model) logRows() []logRow {
	var out []logRow
	last := -2
	for i := range m.s.Tasks {
		t := &m.s.Tasks[i]
		if t.Task.Step != last {
			last = t.Task.Step
			head := "Cleaning up"
			if last >= 0 {
				head = clean(stepTitle(&m.s, last))
			}
			out = append(out, logRow{head: head})
		}
		out = append(out, logRow{task: t})
	}
	return out
}

func (m *Model) logActions() []keys.Action {
	return []keys.Action{
		{
			ID: "walk.open", Keys: []string{"enter", "o"}, Title: "Show its output", Short: "output", Group: "look",
			Help: "All that the task printed, from its file.", Run: m.openLogged, Disabled: m.noLogged,
		},
		{
			ID: "walk.log", Keys: []string{"l"}, Title: "Close the log", Short: "close", Group: "look",
			Help: "Back to the walk.", Run: m.run0(m.escape),
		},
	}
}

func (m *Model) noLogged() string {
	if len(m.s.Tasks) == 0 {
		return "nothing has been run yet"
	}
	return ""
}

// openLogged opens the output of the row, or of the first task under it.
func (m *Model) openLogged() tea.Cmd {
	rows := m.logRows()
	for i := m.log.Cursor; i >= 0 && i < len(rows); i++ {
		if rows[i].task != nil {
			return m.openPage(rows[i].task.Task.ID)
		}
	}
	return nil
}

// logView fills the room under the clocks with every task.
func (m *Model) logView(w, h int) string {
	st := m.env.Styles
	rows := m.logRows()
	p := widget.Pane{Title: "Command log", Focused: true, Count: widget.Count(len(m.s.Tasks), "task", "tasks")}
	iw, ih := p.Inner(w, h)
	m.log.SetLen(len(rows))
	m.log.Fit(ih)
	var out []string
	for y := range ih {
		i := m.log.At(y)
		if i < 0 {
			break
		}
		m.zones.Add(logZone, i, 1, clockRows+1+y, iw, 1)
		line := m.logLine(&rows[i], iw)
		if i == m.log.Cursor {
			line = widget.SelectRow(st, line, true)
		}
		out = append(out, line)
	}
	if len(rows) == 0 {
		out = []string{" " + st.Muted.Render("Nothing has been run yet.")}
	}
	p.Body, p.Scroll = strings.Join(out, "\n"), m.log.Scroll()
	return p.Render(st, w, h)
}

func (m *Model) logLine(r *logRow, w int) string {
	st := m.env.Styles
	if r.task == nil {
		return widget.Fit(" "+st.Header.Render(r.head), w, st.Glyph.Ellipsis)
	}
	t := r.task
	state, right := widget.Running, "running "+widget.Clock(m.env.Now().Sub(t.Started))
	if t.Result != nil {
		state, right = taskState(t), taskEnd(t)
	}
	right = st.Muted.Render(t.Started.In(m.env.Now().Location()).Format("15:04:05")) + "  " + right
	return widget.Spread("   "+state.Glyph(st)+" "+st.Text.Render(clean(t.Task.Title)), right+" ", w, st.Glyph.Ellipsis)
}

func taskState(t *drill.TaskState) widget.State {
	switch r := t.Result; {
	case r.Unknown:
		return widget.Unknown
	case !r.OK:
		return widget.Failed
	case len(r.Warnings) > 0:
		return widget.Warned
	}
	return widget.Done
}

// taskEnd is how a task ended and how long it took, in columns.
func taskEnd(t *drill.TaskState) string {
	end := "ok"
	switch r := t.Result; {
	case r.Unknown:
		end = "end not seen"
	case r.Canceled:
		end = "interrupted"
	case r.Signal != "":
		end = clean(r.Signal)
	case t.Task.Kind == drill.TaskShell:
		end = fmt.Sprintf("exit %d", r.Code)
	case !r.OK:
		end = "failed"
	}
	return widget.FitRight(end, 12, "") + "  " + widget.FitRight(took(t), 8, "")
}

// copyCommand puts what the step runs next on the terminal's clipboard.
func (m *Model) copyCommand() tea.Cmd {
	u := nextUnit(&m.s)
	if u == nil {
		return nil
	}
	return tea.SetClipboard(strings.Join(byHandLines(&m.s, m.s.Current, u), "\n"))
}

func (m *Model) noCopy() string {
	if u := nextUnit(&m.s); u == nil || u.Kind == drill.UnitItem {
		return "there is nothing to copy here"
	}
	return ""
}
