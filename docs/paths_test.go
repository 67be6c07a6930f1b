package docs

import (
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestLinks checks relative links, and the headings that they point at.
func TestLinks(t *testing.T) {
	all := map[string]*page{}
	list := pages(t)
	for _, p := range list {
		all[p.path] = p
	}
	for _, p := range list {
		for _, l := range p.links {
			u, err := url.Parse(l.text)
			if err != nil {
				t.Errorf("%s:%d: link %s: %v", p.path, l.line, l.text, err)
				continue
			}
			if u.Scheme != "" || u.Host != "" || p.notHere[l.text] {
				continue
			}
			to := p.path
			if u.Path != "" {
				to = path.Join(path.Dir(p.path), u.Path)
			}
			if !exists(to) {
				t.Errorf("%s:%d: link to %s, which does not exist", p.path, l.line, to)
				continue
			}
			if target := all[to]; u.Fragment != "" && target != nil && !target.anchors[u.Fragment] {
				t.Errorf("%s:%d: %s has no heading #%s", p.path, l.line, to, u.Fragment)
			}
		}
	}
}

var (
	// pathForm matches a code span that may be a path of this repository.
	pathForm = regexp.MustCompile(`^[\w.-]+(/[\w.<>*-]+)*/?$`)
	rootFile = regexp.MustCompile(`^(Makefile|LICENSE|[A-Z]+\.md|\.\w[\w.-]*\.ya?ml|go\.mod|go\.sum)$`)
	wildcard = regexp.MustCompile(`<[^>]*>`)
)

// TestPaths checks code spans that read as a path below a directory of this
// repository: `drivers/pgdump/plan.go`, `drivers/<tool>/`.
func TestPaths(t *testing.T) {
	tops := topLevel(t)
	for _, p := range pages(t) {
		for _, s := range p.spans {
			top, _, deep := strings.Cut(s.text, "/")
			if !pathForm.MatchString(s.text) || p.notHere[s.text] || !(deep && tops[top]) && !rootFile.MatchString(s.text) {
				continue
			}
			pattern := wildcard.ReplaceAllString(strings.TrimSuffix(s.text, "/"), "*")
			if !matches(pattern) {
				t.Errorf("%s:%d: `%s` does not exist", p.path, s.line, s.text)
			}
		}
	}
}

func topLevel(t *testing.T) map[string]bool {
	t.Helper()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	tops := map[string]bool{}
	for _, e := range entries {
		tops[e.Name()] = e.IsDir()
	}
	// What a build leaves is no path of the repository.
	delete(tops, "bin")
	delete(tops, ".cache")
	return tops
}

func matches(pattern string) bool {
	hits, err := fs.Glob(os.DirFS(root), pattern)
	return err == nil && len(hits) > 0
}

func exists(p string) bool {
	_, err := os.Stat(filepath.Join(root, filepath.FromSlash(p)))
	return err == nil
}
