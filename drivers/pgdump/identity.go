package pgdump

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// identityKind of everything that this driver restores to.
const identityKind = "postgresql cluster and database"

// Identify asks the server for its cluster's system identifier: a name or an
// address may lie about which server it is.
func (d *Driver) Identify(ctx context.Context, t drivers.Target) (drivers.Identity, error) {
	target, err := d.targetDSN(t)
	if err != nil {
		return drivers.Identity{}, fail("identify", t.Name, err, "")
	}
	conn, err := target.connect(ctx)
	if err != nil {
		return drivers.Identity{}, fail("identify", t.Name, err, "check that the server runs and takes this user")
	}
	defer closeConn(ctx, conn)
	id, err := identityOf(ctx, conn)
	if err != nil {
		return drivers.Identity{}, fail("identify", t.Name, err, "grant execute on pg_control_system() to this user")
	}
	return id, nil
}

// userTables counts what is not PostgreSQL's own and not an extension's.
const userTables = `select count(*) from pg_catalog.pg_class c
 join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r','p','m','v','f','S')
   and n.nspname <> 'information_schema' and n.nspname not like 'pg\_%'
   and not exists (select from pg_catalog.pg_depend p
     where p.classid = 'pg_catalog.pg_class'::regclass and p.objid = c.oid and p.deptype = 'e')`

func identityOf(ctx context.Context, conn *pgx.Conn) (drivers.Identity, error) {
	var system, db string
	var tables int64
	if err := conn.QueryRow(ctx, "select system_identifier::text, current_database()::text from pg_catalog.pg_control_system()").Scan(&system, &db); err != nil {
		return drivers.Identity{}, err
	}
	if err := conn.QueryRow(ctx, userTables).Scan(&tables); err != nil {
		return drivers.Identity{}, err
	}
	return drivers.Identity{Kind: identityKind, Value: system + "/" + db, Empty: tables == 0}, nil
}

// SourceTarget is the live source.
func (d *Driver) SourceTarget() (drivers.Target, bool) {
	if d.source == nil {
		return drivers.Target{}, false
	}
	return drivers.Target{Kind: drivers.TargetLive, Name: d.source.database(), DSN: d.source.String()}, true
}

// targetDSN reads a target's connection string. Its password may be left out
// where it is the source's server and user: the journal holds none.
func (d *Driver) targetDSN(t drivers.Target) (*dsn, error) {
	if t.DSN == "" {
		return nil, fmt.Errorf("target %s has no connection string: %w", t.Name, drivers.ErrNotFound)
	}
	c, err := parseDSN(t.DSN)
	if err != nil {
		return nil, err
	}
	if d.source != nil && len(c.secrets) == 0 && sameServer(c, d.source) && c.params["user"] == d.source.params["user"] {
		c.secrets = d.source.secrets
	}
	return c, nil
}

func sameServer(a, b *dsn) bool {
	return a.params["host"] == b.params["host"] && firstOf(a.params["port"], "5432") == firstOf(b.params["port"], "5432")
}

// sameByName says that two connection strings would lead to one database,
// where the servers can't be asked.
func sameByName(a, b *dsn) bool {
	x, y := maps.Clone(a.params), maps.Clone(b.params)
	return sameServer(a, b) && x["dbname"] == y["dbname"]
}

// guard refuses a target that is live without leave, or not empty.
func (d *Driver) guard(ctx context.Context, t drivers.Target, conn *pgx.Conn, target *dsn, emptyToo bool) ([]string, error) {
	id, err := identityOf(ctx, conn)
	if err != nil {
		return nil, fail("restore", t.Name, err, "grant execute on pg_control_system() to this user")
	}
	var warnings []string
	if t.Kind != drivers.TargetLive {
		w, err := d.notTheSource(ctx, t, id, target)
		if err != nil {
			return nil, err
		}
		warnings = append(warnings, w...)
	}
	if t.Kind == drivers.TargetScratch {
		if err := insideScratch(t, target); err != nil {
			return nil, err
		}
	}
	if emptyToo && !id.Empty {
		return nil, fail("restore", t.Name, fmt.Errorf("database %s is not empty: %w", target.database(), drivers.ErrTargetUnsafe),
			"restore into an empty database, or into scratch")
	}
	return warnings, nil
}

// notTheSource compares target and source by identity; by name only where the
// source can't be asked, which is why we may be here.
func (d *Driver) notTheSource(ctx context.Context, t drivers.Target, id drivers.Identity, target *dsn) ([]string, error) {
	if d.source == nil {
		return nil, nil
	}
	refused := fail("restore", t.Name, fmt.Errorf("the target is the live source itself: %w", drivers.ErrTargetUnsafe),
		"choose another target, or say that it is live")
	conn, err := d.source.connect(ctx)
	if err != nil {
		if sameByName(target, d.source) {
			return nil, refused
		}
		return []string{"the source can't be reached: the target was compared with it by name only"}, nil
	}
	defer closeConn(ctx, conn)
	src, err := identityOf(ctx, conn)
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &pg):
		if sameByName(target, d.source) {
			return nil, refused
		}
		return []string{"the source does not tell its identity (" + pg.Message + "): the target was compared with it by name only"}, nil
	case err != nil:
		return nil, err
	case src.Same(id):
		return nil, refused
	}
	return nil, nil
}

// insideScratch sees that a scratch target's socket lies in its own directory.
func insideScratch(t drivers.Target, target *dsn) error {
	if t.Scratch == nil {
		return fail("restore", t.Name, fmt.Errorf("a scratch target without its record: %w", drivers.ErrTargetUnsafe), "")
	}
	if want := t.Scratch.Dir + "/s"; target.params["host"] != want {
		return fail("restore", t.Name, fmt.Errorf("the connection does not lead to the scratch cluster's socket %s: %w", want, drivers.ErrTargetUnsafe), "")
	}
	return checkRecord(*t.Scratch)
}
