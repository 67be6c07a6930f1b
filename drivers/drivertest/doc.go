// Package drivertest holds what is needed to test drivers and those who use
// them: Fake, a driver without a tool, and Run, the one conformance suite that
// every driver passes.
//
// A clause of the suite has a stable id and is an independent function on a
// fresh fixture; it returns an error and knows nothing of package testing, so
// that it can be run on an operator's own estate too. A driver joins with a
// Suite: how to make one over an empty repository, how to seed it, how to
// damage it and at which grade each damage must be caught.
//
// It imports drivers and nothing else of this project.
package drivertest
