package rsync

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// proof is one verification under way.
type proof struct {
	*drivers.Prover
	d           *driver
	req         drivers.VerifyRequest
	rep         *drivers.Reporter
	dir         string
	tree        tree
	manifest    *repo.Manifest // nil: none
	manifestErr error          // why one that is there can't be used
	readAll     bool           // every byte was read for the checksum
}

const chooseAnother = "choose another snapshot for these files; keep this one for whoever looks into the damage"

// Verify proves the snapshot grade by grade. It needs no tool.
func (d *driver) Verify(ctx context.Context, req drivers.VerifyRequest, rep *drivers.Reporter) (drivers.Verification, error) {
	if len(req.Point.Files) == 0 {
		return drivers.Verification{}, d.fail("verify", req.Point.ID, drivers.ErrNotFound, "locate again and take a point from that list")
	}
	v := &proof{Prover: drivers.NewProver(req, d.now), d: d, req: req, rep: rep, dir: req.Point.Files[0]}
	for _, step := range []struct {
		grade drivers.Grade
		prove func(context.Context) error
	}{
		{drivers.GradeExists, v.exists},
		{drivers.GradeSize, v.plausible},
		{drivers.GradeAge, v.age},
		{drivers.GradeChecksum, v.checksum},
		{drivers.GradeStructure, v.structure},
		{drivers.GradeReadable, v.readable},
	} {
		if !v.Wants(step.grade) {
			continue
		}
		err := step.prove(ctx)
		if ctx.Err() != nil {
			return drivers.Verification{}, d.fail("verify", req.Point.ID, context.Cause(ctx), "")
		}
		if err != nil {
			v.Record(step.grade, drivers.Unknown, repo.Sort(err).Error(), "make the snapshot readable for this user, then verify again")
		}
	}
	return v.Done(), nil
}

func (v *proof) exists(context.Context) error {
	st, err := os.Lstat(v.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.Record(drivers.GradeExists, drivers.Failed, v.dir+" is gone", "locate again; look for it in another copy")
		return nil
	case err != nil:
		return err
	case !st.IsDir():
		v.Record(drivers.GradeExists, drivers.Failed, v.dir+" is no directory", chooseAnother)
		return nil
	case slices.ContainsFunc(unfinished, func(e string) bool { return strings.HasSuffix(v.dir, e) }):
		v.Record(drivers.GradeExists, drivers.Failed, v.dir+" is unfinished: the backup that made it has not ended", "choose a finished snapshot")
		return nil
	}
	v.Record(drivers.GradeExists, drivers.Passed, v.dir, "")
	return nil
}

// plausible proves that there is something in it.
func (v *proof) plausible(ctx context.Context) error {
	var err error
	if v.tree, err = walk(ctx, v.dir, nil, 0); err != nil {
		return err
	}
	v.manifest, v.manifestErr = repo.Read(v.dir + repo.ManifestSuffix)
	if errors.Is(v.manifestErr, repo.ErrNoManifest) {
		v.manifestErr = nil
	}
	said := fmt.Sprintf("%d files, %s", v.tree.files, humanize.IBytes(uint64(v.tree.bytes))) //nolint:gosec // a size
	switch {
	case len(v.tree.denied) > 0:
		v.Record(drivers.GradeSize, drivers.Unknown, said+"; permission denied: "+few(v.tree.denied), "verify as a user who may read the whole snapshot")
	case len(v.tree.items) == 0:
		v.Record(drivers.GradeSize, drivers.Failed, "empty: there is not a single file in it", "the backup wrote nothing: was the source mounted? Choose another snapshot")
	case v.tree.bytes == 0 && v.tree.files > 0 && v.manifest == nil:
		v.Record(drivers.GradeSize, drivers.Warned, said+": all its files are empty", chooseAnother)
	default:
		v.Record(drivers.GradeSize, drivers.Passed, said, "")
	}
	return nil
}

func (v *proof) age(context.Context) error {
	repo.JudgeAge(v.Prover, v.req, v.d.now())
	return nil
}

// structure proves that it is a tree of this workload, without surprises.
func (v *proof) structure(ctx context.Context) error {
	if v.manifest != nil && v.manifest.Workload != v.d.spec.Workload {
		v.Record(drivers.GradeStructure, drivers.Failed, fmt.Sprintf("wrong tree: its manifest says that it is of the workload %s, not %s", v.manifest.Workload, v.d.spec.Workload),
			"check the repository of this copy")
		return nil
	}
	said := fmt.Sprintf("%d entries listed", len(v.tree.items))
	if v.manifest == nil {
		if strange := v.strange(ctx); strange != "" {
			v.Record(drivers.GradeStructure, drivers.Failed, strange, "this snapshot is of something else: choose another, and check the repository of this copy")
			return nil
		}
	}
	switch gone := v.d.danglingLatest(); {
	case len(v.tree.special) > 0:
		v.Record(drivers.GradeStructure, drivers.Warned, said+"; neither files nor folders nor links: "+few(v.tree.special), "sockets, pipes and devices hold no data of their own")
	case gone != "":
		v.Record(drivers.GradeStructure, drivers.Warned, said+"; "+gone, "whatever follows latest reads nothing: the next backup sets it anew")
	default:
		v.Record(drivers.GradeStructure, drivers.Passed, said, "")
	}
	return nil
}

// strange compares the top of the tree with that of the source: a snapshot
// that shares no name with it is of something else.
func (v *proof) strange(context.Context) string {
	live, err := os.ReadDir(v.d.spec.Path)
	if v.d.spec.Path == "" || err != nil || len(live) == 0 {
		return ""
	}
	var names []string
	for _, e := range live {
		if _, err := os.Lstat(filepath.Join(v.dir, e.Name())); err == nil {
			return ""
		}
		names = append(names, e.Name())
	}
	return fmt.Sprintf("wrong tree: nothing that lies at the top of the source (%s) is in it", few(names))
}

// readable reads every byte, unless the checksum did.
func (v *proof) readable(ctx context.Context) error {
	said := fmt.Sprintf("%d files, %s read", v.tree.files, humanize.IBytes(uint64(v.tree.bytes))) //nolint:gosec // a size
	if v.readAll {
		v.Record(drivers.GradeReadable, drivers.Passed, said+" for the checksum", "")
		return nil
	}
	var denied, broken []string
	names := v.tree.regular()
	sums := hashAll(ctx, v.dir, names, v.meter("reading"))
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	for _, n := range names {
		switch err := sums[n].Err; {
		case errors.Is(err, fs.ErrPermission):
			denied = append(denied, n)
		case err != nil:
			broken = append(broken, n+": "+err.Error())
		}
	}
	switch {
	case len(broken) > 0:
		v.Record(drivers.GradeReadable, drivers.Failed, "can't be read: "+few(broken), chooseAnother)
	case len(denied) > 0:
		v.Record(drivers.GradeReadable, drivers.Unknown, "permission denied: "+few(denied), "verify as a user who may read the whole snapshot")
	default:
		v.Record(drivers.GradeReadable, drivers.Passed, said+"; without a manifest, altered bytes can't be seen", "")
	}
	return nil
}

// meter reports bytes of the whole tree.
func (v *proof) meter(phase string) func(int64) {
	var done int64
	return func(n int64) {
		done += n
		v.rep.Progress(drivers.Progress{Phase: phase, Done: done, Total: v.tree.bytes, Unit: "bytes"})
	}
}
