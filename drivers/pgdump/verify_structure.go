package pgdump

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
)

// listTimeout is how long pg_restore has to list a table of contents: it
// reads only the beginning of a dump.
const listTimeout = 2 * time.Minute

// structure sees that the dump can be listed, is of this workload, and holds
// data.
func (v *verification) structure(ctx context.Context) (finding, error) {
	p := v.dump
	switch {
	case p.problem != "":
		return failed(hintPattern, "%s: %s", filepath.Base(p.path), p.problem), nil
	case p.format == archive.Cluster:
		return failed("restore it by hand: psql -X -f "+filepath.Base(p.path)+" postgres",
			"it is a script of pg_dumpall, of a whole cluster and not of one database"), nil
	case p.format == archive.Plain:
		return v.scriptStructure()
	}
	toc, err := v.readTOC(ctx)
	if f, known := v.damage(err); known {
		return f, nil
	}
	if err != nil {
		return finding{}, err
	}
	v.toc = toc
	if want := v.d.database(); want != "" && toc.Database != want {
		return failed(hintPattern, "%s", wrongDatabase(toc.Database, want)), nil
	}
	tables := 0
	for i := range toc.List {
		if toc.List[i].HasData && !toc.List[i].IsBlobs() {
			tables++
		}
	}
	if tables == 0 {
		return failed(hintPrevious, "it holds no data of any table: definitions only (pg_dump -s), or of an empty database"), nil
	}
	if f, bad := v.beyondEnd(); bad {
		return f, nil
	}
	return v.list(ctx, tables)
}

// damage turns what the archive package found into a finding.
func (v *verification) damage(err error) (finding, bool) {
	var d *archive.Damage
	var n *archive.NewerError
	switch {
	case errors.As(err, &d):
		return failed(hintPrevious, "%s: %s", filepath.Base(v.dump.path), printable(d.Error())), true
	case errors.As(err, &n):
		return unknown("apt-get install postgresql-client of the version that made it; lifeboat must know its archives too",
			"%s: %v", filepath.Base(v.dump.path), n), true
	case errors.Is(err, io.ErrUnexpectedEOF):
		return failed(hintPrevious, "%s: it was cut off", filepath.Base(v.dump.path)), true
	}
	return finding{}, false
}

// readTOC reads the table of contents, whatever wraps it.
func (v *verification) readTOC(ctx context.Context) (*archive.TOC, error) {
	if v.dump.format == archive.Directory {
		return archive.ReadDirectoryTOC(v.dump.path)
	}
	r, err := v.dump.open()
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // read only
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if v.dump.format == archive.Tar {
		return archive.ReadTarTOC(r)
	}
	toc, err := archive.ReadTOC(r)
	if err == nil && toc.Raw != 1 {
		return nil, &archive.Damage{Part: "header", At: 10, What: "it calls itself a directory or tar dump"}
	}
	return toc, err
}

// beyondEnd finds, without reading, tables whose data would begin after the
// end of the file.
func (v *verification) beyondEnd() (finding, bool) {
	if v.dump.format != archive.Custom || v.dump.gzipped {
		return finding{}, false
	}
	for i := range v.toc.List {
		e := &v.toc.List[i]
		if e.HasData && e.Offset.State == archive.OffsetSet && e.Offset.Pos >= v.dump.size {
			return failed(hintPrevious, "%s is cut off at byte %d: data of %s begins at byte %d",
				filepath.Base(v.dump.path), v.dump.size, e.Name(), e.Offset.Pos), true
		}
	}
	return finding{}, false
}

// list asks pg_restore for the table of contents.
func (v *verification) list(ctx context.Context, tables int) (finding, error) {
	if f, err := v.tarEnds(ctx); f != nil || err != nil {
		return orZero(f), err
	}
	t, err := v.d.reader(ctx, v.dump)
	if err != nil {
		return unknown(drivers.Hint(err), "%v", err), nil
	}
	var out bytes.Buffer
	r, err := v.d.runRestore(ctx, v.rep, t, v.dump, restoreCall{args: []string{"-l"}, stdout: &out, timeout: listTimeout})
	if err != nil {
		return stalled(err)
	}
	if !r.exit.OK() {
		return v.refused(t, r), nil
	}
	if want := fmt.Sprintf("TOC Entries: %d\n", v.toc.Entries); !strings.Contains(out.String(), want) {
		return failed(hintPrevious, "pg_restore lists other than the %d entries of its table of contents", v.toc.Entries), nil
	}
	return passed("dump of %s by pg_dump %s from server %s: %d entries, data of %d tables",
		printable(v.toc.Database), firstWord(v.toc.DumpVersion), firstWord(v.toc.ServerVersion), v.toc.Entries, tables), nil
}

func orZero(f *finding) finding {
	if f == nil {
		return finding{}
	}
	return *f
}

// tarEnds looks at the end of a tar file before pg_restore does: it would
// read for ever on one that was cut off.
func (v *verification) tarEnds(ctx context.Context) (*finding, error) {
	if v.dump.format != archive.Tar {
		return nil, nil
	}
	r, err := v.dump.open()
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // read only
	_, _, err = archive.ReadTar(ctx, r, v.progress("reading"))
	if f, known := v.damage(err); known {
		return &f, nil
	}
	return nil, err
}

// progress gives a function that counts the bytes of the dump.
func (v *verification) progress(phase string) func(int64) {
	done := int64(0)
	return func(n int64) {
		done += n
		v.rep.Progress(drivers.Progress{Phase: phase, Done: done, Total: v.dump.size, Unit: "bytes"})
	}
}

// refused explains a pg_restore that would not read the dump.
func (v *verification) refused(t tool, r restoreRun) finding {
	msg := r.firstError()
	if strings.Contains(msg, "unsupported version") {
		return unknown(fmt.Sprintf("apt-get install postgresql-client-%d", majorOf(v.dump.dumpVersion())),
			"made by pg_dump %s: pg_restore %s can't read it (%s)", firstWord(v.dump.dumpVersion()), t.version, msg)
	}
	return failed(hintPrevious, "pg_restore %s can't read it: %s", t.version, msg)
}

// stalled is how a tool that had to be ended counts.
func stalled(err error) (finding, error) {
	if errors.Is(err, errWatchdog) || errors.Is(err, context.DeadlineExceeded) {
		return failed(hintPrevious, "pg_restore was ended: %v", err), nil
	}
	return finding{}, err
}

func firstWord(s string) string {
	w, _, _ := strings.Cut(s, " ")
	return printable(w)
}

// scriptStructure looks at the beginning and the end of a plain dump.
func (v *verification) scriptStructure() (finding, error) {
	p := v.dump
	if want := v.d.database(); want != "" && p.databaseName() != "" && p.databaseName() != want {
		return failed(hintPattern, "%s", wrongDatabase(p.databaseName(), want)), nil
	}
	what := fmt.Sprintf("plain SQL by pg_dump %s from server %s; it does not name its database",
		firstWord(p.dumpVersion()), firstWord(p.serverVersion()))
	if p.gzipped {
		return finding{drivers.Warned, what + "; its end is not looked at before it is unzipped", ""}, nil
	}
	tail, err := readTail(p.path, p.size)
	if err != nil {
		return finding{}, err
	}
	if !archive.HasTrailer(tail) {
		return failed(hintPrevious, "%s: the end mark \"-- PostgreSQL database dump complete\" is missing: it was cut off", filepath.Base(p.path)), nil
	}
	if v.d.database() != "" && p.databaseName() == "" {
		return finding{drivers.Warned, what, "use pg_dump -Fc: its dumps name their database"}, nil
	}
	return passed("%s", what), nil
}

func readTail(path string, size int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	from := max(0, size-1024)
	b := make([]byte, size-from)
	n, err := f.ReadAt(b, from)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return b[:n], err
}
