package inventory

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
)

// Option changes how Load and Parse read.
type Option func(*reader)

// WithDrivers names the drivers that exist and, for each, the keys that a copy
// of it may have beside the common ones; "source.KEY" is a key that it reads
// from the workload's source. Without it, the built-in table holds.
func WithDrivers(drivers map[string][]string) Option {
	return func(r *reader) { r.drivers = drivers }
}

// reader collects what is found, and all that is wrong, in one file.
type reader struct {
	path    string // as given, for errors
	dir     string // absolute
	home    string // for ~; empty: not known
	drivers map[string][]string
	tiers   []Tier
	errs    Errors
}

// fail puts an error on record. What the file holds must not move a terminal's
// cursor or make two lines of one error.
func (r *reader) fail(at pos, key, message, hint string) {
	r.errs = append(r.errs, Error{
		Path: r.path, Line: at.line, Column: at.column, Key: visible(key), Message: visible(message), Hint: visible(hint),
	})
}

func visible(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return unicode.ReplacementChar
	}, s)
}

// failWith is fail with the text of err behind the key's name.
func (r *reader) failWith(at pos, key, name string, err error) {
	message, hint := split(err)
	r.fail(at, key, name+": "+message, hint)
}

// Load reads the lifeboat.yaml at path. The error, if any, is of type Errors
// and holds everything that is wrong with the file; the inventory is then nil.
func Load(path string, opts ...Option) (*Inventory, error) {
	src, err := readFile(path)
	if err != nil {
		return nil, Errors{unreadable(path, err)}
	}
	return Parse(path, src, opts...)
}

// readFile reads no more than Parse will accept.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errIsDir
	}
	return io.ReadAll(io.LimitReader(f, maxBytes+1))
}

var errIsDir = errors.New("is a directory")

func unreadable(path string, err error) Error {
	e := Error{Path: path, cause: err}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.Message, e.Hint = "there is no such file", "run `lifeboat init` to write one, or name its directory with -C"
	case errors.Is(err, fs.ErrPermission):
		e.Message, e.Hint = "no permission to read this file", "ask its owner, or run as somebody who may"
	case errors.Is(err, errIsDir):
		e.Message, e.Hint = "this is a directory, not a file", "name the lifeboat.yaml in it, or run `lifeboat init` to write one"
	default:
		var inner *fs.PathError
		if errors.As(err, &inner) {
			err = inner.Err
		}
		e.Message, e.Hint = "reading stopped: "+err.Error(), "check the disk or the mount"
	}
	return e
}

// Parse reads the text of a lifeboat.yaml. path is used for errors, and its
// directory for relative paths; nothing is read from disk. Errors are as Load's.
func Parse(path string, src []byte, opts ...Option) (inv *Inventory, err error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, Errors{{Path: path, Message: "the current directory is not known", Hint: "change to one that exists", cause: err}}
	}
	r := &reader{path: path, dir: filepath.Dir(absolute), drivers: builtinDrivers()}
	r.home, _ = os.UserHomeDir()
	for _, opt := range opts {
		opt(r)
	}
	root := r.tree(bytes.TrimPrefix(src, []byte("\ufeff")))
	if root != nil {
		inv = r.file(root)
	}
	if len(r.errs) > 0 {
		return nil, r.errs.sort()
	}
	inv.Path, inv.Dir = absolute, r.dir
	return inv, nil
}

// tree gives the document as nodes; nil if it is none, which is then on record.
func (r *reader) tree(src []byte) *node {
	if !r.checkText(src) {
		return nil
	}
	doc, ok := r.document(string(src))
	if !ok {
		return nil
	}
	b := &builder{r: r, anchors: map[string]*node{}}
	root := b.build(doc, 0)
	switch {
	case root.size > maxValues:
		r.fail(root.at, "", "aliases expand to more than a million values", "write the values out")
	case root.kind == nothing:
		r.fail(pos{}, "", "the file is empty", "run `lifeboat init` to write one")
	case root.kind != mapping && root.kind != broken:
		r.fail(root.at, "", "not an inventory: "+string(root.kind)+" instead of keys", "begin with version: 1")
	case root.kind == mapping:
		return root
	}
	return nil
}

// document runs the YAML parser. It is known to panic on some broken files.
func (r *reader) document(src string) (body ast.Node, ok bool) {
	defer func() {
		if v := recover(); v != nil {
			r.fail(pos{}, "", "this is no YAML that can be read", "take the last change back, or run a YAML linter")
			body, ok = nil, false
		}
	}()
	tokens := lexer.Tokenize(src)
	if !r.checkLimits(tokens) {
		return nil, false
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.syntax(src, err)
		return nil, false
	}
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil || doc.Body.Type() == ast.DirectiveType || doc.Body.Type() == ast.CommentType:
		case body != nil:
			r.fail(start(doc.Body), "", "a second document in the same file", "keep one: a file is one inventory")
			return nil, false
		default:
			body = doc.Body
		}
	}
	return body, true
}

// quoteKeys is how a list of keys is written in messages.
func quoteKeys(keys []string) string {
	var b bytes.Buffer
	for i, k := range keys {
		switch {
		case i > 0 && i == len(keys)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", k)
	}
	return b.String()
}
