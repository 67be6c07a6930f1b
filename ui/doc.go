// Package ui is what the operator sees: one Bubble Tea program (App, the only
// tea.Model) with screens, dialogs and widgets as plain structs.
//
// The rooms below it, from the ground up:
//
//	theme    tokens → one Styles value; glyphs with an ASCII fallback
//	widget   Render(width, height) functions: panes, tables, clocks, step list,
//	         log ring, markdown, charts. No domain words, no I/O.
//	keys     a binding is data; footer, help, palette and docs come from it
//	dialog   the overlay stack; a dialog returns a Result and never acts
//	screen   the Screen interface, what a screen is given (Env), navigation
//	uitest   whole-app tests that read like a run sheet
//	dashboard, library, history, report, walk   one package a screen
//
// How a message travels: a key goes to the top dialog, then to the global
// actions, then to the focused screen; a click goes to the dialog, the chrome
// or the screen under it, in that one's own coordinates; everything else (engine
// events, size, focus, colour, ticks) goes to every open screen.
//
// Rules: no I/O in Update; the engine is called from a tea.Cmd only, and a Cmd
// changes no state; Program.Send is never called from Update. Time comes from
// Env.Now. What others wrote (names, output, runbooks, errors) passes
// widget.Clean before it is laid out.
//
// A run that this process drives: a screen starts it in a Cmd and returns
// screen.Started; App keeps it in Env.Live, watches it, opens its walk, and
// sends screen.RunChanged to every open screen after each change. It goes on
// when the walk is left; leaving the program with one asks first.
//
// A screen opens a dialog with Env.Dialogs.Push(dialog, then): the stack calls
// then(result) inside Update after the dialog has closed, and runs the Cmd that
// it returns. A dialog that opens by itself uses PushUnasked: it swallows keys
// until the keyboard has been quiet for half a second.
package ui
