// Package rsync backs trees of files up as snapshots that share their
// unchanged files by hard links, proves the snapshots and restores files,
// folders or all of them.
//
// A repository holds one directory a snapshot, NAME, beside it the manifest
// of hashes NAME.lifeboat.json, and the symbolic link latest. Snapshots that
// were made by a script count too. Locate and Verify need no tool; Backup and
// Restore run rsync.
//
// A file that is altered in place is altered in every snapshot that shares
// its inode, and rsync, which compares size and time, does not notice. So
// every backup reads every byte of the new snapshot: no hash is ever taken
// over from an older manifest, and a file that should have been unchanged but
// is not what the older manifest says is copied afresh from the source.
package rsync
