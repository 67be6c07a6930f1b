package rsync

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// refuse applies the guard rails. Plan and Restore both ask it.
func (d *driver) refuse(op string, req drivers.RestoreRequest) error {
	to := req.Target.Path
	if st, err := os.Stat(to); err == nil && !st.IsDir() {
		return d.fail(op, to, fmt.Errorf("%w: it is no directory", drivers.ErrTargetUnsafe), d.guard().Hint)
	}
	id, err := d.guard().Refuse(op, req.Target)
	if err != nil {
		return err
	}
	if req.Target.Kind != drivers.TargetLive && !id.Empty {
		return d.fail(op, to, fmt.Errorf("%w: it is not empty", drivers.ErrTargetUnsafe), "name a directory that is empty or does not exist")
	}
	return nil
}

// Restore runs the plan, then proves what arrived.
func (d *driver) Restore(ctx context.Context, plan drivers.Plan, rep *drivers.Reporter) (drivers.Evidence, error) {
	started, req := d.now(), plan.Request
	stale := d.fail("restore", req.Point.ID, drivers.ErrPlanStale, "the snapshot or the target has changed since: plan again")
	if len(req.Point.Files) == 0 {
		return drivers.Evidence{}, stale
	}
	t, err := walk(ctx, req.Point.Files[0], req.Select, 0)
	if ctx.Err() != nil {
		return drivers.Evidence{}, d.fail("restore", req.Point.ID, context.Cause(ctx), "")
	}
	if err != nil || d.basis(req, t) != plan.Basis {
		return drivers.Evidence{}, stale
	}
	if err := d.refuse("restore", req); err != nil {
		return drivers.Evidence{}, err
	}
	if err := d.guard().RefuseCramped("restore", req.Target.Path, plan.Needs); err != nil {
		return drivers.Evidence{}, err
	}
	if err := os.MkdirAll(req.Target.Path, 0o700); err != nil {
		return drivers.Evidence{}, d.fail("restore", req.Target.Path, err, "")
	}
	ev := drivers.Evidence{Target: req.Target, Items: int64(t.files), Unit: "files", Bytes: t.bytes, Detail: map[string]string{}}
	stamp, total := d.now().UTC().Format("20060102T150405Z"), t.bytes
	if req.Target.Kind == drivers.TargetLive {
		total = plan.Needs // only what differs is copied
	}
	if ev.Warnings, err = d.run(ctx, "restore", restoreArgs(req, stamp), total, rep); err != nil {
		return drivers.Evidence{}, err
	}
	if kept := strings.TrimSuffix(req.Target.Path, "/") + ".before-" + stamp; req.Target.Kind == drivers.TargetLive {
		if _, err := os.Stat(kept); err == nil {
			ev.Detail["kept"] = kept
			rep.Printf("what was overwritten is kept in %s", kept)
		}
	}
	if err := d.arrived(ctx, req, t, &ev, rep); err != nil {
		return drivers.Evidence{}, err
	}
	ev.Took = d.now().Sub(started)
	return ev, nil
}

// arrived hashes what arrived and holds it against the manifest, or without
// one against the snapshot itself.
func (d *driver) arrived(ctx context.Context, req drivers.RestoreRequest, t tree, ev *drivers.Evidence, rep *drivers.Reporter) error {
	rep.Printf("comparing what arrived")
	from, against := req.Point.Files[0], "manifest"
	want, err := d.promised(req)
	if err != nil {
		against = "snapshot"
		if want, err = describe(ctx, from, t, nil); err != nil {
			return d.wrap("restore", from, err)
		}
	}
	got, err := d.landed(ctx, req, t)
	if err != nil {
		return d.wrap("restore", req.Target.Path, err)
	}
	var done int64
	diff, err := compare(ctx, req.Target.Path, got, want, func(n int64) {
		done += n
		rep.Progress(drivers.Progress{Phase: "comparing", Done: done, Total: t.bytes, Unit: "bytes"})
	})
	if err != nil {
		return d.wrap("restore", req.Target.Path, err)
	}
	if !diff.sound() {
		return d.fail("restore", req.Point.ID, fmt.Errorf("%w: what arrived is not what the %s says: %s", drivers.ErrCorrupt, against, diff), chooseAnother)
	}
	ev.Detail["compared_with"] = against
	return nil
}

// promised lists the manifest's entries that were to be copied.
func (d *driver) promised(req drivers.RestoreRequest) ([]repo.File, error) {
	m, err := repo.Read(req.Point.Files[0] + repo.ManifestSuffix)
	if err != nil || len(req.Select) == 0 {
		if err == nil {
			return m.Files, nil
		}
		return nil, err
	}
	var out []repo.File
	for _, f := range m.Files {
		for _, s := range req.Select {
			key := encode(s)
			if f.Path == key || strings.HasPrefix(f.Path, key+"/") {
				out = append(out, f)
				break
			}
		}
	}
	return out, nil
}

// landed lists what the restore put into the target. A live tree has more in
// it than that.
func (d *driver) landed(ctx context.Context, req drivers.RestoreRequest, t tree) (tree, error) {
	got, err := walk(ctx, req.Target.Path, req.Select, 0)
	if err != nil || req.Target.Kind != drivers.TargetLive {
		return got, err
	}
	copied := make(map[string]bool, len(t.items))
	for _, i := range t.items {
		copied[i.rel] = true
	}
	var ours tree
	for _, i := range got.items {
		if copied[i.rel] {
			ours.add(i.rel, i.info)
		}
	}
	return ours, nil
}
