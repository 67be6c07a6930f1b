package pgdump

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// identityKind of everything that this driver restores to.
const identityKind = "postgresql cluster and database"

// hintGrant makes a server tell its system identifier to any user: PostgreSQL
// does so by itself, and a hardened one may not.
const hintGrant = "as superuser: GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC"

// PostgreSQL's codes for a function that this user may not call, and for one
// that there is not.
const (
	insufficientPrivilege = "42501"
	undefinedFunction     = "42883"
)

// Identify asks the server for its cluster's system identifier: a name or an
// address may lie about which server it is. A physical replica has that of its
// primary, and so is the same database. Where the server does not tell it, the
// identity has no Value; the moment at which the postmaster started still
// tells one server by all its addresses.
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
	who, err := identityOf(ctx, conn)
	if err != nil {
		return drivers.Identity{}, fail("identify", t.Name, err, "check what this user may read there")
	}
	return who.Identity, nil
}

// identity is what a server told about itself.
type identity struct {
	drivers.Identity
	standby bool // it replays another server's log, and takes no restore
}

func identityOf(ctx context.Context, conn *pgx.Conn) (identity, error) {
	id := identity{Identity: drivers.Identity{Kind: identityKind}}
	var db, started string
	var oid uint32
	err := conn.QueryRow(ctx, `select d.datname::text, d.oid, pg_catalog.pg_is_in_recovery(),
		pg_catalog.to_char(pg_catalog.pg_postmaster_start_time() at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')
		from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()`).Scan(&db, &oid, &id.standby, &started)
	if err != nil {
		return id, err
	}
	id.Also = []string{fmt.Sprintf("server started %s, database %d", started, oid)}
	var system string
	err = conn.QueryRow(ctx, "select system_identifier::text from pg_catalog.pg_control_system()").Scan(&system)
	switch code := pgCode(err); {
	case err == nil:
		id.Value = system + "/" + db
	case code == insufficientPrivilege, code == undefinedFunction:
		id.Unknown = "pg_control_system() is denied to this user (" + hintGrant + ")"
	default:
		return id, err
	}
	err = conn.QueryRow(ctx, firstObject).Scan(&id.Holds)
	if err != nil {
		return id, err
	}
	id.Empty = id.Holds == ""
	return id, nil
}

// firstObject names one thing in the database that is neither PostgreSQL's
// own nor an extension's: any of them may clash with what a dump brings, and
// shows that somebody uses the database. Extensions themselves do not count,
// nor does the schema public: a database is prepared with them. Roles are the
// cluster's. Objects of initdb have numbers below 16384.
const firstObject = `with mine as (
  select oid from pg_catalog.pg_namespace
   where nspname <> 'information_schema' and nspname not like 'pg\_%'
), objects(class, object, rank) as (
  select 'pg_catalog.pg_class'::regclass, oid, 1 from pg_catalog.pg_class
   where relkind in ('r','p','m','v','f','S') and relnamespace in (select oid from mine)
  union all select 'pg_catalog.pg_proc'::regclass, oid, 2 from pg_catalog.pg_proc where pronamespace in (select oid from mine)
  union all select 'pg_catalog.pg_type'::regclass, oid, 3 from pg_catalog.pg_type
   where typnamespace in (select oid from mine) and typelem = 0 and typrelid = 0
  union all select 'pg_catalog.pg_operator'::regclass, oid, 3 from pg_catalog.pg_operator where oprnamespace in (select oid from mine)
  union all select 'pg_catalog.pg_collation'::regclass, oid, 3 from pg_catalog.pg_collation where collnamespace in (select oid from mine)
  union all select 'pg_catalog.pg_ts_config'::regclass, oid, 3 from pg_catalog.pg_ts_config where cfgnamespace in (select oid from mine)
  union all select 'pg_catalog.pg_largeobject'::regclass, oid, 4 from pg_catalog.pg_largeobject_metadata
  union all select 'pg_catalog.pg_namespace'::regclass, oid, 5 from mine
   where oid >= 16384 and oid <> coalesce(pg_catalog.to_regnamespace('public')::oid, 0)
  union all select 'pg_catalog.pg_event_trigger'::regclass, oid, 6 from pg_catalog.pg_event_trigger
  union all select 'pg_catalog.pg_publication'::regclass, oid, 6 from pg_catalog.pg_publication
  union all select 'pg_catalog.pg_foreign_data_wrapper'::regclass, oid, 6 from pg_catalog.pg_foreign_data_wrapper
  union all select 'pg_catalog.pg_foreign_server'::regclass, oid, 6 from pg_catalog.pg_foreign_server
  union all select 'pg_catalog.pg_cast'::regclass, oid, 6 from pg_catalog.pg_cast where oid >= 16384
  union all select 'pg_catalog.pg_language'::regclass, oid, 6 from pg_catalog.pg_language where oid >= 16384
)
select coalesce((select pg_catalog.pg_describe_object(class, object, 0) from objects
 where not exists (select from pg_catalog.pg_depend p
   where p.classid = objects.class and p.objid = objects.object and p.deptype = 'e')
 order by rank, object limit 1), '')`

// SourceTarget is the live source.
func (d *Driver) SourceTarget() (drivers.Target, bool) {
	if d.source == nil {
		return drivers.Target{}, false
	}
	return drivers.Target{Kind: drivers.TargetLive, Name: d.source.database(), DSN: d.source.String()}, true
}
