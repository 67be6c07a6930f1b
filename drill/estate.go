package drill

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

// Estate is what a team has: its inventory, and the drivers that reach it.
type Estate struct {
	Inventory *inventory.Inventory
	Registry  *drivers.Registry
	Env       drivers.Env
	// Lookup reads the environment; nil takes the process's.
	Lookup func(string) (string, bool)
}

// Open makes the driver of one copy. Its restores are guarded: see guard.go.
func (e *Estate) Open(w *inventory.Workload, c *inventory.Copy) (drivers.Driver, error) {
	d, err := e.open(w, c)
	if err != nil {
		return nil, err
	}
	return &guarded{Driver: d, estate: e, workload: w, copy: c}, nil
}

// open makes the driver itself. References to the environment in the
// inventory are filled in here, and nowhere else.
func (e *Estate) open(w *inventory.Workload, c *inventory.Copy) (drivers.Driver, error) {
	if info, ok := e.Registry.Info(c.Driver); ok && !slices.Contains(info.Kinds, w.Kind) {
		return nil, &drivers.Error{
			Driver: c.Driver, Op: "open", Object: w.Name + "/" + c.Name,
			Err:  fmt.Errorf("a driver for %s, and the workload is of kind %s: %w", strings.Join(info.Kinds, ", "), w.Kind, drivers.ErrUnsupported),
			Hint: "correct `driver:` or `kind:` in lifeboat.yaml",
		}
	}
	spec, err := e.spec(w, c)
	if err != nil {
		return nil, &drivers.Error{
			Driver: c.Driver, Op: "open", Object: w.Name + "/" + c.Name, Err: err,
			Hint: "set the variable, or take it out of lifeboat.yaml",
		}
	}
	return e.Registry.New(c.Driver, spec, e.Env)
}

func (e *Estate) spec(w *inventory.Workload, c *inventory.Copy) (drivers.Spec, error) {
	var errs []error
	fill := func(s string) string {
		out, err := inventory.Expand(s, e.lookup())
		errs = append(errs, err)
		return out
	}
	dsn, err := e.address(w.Source.DSN)
	errs = append(errs, err)
	spec := drivers.Spec{
		Workload: w.Name, Kind: w.Kind, DSN: dsn, Path: fill(w.Source.Path),
		Copy: c.Name, Repository: fill(c.Repository),
		SourceOpts: map[string]string{}, Options: map[string]string{},
	}
	for k, v := range w.Source.Options {
		spec.SourceOpts[k] = fill(v)
	}
	for k, v := range c.Options {
		spec.Options[k] = fill(v)
	}
	return spec, errors.Join(errs...)
}

// address fills references in an address. Those before its @ are a user or a
// password: their values are escaped, so that no character of them ends it
// early.
func (e *Estate) address(dsn string) (string, error) {
	scheme, rest, ok := strings.Cut(dsn, "://")
	at := strings.LastIndex(rest, "@")
	if !ok || at < 0 || strings.ContainsAny(rest[:at], "/?") {
		return inventory.Expand(dsn, e.lookup())
	}
	user, err := inventory.Expand(rest[:at], func(name string) (string, bool) {
		v, ok := e.lookup()(name)
		return strings.ReplaceAll(url.QueryEscape(v), "+", "%20"), ok
	})
	where, err2 := inventory.Expand(rest[at+1:], e.lookup())
	return scheme + "://" + user + "@" + where, errors.Join(err, err2)
}

// References are the workload's variables whose values refer to the
// environment, filled in. They may be secrets: commands get them by
// environment, and the journal never.
func (e *Estate) References(w *inventory.Workload) (map[string]string, error) {
	out := map[string]string{}
	var errs []error
	for k, v := range w.Vars {
		if !strings.Contains(v, "${") {
			continue
		}
		filled, err := inventory.Expand(v, e.lookup())
		if err != nil {
			errs = append(errs, fmt.Errorf("variable %s: %w", k, err))
		}
		out[k] = filled
	}
	return out, errors.Join(errs...)
}

// answers is lookup with a workload's references, for finding out what is
// still to be asked.
func (e *Estate) answers(w *inventory.Workload) func(string) (string, bool) {
	return func(name string) (string, bool) {
		if w != nil && strings.Contains(w.Vars[name], "${") {
			return "", true
		}
		return e.lookup()(name)
	}
}

func (e *Estate) lookup() func(string) (string, bool) {
	if e.Lookup != nil {
		return e.Lookup
	}
	return os.LookupEnv
}

// Workload finds a workload, or says which names there are.
func (e *Estate) Workload(name string) (*inventory.Workload, error) {
	if e.Inventory == nil {
		return nil, errors.New("no lifeboat.yaml here or above: run `lifeboat init`, or give -C DIR")
	}
	if w := e.Inventory.Workload(name); w != nil {
		return w, nil
	}
	names := make([]string, len(e.Inventory.Workloads))
	for i, w := range e.Inventory.Workloads {
		names[i] = w.Name
	}
	return nil, fmt.Errorf("no workload %q in %s: it has %s", name, e.Inventory.Path, strings.Join(names, ", "))
}

// CopyPoints is what locating in one copy gave.
type CopyPoints struct {
	Copy   *inventory.Copy
	Points []drivers.RecoveryPoint // newest first
	Err    error
}

// Locate lists the recovery points of each copy; copyName limits it to one.
// A copy that can't be read does not hide the others.
func (e *Estate) Locate(ctx context.Context, w *inventory.Workload, copyName string) []CopyPoints {
	var out []CopyPoints
	for _, c := range w.Copies {
		if copyName != "" && c.Name != copyName {
			continue
		}
		cp := CopyPoints{Copy: c}
		d, err := e.Open(w, c)
		if err == nil {
			cp.Points, err = d.Locate(ctx)
		}
		for i := range cp.Points {
			cp.Points[i].Copy, cp.Points[i].Driver = c.Name, c.Driver
		}
		cp.Err = err
		out = append(out, cp)
	}
	return out
}

// Points merges the points of several copies, newest first, and joins their
// errors.
func Points(copies []CopyPoints) ([]drivers.RecoveryPoint, error) {
	out := []drivers.RecoveryPoint{}
	var errs []error
	for _, c := range copies {
		out = append(out, c.Points...)
		if c.Err != nil {
			errs = append(errs, fmt.Errorf("copy %s: %w", c.Copy.Name, c.Err))
		}
	}
	slices.SortStableFunc(out, func(a, b drivers.RecoveryPoint) int { return b.Time.Compare(a.Time) })
	return out, errors.Join(errs...)
}

// CopyFor finds a copy by name, else one of the driver, else the first.
func CopyFor(w *inventory.Workload, name, driver string) *inventory.Copy {
	if c := w.Copy(name); c != nil {
		return c
	}
	for _, c := range w.Copies {
		if driver != "" && c.Driver == driver {
			return c
		}
	}
	if len(w.Copies) > 0 {
		return w.Copies[0]
	}
	return nil
}

// Checks turns the inventory's checks into a driver's, with the environment
// filled in.
func (e *Estate) Checks(w *inventory.Workload) ([]drivers.Check, error) {
	var out []drivers.Check
	for _, c := range w.Checks {
		want, err := inventory.Expand(c.Expect, e.lookup())
		if err != nil {
			return nil, fmt.Errorf("check %s: %w", c.Name, err)
		}
		out = append(out, drivers.Check{
			Name: c.Name, Rows: c.Rows, Query: c.Query, Canary: c.Canary, Command: c.Command,
			File: c.File, Expect: want, SHA256: c.SHA256, Newest: c.Newest,
		})
	}
	return out, nil
}
