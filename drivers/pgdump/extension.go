package pgdump

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// packages of extensions whose Debian package is not called
// postgresql-VERSION-NAME.
var extensionPackages = map[string]string{
	"postgis": "postgis-3", "postgis_topology": "postgis-3", "vector": "pgvector",
	"pg_cron": "cron", "pg_partman": "partman", "pg_repack": "repack", "plpython3u": "",
}

// extensions refuses a target that lacks an extension of the dump, before
// anything is written.
func extensions(ctx context.Context, conn *pgx.Conn, names []string) error {
	var missing []string
	for _, n := range names {
		var there bool
		if err := conn.QueryRow(ctx, "select exists (select from pg_catalog.pg_available_extensions where name = $1)", n).Scan(&there); err != nil {
			return err
		}
		if !there {
			missing = append(missing, n)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	version := conn.PgConn().ParameterStatus("server_version")
	return fail("restore", conn.Config().Database,
		fmt.Errorf("the dump needs extension %s, which the target server (PostgreSQL %s) does not have: %w",
			printable(strings.Join(missing, ", ")), firstWord(version), drivers.ErrUnsupported),
		packageHint(missing[0], majorOf(version)))
}

func packageHint(ext string, major int) string {
	if ext == "plpython3u" {
		return fmt.Sprintf("apt-get install postgresql-plpython3-%d", major)
	}
	pkg, ok := extensionPackages[ext]
	if !ok {
		pkg = strings.ReplaceAll(ext, "_", "-")
	}
	return fmt.Sprintf("on the target's host: apt-get install postgresql-%d-%s (or apt-cache search postgresql-%d)", major, shellWord(pkg), major)
}
