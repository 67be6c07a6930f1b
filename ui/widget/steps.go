package widget

import (
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
)

// State is how far something has come.
type State int

// The states.
const (
	Todo State = iota
	Running
	Waiting // for the operator
	Done
	Warned
	Failed
	Skipped
	Held
	Unknown
)

// Glyph gives a state's mark, styled.
func (s State) Glyph(st *theme.Styles) string {
	mark, style := s.mark(st)
	return style.Render(mark)
}

func (s State) mark(st *theme.Styles) (string, lipgloss.Style) {
	g := st.Glyph
	switch s {
	case Running:
		return g.Run, st.Accent
	case Waiting:
		return g.Cursor, st.Accent
	case Done:
		return g.OK, st.Good
	case Warned:
		return g.Warn, st.Warn
	case Failed:
		return g.Fail, st.Bad
	case Skipped:
		return g.Skip, st.Muted
	case Held:
		return g.Held, st.Warn
	case Unknown:
		return g.Unknown, st.Warn
	}
	return g.Todo, st.Muted
}

// Step is one line of a step list.
type Step struct {
	Number  string
	Title   string // cleaned
	Note    string // "s3  2.1 GB"; goes first when room is short
	State   State
	Elapsed time.Duration
	Budget  time.Duration // 0: none
	Section bool          // a heading between steps: prerequisites, rollback
	Plain   bool          // an outline: no state is shown
}

// Steps is the step list; List holds the cursor and what is in view.
type Steps struct {
	Items   []Step
	List    *List
	Focused bool
}

// Render draws the list in exactly w × h cells.
func (s Steps) Render(st *theme.Styles, w, h int) string {
	s.List.SetLen(len(s.Items))
	s.List.Fit(h)
	numW := 0
	for i := range s.Items {
		numW = max(numW, Width(s.Items[i].Number))
	}
	var out []string
	for y := range s.List.Height {
		i := s.List.At(y)
		if i < 0 {
			break
		}
		row := s.row(st, &s.Items[i], w, min(numW, 5))
		if i == s.List.Cursor {
			row = SelectRow(st, row, s.Focused)
		}
		out = append(out, row)
	}
	return Box(strings.Join(out, "\n"), w, h, st.Glyph.Ellipsis)
}

func (s Steps) row(st *theme.Styles, it *Step, w, numW int) string {
	if it.Section {
		return Fit(" "+st.Header.Render(it.Title), w, st.Glyph.Ellipsis)
	}
	title := st.Text.Render(it.Title)
	switch it.State {
	case Running, Waiting:
		title = st.Strong.Render(it.Title)
	case Done, Skipped, Todo:
		title = st.Text.Render(it.Title)
	case Failed:
		title = st.Bad.Render(it.Title)
	}
	left := " " + it.State.Glyph(st) + " "
	if it.Plain {
		left = " "
	}
	if numW > 0 {
		left += FitRight(st.Muted.Render(it.Number), numW, "") + " "
	}
	left += title
	right := it.right(st, w, Width(left))
	if right == "" {
		return Fit(left, w, st.Glyph.Ellipsis)
	}
	return Spread(left, right+" ", w, st.Glyph.Ellipsis)
}

// right is what stands at the end of a row of w cells: the note, as far as
// there is room, and the time. Where the title needs the room, a budget goes.
func (it *Step) right(st *theme.Styles, w, left int) string {
	right := it.time(st)
	tight := left+Width(right)+2 > w
	switch {
	case tight && (it.Plain || it.State == Todo):
		return ""
	case tight && it.Budget > 0 && it.Elapsed <= it.Budget:
		short := *it
		short.Budget = 0
		right = short.time(st)
	}
	if it.Note == "" {
		return right
	}
	note := Cut(it.Note, max(w/2, w-left-2)-Width(right)-2, st.Glyph.Ellipsis)
	if Width(note) < min(leastNote, Width(it.Note)) {
		return right
	}
	return Parts(w, "  ", Part{Text: st.Muted.Render(note)}, Part{Text: right})
}

// leastNote is how many cells of a long note still say something.
const leastNote = 12

// time gives what a step took, takes of its budget, or may take.
func (it *Step) time(st *theme.Styles) string {
	over := it.Budget > 0 && it.Elapsed > it.Budget
	style := st.Muted
	if over {
		style = st.Warn
	}
	switch it.State {
	case Running, Waiting, Held:
		if it.Budget > 0 {
			return style.Render(Clock(it.Elapsed) + "/" + Clock(it.Budget))
		}
		return st.Text.Render(Clock(it.Elapsed))
	case Todo:
		if it.Budget > 0 {
			return st.Faint.Render(Clock(it.Budget))
		}
		return ""
	case Skipped:
		return st.Muted.Render("skipped")
	}
	return style.Render(Clock(it.Elapsed))
}
