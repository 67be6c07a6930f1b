package runbook

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// MaxSize is the largest runbook that Load takes, in bytes.
const MaxSize = 4 << 20

// Errors of Load, beside those of the file system.
var (
	ErrTooLarge = errors.New("larger than 4 MiB: not a runbook; give a markdown file")
	ErrNotText  = errors.New("not UTF-8 text: not a runbook; give a markdown file")
)

// Load reads a runbook from a file. The error says what is wrong with the
// file; what is wrong with the runbook in it is in Problems.
func Load(path string) (*Runbook, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	src, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, err
	}
	switch {
	case len(src) > MaxSize:
		return nil, fmt.Errorf("%s: %w", path, ErrTooLarge)
	case !utf8.Valid(src), strings.IndexByte(string(src), 0) >= 0:
		return nil, fmt.Errorf("%s: %w", path, ErrNotText)
	}
	return Parse(path, src), nil
}

// Parse reads a runbook. It never fails: what it could not make sense of is
// in Problems, and text without any structure gives a runbook without steps.
func Parse(path string, src []byte) *Runbook {
	rb := &Runbook{Path: path, Source: string(src)}
	body := rb.readFrontMatter(src)
	doc := newDocument(src, body)
	root := doc.outline()

	rb.Title = firstNonEmpty(rb.Front.Title, root.title, titleFromPath(path))
	plan := selectSteps(doc, root, rb.Title)
	b := newBuilder(doc, rb)
	rb.Prerequisites = b.steps(plan.prerequisites)
	rb.Steps = b.steps(plan.steps)
	rb.Rollback = b.steps(plan.rollback)
	rb.PostRecovery = b.steps(plan.postRecovery)
	rb.Intro = doc.intro(root, rb.Steps)
	rb.Placeholders = findPlaceholders(rb)
	sortProblems(rb.Problems)
	return rb
}

// allSteps visits every step of the runbook in the order in which an operator
// meets them.
func (rb *Runbook) allSteps(visit func(*Step)) {
	for _, list := range [][]Step{rb.Prerequisites, rb.Steps, rb.Rollback, rb.PostRecovery} {
		for i := range list {
			visit(&list[i])
		}
	}
}

func (rb *Runbook) report(p Problem) { rb.Problems = append(rb.Problems, p) }

func firstNonEmpty(candidates ...string) string {
	for _, s := range candidates {
		if s != "" {
			return s
		}
	}
	return ""
}

// titleFromPath makes a title of a file's base name: "restore-orders.md"
// becomes "restore orders".
func titleFromPath(path string) string {
	if path == "" {
		return ""
	}
	base := filepath.Base(path)
	if i := strings.IndexByte(base, '.'); i > 0 {
		base = base[:i]
	}
	return strings.TrimSpace(strings.NewReplacer("-", " ", "_", " ").Replace(base))
}
