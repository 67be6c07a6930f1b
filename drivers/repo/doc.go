// Package repo knows where backups lie: it lists, opens and describes the
// files of a repository, and keeps lifeboat's manifest beside each recovery
// point. Today a repository is a directory.
package repo
