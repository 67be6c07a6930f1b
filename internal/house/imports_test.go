package house

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// ownImport is one import of a package of this module by another.
type ownImport struct {
	at       string // file:line
	from, to string // packages, relative to the module
	test     bool   // in a _test file
}

// ownImports reads the imports of every Go file of the module, whatever its
// build tags. Other modules inside the tree (tools/) are none of it.
func ownImports(t *testing.T) []ownImport {
	t.Helper()
	root := filepath.Join("..", "..")
	var out []ownImport
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return enter(root, p)
		}
		if filepath.Ext(p) != ".go" {
			return nil
		}
		found, err := importsOf(root, p)
		out = append(out, found...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// enter says which directories are walked.
func enter(root, dir string) error {
	if dir == root {
		return nil
	}
	name := filepath.Base(dir)
	if strings.HasPrefix(name, ".") || name == "testdata" {
		return filepath.SkipDir
	}
	if mods, _ := filepath.Glob(filepath.Join(dir, "go.mod")); len(mods) > 0 {
		return filepath.SkipDir
	}
	return nil
}

func importsOf(root, file string) ([]ownImport, error) {
	rel, err := filepath.Rel(root, file)
	if err != nil {
		return nil, err
	}
	rel = filepath.ToSlash(rel)
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var out []ownImport
	for _, spec := range f.Imports {
		imp, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		to, own := strings.CutPrefix(imp, module+"/")
		if !own {
			continue
		}
		out = append(out, ownImport{
			at:   rel + ":" + strconv.Itoa(fset.Position(spec.Pos()).Line),
			from: path.Dir(rel), to: to,
			test: strings.HasSuffix(rel, "_test.go"),
		})
	}
	return out, nil
}
