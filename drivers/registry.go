package drivers

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Registry knows the drivers by name. drivers/all makes the one that the
// program uses.
type Registry struct {
	names     []string
	factories map[string]Factory
}

// NewRegistry makes a registry of these factories. Two of the same name are
// a programming error and panic.
func NewRegistry(fs ...Factory) *Registry {
	r := &Registry{factories: map[string]Factory{}}
	for _, f := range fs {
		if _, dup := r.factories[f.Info.Name]; dup {
			panic("two drivers named " + f.Info.Name)
		}
		r.factories[f.Info.Name] = f
		r.names = append(r.names, f.Info.Name)
	}
	slices.Sort(r.names)
	return r
}

// Names lists the drivers.
func (r *Registry) Names() []string { return slices.Clone(r.names) }

// Info describes one driver.
func (r *Registry) Info(name string) (Info, bool) {
	f, ok := r.factories[name]
	return f.Info, ok
}

// New makes the driver of that name.
func (r *Registry) New(name string, spec Spec, env Env) (Driver, error) {
	f, ok := r.factories[name]
	if !ok {
		return nil, &Error{
			Driver: name, Op: "open", Object: spec.Workload + "/" + spec.Copy, Err: ErrUnsupported,
			Hint: "this lifeboat has the drivers " + strings.Join(r.names, ", "),
		}
	}
	return f.New(spec, env)
}

func printLine(w io.Writer, format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	_, _ = io.WriteString(w, strings.TrimRight(s, "\n")+"\n")
}
