package pgdump

import (
	"context"
	"os"

	"github.com/jackc/pgx/v5"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

const hintTMPDIR = "make room there, or set TMPDIR to a directory of a larger file system"

// Room is the free space where the restored database would lie.
func (d *Driver) Room(ctx context.Context, t drivers.Target) (drivers.Room, bool) {
	if t.Kind == drivers.TargetScratch {
		return roomAt(ctx, t, nil)
	}
	target, err := d.targetDSN(t)
	if err != nil {
		return drivers.Room{}, false
	}
	conn, err := target.connect(ctx)
	if err != nil {
		return drivers.Room{}, false
	}
	defer closeConn(ctx, conn)
	return roomAt(ctx, t, conn)
}

// roomAt looks at the scratch directory, or at the directory of a server on
// this machine. Behind a network address nothing tells where the server is.
func roomAt(ctx context.Context, t drivers.Target, conn *pgx.Conn) (drivers.Room, bool) {
	if t.Kind == drivers.TargetScratch && t.Scratch != nil {
		return freeAt(t.Scratch.Dir, hintTMPDIR)
	}
	if conn == nil || conn.PgConn().Conn().RemoteAddr().Network() != "unix" {
		return drivers.Room{}, false
	}
	// Another tablespace than the default one lies elsewhere.
	var dir string
	err := conn.QueryRow(ctx, `select coalesce(nullif(pg_catalog.pg_tablespace_location(dattablespace), ''), pg_catalog.current_setting('data_directory'))
		from pg_catalog.pg_database where datname = pg_catalog.current_database()`).Scan(&dir)
	if err != nil {
		return drivers.Room{}, false // it is told to a few users only
	}
	if _, err := os.Stat(dir); err != nil {
		return drivers.Room{}, false // a container's socket, whose files are not here
	}
	return freeAt(dir, "make room there, or restore into a server with a larger disk")
}

func freeAt(dir, hint string) (drivers.Room, bool) {
	free, err := repo.FreeSpace(dir)
	if err != nil {
		return drivers.Room{}, false
	}
	return drivers.Room{Path: dir, Free: free, Hint: hint}, true
}
