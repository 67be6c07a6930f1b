package pgdump

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
)

// mostJobs is how many parallel jobs are used without being asked for.
const mostJobs = 4

// work is a plan and what it was made from.
type work struct {
	req  drivers.RestoreRequest
	dump *dump
	toc  *archive.TOC // nil: plain SQL
	sel  *selection   // nil: everything
	jobs int
	plan drivers.Plan
}

// Plan says what Restore would do. It reads the dump's beginning and touches
// nothing.
func (d *Driver) Plan(ctx context.Context, req drivers.RestoreRequest) (drivers.Plan, error) {
	w, err := d.prepare(ctx, req)
	if err != nil {
		return drivers.Plan{}, err
	}
	return w.plan, nil
}

// prepare makes a plan and keeps what Restore needs beside it.
func (d *Driver) prepare(ctx context.Context, req drivers.RestoreRequest) (*work, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	p, err := dumpOf(req.Point)
	if err != nil {
		return nil, fail("plan", req.Point.ID, err, hintPrevious)
	}
	w := &work{req: req, dump: p, plan: drivers.Plan{Driver: name, Workload: d.spec.Workload, Request: req}}
	if err := w.restorable(); err != nil {
		return nil, err
	}
	if !p.plain() {
		if w.toc, err = tocOf(p); err != nil {
			return nil, unreadable(req.Point.ID, err)
		}
	}
	if len(req.Select) > 0 {
		if w.sel, err = selectTables(w.toc, req.Select, req.Target.Kind == drivers.TargetLive); err != nil {
			return nil, err
		}
	}
	w.jobs = w.chooseJobs(d.opts.jobs)
	if w.plan.Basis, err = basis(p); err != nil {
		return nil, fail("plan", req.Point.ID, denied(err), "")
	}
	w.plan.Needs = d.needs(w)
	w.warn(d)
	w.steps()
	return w, nil
}

// unreadable says why a dump can't be planned with: damaged, or made by a
// pg_dump that is newer than this program.
func unreadable(id string, err error) error {
	var newer *archive.NewerError
	var d *archive.Damage
	switch {
	case errors.As(err, &newer):
		return fail("plan", id, fmt.Errorf("%w: %w", drivers.ErrUnsupported, err), "use a newer lifeboat, or pg_restore by hand")
	case errors.As(err, &d), errors.Is(err, io.ErrUnexpectedEOF):
		return fail("plan", id, fmt.Errorf("%w: %w", drivers.ErrCorrupt, err), hintPrevious)
	}
	return fail("plan", id, denied(err), "")
}

// restorable refuses what no command of this driver can restore.
func (w *work) restorable() error {
	p, id := w.dump, w.req.Point.ID
	switch {
	case p.problem != "":
		return fail("plan", id, fmt.Errorf("%s: %w", p.problem, drivers.ErrCorrupt), hintPrevious)
	case partialEnding(p.path) != "":
		return fail("plan", id, fmt.Errorf("it is unfinished: its name ends in %s: %w", partialEnding(p.path), drivers.ErrCorrupt), hintFinish)
	case p.format == archive.Cluster:
		return fail("plan", id, fmt.Errorf("a script of pg_dumpall holds roles and databases of a whole cluster: %w", drivers.ErrUnsupported),
			"restore it by hand into an empty cluster: psql -X -f "+shellWord(p.path)+" postgres")
	case p.plain() && len(w.req.Select) > 0:
		return fail("plan", id, fmt.Errorf("single tables out of plain SQL: %w", drivers.ErrUnsupported),
			"restore the whole script into scratch and copy the table from there; pg_dump -Fc dumps can be restored table by table")
	}
	return nil
}

// chooseJobs: only custom and directory archives can be read by several.
func (w *work) chooseJobs(option int) int {
	if w.dump.plain() || w.dump.format == archive.Tar || w.dump.gzipped {
		return 1
	}
	switch {
	case w.req.Jobs > 0:
		return w.req.Jobs
	case w.req.Target.Kind == drivers.TargetLive:
		return 1 // one transaction: all or nothing
	case option > 0:
		return option
	}
	return max(1, min(mostJobs, runtime.NumCPU()))
}

// warn says what a person should know before confirming.
func (w *work) warn(d *Driver) {
	add := func(format string, args ...any) {
		w.plan.Warnings = append(w.plan.Warnings, fmt.Sprintf(format, args...))
	}
	if want := d.database(); want != "" && w.dump.databaseName() != "" && w.dump.databaseName() != want {
		add("%s", wrongDatabase(w.dump.databaseName(), want))
	}
	if w.req.Target.Kind == drivers.TargetLive && w.jobs > 1 {
		add("with %d jobs the restore is not one transaction: if it fails, the database is left half restored", w.jobs)
	}
	if w.toc == nil {
		return
	}
	if w.sel != nil {
		w.plan.Warnings = append(w.plan.Warnings, w.sel.warnings...)
		if w.req.Target.Kind == drivers.TargetLive {
			add("types, functions and schemas that the tables use are taken as they are in the live database")
		}
	}
	if slices.ContainsFunc(w.toc.List, func(e archive.Entry) bool { return strings.HasPrefix(e.Desc, "SUBSCRIPTION") }) {
		add("subscriptions are not restored: they would reach out to another server")
	}
	if slices.ContainsFunc(w.toc.List, func(e archive.Entry) bool { return e.Desc == "DATABASE PROPERTIES" }) {
		add("settings of the database itself (ALTER DATABASE … SET) are not restored")
	}
}

// steps lists what is done, as a person would do it by hand.
func (w *work) steps() {
	add := func(s drivers.PlanStep) { w.plan.Steps = append(w.plan.Steps, s) }
	t := w.req.Target
	switch t.Kind {
	case drivers.TargetLive:
		add(drivers.PlanStep{Title: "Check which database " + t.Name + " really is"})
	default:
		add(drivers.PlanStep{Title: "Check that " + t.Name + " is empty and is not the live source"})
	}
	add(drivers.PlanStep{Title: "Check that there is room for " + bytesText(w.plan.Needs) + " (estimated)"})
	if w.dump.plain() {
		add(drivers.PlanStep{Title: "Read the script to its end mark"})
		add(drivers.PlanStep{Title: "Run the script in one transaction", Command: w.psqlLine(), Destructive: t.Kind == drivers.TargetLive})
		return
	}
	title := "Restore everything"
	if w.sel != nil {
		title = fmt.Sprintf("Restore %d of %d entries: %s with data, constraints, indexes, sequences and triggers",
			len(w.sel.ids), len(w.toc.List), strings.Join(w.sel.names(), ", "))
	}
	if t.Kind == drivers.TargetLive {
		title += ", replacing what is there"
	}
	add(drivers.PlanStep{Title: title, Command: w.restoreLine(), Destructive: t.Kind == drivers.TargetLive})
	add(drivers.PlanStep{Title: "Check that every table of the dump is there"})
}

func (s *selection) names() []string {
	var names []string
	for _, t := range s.tables {
		names = append(names, t.Name())
	}
	return names
}

// arguments of pg_restore, without the target and the list.
func (w *work) arguments() []string {
	args := []string{"-v", "--no-subscriptions"}
	switch w.req.Target.Kind {
	case drivers.TargetLive:
		args = append(args, "--clean", "--if-exists", "--exit-on-error")
		if w.jobs == 1 {
			args = append(args, "--single-transaction")
		}
	case drivers.TargetScratch:
		args = append(args, "--exit-on-error", "--no-owner", "--no-privileges", "--no-tablespaces")
	}
	if w.jobs > 1 {
		args = append(args, "-j", strconv.Itoa(w.jobs))
	}
	return args
}

// restoreLine is the command as a person would type it.
func (w *work) restoreLine() string {
	line := "pg_restore " + shellLine(w.arguments()) + " -d " + w.targetWord()
	file := shellWord(w.dump.path)
	if w.sel != nil {
		line += " -L <(pg_restore -l " + file + " | grep -E " + shellWord(w.sel.pattern()) + ")"
	}
	if w.dump.gzipped {
		return "gzip -dc " + file + " | " + line
	}
	return line + " " + file
}

func (w *work) psqlLine() string {
	line := "psql " + shellLine(psqlArguments) + " -d " + w.targetWord()
	if w.dump.gzipped {
		return "gzip -dc " + shellWord(w.dump.path) + " | " + line
	}
	return line + " < " + shellWord(w.dump.path)
}

// targetWord is the target's connection string without secrets, or the
// variable that will hold its name.
func (w *work) targetWord() string {
	if c, err := parseDSN(w.req.Target.DSN); err == nil && w.req.Target.DSN != "" {
		return shellWord(c.String())
	}
	return `"$PGDATABASE"`
}

// basis is a digest of what a dump looks like from outside: sizes, times,
// heads. Restore refuses a plan whose dump has changed.
func basis(p *dump) (string, error) {
	h := sha256.New()
	files := []string{p.path}
	if p.format == archive.Directory {
		list, err := os.ReadDir(p.path)
		if err != nil {
			return "", err
		}
		files = files[:0]
		for _, e := range list {
			files = append(files, filepath.Join(p.path, e.Name()))
		}
	}
	for _, path := range files {
		st, err := os.Stat(path)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d %d\n", path, st.Size(), st.ModTime().UnixNano())
	}
	head := files[0]
	if p.format == archive.Directory {
		head = filepath.Join(p.path, archive.TOCFile)
	}
	f, err := os.Open(head)
	if err != nil {
		return "", err
	}
	defer f.Close()                                                   //nolint:errcheck // read only
	if _, err := io.CopyN(h, f, 1<<20); err != nil && err != io.EOF { //nolint:errorlint // CopyN's own
		return "", err
	}
	return fmt.Sprintf("sha256:%x", h.Sum(nil)), nil
}
