package pgdump

import (
	"context"
	"fmt"
	"os"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/cluster"
)

// Preflight tells what is missing for backup, restore and scratch.
func (d *Driver) Preflight(ctx context.Context) []drivers.Finding {
	server, source := d.askSource(ctx)
	var fs []drivers.Finding
	for _, t := range Factory.Info.Tools {
		major := server
		if t.Name == "psql" {
			major = 0
		}
		fs = append(fs, d.findTool(ctx, t, major))
	}
	fs = append(fs, d.findRepository())
	if source != nil {
		fs = append(fs, *source)
	}
	return append(fs, d.findScratch())
}

func (d *Driver) findTool(ctx context.Context, t drivers.Tool, major int) drivers.Finding {
	got, err := d.tools.atLeast(ctx, t.Name, major)
	if err != nil {
		return drivers.Finding{Subject: t.Name, Detail: err.Error(), Hint: firstOf(drivers.Hint(err), t.Install)}
	}
	return drivers.Finding{OK: true, Subject: t.Name, Detail: got.version + " in " + got.path}
}

// askSource gives the source's major version, 0 where it can't be had.
func (d *Driver) askSource(ctx context.Context) (int, *drivers.Finding) {
	if d.source == nil {
		return 0, nil
	}
	f := &drivers.Finding{Subject: d.source.String()}
	conn, err := d.source.connect(ctx)
	if err != nil {
		f.Detail = "the source does not answer: " + printable(err.Error())
		f.Hint = "checks against the source stay unknown, and no backup can be made, until it does"
		return 0, f
	}
	defer closeConn(ctx, conn)
	version := conn.PgConn().ParameterStatus("server_version")
	f.OK, f.Detail = true, "the source answers: PostgreSQL "+firstWord(version)
	return majorOf(version), f
}

func (d *Driver) findRepository() drivers.Finding {
	f := drivers.Finding{Subject: d.spec.Repository}
	root, err := d.repository()
	if err != nil {
		f.Detail, f.Hint = err.Error(), drivers.Hint(err)
		return f
	}
	list, err := os.ReadDir(root)
	if err != nil {
		f.Detail, f.Hint = denied(err).Error(), "check that this user may read the repository"
		return f
	}
	f.OK, f.Detail = true, fmt.Sprintf("can be read: %d entries", len(list))
	return f
}

// findScratch sees whether a scratch cluster could be made.
func (d *Driver) findScratch() drivers.Finding {
	tmp := firstOf(d.env.TmpDir, os.TempDir())
	f := drivers.Finding{Subject: "scratch in " + tmp}
	user, err := cluster.ServerUser()
	if err == nil {
		err = cluster.Reachable(tmp, user)
	}
	if err != nil {
		f.Detail, f.Hint = err.Error(), "set TMPDIR to a directory that the server's user reaches"
		return f
	}
	f.OK, f.Detail = true, "a cluster can be made there"
	if user != nil {
		f.Detail += ", run by user " + user.Name
	}
	return f
}
