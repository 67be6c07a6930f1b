package rsync

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// Plan says how the snapshot, or paths of it, would be restored. It changes
// nothing; for a live target rsync's dry run tells what would be overwritten.
func (d *driver) Plan(ctx context.Context, req drivers.RestoreRequest) (drivers.Plan, error) {
	if req.Target.Kind == drivers.TargetLive && req.Target.Path == "" {
		req.Target.Path = d.spec.Path
	}
	if filepath.IsAbs(req.Target.Path) {
		req.Target.Path = filepath.Clean(req.Target.Path) // what is looked at is what is written to
	}
	sel, err := d.selected(req)
	if err != nil {
		return drivers.Plan{}, err
	}
	req.Select = sel
	if err := d.refuse("plan", req); err != nil {
		return drivers.Plan{}, err
	}
	t, err := walk(ctx, req.Point.Files[0], sel, 0)
	if err != nil {
		return drivers.Plan{}, d.fail("plan", req.Point.ID, err, "locate again")
	}
	p := drivers.Plan{
		Driver: name, Workload: d.spec.Workload, Request: req, Needs: onDisk(t),
		Basis: d.basis(req, t), Warnings: append([]string{}, req.Point.Problems...),
	}
	if req.Point.Manifest == "" {
		p.Warnings = append(p.Warnings, "no manifest: that the files are what was written can't be shown")
	}
	live := req.Target.Kind == drivers.TargetLive
	if live {
		if err := d.overwritten(ctx, req, &p); err != nil {
			return drivers.Plan{}, err
		}
	}
	p.Steps = []drivers.PlanStep{
		{Title: fmt.Sprintf("Copy %d files into %s", t.files, req.Target.Path), Command: line(append([]string{"rsync"}, restoreArgs(req, "TIME")...)), Destructive: live},
		{Title: "Compare the hash of every file that arrived"},
	}
	return p, nil
}

// restoreArgs are rsync's arguments. Into the live tree contents are
// compared, not times, what is overwritten is kept under stamp, and what the
// snapshot does not have stays.
func restoreArgs(req drivers.RestoreRequest, stamp string) []string {
	args := []string{"-a", "--numeric-ids", "--info=progress2", "--no-inc-recursive"}
	to := strings.TrimSuffix(req.Target.Path, "/")
	if req.Target.Kind == drivers.TargetLive {
		args = append(args, "--checksum", "--backup", "--backup-dir="+to+".before-"+stamp)
	}
	return append(append(args, sources(req)...), to+"/")
}

// sources names what is copied: everything, or paths with their folders.
func sources(req drivers.RestoreRequest) []string {
	from := req.Point.Files[0]
	if len(req.Select) == 0 {
		return []string{from + "/"}
	}
	args := []string{"--relative"}
	for _, s := range req.Select {
		args = append(args, from+"/./"+s)
	}
	return args
}

// overwritten lists what a restore into the live tree would replace.
func (d *driver) overwritten(ctx context.Context, req drivers.RestoreRequest, p *drivers.Plan) error {
	args := append([]string{"rsync", "-a", "--numeric-ids", "--dry-run", "--checksum", "--out-format=%i|%l|%n"}, sources(req)...)
	argv := append(args, strings.TrimSuffix(req.Target.Path, "/")+"/")
	var out bytes.Buffer
	var said tail
	exit, err := d.exec(ctx, drivers.Command{Argv: argv, Stdout: &out, Stderr: &said})
	if err != nil {
		return d.toolError("plan", err)
	}
	if !exit.OK() {
		hint, is := classify(exit, said.String())
		return &drivers.Error{Driver: name, Op: "plan", Object: said.first(), ExitCode: exit.Code, Hint: hint, Err: is}
	}
	var replaced, made []string
	p.Needs = 0
	for l := range strings.Lines(out.String()) {
		f := strings.SplitN(strings.TrimSuffix(l, "\n"), "|", 3)
		if len(f) != 3 || !strings.HasPrefix(f[0], ">f") {
			continue
		}
		size, _ := strconv.ParseInt(f[1], 10, 64)
		p.Needs += size
		if strings.HasPrefix(f[0], ">f+++") {
			made = append(made, f[2])
		} else {
			replaced = append(replaced, f[2])
		}
	}
	if len(replaced) > 0 {
		p.Warnings = append(p.Warnings, fmt.Sprintf("overwrites %d live files: %s", len(replaced), strings.Join(replaced[:min(len(replaced), 50)], ", ")))
	}
	p.Warnings = append(p.Warnings, fmt.Sprintf("brings back %d files; what is overwritten is kept in %s.before-TIME; files that the snapshot does not have stay", len(made), strings.TrimSuffix(req.Target.Path, "/")))
	return nil
}

// selected cleans the paths of a request and refuses those that would leave
// the snapshot.
func (d *driver) selected(req drivers.RestoreRequest) ([]string, error) {
	if len(req.Point.Files) == 0 {
		return nil, d.fail("plan", req.Point.ID, drivers.ErrNotFound, "locate again and take a point from that list")
	}
	var out []string
	for _, s := range req.Select {
		clean := path.Clean(strings.TrimSuffix(s, "/"))
		if s == "" || path.IsAbs(s) || clean == ".." || strings.HasPrefix(clean, "../") || strings.ContainsAny(s, "\x00\n") {
			return nil, d.fail("plan", s, fmt.Errorf("%w: it leads out of the snapshot", drivers.ErrTargetUnsafe), "name paths relative to the top of the snapshot: docs/report.odt")
		}
		if clean == "." {
			return nil, nil // everything
		}
		if err := d.inside(req.Point.Files[0], clean); err != nil {
			return nil, err
		}
		out = append(out, clean)
	}
	return out, nil
}

// inside refuses a path that passes through a link of the snapshot.
func (d *driver) inside(root, rel string) error {
	parts := strings.Split(rel, "/")
	for i := range parts {
		sub := strings.Join(parts[:i+1], "/")
		st, err := os.Lstat(filepath.Join(root, sub))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return d.fail("plan", rel, err, "there is no such path in the snapshot: see ls "+shell(filepath.Dir(filepath.Join(root, sub))))
		case err != nil:
			return d.fail("plan", rel, err, "")
		case st.Mode()&fs.ModeSymlink != 0 && i < len(parts)-1:
			return d.fail("plan", rel, fmt.Errorf("%w: %s is a link, the path leads out of the snapshot", drivers.ErrTargetUnsafe, sub), "name the path that the link leads to, if it is in the snapshot")
		}
	}
	return nil
}

// basis digests what the plan was made from: every entry that is to be
// copied, and the target. A live tree changes all the time: of it only the
// identity counts.
func (d *driver) basis(req drivers.RestoreRequest, t tree) string {
	parts := []string{req.Point.ID, string(req.Target.Kind), req.Target.Path, strings.Join(req.Select, "\x00"), repo.Stamp(req.Point.Files[0] + repo.ManifestSuffix)}
	for _, i := range t.items {
		dev, ino, _ := repo.Inode(i.info)
		parts = append(parts, fmt.Sprintf("%s %d %d %d %d %s", i.rel, dev, ino, i.info.Size(), i.info.ModTime().UnixNano(), i.info.Mode()))
	}
	if req.Target.Kind == drivers.TargetLive {
		id, exists, _ := repo.FileID(req.Target.Path)
		return repo.Digest(append(parts, id, fmt.Sprint(exists))...)
	}
	return repo.Digest(append(parts, repo.Stamp(req.Target.Path))...)
}
