package inventory

import (
	"slices"
	"strings"
)

// meant maps names people use to the ones this file uses.
var meant = map[string]string{
	"postgres": "postgresql", "pg": "postgresql", "psql": "postgresql", "aurora": "postgresql",
	"mariadb": "mysql", "percona": "mysql", "sqlite3": "sqlite",
	"file": "files", "directory": "files", "dir": "files", "filesystem": "files", "folder": "files",
	"s3": "bucket", "gcs": "bucket", "k8s": "kubernetes", "ec2": "vm", "server": "vm",
	"pg_dump": "pgdump", "pg_basebackup": "pgbasebackup", "xtrabackup": "mariabackup",
	"cron": "schedule", "dest": "repository", "destination": "repository", "url": "dsn",
	"retain": "retention", "interval": "frequency", "dir_path": "path", "type": "kind",
}

// nearest returns the one of names that was probably meant by name, or "".
func nearest(name string, names []string) string {
	lower := strings.ToLower(name)
	if m, ok := meant[lower]; ok && slices.Contains(names, m) {
		return m
	}
	best, least := "", max(1, len(lower)/3)+1
	for _, n := range names {
		if d := distance(lower, strings.ToLower(n), least); d < least {
			best, least = n, d
		}
	}
	if best == "" && len(lower) >= 3 {
		i := slices.IndexFunc(names, func(n string) bool { return strings.HasPrefix(n, lower) })
		if i >= 0 {
			best = names[i]
		}
	}
	return best
}

// distance counts the letters to add, drop, change or swap with their
// neighbour between a and b; it gives limit or more once that is reached.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	var before []int
	prev := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev = prev, row
	}
	return prev[len(b)]
}

// didYouMean is the hint for a name that is not one of names. Names of absurd
// length are not compared.
func didYouMean(name string, names []string) string {
	if len(name) <= 64 {
		if n := nearest(name, names); n != "" {
			return `did you mean "` + n + `"?`
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "known here: " + strings.Join(names, ", ")
}

// shorten keeps names that end up in messages readable.
func shorten(s string) string {
	const most = 60
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}
