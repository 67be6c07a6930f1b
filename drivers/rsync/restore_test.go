package rsync

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
)

func TestRestoreSelected(t *testing.T) {
	o := newOffice(t, nil)
	p := o.backup(t)
	for what, c := range map[string]struct {
		sel   []string
		files int64
		has   []string
		not   []string
	}{
		"a file":     {[]string{"docs/plan.txt"}, 1, []string{"docs/plan.txt"}, []string{"docs/old", "token"}},
		"a folder":   {[]string{"docs/old/"}, 1, []string{"docs/old/report.txt"}, []string{"docs/plan.txt"}},
		"two":        {[]string{"./token", "docs"}, 5, []string{"token", "docs/plan.txt", "docs/caf\xe9.txt"}, []string{"big.bin"}},
		"odd names":  {[]string{"-v", "docs/50% off.txt", "empty dir"}, 2, []string{"-v", "docs/50% off.txt", "empty dir"}, nil},
		"a link":     {[]string{"outside"}, 0, []string{"outside"}, nil},
		"everything": {nil, 9, []string{"link", "empty dir", "docs/caf\xe9.txt"}, nil},
		"dot":        {[]string{"."}, 9, []string{"link"}, nil},
	} {
		t.Run(what, func(t *testing.T) {
			to := drivers.Target{Kind: drivers.TargetParallel, Name: what, Path: filepath.Join(t.TempDir(), "out")}
			ev, err := o.restore(t, drivers.RestoreRequest{Point: p, Target: to, Select: c.sel})
			if err != nil || ev.Items != c.files || ev.Detail["compared_with"] != "manifest" {
				t.Fatalf("%+v %v (%s)", ev, err, drivers.Hint(err))
			}
			for _, rel := range c.has {
				if _, err := os.Lstat(filepath.Join(to.Path, rel)); err != nil {
					t.Error(err)
				}
			}
			for _, rel := range c.not {
				if _, err := os.Lstat(filepath.Join(to.Path, rel)); err == nil {
					t.Errorf("%s came too", rel)
				}
			}
		})
	}
}

func TestRestoreRefuses(t *testing.T) {
	o := newOffice(t, nil)
	p := o.backup(t)
	out := filepath.Join(o.dir, "out")
	alias := filepath.Join(o.dir, "alias")
	if err := os.Symlink(o.source, alias); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		kind drivers.TargetKind
		path string
		sel  string
		want error
	}{
		"path upwards":        {drivers.TargetParallel, out, "../live", drivers.ErrTargetUnsafe},
		"path up and down":    {drivers.TargetParallel, out, "docs/../../live", drivers.ErrTargetUnsafe},
		"absolute path":       {drivers.TargetParallel, out, "/etc/passwd", drivers.ErrTargetUnsafe},
		"path through a link": {drivers.TargetParallel, out, "outside/passwd", drivers.ErrTargetUnsafe},
		"two lines":           {drivers.TargetParallel, out, "docs\n/etc", drivers.ErrTargetUnsafe},
		"no such path":        {drivers.TargetParallel, out, "docs/none.txt", drivers.ErrNotFound},
		"the source":          {drivers.TargetScratch, o.source, "", drivers.ErrTargetUnsafe},
		"a link to it":        {drivers.TargetParallel, alias, "", drivers.ErrTargetUnsafe},
		"below the source":    {drivers.TargetParallel, filepath.Join(o.source, "new"), "", drivers.ErrTargetUnsafe},
		"the repository":      {drivers.TargetParallel, filepath.Join(o.repository, "x"), "", drivers.ErrTargetUnsafe},
		"above it":            {drivers.TargetParallel, o.dir, "", drivers.ErrTargetUnsafe},
		"a file":              {drivers.TargetParallel, filepath.Join(o.source, "token"), "", drivers.ErrTargetUnsafe},
		"a relative path":     {drivers.TargetParallel, "out", "", drivers.ErrTargetUnsafe},
		"live elsewhere":      {drivers.TargetLive, out, "", drivers.ErrTargetUnsafe},
	} {
		req := drivers.RestoreRequest{Point: p, Target: drivers.Target{Kind: c.kind, Name: what, Path: c.path}}
		if c.sel != "" {
			req.Select = []string{c.sel}
		}
		if _, err := o.restore(t, req); !errors.Is(err, c.want) || drivers.Hint(err) == "" {
			t.Errorf("%s: %v (hint %q)", what, err, drivers.Hint(err))
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a refused restore made its target")
	}
}

func TestRestoreLive(t *testing.T) {
	o := newOffice(t, nil)
	p := o.backup(t)
	// One file altered in place under its old time, one lost, one newer.
	if err := errors.Join(alter(filepath.Join(o.source, "big.bin")), os.Remove(filepath.Join(o.source, "docs/plan.txt"))); err != nil {
		t.Fatal(err)
	}
	o.write(t, "docs/today.txt", "written after the backup")
	live, _ := o.SourceTarget()
	plan, err := o.Plan(t.Context(), drivers.RestoreRequest{Point: p, Target: live})
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(plan.Warnings, "\n")
	if !strings.Contains(said, "overwrites 1 live files: big.bin") || !strings.Contains(said, "brings back 1 files") || !plan.Steps[0].Destructive || plan.Needs != 300008 {
		t.Errorf("needs %d: %s", plan.Needs, said)
	}
	ev, err := o.Restore(t.Context(), plan, nil)
	if err != nil {
		t.Fatal(err)
	}
	if read(t, o.source, "docs/plan.txt") != "the plan" || read(t, o.source, "docs/today.txt") == "" || strings.Contains(read(t, o.source, "big.bin"), "X") {
		t.Error("the live tree is not as it should be")
	}
	if kept := ev.Detail["kept"]; !strings.Contains(read(t, kept, "big.bin"), "X") {
		t.Errorf("kept in %q", kept)
	}
}

// A snapshot that is damaged after the plan's look at it does not pass for
// restored: sizes and times agree, the hashes do not.
func TestRestoreComparesWhatArrives(t *testing.T) {
	o := newOffice(t, nil)
	p := o.backup(t)
	if err := alter(filepath.Join(p.Files[0], "docs/plan.txt")); err != nil {
		t.Fatal(err)
	}
	to := drivers.Target{Kind: drivers.TargetScratch, Name: "t", Path: filepath.Join(o.dir, "t")}
	if _, err := o.restore(t, drivers.RestoreRequest{Point: p, Target: to}); !errors.Is(err, drivers.ErrCorrupt) || !strings.Contains(err.Error(), "docs/plan.txt") {
		t.Errorf("%v", err)
	}
	other := drivers.Target{Kind: drivers.TargetScratch, Name: "t", Path: filepath.Join(o.dir, "u")}
	if _, err := o.restore(t, drivers.RestoreRequest{Point: p, Target: other, Select: []string{"token"}}); err != nil {
		t.Errorf("a sound file of a damaged snapshot: %v", err)
	}
}

func TestValidate(t *testing.T) {
	o := newOffice(t, nil)
	live, _ := o.SourceTarget()
	req := drivers.ValidateRequest{
		Target: live, NeedsSource: func(e string) bool { return e == "== source" },
		Judge: func(expect, got, source string) (bool, error) {
			if expect == "== source" {
				return got == source, nil
			}
			return got == expect || (expect == ">= 1" && got != "0"), nil
		},
	}
	const planSum = "16f80f41fdebd5d9c0ad9d1ff8b7c8b0d1f2a3c4e5f60718293a4b5c6d7e8f90"
	for name, c := range map[string]struct {
		check drivers.Check
		want  drivers.Outcome
	}{
		"file":             {drivers.Check{File: "docs/plan.txt"}, drivers.Passed},
		"file gone":        {drivers.Check{File: "docs/none.txt"}, drivers.Failed},
		"file wrong hash":  {drivers.Check{File: "docs/plan.txt", SHA256: planSum}, drivers.Failed},
		"file as source":   {drivers.Check{File: "docs/plan.txt", Expect: "== source"}, drivers.Passed},
		"file elsewhere":   {drivers.Check{File: "../x"}, drivers.Unknown},
		"file by a link":   {drivers.Check{File: "outside/passwd"}, drivers.Unknown},
		"rows":             {drivers.Check{Rows: "docs"}, drivers.Passed},
		"rows exact":       {drivers.Check{Rows: "docs", Expect: "4"}, drivers.Passed},
		"rows wrong":       {drivers.Check{Rows: ".", Expect: "4"}, drivers.Failed},
		"rows of nothing":  {drivers.Check{Rows: "empty dir"}, drivers.Failed},
		"canary":           {drivers.Check{Canary: "token", Expect: "tok-17"}, drivers.Passed},
		"canary wrong":     {drivers.Check{Canary: "token", Expect: "tok-18"}, drivers.Failed},
		"query":            {drivers.Check{Query: "SELECT 1"}, drivers.Skipped},
		"newest, no files": {drivers.Check{File: "empty dir", Newest: true}, drivers.Failed},
	} {
		req.Checks = []drivers.Check{c.check}
		got, err := o.Validate(t.Context(), req, nil)
		if err != nil || got[0].Outcome != c.want || (c.want == drivers.Passed && !got[0].Proves) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(o.source, "docs/plan.txt"), at, at); err != nil {
		t.Fatal(err)
	}
	req.Checks = []drivers.Check{{File: ".", Newest: true}, {Rows: "cache"}}
	req.Select = []string{"docs"}
	got, err := o.Validate(t.Context(), req, nil)
	if err != nil || got[0].Outcome != drivers.Skipped || got[1].Outcome != drivers.Skipped {
		t.Errorf("%+v %v", got, err)
	}
	req.Select = nil
	got, err = o.Validate(t.Context(), req, nil)
	if err != nil || got[0].Newest == nil || !got[0].Newest.Equal(at) {
		t.Errorf("%+v %v", got, err)
	}
}

// TestDenied runs as a user who may not read everything.
func TestDenied(t *testing.T) {
	if dir := os.Getenv("LIFEBOAT_TEST_DENIED"); dir != "" {
		d, err := Factory.New(drivers.Spec{Workload: "office", Path: dir + "/live/office", Repository: dir + "/snapshots"}, drivers.Env{Runner: command.Local{}, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		ps, err := d.Locate(t.Context())
		if err != nil || len(ps) != 1 {
			t.Fatal(ps, err)
		}
		v, err := d.Verify(t.Context(), drivers.VerifyRequest{Point: ps[0], Grade: drivers.GradeReadable}, nil)
		fmt.Printf("verify: %+v %v\n", v.Failure(), err)
		_, err = d.(drivers.BackUpper).Backup(t.Context(), nil)
		fmt.Printf("backup: %v, hint %s\n", err, drivers.Hint(err))
		return
	}
	for _, manifest := range []bool{true, false} {
		o := newOffice(t, nil)
		p := o.backup(t)
		if !manifest {
			if err := os.Remove(p.Manifest); err != nil {
				t.Fatal(err)
			}
		} else if err := os.Chmod(p.Manifest, 0o644); err != nil {
			t.Fatal(err)
		}
		for _, f := range []string{filepath.Join(p.Files[0], "token"), filepath.Join(o.source, "token")} {
			if err := os.Chmod(f, 0); err != nil {
				t.Fatal(err)
			}
		}
		for _, d := range []string{o.dir, filepath.Dir(o.dir), p.Files[0]} {
			if err := os.Chmod(d, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chmod(o.repository, 0o777); err != nil {
			t.Fatal(err)
		}
		for _, d := range []string{filepath.Join(p.Files[0], "empty dir"), filepath.Join(o.source, "empty dir")} {
			if err := os.Chmod(d, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		out := asNobody(t, o.dir)
		if !strings.Contains(out, "Outcome:unknown") || !strings.Contains(out, "permission denied") || !strings.Contains(out, "token") {
			t.Errorf("manifest %v: %s", manifest, out)
		}
		if !strings.Contains(out, "permission denied: rsync exit status 23") || !strings.Contains(out, "hint run as a user") {
			t.Errorf("backup: %s", out)
		}
		if entries, _ := os.ReadDir(o.repository); len(entries) > 3 {
			t.Errorf("left over: %v", entries)
		}
	}
}

// asNobody runs this test again as an unprivileged user. The program is
// copied to where that user may run it.
func asNobody(t *testing.T, dir string) string {
	t.Helper()
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(dir, "self")
	if err := os.WriteFile(bin, self, 0o755); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(bin)
	var out bytes.Buffer
	var user *drivers.User
	if os.Getuid() == 0 { // nothing is denied to root
		user = &drivers.User{UID: 65534, GID: 65534}
	}
	_, err = command.Local{}.Run(t.Context(), drivers.Command{
		Argv: []string{bin, "-test.run=^TestDenied$", "-test.v"}, Dir: "/", Stdout: &out, Stderr: &out,
		Env:  []string{"PATH=" + os.Getenv("PATH"), "LIFEBOAT_TEST_DENIED=" + dir},
		User: user,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		exit drivers.Exit
		said string
		want error
	}{
		{drivers.Exit{Code: 11}, `rsync: [receiver] write failed on "/x": No space left on device (28)`, drivers.ErrNoSpace},
		{drivers.Exit{Code: 23}, `rsync: [sender] send_files failed to open "/x": Permission denied (13)`, drivers.ErrDenied},
		{drivers.Exit{Code: 23}, `rsync: [sender] read errors mapping "/x": Input/output error (5)`, drivers.ErrUnreachable},
		{drivers.Exit{Code: 23}, `rsync: [sender] link_stat "/x" failed: No such file or directory (2)`, drivers.ErrNotFound},
	} {
		if hint, err := classify(c.exit, c.said); !errors.Is(err, c.want) || hint == "" {
			t.Errorf("%+v: %v, %s", c, err, hint)
		}
	}
	for _, code := range []int{1, 3, 11, 12, 20, 23, 25, 30} {
		if hint, err := classify(drivers.Exit{Code: code}, ""); err == nil || hint == "" {
			t.Errorf("%d: %v, %q", code, err, hint)
		}
	}
	if hint, err := classify(drivers.Exit{Code: -1, Signal: "SIGKILL"}, ""); !strings.Contains(err.Error(), "SIGKILL") || hint == "" {
		t.Errorf("%v, %q", err, hint)
	}
}

func TestProgress(t *testing.T) {
	var seen []string
	var rest bytes.Buffer
	p := &progress{rest: &rest, rep: &drivers.Reporter{OnProgress: func(p drivers.Progress) { seen = append(seen, fmt.Sprint(p.Done, "/", p.Total)) }}}
	for _, s := range []string{"\r     32,768  50%    0.00kB/s    0:00:00  ", "\r     65,536 100%  381.87MB/s    0:00:00 (xfr#1, to-chk=0/3)\n", "some ", "message\n"} {
		if _, err := p.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Join(seen, " ") != "32768/65536 65536/65536" || rest.String() != "some message\n" {
		t.Errorf("seen %v, rest %q", seen, rest.String())
	}
	// The tool itself.
	o := newOffice(t, nil)
	seen = nil
	o.time = o.time.Add(time.Hour)
	if _, err := o.Backup(t.Context(), p.rep); err != nil || len(seen) == 0 {
		t.Errorf("%v %v", seen, err)
	}
}
