package lazyregexp

import (
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryExpressionCompiles finds each New of the program and compiles what
// it is given: a bad expression is found here, and not at three in the
// morning.
func TestEveryExpressionCompiles(t *testing.T) {
	dirs := map[string]bool{}
	err := filepath.WalkDir("../..", func(p string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return err
		}
		if b, err := os.ReadFile(p); err == nil && strings.Contains(string(b), "lazyregexp.New(") {
			dirs[filepath.Dir(p)] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for dir := range dirs {
		n += expressions(t, dir)
	}
	if n < 40 {
		t.Errorf("only %d expressions were found: does this test still look in the right places?", n)
	}
}

// expressions compiles those of one package. Their arguments are constants,
// some of them put together from several.
func expressions(t *testing.T, dir string) (n int) {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	conf := types.Config{Importer: importer.Default(), Error: func(error) {}}
	_, _ = conf.Check(dir, fset, files, info) // imports that can't be read don't matter for constants
	for _, f := range files {
		ast.Inspect(f, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 || !isNew(call) {
				return true
			}
			n++
			for _, src := range sources(info, call.Args[0]) {
				if _, err := regexp.Compile(src); err != nil {
					t.Errorf("%s: %v", fset.Position(call.Pos()), err)
				}
			}
			return true
		})
	}
	return n
}

// sources gives the expression, or, where it is put together at run time, the
// alternatives that it is made of.
func sources(info *types.Info, arg ast.Expr) (out []string) {
	if v := info.Types[arg].Value; v != nil && v.Kind() == constant.String {
		return []string{constant.StringVal(v)}
	}
	ast.Inspect(arg, func(node ast.Node) bool {
		if list, ok := node.(*ast.CompositeLit); ok {
			for _, el := range list.Elts {
				if v := info.Types[el].Value; v != nil {
					out = append(out, constant.StringVal(v))
				}
			}
		}
		return true
	})
	return out
}

func isNew(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "New" {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && x.Name == "lazyregexp"
}
