package pgdump

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// name of the driver.
const name = "pgdump"

const clientPackage = "apt-get install postgresql-client"

// Factory makes the driver.
var Factory = drivers.Factory{
	Info: drivers.Info{
		Name:    name,
		Title:   "PostgreSQL logical dumps (pg_dump)",
		Kinds:   []string{"postgresql"},
		Options: []string{"format", "database", "jobs", "pattern", "schema", "timezone", "bindir"},
		Tools: []drivers.Tool{
			{Name: "pg_dump", Install: clientPackage},
			{Name: "pg_restore", Install: clientPackage},
			{Name: "psql", Install: clientPackage},
			{Name: "initdb", Install: "apt-get install postgresql"},
			{Name: "pg_ctl", Install: "apt-get install postgresql"},
		},
		Grades: []drivers.Grade{
			drivers.GradeExists, drivers.GradeSize, drivers.GradeAge,
			drivers.GradeChecksum, drivers.GradeStructure, drivers.GradeReadable,
		},
		Select: "table",
	},
	New: open,
}

// Driver is bound to one copy of one PostgreSQL database.
type Driver struct {
	spec   drivers.Spec
	env    drivers.Env
	opts   options
	source *dsn // nil: the copy stands alone
	tools  *toolbox
	stall  time.Duration // after which a reader that stands still is ended
}

// options are the copy's own keys.
type options struct {
	format   string // custom, directory
	database string // that the dumps must be of
	jobs     int
	pattern  string
	schemas  []string
	zone     *time.Location // of the dumping host's clock
	zoneName string
	bindir   string
}

func open(spec drivers.Spec, env drivers.Env) (drivers.Driver, error) {
	opts, err := parseOptions(spec.Options)
	if err != nil {
		return nil, &drivers.Error{Driver: name, Op: "open", Object: spec.Workload + "/" + spec.Copy, Err: err}
	}
	d := &Driver{spec: spec, env: env, opts: opts, stall: stallAfter}
	if spec.DSN != "" {
		if d.source, err = parseDSN(spec.DSN); err != nil {
			return nil, &drivers.Error{
				Driver: name, Op: "open", Object: spec.Workload, Err: err,
				Hint: "write it as postgres://user@host:5432/database or host=… dbname=…",
			}
		}
	}
	if d.env.Now == nil {
		d.env.Now = time.Now //nolint:forbidigo // an Env without a clock
	}
	d.tools = newToolbox(env.Runner, opts.bindir)
	return d, nil
}

func parseOptions(m map[string]string) (options, error) {
	o := options{format: "custom", zone: time.Local, zoneName: "this host's"}
	for key, v := range m {
		var err error
		switch key {
		case "format":
			if v != "custom" && v != "directory" {
				err = fmt.Errorf("option format: %q is neither custom nor directory", v)
			}
			o.format = v
		case "database":
			o.database = v
		case "jobs":
			if o.jobs, err = strconv.Atoi(v); err != nil || o.jobs < 1 || o.jobs > 64 {
				err = fmt.Errorf("option jobs: %q is no number from 1 to 64", v)
			}
		case "pattern":
			if _, e := path.Match(v, ""); e != nil {
				err = fmt.Errorf("option pattern: %q is no glob: %w", v, e)
			}
			o.pattern = v
		case "schema":
			o.schemas = strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' })
		case "timezone":
			if o.zone, err = time.LoadLocation(v); err != nil {
				err = fmt.Errorf("option timezone: %w", err)
			}
			o.zoneName = v
		case "bindir":
			o.bindir = v
		default:
			err = fmt.Errorf("option %s: %w", key, drivers.ErrUnsupported)
		}
		if err != nil {
			return o, err
		}
	}
	return o, nil
}

// Info describes the driver.
func (d *Driver) Info() drivers.Info { return Factory.Info }

// database that the copy is of; empty: not told.
func (d *Driver) database() string {
	if d.opts.database != "" {
		return d.opts.database
	}
	if d.source != nil {
		return d.source.database()
	}
	return ""
}

// fail makes the driver's error.
func fail(op, object string, err error, hint string) error {
	return &drivers.Error{Driver: name, Op: op, Object: object, Err: err, Hint: hint}
}
