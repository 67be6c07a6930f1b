package pgdump

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
)

// readable decodes every byte, twice: lifeboat's own reading says what is
// wrong and where, and sees what pg_restore passes over; pg_restore's says
// that the tool itself can.
func (v *verification) readable(ctx context.Context) (finding, error) {
	if v.dump.plain() {
		return v.readScript(ctx)
	}
	if v.dump.format == archive.Tar {
		// Read whole before pg_restore may see it.
		f, rep, err := v.walk(ctx)
		if err != nil || f.outcome == drivers.Failed {
			return f, err
		}
		t, err := v.toolReads(ctx)
		return v.both(f, rep, t), err
	}
	return v.readTwice(ctx)
}

// readTwice runs both readings at once: they share the disk's cache.
func (v *verification) readTwice(ctx context.Context) (finding, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type answer struct {
		f   finding
		err error
	}
	tool := make(chan answer, 1)
	go func() {
		f, err := v.toolReads(ctx)
		tool <- answer{f, err}
	}()
	f, rep, err := v.walk(ctx)
	if err != nil || f.outcome == drivers.Failed {
		cancel()
		<-tool
		return f, err
	}
	a := <-tool
	return v.both(f, rep, a.f), a.err
}

// walk is lifeboat's own reading.
func (v *verification) walk(ctx context.Context) (finding, archive.Report, error) {
	var rep archive.Report
	var err error
	if v.dump.format == archive.Directory {
		_, rep, err = archive.ReadDirectory(ctx, v.dump.path, v.progress("reading"))
	} else {
		r, e := v.dump.open()
		if e != nil {
			return finding{}, rep, e
		}
		defer r.Close() //nolint:errcheck // read only
		read := archive.ReadCustom
		if v.dump.format == archive.Tar {
			read = archive.ReadTar
		}
		_, rep, err = read(ctx, r, v.progress("reading"))
	}
	if f, known := v.damage(err); known {
		return f, rep, nil
	}
	return finding{outcome: drivers.Passed}, rep, err
}

// both joins the two readings into one answer.
func (v *verification) both(own finding, rep archive.Report, tool finding) finding {
	if tool.outcome != drivers.Passed {
		return tool
	}
	own.detail = fmt.Sprintf("%s; pg_restore read it too%s", contents(rep), v.blind(rep.Blind))
	if rep.Rows == 0 && rep.Blobs == 0 && rep.Undecoded == "" {
		own.outcome = drivers.Warned
		own.hint = "look whether the database was meant to be empty; " + hintPrevious
		own.detail = fmt.Sprintf("all %d tables in it are empty", rep.Tables)
	}
	return own
}

func contents(rep archive.Report) string {
	what := fmt.Sprintf("every byte decoded: %d rows in %d tables", rep.Rows, rep.Tables)
	if rep.Undecoded != "" {
		what = fmt.Sprintf("every block read (%s, decoded by pg_restore alone): %d tables", rep.Undecoded, rep.Tables)
	}
	if rep.Blobs > 0 {
		what += fmt.Sprintf(", %d large objects", rep.Blobs)
	}
	return what + ", " + bytesText(rep.Raw)
}

// blind says what could not be seen for want of a manifest.
func (v *verification) blind(why string) string {
	switch {
	case v.sure:
		return ""
	case why != "":
		return "; without a manifest a changed digit can't be seen: " + why
	default:
		return "; without a manifest a changed letter in its definitions can't be seen"
	}
}

// toolReads lets pg_restore decode the whole dump.
func (v *verification) toolReads(ctx context.Context) (finding, error) {
	t, err := v.d.reader(ctx, v.dump)
	if err != nil {
		return unknown(drivers.Hint(err), "%v", err), nil
	}
	r, err := v.d.runRestore(ctx, v.rep, t, v.dump, restoreCall{
		args: []string{"-f", os.DevNull}, timeout: readLimit(v.dump.size), watch: true,
	})
	if err != nil {
		return stalled(err)
	}
	if !r.exit.OK() {
		return v.refused(t, r), nil
	}
	return passed("pg_restore %s read it", t.version), nil
}

// readLimit is how long reading may take at the very most: at 1 MB/s, and ten
// minutes more. The watchdog ends a reader that stands still much sooner.
func readLimit(size int64) time.Duration {
	return 10*time.Minute + time.Duration(size/1_000_000)*time.Second
}

// readScript reads a plain dump, statement by statement.
func (v *verification) readScript(ctx context.Context) (finding, error) {
	r, err := v.dump.open()
	if err != nil {
		return finding{}, err
	}
	defer r.Close() //nolint:errcheck // read only
	seen := v.progress("reading")
	if v.dump.gzipped {
		seen = nil // would count unzipped bytes
	}
	s, err := archive.ReadScript(ctx, r, seen)
	if f, known := v.damage(err); known {
		return f, nil
	}
	if err != nil {
		if v.dump.gzipped && ctx.Err() == nil {
			return failed(hintPrevious, "unzipping it: %v", err), nil
		}
		return finding{}, err
	}
	return v.scriptAnswer(s), nil
}

func (v *verification) scriptAnswer(s archive.Script) finding {
	if want := v.d.database(); want != "" && s.Database != "" && s.Database != want {
		return failed(hintPattern, "%s", wrongDatabase(s.Database, want))
	}
	if len(s.Creates) == 0 && s.Tables == 0 {
		return failed(hintPrevious, "the script makes no table and fills none")
	}
	return passed("%d statements, %d rows in %d tables, %s, to the end mark%s",
		s.Statements, s.Rows, s.Tables, bytesText(s.Raw), v.blind(strings.TrimSpace(s.Blind)))
}
