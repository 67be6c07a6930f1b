// Package inventory reads lifeboat.yaml: the tiers, workloads, copies and
// checks that a team declares. It is read strictly: every error carries line
// and column and, where one is near, the name that was meant.
//
// The package does no I/O but reading that one file; it imports nothing else
// of this project.
package inventory

// The schema of lifeboat.yaml is made from the types it is read by, in a test:
// the program has no use for it, and is built without its library.
//
//go:generate go test -run TestSchemaIsCurrent -update .
