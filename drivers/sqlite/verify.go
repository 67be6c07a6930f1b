package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// proof is one verification under way.
type proof struct {
	*drivers.Prover
	d    *driver
	req  drivers.VerifyRequest
	rep  *drivers.Reporter
	path string
	size int64
	head header
	// manifest is nil where there is none; manifestErr says why one that is
	// there can't be used.
	manifest    *repo.Manifest
	manifestErr error
	matched     bool // the checksum equals the manifest's
}

// chooseAnother is what to do about a damaged point.
const chooseAnother = "choose another recovery point; keep this file for whoever looks into the damage"

// Verify proves the point grade by grade. It returns an error only when ctx
// ends or the point names no file.
func (d *driver) Verify(ctx context.Context, req drivers.VerifyRequest, rep *drivers.Reporter) (drivers.Verification, error) {
	if len(req.Point.Files) == 0 {
		return drivers.Verification{}, d.fail("verify", req.Point.ID, drivers.ErrNotFound, "locate again and take a point from that list")
	}
	v := &proof{Prover: drivers.NewProver(req, d.now), d: d, req: req, rep: rep, path: req.Point.Files[0]}
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
			v.Record(step.grade, drivers.Unknown, err.Error(), "make the file readable for this user, then verify again")
		}
	}
	return v.Done(), nil
}

func (v *proof) exists(context.Context) error {
	st, err := os.Stat(v.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.Record(drivers.GradeExists, drivers.Failed, v.path+" is gone", "locate again; look for it in another copy")
		return nil
	case err != nil:
		return repo.Sort(err)
	case !st.Mode().IsRegular():
		v.Record(drivers.GradeExists, drivers.Failed, v.path+" is no regular file", chooseAnother)
		return nil
	}
	v.size = st.Size()
	v.Record(drivers.GradeExists, drivers.Passed, v.path, "")
	return nil
}

// plausible proves the size: against the manifest and the file's own header.
func (v *proof) plausible(context.Context) error {
	if v.size == 0 {
		v.Record(drivers.GradeSize, drivers.Failed, "empty: 0 bytes", "the backup wrote nothing; choose another recovery point and look into the job's log")
		return nil
	}
	var err error
	if v.head, err = readHeader(v.path); err != nil {
		return repo.Sort(err)
	}
	v.manifest, v.manifestErr = repo.Read(v.path + repo.ManifestSuffix)
	if errors.Is(v.manifestErr, repo.ErrNoManifest) || (v.manifest != nil && v.manifest.Driver != name) {
		v.manifest, v.manifestErr = nil, nil
	}
	if fault := v.head.sizeFault(v.size); fault != "" {
		v.Record(drivers.GradeSize, drivers.Failed, fault, chooseAnother)
		return nil
	}
	if e, ok := entry(v.manifest); ok && e.Size != v.size {
		v.Record(drivers.GradeSize, drivers.Failed, fmt.Sprintf("%d bytes, the manifest says %d", v.size, e.Size), chooseAnother)
		return nil
	}
	said := humanize.IBytes(uint64(v.size)) //nolint:gosec // a file's size
	if extra := v.size - v.head.pages*v.head.pageSize; v.head.valid() && v.head.pages > 0 && extra > 0 {
		v.Record(drivers.GradeSize, drivers.Warned, fmt.Sprintf("%s, %d bytes more than its header counts", said, extra), "")
		return nil
	}
	v.Record(drivers.GradeSize, drivers.Passed, said, "")
	return nil
}

func (v *proof) age(context.Context) error {
	repo.JudgeAge(v.Prover, v.req, v.d.now())
	return nil
}

// checksum compares the file with the manifest made at backup time.
func (v *proof) checksum(ctx context.Context) error {
	e, ok := entry(v.manifest)
	switch {
	case v.manifestErr != nil:
		v.Record(drivers.GradeChecksum, drivers.Unknown, v.manifestErr.Error(), "restore the manifest, or remove it to verify without one")
		return nil
	case !ok:
		v.Record(drivers.GradeChecksum, drivers.Skipped, "no manifest beside it: there is no digest from backup time to compare with",
			"back up with lifeboat to have one")
		return nil
	}
	sum, _, err := repo.Hash(ctx, v.path, v.counted())
	if err != nil {
		return repo.Sort(err)
	}
	if sum == e.SHA256 {
		v.matched = true
		v.Record(drivers.GradeChecksum, drivers.Passed, "SHA-256 "+sum[:12]+"… equals the manifest's", "")
		return nil
	}
	// Only now is it worth the same again to know where.
	segment, want := parseSegments(v.manifest.Detail[keySegments])
	got, err := hashFile(ctx, v.path, v.head.pageSize, segment, v.counted())
	if err != nil {
		return repo.Sort(err)
	}
	detail := fmt.Sprintf("altered since backup: SHA-256 is %s…, the manifest says %.12s…", got.sum[:12], e.SHA256)
	if bad := altered(want, got.segments); segment > 0 && len(bad) > 0 {
		pageSize := pageSizeOf(v.manifest, v.head)
		detail = fmt.Sprintf("altered since backup at %s%s: SHA-256 is %s…, the manifest says %.12s…",
			where(bad, segment, pageSize), v.owner(ctx, bad[0], segment, pageSize), got.sum[:12], e.SHA256)
	}
	v.Record(drivers.GradeChecksum, drivers.Failed, detail, chooseAnother)
	return nil
}

// counted reports how much of the file was read for its checksum.
func (v *proof) counted() func(int64) {
	var done int64
	return func(n int64) {
		done += n
		v.rep.Progress(drivers.Progress{Phase: "checksum", Done: done, Total: v.size, Unit: "bytes"})
	}
}

// owner names the tables and indexes that the first altered pages belong to,
// as far as the damaged file still tells, and tells soon: SQLite reads the
// whole of it for the answer.
func (v *proof) owner(ctx context.Context, bad int, segment, pageSize int64) string {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	db, err := openBackup(ctx, v.path)
	if err != nil {
		return ""
	}
	defer db.Close() //nolint:errcheck // read only
	from, to := pagesOf(bad, segment, pageSize)
	owners, err := column(ctx, db, "SELECT DISTINCT name FROM dbstat WHERE pageno BETWEEN ? AND ? ORDER BY pageno", from, to)
	if err != nil || len(owners) == 0 {
		return ""
	}
	return " (" + some(owners) + ")"
}

// structure proves that the file is a database, and one of this workload.
func (v *proof) structure(ctx context.Context) error {
	if _, packed := trimAny(filepath.Base(v.path), compressed); packed && !v.head.magic {
		v.Record(drivers.GradeStructure, drivers.Unknown, "it is compressed or encrypted: SQLite can't look into it", "unpack it beside, then verify that file")
		return nil
	}
	if !v.head.valid() {
		v.Record(drivers.GradeStructure, drivers.Failed, "it does not start as a SQLite database does: damaged, encrypted or something else", chooseAnother)
		return nil
	}
	if st, err := os.Stat(v.path + "-journal"); err == nil && st.Size() > 0 && !v.matched {
		v.Record(drivers.GradeStructure, drivers.Failed, fmt.Sprintf("a rollback journal of %d bytes lies beside it: it was copied in the middle of a transaction", st.Size()),
			"copy both files elsewhere and open the copy with sqlite3, which rolls the transaction back; then verify that copy")
		return nil
	}
	db, err := openBackup(ctx, v.path)
	if err != nil {
		return v.broken(drivers.GradeStructure, err)
	}
	defer db.Close() //nolint:errcheck // read only
	have, err := tablesOf(ctx, db)
	if err != nil {
		return v.broken(drivers.GradeStructure, err)
	}
	found := v.d.belongs(ctx, v, have)
	if st, err := os.Stat(v.path + "-wal"); err == nil && st.Size() > 0 && !v.matched && found.outcome == drivers.Passed {
		found = judgement{
			drivers.Warned, fmt.Sprintf("%s; a write-ahead log of %d bytes lies beside it: its transactions are not in this file", found.detail, st.Size()),
			"copy both files elsewhere and open the copy with sqlite3 to fold the log in; back up with lifeboat, which needs no such care",
		}
	}
	v.Record(drivers.GradeStructure, found.outcome, found.detail, found.hint)
	return nil
}

// broken records SQLite's own complaint about a file. What only this build of
// SQLite lacks is no fault of the file.
func (v *proof) broken(g drivers.Grade, err error) error {
	if os.IsPermission(err) {
		return repo.Sort(err)
	}
	for _, lacks := range []string{"no such collation", "no such function", "no such module", "no such tokenizer"} {
		if strings.Contains(err.Error(), lacks) {
			v.Record(g, drivers.Unknown, complaint(err), "the database needs an extension of its program: verify it with that program, or restore and validate it there")
			return nil
		}
	}
	v.Record(g, drivers.Failed, complaint(err), chooseAnother)
	return nil
}

func pageSizeOf(m *repo.Manifest, h header) int64 {
	var n int64
	if m != nil {
		_, _ = fmt.Sscan(m.Detail[keyPageSize], &n)
	}
	if n <= 0 {
		n = h.pageSize
	}
	return n
}
