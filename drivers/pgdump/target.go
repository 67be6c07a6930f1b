package pgdump

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

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
	if t.Kind == drivers.TargetLive {
		return c, nil
	}
	return c.settled()
}

// settled writes out what a connection string leaves to a service file, to the
// environment or to a default, so that the connection that looks at a target
// and the tool that writes into it can't go two ways.
func (d *dsn) settled() (*dsn, error) {
	cfg, err := pgx.ParseConfig(d.without(append([]string{hostAddr}, libpqOnly...)).String())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", drivers.ErrUnreachable, err)
	}
	s := d.without(nil)
	s.set("host", firstOf(s.params["host"], s.params[hostAddr], cfg.Host))
	s.set("port", firstOf(s.params["port"], fmt.Sprint(cfg.Port)))
	s.set("user", firstOf(s.params["user"], cfg.User))
	s.set("dbname", firstOf(s.params["dbname"], cfg.Database, cfg.User))
	if strings.Contains(s.params["host"], ",") || len(hostsOf(cfg)) > 1 {
		return nil, fmt.Errorf("%w: its address names several servers, any of which may answer", drivers.ErrTargetUnsafe)
	}
	return s, nil
}

// pinned leads to the very server that conn is a connection to: a name may
// stand for several addresses, and a tool may try them in another order.
func (d *dsn) pinned(conn *pgx.Conn) *dsn {
	p := d.without(nil)
	if at, ok := conn.PgConn().Conn().RemoteAddr().(*net.TCPAddr); ok {
		p.set(hostAddr, at.AddrPort().Addr().Unmap().String())
	}
	return p
}

// hostsOf lists the different servers that a configuration tries in turn.
func hostsOf(cfg *pgx.ConnConfig) map[string]bool {
	hosts := map[string]bool{fmt.Sprintf("%s %d", cfg.Host, cfg.Port): true}
	for _, f := range cfg.Fallbacks {
		hosts[fmt.Sprintf("%s %d", f.Host, f.Port)] = true
	}
	return hosts
}

func sameServer(a, b *dsn) bool {
	return a.params["host"] == b.params["host"] && firstOf(a.params["port"], "5432") == firstOf(b.params["port"], "5432")
}

// guard refuses a target that is live without leave, that lies on a standby,
// or that is not empty.
func (d *Driver) guard(ctx context.Context, req drivers.RestoreRequest, conn *pgx.Conn, target *dsn, emptyToo bool) ([]string, error) {
	t := req.Target
	id, err := identityOf(ctx, conn)
	if err != nil {
		return nil, fail("restore", t.Name, err, "check what this user may read there")
	}
	var warnings []string
	switch t.Kind {
	case drivers.TargetScratch:
		if err := insideScratch(ctx, t, target, conn); err != nil {
			return nil, err
		}
	case drivers.TargetParallel:
		if warnings, err = d.notTheSource(ctx, req, id); err != nil {
			return nil, err
		}
	case drivers.TargetLive:
	}
	if id.standby {
		return nil, fail("restore", t.Name, fmt.Errorf("the server is a standby, its data are another server's: %w", drivers.ErrTargetUnsafe),
			"restore into a server of its own, or into the primary")
	}
	if emptyToo && !id.Empty {
		return nil, fail("restore", t.Name, fmt.Errorf("database %s is not empty: it has %s: %w", target.database(), printable(id.Holds), drivers.ErrTargetUnsafe),
			"restore into an empty database, or into scratch")
	}
	return warnings, nil
}

// notTheSource compares target and source by what they are. Where that can't
// be found out, a drill ends: the target may be the source.
func (d *Driver) notTheSource(ctx context.Context, req drivers.RestoreRequest, id identity) ([]string, error) {
	if d.source == nil {
		return nil, nil
	}
	src, err := d.sourceIdentity(ctx)
	why := firstOf(id.Unknown, src.Unknown)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err == nil && id.Overlap(src.Identity) != drivers.Apart:
		return nil, fail("restore", req.Target.Name, fmt.Errorf("the target is the live source itself (%s): %w", id.Value, drivers.ErrTargetUnsafe),
			"choose another target, or say that it is live")
	case err != nil:
		why = "the source can't be reached: " + firstLine(err)
	case id.Value != "" && src.Value != "":
		return nil, nil
	}
	if req.Incident {
		return []string{"the target could not be compared with the live source: " + why}, nil
	}
	return nil, fail("restore", req.Target.Name, fmt.Errorf("it may be the live source: %s: %w", why, drivers.ErrTargetUnsafe),
		"bring the source up, or restore to scratch; in an incident this is a warning")
}

func (d *Driver) sourceIdentity(ctx context.Context) (identity, error) {
	conn, err := d.source.connect(ctx)
	if err != nil {
		return identity{}, err
	}
	defer closeConn(ctx, conn)
	return identityOf(ctx, conn)
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return printable(line)
}

// insideScratch sees that a scratch target's socket lies in its own directory,
// and that the server behind it keeps its data there.
func insideScratch(ctx context.Context, t drivers.Target, target *dsn, conn *pgx.Conn) error {
	if t.Scratch == nil {
		return fail("restore", t.Name, fmt.Errorf("a scratch target without its record: %w", drivers.ErrTargetUnsafe), "")
	}
	if err := checkRecord(*t.Scratch); err != nil {
		return fail("restore", t.Name, err, "")
	}
	if want := filepath.Join(t.Scratch.Dir, "s"); target.params["host"] != want {
		return fail("restore", t.Name, fmt.Errorf("the connection does not lead to the scratch cluster's socket %s: %w", want, drivers.ErrTargetUnsafe), "")
	}
	var data string
	err := conn.QueryRow(ctx, "select pg_catalog.current_setting('data_directory')").Scan(&data)
	if want := filepath.Join(t.Scratch.Dir, "data"); err != nil || data != want {
		return fail("restore", t.Name, errors.Join(err, fmt.Errorf("the server behind the scratch cluster's socket keeps its data in %q, not in %s: %w",
			data, want, drivers.ErrTargetUnsafe)), "let lifeboat make another scratch target")
	}
	return nil
}
