package drill

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

// liveSource is what was found out about one workload's source.
type liveSource struct {
	workload *inventory.Workload
	id       drivers.Identity
	err      error
}

// apart sees that a parallel target is no live source and no part of one. A
// source that can't be asked could be behind the target's address: for the
// workload's own one that ends a drill, and is a warning in an incident, where
// the live system may be gone; for the others it is a warning.
func (g *guarded) apart(ctx context.Context, op string, req drivers.RestoreRequest) ([]string, error) {
	t := req.Target
	hint := fmt.Sprintf("bring the source up, or restore to scratch; where it is lost, walk an incident "+
		"(lifeboat run %[1]s --mode incident, lifeboat restore %[1]s --incident): there this is a warning", g.workload.Name)
	doubt := func(why string) ([]string, error) {
		if req.Incident {
			return []string{why}, nil
		}
		return nil, g.unsafe(op, t, why, hint)
	}
	teller, ok := drivers.As[drivers.Identifier](g.Driver)
	if !ok {
		return doubt("the driver can't tell what a target really is: it may be the live system")
	}
	id, err := identify(ctx, teller, t)
	if err != nil {
		return nil, err
	}
	var warnings []string
	for _, s := range g.sources(ctx, t) {
		own := s.workload == g.workload
		how, reason := id.Overlap(s.id), s.reason(id)
		what := fmt.Sprintf("the live source of workload %s", s.workload.Name)
		switch {
		case how != drivers.Apart && (own || how == drivers.Is || !req.Incident):
			return nil, g.unsafe(op, t, fmt.Sprintf("it %s %s, whatever it is called here (%s %s)", how, what, id.Kind, id.Value),
				"a name, a tunnel, a link or a replica leads to live data: choose another target")
		case how != drivers.Apart:
			warnings = append(warnings, fmt.Sprintf("the target %s %s", how, what))
		case reason != "" && own:
			more, err := doubt(fmt.Sprintf("the target could not be compared with %s: %s", what, reason))
			if err != nil {
				return nil, err
			}
			warnings = append(warnings, more...)
		case reason != "":
			warnings = append(warnings, fmt.Sprintf("the target could not be compared with %s: %s", what, reason))
		}
	}
	return warnings, nil
}

// reason says why a source that does not look like the target may still be it.
func (s liveSource) reason(target drivers.Identity) string {
	switch {
	case s.err != nil:
		text, _, _ := strings.Cut(s.err.Error(), "\n")
		return text
	case target.Value == "":
		return "the target does not tell what it is: " + target.Unknown
	case s.id.Value == "":
		return "the source does not tell what it is: " + s.id.Unknown
	case s.id.Kind != target.Kind:
		return "two drivers name them differently"
	}
	return ""
}

// sources looks at every live source that the target could be, the workload's
// own first. They are asked at once: several may be unreachable.
func (g *guarded) sources(ctx context.Context, t drivers.Target) []liveSource {
	list := []*inventory.Workload{g.workload}
	if inv := g.estate.Inventory; inv != nil {
		for _, w := range inv.Workloads {
			sameSort := w.Kind == g.workload.Kind || t.Path != "" && w.Source.Path != ""
			if w.Name != g.workload.Name && sameSort {
				list = append(list, w)
			}
		}
	}
	out := make([]liveSource, len(list))
	var wg sync.WaitGroup
	for i, w := range list {
		wg.Go(func() { out[i] = g.look(ctx, w) })
	}
	wg.Wait()
	return out
}

// look identifies one workload's source. A driver that panics has told
// nothing.
func (g *guarded) look(ctx context.Context, w *inventory.Workload) (s liveSource) {
	defer func() {
		if p := recover(); p != nil {
			s = liveSource{workload: w, err: fmt.Errorf("internal error: %v", p)}
		}
	}()
	teller, err := g.teller(w)
	if err != nil {
		return liveSource{workload: w, err: err}
	}
	t, ok := teller.SourceTarget()
	if !ok {
		return liveSource{workload: w, err: errors.New("lifeboat.yaml gives it no address that this driver knows")}
	}
	id, err := identify(ctx, teller, t)
	return liveSource{workload: w, id: id, err: err}
}

// teller finds a driver that can look at a workload's source: the one that
// restores, where it serves that kind too, so that both speak of the same.
func (g *guarded) teller(w *inventory.Workload) (drivers.Identifier, error) {
	if w == g.workload {
		if id, ok := drivers.As[drivers.Identifier](g.Driver); ok {
			return id, nil
		}
	}
	var errs []error
	for _, name := range append([]string{g.copy.Driver}, g.estate.Registry.Names()...) {
		if info, ok := g.estate.Registry.Info(name); !ok || !slices.Contains(info.Kinds, w.Kind) {
			continue
		}
		// Only the source is looked at: any repository will do.
		d, err := g.estate.open(w, &inventory.Copy{Name: "source", Driver: name, Repository: g.copy.Repository})
		if id, ok := drivers.As[drivers.Identifier](d); ok && err == nil {
			return id, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(append(errs, errors.New("no driver here can look at it"))...)
}

func identify(ctx context.Context, teller drivers.Identifier, t drivers.Target) (drivers.Identity, error) {
	ctx, cancel := context.WithTimeout(ctx, identifyWithin)
	defer cancel()
	return teller.Identify(ctx, t)
}
