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
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// Validate runs the checks against a restored tree: file (it is there, with
// that hash), rows (the number of files under a path), canary (the content of
// a file), each with newest for the time of the newest file under its path.
func (d *driver) Validate(ctx context.Context, req drivers.ValidateRequest, rep *drivers.Reporter) ([]drivers.CheckResult, error) {
	if st, err := os.Stat(req.Target.Path); err != nil || !st.IsDir() {
		return nil, d.fail("validate", req.Target.Path, drivers.ErrNotFound, "restore first")
	}
	var out []drivers.CheckResult
	for i, c := range req.Checks {
		r := d.check(ctx, req, c)
		if ctx.Err() != nil {
			return nil, d.fail("validate", c.Name, context.Cause(ctx), "")
		}
		rep.Printf("%s: %s %s", c.Name, r.Outcome, r.Detail)
		rep.Progress(drivers.Progress{Phase: c.Name, Done: int64(i + 1), Total: int64(len(req.Checks)), Unit: "checks"})
		out = append(out, r)
	}
	return out, nil
}

// check runs one check.
func (d *driver) check(ctx context.Context, req drivers.ValidateRequest, c drivers.Check) drivers.CheckResult {
	r := drivers.CheckResult{Name: c.Name, Want: c.Expect}
	rel := path.Clean(firstOf(c.File, c.Rows, c.Canary, "."))
	if c.File == "" && c.Rows == "" && c.Canary == "" {
		return end(r, drivers.Skipped, "this driver checks file, rows (files under a path) and canary (a file's content)")
	}
	if path.IsAbs(rel) || rel == ".." || strings.HasPrefix(rel, "../") {
		return end(r, drivers.Unknown, rel+" leads out of the restored tree")
	}
	if !covered(rel, req.Select) {
		return end(r, drivers.Skipped, rel+" was not restored")
	}
	at := filepath.Join(req.Target.Path, rel)
	if !repo.Within(req.Target.Path, at) {
		return end(r, drivers.Unknown, rel+" is a link that leads out of the restored tree")
	}
	st, err := os.Stat(at)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.Proves = true
		return end(r, drivers.Failed, rel+" is not there")
	case err != nil:
		return end(r, drivers.Unknown, repo.Sort(err).Error())
	}
	r.Proves = true
	if c.Newest {
		newest, err := newestUnder(ctx, at)
		if err != nil || newest.IsZero() {
			return end(r, drivers.Failed, "there is no file under "+rel)
		}
		r.Newest = &newest
	}
	switch {
	case c.Rows != "":
		return d.count(ctx, req, c, r, rel)
	case c.Canary != "":
		return canary(r, at, c.Expect)
	default:
		return d.content(ctx, req, c, r, rel, st)
	}
}

// count compares the number of files under a path.
func (d *driver) count(ctx context.Context, req drivers.ValidateRequest, c drivers.Check, r drivers.CheckResult, rel string) drivers.CheckResult {
	if c.Expect == "" {
		c.Expect, r.Want = ">= 1", ">= 1"
	}
	got, err := walk(ctx, filepath.Join(req.Target.Path, rel), nil, 0)
	if err != nil {
		return end(r, drivers.Unknown, repo.Sort(err).Error())
	}
	r.Got = fmt.Sprint(got.files)
	return judge(r, req, c.Expect, func() (string, error) {
		live, err := walk(ctx, filepath.Join(d.spec.Path, rel), nil, 0)
		return fmt.Sprint(live.files), err
	})
}

// content compares a file's hash, where one is given, with it or the source.
func (d *driver) content(ctx context.Context, req drivers.ValidateRequest, c drivers.Check, r drivers.CheckResult, rel string, st fs.FileInfo) drivers.CheckResult {
	if c.SHA256 == "" && c.Expect == "" {
		return end(r, drivers.Passed, fmt.Sprintf("%s is there, %d bytes", rel, st.Size()))
	}
	if !st.Mode().IsRegular() {
		return end(r, drivers.Failed, rel+" is no regular file: it has no hash")
	}
	sum, _, err := repo.Hash(ctx, filepath.Join(req.Target.Path, rel), nil)
	if err != nil {
		return end(r, drivers.Unknown, repo.Sort(err).Error())
	}
	r.Got = sum
	if c.SHA256 != "" {
		r.Want = c.SHA256
		if !strings.EqualFold(sum, strings.TrimSpace(c.SHA256)) {
			return end(r, drivers.Failed, fmt.Sprintf("SHA-256 of %s is %.12s…, expected %.12s…", rel, sum, c.SHA256))
		}
		if c.Expect == "" {
			return end(r, drivers.Passed, fmt.Sprintf("SHA-256 of %s is %.12s…, as expected", rel, sum))
		}
	}
	return judge(r, req, c.Expect, func() (string, error) {
		live, _, err := repo.Hash(ctx, filepath.Join(d.spec.Path, rel), nil)
		return live, err
	})
}

// judge holds the answer against the expectation; source asks the live tree.
func judge(r drivers.CheckResult, req drivers.ValidateRequest, expect string, source func() (string, error)) drivers.CheckResult {
	if req.NeedsSource != nil && req.NeedsSource(expect) {
		src, err := source()
		if err != nil {
			return end(r, drivers.Unknown, "the source can't be asked: "+repo.Sort(err).Error())
		}
		r.Source = src
	}
	ok, err := r.Got == expect, error(nil)
	if req.Judge != nil {
		ok, err = req.Judge(expect, r.Got, r.Source)
	}
	switch {
	case err != nil:
		return end(r, drivers.Unknown, err.Error())
	case !ok:
		return end(r, drivers.Failed, fmt.Sprintf("got %s, expected %s", r.Got, expect))
	default:
		return end(r, drivers.Passed, fmt.Sprintf("%s, expected %s", r.Got, expect))
	}
}

// canary compares a file's content byte for byte; the newline that an editor
// puts at its end may be absent from the expectation.
func canary(r drivers.CheckResult, at, want string) drivers.CheckResult {
	got, err := os.ReadFile(at)
	if err != nil {
		return end(r, drivers.Unknown, repo.Sort(err).Error())
	}
	if string(got) == want || bytes.Equal(got, []byte(want+"\n")) {
		return end(r, drivers.Passed, fmt.Sprintf("equal, %d bytes", len(got)))
	}
	return end(r, drivers.Failed, fmt.Sprintf("differs: %d bytes came back, %d were expected", len(got), len(want)))
}

// newestUnder is the newest modification time of the files under a path.
func newestUnder(ctx context.Context, at string) (time.Time, error) {
	if st, err := os.Stat(at); err == nil && st.Mode().IsRegular() {
		return st.ModTime().UTC(), nil
	}
	t, err := walk(ctx, at, nil, 0)
	var newest time.Time
	for _, i := range t.items {
		if m := i.info.ModTime(); i.info.Mode().IsRegular() && m.After(newest) {
			newest = m.UTC()
		}
	}
	return newest, err
}

// covered says whether a path was part of what was restored.
func covered(rel string, sel []string) bool {
	if len(sel) == 0 {
		return true
	}
	for _, s := range sel {
		if s = path.Clean(s); rel == s || strings.HasPrefix(rel, s+"/") {
			return true
		}
	}
	return false
}

func firstOf(ss ...string) string {
	for _, s := range ss {
		if s != "" {
			return s
		}
	}
	return ""
}

func end(r drivers.CheckResult, o drivers.Outcome, detail string) drivers.CheckResult {
	r.Outcome, r.Detail = o, detail
	return r
}
