package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// thing is a workload that discover found. source and repository are YAML.
type thing struct {
	name, kind, driver string
	source             string // "path: shop.db" or "dsn: …"
	repository         string
}

// guess is a repository of which nothing was found.
func guess(dir string) string { return yamlText(dir) + " # a guess: no backup was found here" }

var plainText = lazyregexp.New(`^[A-Za-z0-9_./][A-Za-z0-9_./-]*$`)

func yamlText(s string) string {
	if plainText.MatchString(s) {
		return s
	}
	return fmt.Sprintf("%q", s)
}

// discover looks below dir, not deeper than three levels, and at the sockets
// of local PostgreSQL servers.
func discover(dir string) ([]thing, error) {
	dbs, dumps, err := find(dir)
	if err != nil {
		return nil, err
	}
	var out []thing
	for _, p := range dbs {
		if isCopy(p, dbs) {
			continue
		}
		name := stem(p)
		repository := guess("backups/" + name)
		if at := copiesOf(p, dbs); at != "" {
			repository = yamlText(at)
		}
		out = append(out, thing{name, "sqlite", "sqlite", "path: " + yamlText(p), repository})
	}
	repository := guess("backups/postgres")
	if len(dumps) > 0 {
		repository = yamlText(dumps[0])
	}
	sockets := postgresSockets()
	for i, s := range sockets {
		out = append(out, thing{fmt.Sprintf("postgres-%d", i+1), "postgresql", "pgdump", "dsn: " + s, repository})
	}
	if len(sockets) == 0 && len(dumps) > 0 {
		out = append(out, thing{"postgres", "postgresql", "pgdump", "dsn: postgres:///postgres # a guess: no server was found here, but dumps were", repository})
	}
	return out, nil
}

// find lists SQLite files, and directories that hold *.dump: files, or
// directories as pg_dump -Fd makes them.
func find(dir string) (dbs, dumps []string, err error) {
	err = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		rel, rerr := filepath.Rel(dir, p)
		if err != nil || rerr != nil {
			return fs.SkipDir // what can't be read is not offered
		}
		isDump := rel != "." && strings.HasSuffix(p, ".dump")
		if at := filepath.Dir(rel); isDump && !slices.Contains(dumps, at) {
			dumps = append(dumps, at)
		}
		hidden := strings.HasPrefix(d.Name(), ".") && rel != "."
		deep := strings.Count(rel, "/") >= 3
		workspace := rel != "." && d.IsDir() && exists(filepath.Join(p, inventoryName))
		switch {
		case d.IsDir() && (hidden || deep || workspace || isDump):
			return fs.SkipDir
		case d.Type().IsRegular() && isSQLite(p):
			dbs = append(dbs, rel)
		}
		return nil
	})
	return dbs, dumps, err
}

func stem(p string) string { return strings.TrimSuffix(filepath.Base(p), filepath.Ext(p)) }

// isCopy says that a SQLite file is a backup of another one, or lies among
// backups.
func isCopy(p string, dbs []string) bool {
	return amongBackups(p) || slices.ContainsFunc(dbs, func(of string) bool {
		return !amongBackups(of) && named(p, of)
	})
}

// amongBackups says that a directory above the file is named for backups.
func amongBackups(p string) bool {
	for _, part := range strings.Split(filepath.Dir(p), string(filepath.Separator)) {
		if strings.HasPrefix(strings.ToLower(part), "backup") {
			return true
		}
	}
	return false
}

// named says that p has of's name and more, in another directory:
// nightly/shop-2026-11-21.db of shop.db.
func named(p, of string) bool {
	rest, ok := strings.CutPrefix(stem(p), stem(of))
	return ok && rest != "" && strings.ContainsRune("-_. 0123456789", rune(rest[0])) && filepath.Dir(p) != filepath.Dir(of)
}

// copiesOf is the directory that holds most files named after the database;
// else the first directory of backups that holds any database.
func copiesOf(of string, dbs []string) string {
	count := map[string]int{}
	best, other := "", ""
	for _, p := range dbs {
		dir := filepath.Dir(p)
		switch {
		case p == of:
		case named(p, of) || amongBackups(p) && stem(p) == stem(of):
			if count[dir]++; best == "" || count[dir] > count[best] {
				best = dir
			}
		case amongBackups(p) && other == "" && alone(of, dbs):
			other = dir
		}
	}
	if best != "" {
		return best
	}
	return other
}

// alone says that no other database is a workload: backups without a telling
// name are then this one's.
func alone(of string, dbs []string) bool {
	return !slices.ContainsFunc(dbs, func(p string) bool { return p != of && !isCopy(p, dbs) })
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func isSQLite(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // read only
	head := make([]byte, 16)
	n, _ := f.Read(head)
	return string(head[:n]) == "SQLite format 3\x00"
}

func postgresSockets() []string {
	var out []string
	for _, s := range []string{"/var/run/postgresql", "/tmp"} {
		found, _ := filepath.Glob(filepath.Join(s, ".s.PGSQL.*"))
		for _, f := range found {
			if port := strings.TrimPrefix(filepath.Ext(f), "."); port != "lock" {
				out = append(out, fmt.Sprintf("postgres:///postgres?host=%s&port=%s", s, port))
			}
		}
	}
	return out
}
