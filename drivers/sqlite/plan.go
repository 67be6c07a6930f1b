package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// Plan says how the point would be restored. It changes nothing.
func (d *driver) Plan(ctx context.Context, req drivers.RestoreRequest) (drivers.Plan, error) {
	req.Select = slices.Clone(req.Select)
	if req.Target.Kind == drivers.TargetLive && req.Target.Path == "" {
		req.Target.Path = d.spec.Path
	}
	if filepath.IsAbs(req.Target.Path) {
		req.Target.Path = filepath.Clean(req.Target.Path) // what is looked at is what is written to
	}
	if err := d.refuse(ctx, "plan", req); err != nil {
		return drivers.Plan{}, err
	}
	st, err := os.Stat(req.Point.Files[0])
	if err != nil {
		return drivers.Plan{}, d.fail("plan", req.Point.ID, err, "locate again")
	}
	p := drivers.Plan{
		Driver: name, Workload: d.spec.Workload, Request: req,
		Steps: d.steps(req), Needs: st.Size(), Basis: d.basis(req), Warnings: slices.Clone(req.Point.Problems),
	}
	if req.Point.Manifest == "" {
		p.Warnings = append(p.Warnings, "no manifest: that the file is what was written can't be shown")
	}
	if req.Target.Kind == drivers.TargetLive {
		p.Warnings = append(p.Warnings, "stop every program that uses "+req.Target.Path+" first: one that has it open would go on writing to the old file")
		if pid := holder(req.Target.Path); pid > 0 {
			p.Warnings = append(p.Warnings, fmt.Sprintf("process %d has it open now", pid))
		}
	}
	return p, nil
}

// steps writes the restore as a person would do it.
func (d *driver) steps(req drivers.RestoreRequest) []drivers.PlanStep {
	from, to := shell(req.Point.Files[0]), shell(req.Target.Path)
	if len(req.Select) > 0 {
		steps := []drivers.PlanStep{}
		for _, t := range req.Select {
			steps = append(steps, drivers.PlanStep{
				Title:   "Copy the table " + t + " with its indexes and triggers",
				Command: fmt.Sprintf("sqlite3 -readonly %s %s | sqlite3 %s", from, shell(".dump "+quote(t)), to),
			})
		}
		return append(steps, drivers.PlanStep{Title: "Compare the number of rows"})
	}
	if req.Target.Kind != drivers.TargetLive {
		return []drivers.PlanStep{
			{Title: "Copy the database", Command: fmt.Sprintf("cp --no-clobber %s %s", from, to)},
			{Title: "Compare the copy with the backup, byte for byte", Command: fmt.Sprintf("cmp %s %s", from, to)},
			{Title: "Open the copy", Command: fmt.Sprintf("sqlite3 -readonly %s .tables", to)},
		}
	}
	fresh, kept := shell(req.Target.Path+".restoring"), shell(req.Target.Path+".before-TIME")
	return []drivers.PlanStep{
		{Title: "Copy the database beside the live one", Command: fmt.Sprintf("cp --no-clobber %s %s", from, fresh)},
		{Title: "Compare the copy with the backup, byte for byte", Command: fmt.Sprintf("cmp %s %s", from, fresh)},
		{Title: "Keep the live one under another name, with its logs", Command: fmt.Sprintf("ln %s %s; mv %s-wal %s-wal; mv %s-journal %s-journal; rm -f %s-shm", to, kept, to, kept, to, kept, to), Destructive: true},
		{Title: "Put the copy in its place", Command: fmt.Sprintf("mv %s %s", fresh, to), Destructive: true},
	}
}

// refuse applies the guard rails. Plan and Restore both ask it.
func (d *driver) refuse(ctx context.Context, op string, req drivers.RestoreRequest) error {
	t := req.Target
	if len(req.Point.Files) == 0 {
		return d.fail(op, req.Point.ID, drivers.ErrNotFound, "locate again and take a point from that list")
	}
	if st, err := os.Stat(t.Path); err == nil && !st.Mode().IsRegular() {
		return d.fail(op, t.Path, fmt.Errorf("%w: it is no regular file", drivers.ErrTargetUnsafe), d.guard().Hint)
	}
	id, err := d.guard().Refuse(op, t)
	switch {
	case err != nil:
		return err
	case t.Kind == drivers.TargetLive && len(req.Select) > 0:
		return d.fail(op, strings.Join(req.Select, ", "), fmt.Errorf("single tables into the live database: %w", drivers.ErrUnsupported),
			"restore the tables into a parallel file, look at them, then copy the rows over with ATTACH")
	case t.Kind == drivers.TargetLive, id.Empty:
		return nil
	case len(req.Select) == 0:
		return d.fail(op, t.Path, fmt.Errorf("%w: it is not empty: it has %s", drivers.ErrTargetUnsafe, id.Holds),
			"name a file that does not exist, or restore single tables into this one")
	}
	return d.refuseFull(ctx, op, req)
}

// refuseFull refuses tables that would lie over one of the same name.
func (d *driver) refuseFull(ctx context.Context, op string, req drivers.RestoreRequest) error {
	db, err := openReadOnly(ctx, req.Target.Path)
	if err != nil {
		return d.fail(op, req.Target.Path, err, "")
	}
	defer db.Close() //nolint:errcheck // read only
	have, err := column(ctx, db, "SELECT name FROM sqlite_schema")
	if err != nil {
		return d.fail(op, req.Target.Path, fmt.Errorf("%w: %s", drivers.ErrTargetUnsafe, complaint(err)), "name a SQLite database, or a file that does not exist")
	}
	for _, t := range req.Select {
		if len(missing([]string{t}, have)) == 0 {
			return d.fail(op, t, fmt.Errorf("%w: the target has one of that name", drivers.ErrTargetUnsafe), "rename or drop it there first, or restore into a new file")
		}
	}
	return nil
}

// basis digests what the plan was made from. A live database changes all the
// time: of it only the identity counts.
func (d *driver) basis(req drivers.RestoreRequest) string {
	parts := []string{req.Point.ID, string(req.Target.Kind), req.Target.Path, strings.Join(req.Select, "\x00")}
	for _, f := range req.Point.Files {
		parts = append(parts, repo.Stamp(f), repo.Stamp(f+repo.ManifestSuffix))
	}
	if req.Target.Kind == drivers.TargetLive {
		id, exists, _ := repo.FileID(req.Target.Path)
		return repo.Digest(append(parts, id, fmt.Sprint(exists))...)
	}
	return repo.Digest(append(parts, repo.Stamp(req.Target.Path))...)
}

// shell quotes a word for a line that a person may copy.
func shell(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
