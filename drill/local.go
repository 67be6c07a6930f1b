package drill

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

// Local runs tasks in this process.
type Local struct {
	Estate *Estate
	// Environ is given to the runbook's commands; nil takes the process's.
	Environ []string
	// Session gives the directory of a run's shell session.
	Session func(run string) string
	// Keyboard is given the keyboard of a task's terminal; nil: nobody types.
	Keyboard func(t Task, k drivers.Keyboard)
	// Mask hides secrets in what is written through it; nil hides none.
	Mask func(io.Writer) io.WriteCloser
}

// Run does one task to its end. A panic of a driver becomes a failed result.
func (l *Local) Run(ctx context.Context, t Task, out *Output) (r Result) {
	started := l.now()
	defer func() {
		if p := recover(); p != nil {
			r = Result{Error: fmt.Sprintf("%s: internal error: %v", t.Title, p), Hint: "please report this"}
		}
		r.Took = l.now().Sub(started)
		if ctx.Err() != nil && !r.OK {
			r.Canceled = true
		}
	}()
	switch t.Kind {
	case TaskShell:
		return l.shell(ctx, t, out)
	default:
		return l.driver(ctx, t, out)
	}
}

func (l *Local) now() time.Time { return l.Estate.Env.Now() }

func (l *Local) shell(ctx context.Context, t Task, out *Output) Result {
	exit, captured, err := l.command(ctx, t, out)
	if err == nil && captured != nil && l.secret(*captured) {
		captured, err = nil, fmt.Errorf("what it printed for %s holds a secret, which would be kept in the journal", t.Capture)
	}
	r := ended(exit, err, out.Tail(4096))
	r.Captured = captured
	if err != nil && r.Hint == "" && t.Capture != "" {
		r.Hint = "let the next command read it by itself, from the environment or a file"
	}
	if t.IsCheck {
		c := drivers.CheckResult{Name: t.Title, Outcome: drivers.Passed, Proves: true, Detail: "exit status 0"}
		if !r.OK {
			c.Outcome, c.Detail = drivers.Failed, r.Error
		}
		r.Checks = []drivers.CheckResult{c}
	}
	return r
}

func (l *Local) command(ctx context.Context, t Task, out io.Writer) (drivers.Exit, *string, error) {
	s := session{runner: l.Estate.Env.Runner, dir: l.Session(t.Run), environ: l.Environ, keyboard: l.Keyboard}
	if s.environ == nil {
		s.environ = os.Environ()
	}
	if wl, err := l.Estate.Workload(t.Workload); err == nil {
		refs, err := l.Estate.References(wl)
		if err != nil {
			return drivers.Exit{}, nil, err
		}
		for k, v := range refs {
			s.environ = append(slices.Clip(s.environ), k+"="+v)
		}
	}
	for k, v := range t.Secrets {
		s.environ = append(slices.Clip(s.environ), k+"="+v)
	}
	w, done := l.masked(out)
	exit, captured, err := s.run(ctx, t, w)
	return exit, captured, errors.Join(err, done())
}

// secret says that a text holds a registered secret.
func (l *Local) secret(text string) bool {
	if l.Mask == nil {
		return false
	}
	var b strings.Builder
	w := l.Mask(&b)
	_, err := io.WriteString(w, text)
	return errors.Join(err, w.Close()) != nil || b.String() != text
}

func (l *Local) masked(out io.Writer) (io.Writer, func() error) {
	if l.Mask == nil {
		return out, func() error { return nil }
	}
	w := l.Mask(out)
	return w, w.Close
}

// driver runs a task of the workload's driver.
func (l *Local) driver(ctx context.Context, t Task, out *Output) Result {
	w, err := l.Estate.Workload(t.Workload)
	if err != nil {
		return failed(err)
	}
	rep := out.Reporter()
	masked, done := l.masked(out)
	rep.Out = masked
	r := l.act(ctx, w, t, rep)
	if err := done(); err != nil && r.OK {
		return failed(err)
	}
	return r
}

func (l *Local) act(ctx context.Context, w *inventory.Workload, t Task, rep *drivers.Reporter) Result {
	if t.Kind == TaskLocate {
		return l.locate(ctx, w, t, rep)
	}
	driverName := ""
	if t.Scratch != nil {
		driverName = t.Scratch.Driver
	}
	c := CopyFor(w, t.Copy, driverName)
	if c == nil {
		return failed(fmt.Errorf("workload %s declares no copy", w.Name))
	}
	d, err := l.Estate.Open(w, c)
	if err != nil {
		return failed(err)
	}
	switch t.Kind {
	case TaskVerify:
		return l.verify(ctx, w, c, d, t, rep)
	case TaskProvision:
		return provision(ctx, d, t, rep)
	case TaskDestroy:
		return destroy(ctx, d, t, rep)
	case TaskPlan:
		return plan(ctx, d, t, rep)
	case TaskRestore:
		return restore(ctx, d, t, rep)
	case TaskCheck:
		return l.check(ctx, w, d, t, rep)
	case TaskBackup:
		return backup(ctx, d, rep)
	case TaskSQL:
		return query(ctx, d, t, rep)
	case TaskShell, TaskLocate:
	}
	return failed(fmt.Errorf("task %q is not known", t.Kind))
}

// failed turns an error into a result.
func failed(err error) Result {
	return Result{
		Error: err.Error(), Hint: drivers.Hint(err),
		Refused: errors.Is(err, drivers.ErrTargetUnsafe),
	}
}

func unsupported(d drivers.Driver, op string) Result {
	return failed(&drivers.Error{
		Driver: d.Info().Name, Op: op, Err: drivers.ErrUnsupported,
		Hint: "do this step by hand, and say what you did",
	})
}
