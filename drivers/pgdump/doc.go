// Package pgdump is the driver of PostgreSQL's logical dumps: pg_dump makes
// them, pg_restore and psql bring them back.
//
// It finds dumps that anybody's script left in a directory, reads every byte
// of them itself (package archive) beside the tool's own reading, restores
// into a scratch cluster that it makes and removes (package cluster) or into a
// database of a given server, and runs checks there.
//
// Passwords reach tools by environment or passfile only, never as arguments.
package pgdump
