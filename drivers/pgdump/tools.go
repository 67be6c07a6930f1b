package pgdump

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// binDirs are where distributions keep PostgreSQL's programs, by version.
var binDirs = []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql@*/bin"}

// tool is one program in one version.
type tool struct {
	path    string
	version string // 15.18
	major   int
}

// toolbox finds PostgreSQL's programs in all their versions.
type toolbox struct {
	runner drivers.Runner
	bindir string
	found  map[string][]tool
}

func newToolbox(r drivers.Runner, bindir string) *toolbox {
	return &toolbox{runner: r, bindir: bindir, found: map[string][]tool{}}
}

// all lists the versions of a program, oldest first.
func (b *toolbox) all(ctx context.Context, prog string) []tool {
	if ts, ok := b.found[prog]; ok {
		return ts
	}
	var ts []tool
	for _, p := range b.candidates(prog) {
		if t, ok := b.probe(ctx, p); ok {
			ts = append(ts, t)
		}
	}
	slices.SortStableFunc(ts, func(a, c tool) int { return a.major - c.major })
	if ctx.Err() == nil {
		b.found[prog] = ts
	}
	return ts
}

func (b *toolbox) candidates(prog string) []string {
	if b.bindir != "" {
		return []string{filepath.Join(b.bindir, prog)}
	}
	var paths []string
	for _, pattern := range binDirs {
		m, _ := filepath.Glob(filepath.Join(pattern, prog)) // patterns are constants
		paths = append(paths, m...)
	}
	if len(paths) == 0 {
		if p, err := b.runner.Look(prog); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

var versionRE = lazyregexp.New(`(\d+)(?:\.(\d+))?(?:\.\d+)?\S*`)

func (b *toolbox) probe(ctx context.Context, path string) (tool, bool) {
	var out bytes.Buffer
	exit, err := b.runner.Run(ctx, drivers.Command{Argv: []string{path, "--version"}, Stdout: &out, Timeout: 10 * time.Second})
	if err != nil || !exit.OK() {
		return tool{}, false
	}
	_, after, ok := strings.Cut(out.String(), ") ")
	if !ok {
		return tool{}, false
	}
	v := strings.Fields(after)
	if len(v) == 0 {
		return tool{}, false
	}
	return tool{path: path, version: v[0], major: majorOf(v[0])}, true
}

// majorOf reads the major version: 15 of 15.18, 9 of 9.6.24; 0: none.
func majorOf(version string) int {
	m := versionRE.FindStringSubmatch(version)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0
	}
	return n
}

// atLeast gives the version of a program that is nearest to major and not
// older than it.
func (b *toolbox) atLeast(ctx context.Context, prog string, major int) (tool, error) {
	all := b.all(ctx, prog)
	if err := ctx.Err(); err != nil {
		return tool{}, context.Cause(ctx)
	}
	for _, t := range all {
		if t.major >= major {
			return t, nil
		}
	}
	pkg := "postgresql-client"
	if prog == "initdb" || prog == "pg_ctl" || prog == "postgres" {
		pkg = "postgresql"
	}
	hint := "apt-get install " + pkg
	if major > 0 {
		hint += "-" + strconv.Itoa(major)
	}
	what := fmt.Errorf("%s is not installed: %w", prog, drivers.ErrToolMissing)
	if len(all) > 0 {
		newest := all[len(all)-1]
		what = fmt.Errorf("%s %d or newer is needed, the newest here is %s: %w", prog, major, newest.version, drivers.ErrToolMissing)
	}
	return tool{}, fail("find tools", prog, what, hint)
}
