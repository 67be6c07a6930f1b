package command

import (
	"context"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

type dryRunner struct {
	drivers.Runner
	show func(drivers.Command)
}

// DryRun returns a Runner that shows each command and starts none: all of
// them succeed in no time. Looking for programs is left to r.
func DryRun(r drivers.Runner, show func(drivers.Command)) drivers.Runner {
	return &dryRunner{Runner: r, show: show}
}

// Run shows the command.
func (d *dryRunner) Run(ctx context.Context, c drivers.Command) (drivers.Exit, error) {
	if ctx.Err() != nil {
		return drivers.Exit{Code: -1}, context.Cause(ctx)
	}
	d.show(c)
	return drivers.Exit{}, nil
}
