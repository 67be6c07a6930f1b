package sqlite

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

const name = "sqlite"

// Factory makes sqlite drivers.
var Factory = drivers.Factory{Info: info, New: newDriver}

var info = drivers.Info{
	Name: name, Title: "SQLite databases (embedded)", Kinds: []string{"sqlite"},
	Options: []string{"pattern", "tables", "application_id"},
	Grades: []drivers.Grade{
		drivers.GradeExists, drivers.GradeSize, drivers.GradeAge,
		drivers.GradeChecksum, drivers.GradeStructure, drivers.GradeReadable,
	},
	Select: "table",
}

// driver is bound to one copy of one workload.
type driver struct {
	spec     drivers.Spec
	now      func() time.Time
	patterns []string // option pattern: which files of the repository count
	tables   []string // option tables: must be in a backup of this workload
	appID    *int64   // option application_id: must be that of the database
}

// The abilities.
var (
	_ drivers.Driver      = (*driver)(nil)
	_ drivers.Preflighter = (*driver)(nil)
	_ drivers.Provisioner = (*driver)(nil)
	_ drivers.Validator   = (*driver)(nil)
	_ drivers.BackUpper   = (*driver)(nil)
	_ drivers.Identifier  = (*driver)(nil)
	_ drivers.Querier     = (*driver)(nil)
)

func newDriver(spec drivers.Spec, env drivers.Env) (drivers.Driver, error) {
	d := &driver{spec: spec, now: env.Now, patterns: list(spec.Options["pattern"]), tables: list(spec.Options["tables"])}
	if d.now == nil {
		d.now = time.Now //nolint:forbidigo // a caller that gives no clock takes the system's
	}
	if spec.Repository == "" {
		return nil, d.fail("open", spec.Workload+"/"+spec.Copy, drivers.ErrNotFound, "give the copy a repository: a directory")
	}
	if strings.Contains(spec.Repository, "://") {
		return nil, d.fail("open", spec.Repository, drivers.ErrUnsupported, "this driver reads directories; mount or fetch the repository first")
	}
	for _, p := range d.patterns {
		if _, err := filepath.Match(p, ""); err != nil {
			return nil, d.fail("open", spec.Workload+"/"+spec.Copy, fmt.Errorf("option pattern %q: %w", p, err), "write it as a shell would: shop-*.db")
		}
	}
	if s := spec.Options["application_id"]; s != "" {
		id, err := strconv.ParseInt(s, 0, 64)
		if err != nil {
			return nil, d.fail("open", spec.Workload+"/"+spec.Copy, fmt.Errorf("option application_id %q is no number", s), "see: sqlite3 FILE 'PRAGMA application_id'")
		}
		d.appID = &id
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
