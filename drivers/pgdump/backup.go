package pgdump

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// partSuffix ends the name of a dump that is being made.
const partSuffix = ".part"

// snapshot is the moment that a dump is of.
type snapshot struct {
	time   time.Time
	id     string // exported; empty: the server can't
	server string
	system string
	bytes  int64
	conn   *pgx.Conn // holds the snapshot open
}

// Backup dumps the source into the repository. Until it is whole and on disk
// it has another name.
func (d *Driver) Backup(ctx context.Context, rep *drivers.Reporter) (drivers.RecoveryPoint, error) {
	rep = serial(rep)
	root, err := d.repository()
	if err != nil {
		return drivers.RecoveryPoint{}, err
	}
	if d.source == nil {
		return drivers.RecoveryPoint{}, fail("backup", d.spec.Workload, fmt.Errorf("the workload has no source dsn: %w", drivers.ErrNotFound),
			"give the workload a source dsn")
	}
	snap, err := d.snapshot(ctx)
	if err != nil {
		return drivers.RecoveryPoint{}, fail("backup", d.source.database(), err, "check that the source runs and takes this user")
	}
	defer closeConn(ctx, snap.conn)
	t, err := d.tools.atLeast(ctx, "pg_dump", majorOf(snap.server))
	if err != nil {
		return drivers.RecoveryPoint{}, err
	}
	final := filepath.Join(root, d.fileName(snap.time))
	pt, err := d.dumpTo(ctx, t, snap, final, rep)
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		_ = os.RemoveAll(final + partSuffix) // the error counts
		return drivers.RecoveryPoint{}, fail("backup", final, denied(err), drivers.Hint(err))
	}
	return pt, nil
}

// fileName is DATABASE-TIME.dump; a directory has no ending.
func (d *Driver) fileName(t time.Time) string {
	base := strings.Map(func(r rune) rune {
		if r == '/' || r < '!' || r == 0x7f {
			return '_'
		}
		return r
	}, strings.TrimLeft(d.source.database(), ".-"))
	base += "-" + t.UTC().Format("20060102T150405Z")
	if d.opts.format == "directory" {
		return base
	}
	return base + ".dump"
}

// snapshot opens the transaction whose view of the data pg_dump takes over.
func (d *Driver) snapshot(ctx context.Context) (*snapshot, error) {
	conn, err := d.source.connect(ctx)
	if err != nil {
		return nil, err
	}
	s := &snapshot{conn: conn}
	if err := s.take(ctx); err != nil {
		closeConn(ctx, conn)
		return nil, err
	}
	return s, nil
}

func (s *snapshot) take(ctx context.Context) error {
	for _, q := range []string{"SET idle_in_transaction_session_timeout = 0", "SET statement_timeout = 0"} {
		if _, err := s.conn.Exec(ctx, q); err != nil {
			return err
		}
	}
	// Not every server tells who it is, or lends its snapshot.
	_ = s.conn.QueryRow(ctx, "select system_identifier::text from pg_catalog.pg_control_system()").Scan(&s.system)
	for _, export := range []bool{true, false} {
		tx, err := s.conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
		if err != nil {
			return err
		}
		err = tx.QueryRow(ctx, `select now(), current_setting('server_version'),
			pg_catalog.pg_database_size(current_database())`).Scan(&s.time, &s.server, &s.bytes)
		if err != nil {
			return err
		}
		if !export {
			return nil
		}
		if err = tx.QueryRow(ctx, "select pg_catalog.pg_export_snapshot()").Scan(&s.id); err == nil {
			return nil // the transaction stays open until the connection ends
		}
		if err := tx.Rollback(ctx); err != nil {
			return err
		}
	}
	return nil
}

// arguments of pg_dump.
func (d *Driver) dumpArguments(snap *snapshot, file string) []string {
	args := []string{"-v", "-F", d.opts.format[:1], "-f", file, "--no-password"}
	if snap.id != "" {
		args = append(args, "--snapshot="+snap.id)
	}
	if d.opts.format == "directory" {
		args = append(args, "-j", strconv.Itoa(max(1, d.opts.jobs)))
	}
	for _, s := range d.opts.schemas {
		args = append(args, "-n", s)
	}
	return append(args, "-d", d.source.String())
}

// dumpTo makes the dump under its temporary name, proves that it is whole,
// writes the manifest, and gives it its name.
func (d *Driver) dumpTo(ctx context.Context, t tool, snap *snapshot, final string, rep *drivers.Reporter) (drivers.RecoveryPoint, error) {
	part := final + partSuffix
	if _, err := os.Lstat(final); !errors.Is(err, fs.ErrNotExist) {
		return drivers.RecoveryPoint{}, errors.Join(err, fmt.Errorf("%s is there already", final))
	}
	if err := d.runDump(ctx, t, snap, part, rep); err != nil {
		return drivers.RecoveryPoint{}, err
	}
	toc, read, err := readBack(ctx, part, rep)
	if err != nil {
		return drivers.RecoveryPoint{}, fmt.Errorf("the new dump can't be read back: %w", err)
	}
	man, err := d.manifestOf(ctx, snap, toc, read, part, final)
	if err != nil {
		return drivers.RecoveryPoint{}, err
	}
	man.Detail[detailTool] = toc.DumpVersion
	if err := os.Rename(part, final); err != nil {
		return drivers.RecoveryPoint{}, err
	}
	// From here on it is a good dump, with or without its manifest.
	if err := errors.Join(man.Write(final+repo.ManifestSuffix), repo.SyncDir(filepath.Dir(final))); err != nil {
		return drivers.RecoveryPoint{}, err
	}
	p, err := inspect(final)
	if err != nil {
		return drivers.RecoveryPoint{}, err
	}
	return d.point(p, filepath.Base(final)), nil
}

func (d *Driver) runDump(ctx context.Context, t tool, snap *snapshot, part string, rep *drivers.Reporter) error {
	argv := append([]string{t.path}, d.dumpArguments(snap, part)...)
	rep.Command(shellLine(argv))
	lines := &lineWriter{out: rep.Writer(), each: func(l string) {
		if rest, ok := strings.CutPrefix(l, "pg_dump: dumping contents of table "); ok {
			rep.Progress(drivers.Progress{Phase: "table " + printable(rest), Total: snap.bytes, Unit: "bytes", Done: sizeOn(part)})
		}
	}}
	exit, err := d.env.Runner.Run(ctx, drivers.Command{Argv: argv, Env: d.source.environ(), Stderr: lines})
	lines.flush()
	if err != nil {
		return err
	}
	if !exit.OK() {
		return fmt.Errorf("pg_dump ended with status %d: %s", exit.Code, restoreRun{exit: exit, stderr: lines.kept}.firstError())
	}
	return nil
}

// sizeOn is how much of the dump is on disk by now.
func sizeOn(part string) int64 {
	p, err := inspect(part)
	if err != nil {
		return 0
	}
	return p.size
}

// readBack decodes the new dump, as verify would.
func readBack(ctx context.Context, part string, rep *drivers.Reporter) (*archive.TOC, archive.Report, error) {
	st, err := os.Stat(part)
	if err != nil {
		return nil, archive.Report{}, err
	}
	total, done := sizeOn(part), int64(0)
	seen := func(n int64) {
		done += n
		rep.Progress(drivers.Progress{Phase: "reading it back", Done: done, Total: total, Unit: "bytes"})
	}
	if st.IsDir() {
		return archive.ReadDirectory(ctx, part, seen)
	}
	f, err := os.Open(part)
	if err != nil {
		return nil, archive.Report{}, err
	}
	defer f.Close() //nolint:errcheck // read only
	return archive.ReadCustom(ctx, f, seen)
}

// manifestOf hashes the dump and makes it durable.
func (d *Driver) manifestOf(ctx context.Context, snap *snapshot, toc *archive.TOC, read archive.Report, part, final string) (*repo.Manifest, error) {
	m := &repo.Manifest{
		Version: 1, Driver: name, Workload: d.spec.Workload, ID: filepath.Base(final), Time: snap.time.UTC(), Kind: string(drivers.PointFull),
		Detail: map[string]string{
			detailDatabase: toc.Database, detailServer: toc.ServerVersion, detailFormat: d.opts.format,
			detailSystem: snap.system, detailBytes: strconv.FormatInt(snap.bytes, 10),
			"rows": strconv.FormatInt(read.Rows, 10), "tables": strconv.Itoa(read.Tables),
		},
	}
	files, err := filesOf(part)
	if err != nil {
		return nil, err
	}
	for i, sum := range repo.HashAll(ctx, files, nil) {
		path := files[i]
		if sum.Err != nil {
			return nil, sum.Err
		}
		if err := makeDurable(path); err != nil {
			return nil, err
		}
		in := filepath.Base(path)
		if path == part {
			in = filepath.Base(final)
		}
		m.Files = append(m.Files, repo.File{Path: in, Size: sum.Size, SHA256: sum.SHA256})
	}
	return m, nil
}

func filesOf(part string) ([]string, error) {
	st, err := os.Stat(part)
	if err != nil || !st.IsDir() {
		return []string{part}, err
	}
	list, err := os.ReadDir(part)
	var files []string
	for _, e := range list {
		files = append(files, filepath.Join(part, e.Name()))
	}
	slices.Sort(files)
	if err == nil {
		err = repo.SyncDir(part)
	}
	return files, err
}

// makeDurable gives a dump its mode and writes it through to the disk.
func makeDurable(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Sync(), f.Close())
}
