// Package archive reads what pg_dump writes: the head and the table of
// contents of its archives, the data blocks of the custom, directory and tar
// formats, and plain SQL scripts.
//
// It exists because pg_restore is too trusting: it lists a table of contents
// whose data is cut off, restores an empty data file as an empty table, and
// spins for ever on a tar file that ends early. This package reads every byte
// itself, without a database, and says what is wrong and where.
//
// It is pure: it takes readers and directories, starts nothing, and imports
// nothing of this project.
package archive
