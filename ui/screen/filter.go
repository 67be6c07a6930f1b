package screen

import (
	"slices"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Filter narrows a list by what is typed after "/". While Typing it takes
// every key; Enter keeps the filter, Esc drops it.
type Filter struct {
	Typing bool
	line   dialog.Line
}

// Query is what was typed.
func (f *Filter) Query() string { return f.line.Text }

// Begin starts typing.
func (f *Filter) Begin() { f.Typing = true }

// Drop removes the filter; false when there was none.
func (f *Filter) Drop() bool {
	had := f.line.Text != "" || f.Typing
	f.Typing = false
	f.line.SetText("")
	return had
}

// Update takes a key or a paste while Typing. changed says that the query is
// another one; move is how far the list's cursor should go.
func (f *Filter) Update(msg tea.Msg) (changed bool, move int) {
	before := f.line.Text
	switch m := msg.(type) {
	case tea.PasteMsg:
		f.line.Insert(widget.CleanLine(m.Content))
	case tea.KeyPressMsg:
		switch m.String() {
		case "esc":
			f.Drop()
		case "enter", "tab":
			f.Typing = false
		case "up":
			move = -1
		case "down":
			move = 1
		default:
			f.line.Key(m)
		}
	}
	return f.line.Text != before, move
}

// Shown says that the filter takes a line of the screen.
func (f *Filter) Shown() bool { return f.Typing || f.line.Text != "" }

// Render draws the filter's line in w cells.
func (f *Filter) Render(st *theme.Styles, w int) string {
	return " " + st.Key.Render("/") + " " + f.line.Render(st, w-4, f.Typing, "type to filter") + " "
}

// Apply gives the indices of the names that match. Without a query that is
// all of them in their order; with one the best match comes first.
func (f *Filter) Apply(names []string) []int {
	if f.line.Text == "" {
		out := make([]int, len(names))
		for i := range out {
			out[i] = i
		}
		return out
	}
	found := fuzzy.Find(f.line.Text, names)
	slices.SortStableFunc(found, func(a, b fuzzy.Match) int { return b.Score - a.Score })
	out := make([]int, len(found))
	for i, m := range found {
		out[i] = m.Index
	}
	return out
}
