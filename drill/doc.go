// Package drill is the engine: it walks an operator through a runbook and
// keeps what happened.
//
// A run is a fold over its journal. Decide(state, command) gives the events
// that a command leads to, Apply(state, event) folds one in; both are pure.
// Engine journals, then acts, then tells its watchers. Whatever the screen,
// the plain lines or the JSON show is a projection of State.
//
// What takes time is a Task. An Executor runs it; today that is Local, in this
// process. Task and Result can be serialised, so that another Executor can
// run them in a process of its own.
//
// The package may import runbook, inventory and drivers. It declares Journal
// and History, which store implements.
package drill
