package pgdump

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/cluster"
	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// plainDatabase is the scratch database of a plain dump that names none.
const plainDatabase = "restored"

// Provision makes a cluster of the dump's major version in the record's
// directory, with an empty database of the dump's name and encoding.
func (d *Driver) Provision(ctx context.Context, rec drivers.ScratchRecord, point drivers.RecoveryPoint, rep *drivers.Reporter) (drivers.Target, error) {
	rep = serial(rep)
	if err := checkRecord(rec); err != nil {
		return drivers.Target{}, fail("provision", rec.ID, err, "")
	}
	p, err := dumpOf(point)
	if err != nil {
		return drivers.Target{}, fail("provision", point.ID, err, hintPrevious)
	}
	if r, ok := freeAt(rec.Dir, hintTMPDIR); ok {
		if err := r.Refuse(name, "provision", clusterSize); err != nil {
			return drivers.Target{}, err
		}
	}
	init, err := d.serverTools(ctx, majorOf(p.serverVersion()))
	if err != nil {
		return drivers.Target{}, err
	}
	user, err := cluster.ServerUser()
	if err != nil {
		return drivers.Target{}, fail("provision", rec.ID, err, "apt-get install postgresql")
	}
	c := &cluster.Cluster{
		Dir: rec.Dir, Bin: filepath.Dir(init.path), User: user, Runner: d.env.Runner, Out: rep.Writer(), Said: rep.Command,
	}
	rep.Printf("making a PostgreSQL %s cluster in %s, reachable by its socket only", init.version, rec.Dir)
	if err := c.Start(ctx); err != nil {
		return drivers.Target{}, fail("provision", rec.Dir, err, "look into "+c.Log())
	}
	db := p.databaseName()
	if db == "" {
		db = firstOf(d.database(), plainDatabase)
	}
	if err := createDatabase(ctx, c, db, p, rep); err != nil {
		return drivers.Target{}, fail("provision", db, err, "look into "+c.Log())
	}
	return d.scratchTarget(rec, c, db), nil
}

func firstOf(vs ...string) string {
	for _, v := range vs {
		if v != "" {
			return v
		}
	}
	return ""
}

// serverTools finds initdb of the major version, else a newer one; for a dump
// that tells no version, the newest.
func (d *Driver) serverTools(ctx context.Context, major int) (tool, error) {
	if all := d.tools.all(ctx, "initdb"); major == 0 && len(all) > 0 {
		return all[len(all)-1], nil
	}
	return d.tools.atLeast(ctx, "initdb", major)
}

// checkRecord refuses a record that no engine can have made: Destroy removes
// what it names.
func checkRecord(rec drivers.ScratchRecord) error {
	ok := strings.HasPrefix(rec.ID, drivers.ScratchPrefix) && len(rec.ID) > len(drivers.ScratchPrefix) &&
		filepath.Base(rec.Dir) == rec.ID && filepath.IsAbs(rec.Dir) && filepath.Clean(rec.Dir) == rec.Dir
	if !ok || (rec.Driver != "" && rec.Driver != name) {
		return fmt.Errorf("record of %q in %q is not of a scratch target of this driver: %w", rec.ID, rec.Dir, drivers.ErrTargetUnsafe)
	}
	return nil
}

func (d *Driver) scratchTarget(rec drivers.ScratchRecord, c *cluster.Cluster, db string) drivers.Target {
	return drivers.Target{
		Kind: drivers.TargetScratch, Name: rec.ID, DSN: c.DSN(db), Scratch: &rec,
		Vars: map[string]string{
			"PGHOST": c.Socket(), "PGPORT": cluster.Port, "PGUSER": cluster.Superuser, "PGDATABASE": db, "PGSSLMODE": "disable",
		},
	}
}

// Destroy ends every process of the scratch cluster and removes it.
func (d *Driver) Destroy(ctx context.Context, rec drivers.ScratchRecord, rep *drivers.Reporter) error {
	if err := checkRecord(rec); err != nil {
		return fail("destroy", rec.ID, err, "remove it by hand if it is yours")
	}
	if _, err := os.Lstat(rec.Dir); err == nil {
		rep.Printf("removing the scratch cluster in %s", rec.Dir)
	}
	if err := cluster.Remove(ctx, rec.Dir); err != nil {
		return fail("destroy", rec.Dir, denied(err), "end its processes and remove the directory by hand")
	}
	return nil
}

// Options of CREATE DATABASE that decide how text is stored and sorted.
var localeOptions = lazyregexp.New(`\b(ENCODING|LOCALE_PROVIDER|LOCALE|LC_COLLATE|LC_CTYPE|ICU_LOCALE|ICU_RULES|BUILTIN_LOCALE) = ('(?:[^']|'')*'|\w+)`)

// createDatabase makes the empty database as it was at the source: sorting
// and character set decide what can be stored.
func createDatabase(ctx context.Context, c *cluster.Cluster, db string, p *dump, rep *drivers.Reporter) error {
	if db == cluster.Superuser {
		return nil // initdb made it
	}
	target, err := parseDSN(c.DSN("template1"))
	if err != nil {
		return err
	}
	conn, err := target.connect(ctx)
	if err != nil {
		return err
	}
	defer closeConn(ctx, conn)
	create := "CREATE DATABASE " + archive.QuoteIdent(db) + " TEMPLATE template0"
	opts, encoding := localeOf(p)
	if _, err = conn.Exec(ctx, create+opts, pgx.QueryExecModeSimpleProtocol); err == nil || opts == "" {
		return err
	}
	rep.Printf("the source's locale is not on this host (%v): the scratch database sorts by bytes", err)
	_, err = conn.Exec(ctx, create+" ENCODING "+encoding+" LOCALE 'C'", pgx.QueryExecModeSimpleProtocol)
	return err
}

// localeOf reads the options that the dump's own CREATE DATABASE has.
func localeOf(p *dump) (opts, encoding string) {
	encoding = "'UTF8'"
	toc, err := tocOf(p)
	if err != nil {
		return "", encoding // the restore will say why
	}
	for i := range toc.List {
		if toc.List[i].Desc != "DATABASE" {
			continue
		}
		for _, m := range localeOptions.FindAllStringSubmatch(toc.List[i].Defn, -1) {
			opts += " " + m[1] + " = " + m[2]
			if m[1] == "ENCODING" {
				encoding = m[2]
			}
		}
	}
	return opts, encoding
}

// tocOf reads a dump's table of contents.
func tocOf(p *dump) (*archive.TOC, error) {
	switch {
	case p.plain() || p.format == "":
		return nil, fmt.Errorf("%s has no table of contents: %w", p.path, drivers.ErrUnsupported)
	case p.format == archive.Directory:
		return archive.ReadDirectoryTOC(p.path)
	}
	r, err := p.open()
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // read only
	if p.format != archive.Tar {
		return archive.ReadTOC(r)
	}
	toc, err := archive.ReadTarTOC(r)
	if err == nil && !p.gzipped {
		err = archive.CheckTarEnd(p.path)
	}
	return toc, err
}
