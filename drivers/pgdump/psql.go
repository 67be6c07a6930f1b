package pgdump

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
)

// psqlArguments: no operator's settings, one transaction, stop at the first
// error.
var psqlArguments = []string{"-X", "-q", "-1", "-v", "ON_ERROR_STOP=1"}

// runScript restores a plain dump. psql takes the end of a script for the end
// of its data and commits half of it: the script is read to its end mark
// first.
func (r *restoration) runScript(ctx context.Context) error {
	s, err := r.readScript(ctx)
	if err != nil {
		return err
	}
	if r.req.Target.Kind == drivers.TargetScratch {
		if err := r.rolesOf(ctx, s); err != nil {
			return err
		}
	}
	in, err := r.dump.open()
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // read only
	r.rep.Command(r.psqlLine())
	done := int64(0)
	counted := &counted{r: in, seen: func(n int64) {
		done += n
		r.rep.Progress(drivers.Progress{Phase: "running the script", Done: done, Total: s.Raw, Unit: "bytes"})
	}}
	said, err := r.d.psql(ctx, r.target, psqlArguments, counted, r.rep)
	if err != nil {
		return err
	}
	r.ev.Items = int64(len(s.Creates))
	r.ev.Detail["rows"] = fmt.Sprint(s.Rows)
	r.ev.Detail["psql"] = said
	return nil
}

func (r *restoration) readScript(ctx context.Context) (archive.Script, error) {
	in, err := r.dump.open()
	if err != nil {
		return archive.Script{}, err
	}
	defer in.Close() //nolint:errcheck // read only
	done := int64(0)
	s, err := archive.ReadScript(ctx, in, func(n int64) {
		done += n
		r.rep.Progress(drivers.Progress{Phase: "reading the script", Done: done, Unit: "bytes"})
	})
	switch {
	case ctx.Err() != nil:
		return s, context.Cause(ctx)
	case err != nil:
		return s, fail("restore", r.req.Point.ID, fmt.Errorf("%w: %w", drivers.ErrCorrupt, err), hintPrevious)
	case s.Database != "":
		return s, fail("restore", r.req.Point.ID,
			fmt.Errorf("the script connects to database %s itself (pg_dump --create): %w", printable(s.Database), drivers.ErrUnsupported),
			`take \connect and CREATE DATABASE out of it, or run it by hand`)
	case len(s.Meta) > 0:
		return s, fail("restore", r.req.Point.ID,
			fmt.Errorf("the script holds a psql command that pg_dump does not write, %s: %w", printable(s.Meta[0]), drivers.ErrUnsupported),
			"look at who changed the dump; run it by hand if it is meant")
	}
	return s, nil
}

// rolesOf makes the roles and looks for the extensions that a script names.
func (r *restoration) rolesOf(ctx context.Context, s archive.Script) error {
	conn, err := r.target.connect(ctx)
	if err != nil {
		return err
	}
	defer closeConn(ctx, conn)
	if err := extensions(ctx, conn, s.Extensions); err != nil {
		return err
	}
	return createRoles(ctx, conn, s.Roles)
}

// psql runs a script against a server and returns psql's version.
func (d *Driver) psql(ctx context.Context, target *dsn, args []string, in io.Reader, rep *drivers.Reporter) (string, error) {
	t, err := d.psqlTool(ctx)
	if err != nil {
		return "", err
	}
	lines := &lineWriter{out: rep.Writer()}
	argv := append([]string{t.path}, args...)
	argv = append(argv, "-d", target.String())
	exit, err := d.env.Runner.Run(ctx, drivers.Command{
		Argv: argv, Env: target.environ(), Stdin: in, Stdout: rep.Writer(), Stderr: lines,
	})
	lines.flush()
	if err != nil {
		return t.version, err
	}
	if !exit.OK() {
		return t.version, psqlError(exit, lines.kept)
	}
	return t.version, nil
}

// psqlTool is the newest psql: it talks to every older server, and newer
// scripts hold commands that old ones do not know.
func (d *Driver) psqlTool(ctx context.Context) (tool, error) {
	if all := d.tools.all(ctx, "psql"); len(all) > 0 {
		return all[len(all)-1], nil
	}
	return d.tools.atLeast(ctx, "psql", 0)
}

func psqlError(exit drivers.Exit, lines []string) error {
	for _, l := range lines {
		if !strings.Contains(l, "ERROR:") && !strings.Contains(l, "error:") && !strings.Contains(l, "FATAL:") {
			continue
		}
		for _, c := range causes {
			if c.re.MatchString(l) {
				err := errors.New(printable(l))
				if c.is != nil {
					err = fmt.Errorf("%s: %w", printable(l), c.is)
				}
				return &drivers.Error{Driver: name, Op: "psql", ExitCode: exit.Code, Err: err, Hint: c.hint}
			}
		}
		return &drivers.Error{Driver: name, Op: "psql", ExitCode: exit.Code, Err: errors.New(printable(l))}
	}
	return &drivers.Error{Driver: name, Op: "psql", ExitCode: exit.Code, Err: fmt.Errorf("psql ended with status %d %s", exit.Code, exit.Signal)}
}

// Query runs a runbook's SQL against a target and prints its results as
// tables. It stops at the first error.
func (d *Driver) Query(ctx context.Context, t drivers.Target, script string, rep *drivers.Reporter) error {
	rep = serial(rep)
	target, err := d.targetDSN(t)
	if err != nil {
		return fail("query", t.Name, err, "")
	}
	args := []string{"-X", "-v", "ON_ERROR_STOP=1", "-P", "pager=off"}
	rep.Command("psql " + shellLine(args) + " -d " + shellWord(target.String()))
	_, err = d.psql(ctx, target, args, strings.NewReader(script), rep)
	var e *drivers.Error
	if errors.As(err, &e) {
		e.Op, e.Object = "query", t.Name
	}
	return err
}

// counted calls seen with what is read.
type counted struct {
	r    io.Reader
	seen func(int64)
}

// Read gives the next bytes.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if n > 0 {
		c.seen(int64(n))
	}
	return n, err
}
