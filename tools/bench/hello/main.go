// Command hello is the least that Bubble Tea can do: what a screen of
// lifeboat's is measured against.
package main

import tea "charm.land/bubbletea/v2"

type hello struct{}

func (hello) Init() tea.Cmd                           { return nil }
func (hello) Update(tea.Msg) (m tea.Model, c tea.Cmd) { return hello{}, nil }
func (hello) View() tea.View {
	v := tea.NewView("Hello, this is Bubble Tea.")
	v.AltScreen = true
	return v
}

func main() { _, _ = tea.NewProgram(hello{}).Run() }
