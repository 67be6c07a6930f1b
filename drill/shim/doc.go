// Package shim keeps tasks alive: each runs in a process of its own session,
// the shim, which outlives the terminal and the lifeboat that started it.
//
// A task leaves files in its run's directory, all of them named after it:
//
//	ID.claim     which process does it: made once, before anything is done
//	ID.children  the sessions that it started, a line each
//	ID.out       its output
//	ID.progress  how far it has come, while it runs
//	ID.result    its end: whole or not there
//
// The claim decides who does a task: it is made by link(2), so that one
// process gets it and every other one sees it. Who finds no claim may make a
// void one, and then knows that the task never begins. Who finds a claim, no
// result, and no living process knows that the end was not seen.
//
// When a shim is killed, the sessions in ID.children are ended by who finds it
// gone. A process that has made a session of its own (setsid, a daemon) is in
// none of them: it goes on, as it does after an ordinary end.
//
// The request comes through the shim's stdin, and not by a file: it holds what
// must not be kept. Supervisor is the side of the engine, Serve that of the
// shim; the program around them starts the one and runs the other.
package shim
