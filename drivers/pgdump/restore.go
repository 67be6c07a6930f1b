package pgdump

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
)

// Restore runs a plan: nothing is written before the target's identity, its
// emptiness, the space and the extensions have been looked at.
func (d *Driver) Restore(ctx context.Context, plan drivers.Plan, rep *drivers.Reporter) (drivers.Evidence, error) {
	started, rep := d.env.Now(), serial(rep)
	if err := fresh(plan); err != nil {
		return drivers.Evidence{}, err
	}
	w, err := d.prepare(ctx, plan.Request)
	if err != nil {
		return drivers.Evidence{}, err
	}
	r := &restoration{d: d, work: w, rep: rep, ev: drivers.Evidence{
		Target: plan.Request.Target, Bytes: w.dump.size, Unit: "tables", Detail: map[string]string{},
	}}
	err = r.run(ctx)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	r.ev.Took = d.env.Now().Sub(started)
	return r.ev, r.named(err)
}

// fresh refuses a plan whose dump is another now.
func fresh(plan drivers.Plan) error {
	p, err := dumpOf(plan.Request.Point)
	if err != nil {
		return fail("restore", plan.Request.Point.ID, err, hintPrevious)
	}
	now, err := basis(p)
	if err != nil {
		return fail("restore", plan.Request.Point.ID, denied(err), hintPrevious)
	}
	if plan.Driver != name || now != plan.Basis {
		return fail("restore", plan.Request.Point.ID,
			fmt.Errorf("the dump has changed since the plan was made: %w", drivers.ErrPlanStale), "look at the dump, and plan again")
	}
	return nil
}

// restoration is one run of a plan.
type restoration struct {
	*work
	d      *Driver
	rep    *drivers.Reporter
	target *dsn
	ev     drivers.Evidence
}

// named gives errors the target's name.
func (r *restoration) named(err error) error {
	var e *drivers.Error
	if err == nil || (errors.As(err, &e) && e.Object != "") {
		return err
	}
	if errors.As(err, &e) {
		return fail("restore", r.req.Target.Name, e.Err, e.Hint)
	}
	return fail("restore", r.req.Target.Name, err, "")
}

func (r *restoration) run(ctx context.Context) error {
	var err error
	if r.target, err = r.d.targetDSN(r.req.Target); err != nil {
		return err
	}
	if err := r.ready(ctx); err != nil {
		return err
	}
	if r.dump.plain() {
		err = r.runScript(ctx)
	} else {
		err = r.runArchive(ctx)
	}
	if err != nil {
		return err
	}
	return r.arrived(ctx)
}

// ready looks at the target before anything is written.
func (r *restoration) ready(ctx context.Context) error {
	conn, err := r.target.connect(ctx)
	if err != nil {
		return fail("restore", r.req.Target.Name, err, "check that the target server runs and takes this user")
	}
	defer closeConn(ctx, conn)
	r.target = r.target.pinned(conn)
	live := r.req.Target.Kind == drivers.TargetLive
	warnings, err := r.d.guard(ctx, r.req, conn, r.target, !live || r.dump.plain())
	if err != nil {
		return err
	}
	r.ev.Warnings = append(r.ev.Warnings, warnings...)
	if room, ok := roomAt(ctx, r.req.Target, conn); ok {
		if err := room.Refuse(name, "restore", r.plan.Needs); err != nil {
			return err
		}
	}
	if r.toc != nil {
		if err := extensions(ctx, conn, r.wantedExtensions()); err != nil {
			return err
		}
	}
	if r.req.Target.Kind == drivers.TargetScratch {
		r.ev.Detail["scratch"] = "fsync off: a production server with the same disks is slower"
		return r.prepareScratch(ctx, conn)
	}
	return nil
}

// prepareScratch makes what a dump takes for granted.
func (r *restoration) prepareScratch(ctx context.Context, conn *pgx.Conn) error {
	if r.toc == nil {
		return nil // the script is read first
	}
	for i := range r.toc.List {
		// Dumps of old servers bring their own schema public.
		if e := &r.toc.List[i]; e.Desc == "SCHEMA" && e.Tag == "public" && strings.HasPrefix(e.Defn, "CREATE SCHEMA public") && r.takes(e) {
			if _, err := conn.Exec(ctx, "DROP SCHEMA IF EXISTS public"); err != nil {
				return err
			}
		}
	}
	return createRoles(ctx, conn, r.toc.Roles())
}

// takes says whether an entry is restored.
func (w *work) takes(e *archive.Entry) bool { return w.sel == nil || w.sel.ids[e.ID] }

func (r *restoration) wantedExtensions() []string {
	var names []string
	for i := range r.toc.List {
		if e := &r.toc.List[i]; e.Desc == "EXTENSION" && r.takes(e) {
			names = append(names, e.Tag)
		}
	}
	return names
}

// createRoles makes the roles that statements of the dump name. They can't
// log in, own nothing, and go with the scratch cluster.
func createRoles(ctx context.Context, conn *pgx.Conn, roles []string) error {
	for _, role := range roles {
		var there bool
		if err := conn.QueryRow(ctx, "select exists (select from pg_catalog.pg_roles where rolname = $1)", role).Scan(&there); err != nil {
			return err
		}
		if there {
			continue
		}
		if _, err := conn.Exec(ctx, "CREATE ROLE "+archive.QuoteIdent(role)+" NOLOGIN"); err != nil {
			return fmt.Errorf("role %s of the dump: %w", printable(role), err)
		}
	}
	return nil
}

// runArchive runs pg_restore.
func (r *restoration) runArchive(ctx context.Context) error {
	t, err := r.d.reader(ctx, r.dump)
	if err != nil {
		return err
	}
	args := append(r.arguments(), "-d", r.target.String())
	if r.sel != nil {
		list, err := r.writeList()
		if err != nil {
			return err
		}
		defer os.Remove(list) //nolint:errcheck // a temporary file
		args = append(args, "-L", list)
	}
	said := &messages{ignored: -1}
	steps := r.counter()
	res, err := r.d.runRestore(ctx, r.rep, t, r.dump, restoreCall{
		args: args, env: r.target.environ(),
		onLine: func(l string) { said.line(l); steps.line(l) },
	})
	if err != nil {
		return err
	}
	r.ev.Detail["pg_restore"] = t.version
	r.ev.Detail["jobs"] = strconv.Itoa(r.jobs)
	r.ev.Warnings = append(r.ev.Warnings, said.warnings()...)
	return said.verdict(res.exit)
}

// writeList writes the file for pg_restore -L.
func (r *restoration) writeList() (string, error) {
	f, err := os.CreateTemp(r.d.env.TmpDir, "lifeboat-list-*")
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(r.sel.list())
	if err := errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(f.Name()) // the write's error counts
		return "", err
	}
	return f.Name(), nil
}

// expected are the tables that must be there afterwards.
func (w *work) expected() [][2]string {
	var names [][2]string
	for i := range w.toc.List {
		if e := &w.toc.List[i]; e.Desc == "TABLE" && w.takes(e) {
			names = append(names, [2]string{e.Namespace, e.Tag})
		}
	}
	return names
}

// arrived sees that every table of the dump is in the target.
func (r *restoration) arrived(ctx context.Context) error {
	if r.toc == nil {
		return nil // psql stopped at nothing, and the script came to its end
	}
	conn, err := r.target.connect(ctx)
	if err != nil {
		return err
	}
	defer closeConn(ctx, conn)
	for _, n := range r.expected() {
		var there bool
		if err := conn.QueryRow(ctx, `select exists (select from pg_catalog.pg_class c
			join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			where n.nspname = $1 and c.relname = $2)`, n[0], n[1]).Scan(&there); err != nil {
			return err
		}
		if !there {
			return fmt.Errorf("table %s.%s of the dump is not in the target, though pg_restore did not complain", n[0], n[1])
		}
		r.ev.Items++
	}
	return nil
}
