// Package command is the only door to child processes. Local starts them;
// the decorators around it (Redact, Record, DryRun …) are Runners too.
package command
