package rsync

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

const name = "rsync"

// Factory makes rsync drivers.
var Factory = drivers.Factory{Info: info, New: newDriver}

var info = drivers.Info{
	Name: name, Title: "Snapshots of files (rsync with hard links)", Kinds: []string{"files"},
	Options: []string{"exclude", "exclude_from", "pattern", "checksum"},
	Tools:   []drivers.Tool{{Name: "rsync", Install: "apt-get install rsync"}},
	Grades: []drivers.Grade{
		drivers.GradeExists, drivers.GradeSize, drivers.GradeAge,
		drivers.GradeChecksum, drivers.GradeStructure, drivers.GradeReadable,
	},
	Select: "path",
}

// driver is bound to one copy of one workload.
type driver struct {
	spec        drivers.Spec
	runner      drivers.Runner
	now         func() time.Time
	patterns    []string // option pattern: which directories of the repository count
	exclude     []string
	excludeFrom string
	checksum    bool // compare contents, not size and time, when backing up
}

// The abilities.
var (
	_ drivers.Driver      = (*driver)(nil)
	_ drivers.Preflighter = (*driver)(nil)
	_ drivers.Provisioner = (*driver)(nil)
	_ drivers.Validator   = (*driver)(nil)
	_ drivers.BackUpper   = (*driver)(nil)
	_ drivers.Identifier  = (*driver)(nil)
)

func newDriver(spec drivers.Spec, env drivers.Env) (drivers.Driver, error) {
	d := &driver{
		spec: spec, runner: env.Runner, now: env.Now,
		patterns: list(spec.Options["pattern"]), exclude: list(spec.Options["exclude"]), excludeFrom: spec.Options["exclude_from"],
	}
	if d.now == nil {
		d.now = time.Now //nolint:forbidigo // a caller that gives no clock takes the system's
	}
	object := spec.Workload + "/" + spec.Copy
	switch {
	case spec.Repository == "":
		return nil, d.fail("open", object, drivers.ErrNotFound, "give the copy a repository: a directory")
	case strings.Contains(spec.Repository, "://"), !filepath.IsAbs(spec.Repository):
		return nil, d.fail("open", spec.Repository, drivers.ErrUnsupported, "this driver keeps snapshots in a directory of this machine: give its absolute path, or mount it")
	case spec.Path != "" && !filepath.IsAbs(spec.Path):
		return nil, d.fail("open", spec.Path, drivers.ErrUnsupported, "give source.path as an absolute path of this machine")
	}
	for _, p := range d.patterns {
		if _, err := filepath.Match(p, ""); err != nil {
			return nil, d.fail("open", object, fmt.Errorf("option pattern %q: %w", p, err), "write it as a shell would: daily.*")
		}
	}
	if s := spec.Options["checksum"]; s != "" {
		var err error
		if d.checksum, err = strconv.ParseBool(s); err != nil {
			return nil, d.fail("open", object, fmt.Errorf("option checksum: %q is neither true nor false", s), "")
		}
	}
	return d, nil
}

// Info describes the driver.
func (d *driver) Info() drivers.Info { return info }

// fail makes the driver's error, with the sentinel that err stands for.
func (d *driver) fail(op, object string, err error, hint string) error {
	return &drivers.Error{Driver: name, Op: op, Object: object, Err: repo.Sort(err), Hint: hint}
}

// list splits an option at commas and newlines.
func list(s string) []string {
	var out []string
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '\n' }) {
		if f = strings.TrimSpace(f); f != "" {
			out = append(out, f)
		}
	}
	return out
}
