// Package runbook reads a markdown runbook into steps with positions.
//
// Words: a Runbook has Steps; a Step has Blocks in document order; a Block is
// prose, a Command, a checklist Item, a driver Action, or a Sample (text that
// is shown and never run). Every part carries the 1-based line it came from.
//
// The package is pure: it parses, lints and fills placeholders, and can never
// run anything. It imports nothing else of this project.
package runbook
