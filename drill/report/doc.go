// Package report makes evidence of a run: Markdown to attach to a ticket, one
// JSON document for other programs, and the few lines that end a walk.
//
// All three are written from a Document, which is made from the folded state
// and holds nothing else; the same journal gives the same report, today and in
// a year. What commands, backups and operators said is data: control sequences
// are taken out before anything else is done with it, Markdown's own
// characters are escaped, and passwords in URLs are masked.
//
// A run that has not ended is in progress, whatever it has reached so far.
package report
