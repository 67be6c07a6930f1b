// Package runbooks holds the runbooks that ship with lifeboat, as markdown:
// for each kind of workload one for the drill and one for the incident, since
// at three in the morning nobody should have to read past the other one's
// steps. They are plain files; copy one into a workspace and make it yours.
//
// The package knows names and front matter only. Reading the steps is the
// runbook package's work.
package runbooks

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed *.md
var files embed.FS

// Builtin is one shipped runbook: NAME.md in FS, and what its front matter
// says of it.
type Builtin struct {
	Name   string   `yaml:"-"`
	Title  string   `yaml:"title"`
	Kind   string   `yaml:"kind"`
	Driver string   `yaml:"driver"`
	Modes  []string `yaml:"modes"` // drill, incident, tabletop
}

// FS holds the markdown files.
func FS() fs.FS { return files }

// All lists the shipped runbooks by name.
func All() []Builtin { return slices.Clone(all()) }

// ForKind gives the runbook for a kind of workload in a mode.
func ForKind(kind, mode string) (name string, src []byte, ok bool) {
	for _, b := range all() {
		if b.Kind == kind && slices.Contains(b.Modes, mode) {
			src, err := files.ReadFile(b.Name + ".md")
			return b.Name, src, err == nil
		}
	}
	return "", nil, false
}

// all reads the front matter once. A shipped file that can't be read is a
// mistake of ours which the tests find.
var all = sync.OnceValue(func() []Builtin {
	names, err := fs.Glob(files, "*.md")
	if err != nil {
		panic(err)
	}
	out := make([]Builtin, 0, len(names))
	for _, n := range names {
		b, err := read(n)
		if err != nil {
			panic(fmt.Sprintf("shipped runbook %s: %v", n, err))
		}
		out = append(out, b)
	}
	return out
})

func read(file string) (Builtin, error) {
	b := Builtin{Name: strings.TrimSuffix(file, ".md")}
	src, err := files.ReadFile(file)
	if err != nil {
		return b, err
	}
	rest, ok := bytes.CutPrefix(src, []byte("---\n"))
	head, _, closed := bytes.Cut(rest, []byte("\n---\n"))
	if !ok || !closed {
		return b, errors.New("no front matter")
	}
	return b, yaml.Unmarshal(head, &b)
}
