// Package sqlite backs SQLite databases up, proves the copies and restores
// them. SQLite is embedded: nothing has to be installed, and no child process
// is started.
//
// A recovery point is one database file, with or without lifeboat's manifest
// beside it. A point is only ever opened read only and immutable, so that no
// -wal, -shm or -journal file appears beside a backup.
//
// What each grade can see: with a manifest, the checksum sees every altered
// byte. Without one, structure and readable see what SQLite's own structures
// give away (headers, page trees, indexes, constraints, broken text); a byte
// altered inside a value that no index holds stays unseen, and the result of
// the grade says so.
package sqlite
