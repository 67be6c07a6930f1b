// Package cluster makes, starts and removes a PostgreSQL server of its own:
// a directory with its data, its socket and its log, reachable by that socket
// only. It works from root, as an unprivileged user, and removes a cluster
// from nothing but the directory's name.
package cluster
