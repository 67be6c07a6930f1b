package command

import (
	"context"
	"errors"
	"io"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// redactor masks secrets in the output of all programs.
type redactor struct {
	drivers.Runner
	secrets []string
}

// Redact returns a Runner that masks the secrets in what programs print.
func Redact(r drivers.Runner, secrets ...string) drivers.Runner {
	return &redactor{Runner: r, secrets: secrets}
}

// Run runs the command with its output masked.
func (r *redactor) Run(ctx context.Context, c drivers.Command) (drivers.Exit, error) {
	var out, errs io.WriteCloser
	if c.Stdout != nil {
		out = NewMask(c.Stdout, r.secrets)
	}
	switch {
	case c.Stderr == nil:
	case same(c.Stdout, c.Stderr): // one writer takes both, from one goroutine
		errs = out
	default:
		errs = NewMask(c.Stderr, r.secrets)
	}
	if out != nil {
		c.Stdout = out
	}
	if errs != nil {
		c.Stderr = errs
	}
	exit, err := r.Runner.Run(ctx, c)
	if out != nil {
		err = errors.Join(err, out.Close())
	}
	if errs != nil && errs != out {
		err = errors.Join(err, errs.Close())
	}
	return exit, err
}

// same compares two writers of any type.
func same(a, b io.Writer) bool {
	defer func() { _ = recover() }() // types that can't be compared are not the same
	return a == b
}
