package drill

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

// identifyWithin is how long a target or a source has to tell what it is.
const identifyWithin = 10 * time.Second

// guarded is a driver as Estate.Open gives it: no plan is made and none is run
// before its target has been held against every live source of the inventory.
type guarded struct {
	drivers.Driver
	estate   *Estate
	workload *inventory.Workload
	copy     *inventory.Copy
}

// Unwrap gives the driver itself, for its abilities.
func (g *guarded) Unwrap() drivers.Driver { return g.Driver }

// Plan refuses an unsafe or too small target before and after the driver's
// own look at it. What could not be found out stands in the plan's warnings.
func (g *guarded) Plan(ctx context.Context, req drivers.RestoreRequest) (drivers.Plan, error) {
	warnings, err := g.check(ctx, "plan", req)
	if err != nil {
		return drivers.Plan{}, err
	}
	p, err := g.Driver.Plan(ctx, req)
	if err != nil {
		return drivers.Plan{}, err
	}
	p.Warnings = append(p.Warnings, warnings...)
	r, ok := drivers.As[drivers.Roomer](g.Driver)
	if !ok {
		return p, nil
	}
	room, seen := r.Room(ctx, p.Request.Target)
	if !seen {
		p.Warnings = append(p.Warnings, fmt.Sprintf("how much room the target has can't be seen from here: the restore needs %s",
			humanize.IBytes(uint64(max(0, p.Needs))))) //nolint:gosec // not negative
		return p, nil
	}
	if err := room.Refuse(g.Info().Name, "plan", p.Needs); err != nil {
		return drivers.Plan{}, err
	}
	return p, nil
}

// Restore looks again: what an address leads to may have changed since.
func (g *guarded) Restore(ctx context.Context, plan drivers.Plan, rep *drivers.Reporter) (drivers.Evidence, error) {
	if _, err := g.check(ctx, "restore", plan.Request); err != nil {
		return drivers.Evidence{}, err
	}
	return g.Driver.Restore(ctx, plan, rep)
}

func (g *guarded) check(ctx context.Context, op string, req drivers.RestoreRequest) (warnings []string, err error) {
	switch req.Target.Kind {
	case drivers.TargetScratch:
		return nil, g.made(op, req.Target)
	case drivers.TargetLive:
		return nil, g.own(ctx, op, req.Target)
	case drivers.TargetParallel:
	}
	warnings, err = g.apart(ctx, op, req)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return warnings, err
}

func (g *guarded) unsafe(op string, t drivers.Target, why, hint string) error {
	return &drivers.Error{
		Driver: g.Info().Name, Op: op, Object: t.Name, Hint: hint,
		Err: fmt.Errorf("%w: %s", drivers.ErrTargetUnsafe, why),
	}
}

// made sees that a scratch target is what was made for this run; the driver
// knows its server, if it has one.
func (g *guarded) made(op string, t drivers.Target) error {
	rec := t.Scratch
	if rec == nil || !strings.HasPrefix(rec.ID, drivers.ScratchPrefix) || filepath.Base(rec.Dir) != rec.ID {
		return g.unsafe(op, t, "a scratch target that lifeboat has no record of", "let lifeboat make the scratch target: `action: provision`")
	}
	if t.Path != "" && !strings.HasPrefix(filepath.Clean(t.Path), rec.Dir+"/") {
		return g.unsafe(op, t, t.Path+" does not lie in the scratch target "+rec.Dir, "give it as a parallel target")
	}
	return nil
}

// own sees that a live target is the workload's own source, where the runbook
// gives it an address.
func (g *guarded) own(ctx context.Context, op string, t drivers.Target) error {
	teller, ok := drivers.As[drivers.Identifier](g.Driver)
	if !ok {
		return nil
	}
	if source, ok := teller.SourceTarget(); ok && t.DSN == source.DSN && t.Path == source.Path || t.DSN == "" && t.Path == "" {
		return nil
	}
	id, err := identify(ctx, teller, t)
	if err != nil {
		return err
	}
	if s := g.look(ctx, g.workload); s.err == nil && s.id.Same(id) {
		return nil
	}
	return g.unsafe(op, t, "nothing shows that it is the live source of workload "+g.workload.Name,
		"leave the address out: it is the source's; or give it as a parallel target, which must be empty")
}
