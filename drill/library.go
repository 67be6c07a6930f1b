package drill

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

// BuiltinPrefix begins the reference of a runbook that ships with lifeboat.
const BuiltinPrefix = "builtin:"

// Library finds runbooks: those of the workspace, and those that ship with
// lifeboat.
type Library struct {
	Dir     string  // the workspace; empty: none
	Builtin fs.FS   // the shipped *.md
	Pick    Builtin // which of them is for a kind of workload
}

// Builtin names the shipped runbook for a kind of workload and a mode.
type Builtin func(kind string, mode Mode) (name string, ok bool)

// Book is one runbook of the library, not yet read.
type Book struct {
	Ref  string // a path, or builtin:NAME
	Name string // how to show it: relative to the workspace
	Size int64
}

// Shipped says that the runbook is part of lifeboat.
func (b Book) Shipped() bool { return strings.HasPrefix(b.Ref, BuiltinPrefix) }

// List names all runbooks: the workspace's runbooks/ first, by name, then the
// shipped ones. It reads directories, not files.
func (l *Library) List() ([]Book, error) {
	var out []Book
	if l.Dir != "" {
		root := filepath.Join(l.Dir, "runbooks")
		err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !isMarkdown(p) {
				return err
			}
			rel, _ := filepath.Rel(l.Dir, p)
			b := Book{Ref: p, Name: rel}
			if fi, err := d.Info(); err == nil {
				b.Size = fi.Size()
			}
			out = append(out, b)
			return nil
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return out, err
		}
	}
	shipped, err := fs.Glob(l.Builtin, "*.md")
	for _, n := range shipped {
		name := strings.TrimSuffix(n, ".md")
		out = append(out, Book{Ref: BuiltinPrefix + name, Name: name})
	}
	return out, err
}

func isMarkdown(p string) bool {
	return slices.Contains([]string{".md", ".markdown"}, strings.ToLower(filepath.Ext(p)))
}

// Open reads a runbook by reference: builtin:NAME, or a path.
func (l *Library) Open(ref string) (*runbook.Runbook, error) {
	name, shipped := strings.CutPrefix(ref, BuiltinPrefix)
	if !shipped {
		return runbook.Load(ref)
	}
	src, err := fs.ReadFile(l.Builtin, name+".md")
	if err != nil {
		return nil, fmt.Errorf("no built-in runbook %q", name)
	}
	return runbook.Parse(ref, src), nil
}

// For reads the runbook of a workload: its own, else the built-in one for its
// kind.
func (l *Library) For(w *inventory.Workload, mode Mode) (*runbook.Runbook, error) {
	if w.Runbook != "" {
		rb, err := runbook.Load(w.Runbook)
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("runbook of %s: %w: correct `runbook:` in lifeboat.yaml", w.Name, err)
		}
		return rb, err
	}
	name, ok := l.Pick(w.Kind, mode)
	if !ok {
		return nil, fmt.Errorf("there is no built-in runbook for kind %s: give %s a `runbook:` in lifeboat.yaml", w.Kind, w.Name)
	}
	return l.Open(BuiltinPrefix + name)
}
