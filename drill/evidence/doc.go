// Package evidence proves what a run left behind: that its journal is whole,
// that its outputs are those that were printed, and who vouched for both when
// the run ended.
//
// A journal is a hash chain: Link makes each event's hash from the one before
// it, over the very texts that are stored. When a run has ended, a Sealer
// signs the head of the chain and the digests of the outputs: an in-toto
// statement in a DSSE envelope, kept beside the outputs. A Checker proves all
// of it again, or names the first link that does not hold.
//
// The format, to the byte, is told in docs/evidence.md. What it proves ends
// where somebody holds both the database and the key.
//
// The package imports drill and the standard library. It declares Source,
// which store implements.
package evidence
