package main

import (
	"encoding/json"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
)

// largestSecret bounds the files that are read for secrets.
const largestSecret = 64 << 10

// reading takes the secrets out of a file's text.
type reading func(text string) []string

// wellKnown reads where clients and clouds keep passwords.
func (h *hoard) wellKnown() {
	for _, at := range []struct {
		read      reading
		variables []string
		home      []string // relative to it
		system    []string
	}{
		{pgpass, []string{"PGPASSFILE"}, []string{".pgpass"}, nil},
		{keyed, []string{"PGSERVICEFILE"}, []string{".pg_service.conf"}, nil},
		{keyed, nil, []string{".my.cnf"}, []string{"/etc/my.cnf", "/etc/mysql/my.cnf", "/etc/mysql/debian.cnf"}},
		{keyed, []string{"AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"}, []string{".aws/credentials", ".aws/config"}, nil},
		{keyed, []string{"GOOGLE_APPLICATION_CREDENTIALS"}, []string{".config/gcloud/application_default_credentials.json"}, nil},
		{netrc, []string{"NETRC"}, []string{".netrc"}, nil},
	} {
		paths := slices.Clone(at.system)
		for _, name := range at.variables {
			if v, ok := h.getenv(name); ok {
				paths = append(paths, v)
			}
		}
		for _, home := range h.homes() {
			for _, name := range at.home {
				paths = append(paths, filepath.Join(home, name))
			}
		}
		for _, p := range paths {
			h.file(p, at.read)
		}
	}
	for variable, name := range map[string]string{"MYSQL_HOME": "my.cnf", "PGSYSCONFDIR": "pg_service.conf"} {
		if dir, ok := h.getenv(variable); ok {
			h.file(filepath.Join(dir, name), keyed)
		}
	}
}

// homes are $HOME and the account's own: clients differ in which one they take.
func (h *hoard) homes() []string {
	var out []string
	if home, ok := h.getenv("HOME"); ok && home != "" {
		out = append(out, home)
	}
	if u, err := user.Current(); err == nil && u.HomeDir != "" && !slices.Contains(out, u.HomeDir) {
		out = append(out, u.HomeDir)
	}
	return out
}

// file takes the secrets of a small file; false: there is none that could be
// read.
func (h *hoard) file(path string, read reading) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > largestSecret {
		return false
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	for _, s := range read(string(text)) {
		h.add(s)
	}
	return true
}

// anyFile reads a file that a variable or an option names: one secret, or
// several under their names.
func anyFile(text string) []string {
	if strings.Contains(strings.TrimSpace(text), "\n") || strings.HasPrefix(text, "{") {
		if got := keyed(text); len(got) > 0 {
			return got
		}
	}
	return []string{strings.Trim(text, "\r\n"), strings.TrimSpace(text)}
}

// pgpass reads host:port:database:user:password, where \ stands before a : or \
// that belongs to a field.
func pgpass(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		var field strings.Builder
		fields := 0
		for i := 0; i < len(line); i++ {
			switch {
			case line[i] == '\\' && i+1 < len(line):
				i++
				field.WriteByte(line[i])
			case line[i] == ':' && fields < 4:
				fields++
				field.Reset()
			default:
				field.WriteByte(line[i])
			}
		}
		if fields == 4 {
			out = append(out, field.String())
		}
	}
	return out
}

// keyed reads name = value and name: value, a line each, as in option files,
// and JSON. Only names of secrets count.
func keyed(text string) []string {
	var doc any
	if strings.HasPrefix(strings.TrimSpace(text), "{") && json.Unmarshal([]byte(text), &doc) == nil {
		return members("", doc)
	}
	var out []string
	for line := range strings.Lines(text) {
		i := strings.IndexAny(line, "=:")
		if i < 0 {
			continue
		}
		name := strings.Trim(line[:i], " \t\"'-")
		value := strings.TrimSpace(line[i+1:])
		if value == "" || !isSecret(name) {
			continue
		}
		out = append(out, value, unquoted(value))
		if bare, _, commented := strings.Cut(value, "#"); commented {
			out = append(out, strings.TrimSpace(bare))
		}
	}
	return out
}

// unquoted takes the quotes off that hold a value, and what comes after them.
func unquoted(value string) string {
	if value[0] != '"' && value[0] != '\'' {
		return value
	}
	inner := value[1:]
	if end := strings.LastIndexByte(inner, value[0]); end >= 0 {
		inner = inner[:end]
	}
	return inner
}

// members are the secrets of a JSON document.
func members(name string, doc any) []string {
	var out []string
	switch v := doc.(type) {
	case map[string]any:
		for k, x := range v {
			out = append(out, members(k, x)...)
		}
	case []any:
		for _, x := range v {
			out = append(out, members(name, x)...)
		}
	case string:
		if isSecret(name) {
			out = append(out, v)
		}
	}
	return out
}

// netrc reads the passwords of "machine M login L password P".
func netrc(text string) []string {
	words := strings.Fields(text)
	var out []string
	for i, w := range words {
		if w == "password" && i+1 < len(words) {
			out = append(out, words[i+1], strings.Trim(words[i+1], `"`))
		}
	}
	return out
}
