// Package walk is the screen of one run: the walk through a runbook, in a
// drill, an incident or a tabletop.
//
// Prompt says what Enter does, from the state alone; the bar at the bottom
// shows it and the Enter action performs it, so that a key press leads where
// the screen said it would. Everything that changes the run is a
// drill.Command, given to the run by a tea.Cmd; what comes of it arrives as
// screen.RunChanged.
//
// A task's output reaches the screen as a tail that is read a few times a
// second, whatever the task prints: the screen costs the same after five
// million lines as after five.
//
// The screen opens a run of Env.Live, else from its journal; with Watch set it
// reads the journal once a second and drives nothing.
package walk
