// Package store keeps the journals of runs in SQLite: one file under the state
// directory, shared by every lifeboat process of a user.
//
// It implements drill.Journal, drill.History and evidence.Source and declares
// no interface of its own. The events table is the truth, append-only and
// enforced so by triggers; each event holds a hash that chains it to the one
// before it. The runs table holds a summary of each journal, written in the
// same transaction, for lists and charts.
//
// The database is in WAL mode with synchronous=FULL: an append is one
// transaction and one fsync, and what it wrote survives a power cut. Reading
// never waits for a writer.
//
// It must not import drivers, runbook or a screen: what it stores it knows as
// JSON, by drill.EncodeBody and drill.DecodeBody.
package store
