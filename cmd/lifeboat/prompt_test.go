package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/drilltest"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

// asked is a stream that ends a context when a prompt is written to it.
type asked struct {
	mu     sync.Mutex
	b      bytes.Buffer
	prompt string
	then   func()
}

func (a *asked) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.b.Write(p)
	if strings.Contains(string(p), a.prompt) {
		a.then()
	}
	return len(p), nil
}

// waiting is an app whose operator types nothing and presses ctrl-c at the
// prompt.
func waiting(t *testing.T, prompt string) (*app, context.Context, *asked) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	in, keep := io.Pipe()
	t.Cleanup(func() { keep.Close() })
	dir := t.TempDir()
	out := &asked{prompt: prompt, then: cancel}
	return &app{
		streams: streams{in, out, out}, dir: dir, now: time.Now, asks: func() bool { return true },
		getenv: func(k string) (string, bool) {
			if k == "LIFEBOAT_STATE" {
				return filepath.Join(dir, "state"), true
			}
			return os.LookupEnv(k)
		},
	}, ctx, out
}

func TestInterruptedInit(t *testing.T) {
	a, ctx, _ := waiting(t, "y/n")
	err := a.init(ctx, false)
	if code, _ := codeOf(err); code != exitAborted {
		t.Errorf("exit %d: %v", code, err)
	}
	if exists(filepath.Join(a.dir, inventoryName)) {
		t.Error("it was written")
	}
}

// The plan and the question are on stderr, since --json keeps stdout.
func TestInterruptedRestore(t *testing.T) {
	a, ctx, talk := waiting(t, "to run this plan")
	defer a.close()
	if err := a.buildDemo(t.Context(), a.dir); err != nil {
		t.Fatal(err)
	}
	var stdout bytes.Buffer
	a.json, a.out = true, &stdout
	err := a.restore(ctx, "shop", restoreOptions{point: "latest", to: filepath.Join(a.dir, "out.db")})
	if code := a.exitStatus(err); code != exitAborted {
		t.Errorf("exit %d: %v", code, err)
	}
	if !strings.HasPrefix(stdout.String(), "{") || !strings.Contains(stdout.String(), `"aborted"`) || !strings.Contains(stdout.String(), "interrupted") {
		t.Errorf("stdout: %.300s", stdout.String())
	}
	if !strings.Contains(talk.b.String(), "out.db") {
		t.Errorf("the plan was not shown: %s", talk.b.String())
	}
}

// A journal that can't be written is no wrong usage, and is told once.
func TestBrokenJournal(t *testing.T) {
	for _, yes := range []bool{true, false} {
		d, mem := drilltest.Desk(t, drivertest.NewFake(), nil)
		r, err := d.StartFor(t.Context(), drill.StartRequest{Workload: d.Workloads()[0], Mode: drill.ModeDrill, Unattended: yes})
		if err != nil {
			t.Fatal(err)
		}
		mem.Fail(errors.New("disk is on fire"))
		var out, stderr bytes.Buffer
		a := &app{streams: streams{strings.NewReader("\n\n"), &out, &stderr}, now: time.Now}
		err = a.walkPlain(t.Context(), d, r, runOptions{yes: yes, plain: !yes})
		if code := a.exitStatus(err); code != exitBad {
			t.Errorf("yes %v: exit %d: %v", yes, code, err)
		}
		if n := strings.Count(stderr.String(), "disk is on fire"); n != 1 {
			t.Errorf("yes %v: told %d times:\n%s", yes, n, stderr.String())
		}
	}
}

type noJournal struct{ drill.Journal }

func (noJournal) Append(context.Context, []drill.Event, drill.Summary) error {
	return errors.New("full")
}

func TestExitStatus(t *testing.T) {
	broken := errors.New("locate ended, but that could not be kept: the journal can't be written, nothing was done: full")
	for name, c := range map[string]struct {
		err  error
		code int
		text string
	}{
		"journal":      {journal{noJournal{}}.Append(t.Context(), nil, drill.Summary{}), exitBad, "lifeboat: full\n"},
		"disk":         {&os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}, exitBad, "lifeboat: write x: no space left on device\n"},
		"twice":        {errors.Join(broken, broken), exitUsage, "lifeboat: locate ended, but that could not be kept: the journal can't be written: full\n"},
		"in another":   {errors.Join(errors.New("a: b"), errors.New("b")), exitUsage, "lifeboat: a: b\n"},
		"interrupted":  {context.Canceled, exitAborted, "lifeboat: context canceled\n"},
		"nobody reads": {&outputError{syscall.EPIPE}, exitBad, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			a := &app{streams: streams{err: &b}}
			if code := a.exitStatus(c.err); code != c.code || b.String() != c.text {
				t.Errorf("%d %q, want %d %q", code, b.String(), c.code, c.text)
			}
		})
	}
}

func TestClean(t *testing.T) {
	in := "a\u202eb\u2066c\u200bd\u200de\U000e0041f\ue000g\u00adh\x1b[2Ji\x1b]0;title\x07j\x1bPq\x1b\\k\tl\nm\u3164"
	if got := clean(in); got != "abcdefghijk\tl\nm" {
		t.Errorf("%q", got)
	}
	var b bytes.Buffer
	c := cleaner(&b)
	for i := range len(in) {
		_, _ = c.Write([]byte{in[i]})
	}
	if _ = c.Close(); b.String() != "abcdefghijk\tl\nm" {
		t.Errorf("in pieces: %q", b.String())
	}
}

func TestSecrets(t *testing.T) {
	for k, v := range map[string]string{
		"DB_PASS": "abc", "DBPASS": "dbpass", "ROOT_PWD": "rootpwd", "MY_PASS_1": "mypass1", "GPG_PASSPHRASE": "gpgphrase",
		"APP_DSN": "host=x password='key word' user=u", "APP_URL": "postgres://u:urlpass@h/db",
		"A_TOKEN": "true", "B_SECRET": "no", "OLDPWD": "/srv/old",
	} {
		t.Setenv(k, v)
	}
	a := &app{getenv: os.LookupEnv, set: map[string]string{"api_token": "fromset", "bucket": "plainset"}}
	got := map[string]bool{}
	for _, s := range a.secrets(nil) {
		got[s] = true
	}
	for _, s := range []string{"abc", "dbpass", "rootpwd", "mypass1", "gpgphrase", "key word", "urlpass", "fromset"} {
		if !got[s] {
			t.Errorf("%s is not masked", s)
		}
	}
	for _, s := range []string{"true", "no", "/srv/old", "plainset", os.Getenv("PWD")} {
		if got[s] && s != "" {
			t.Errorf("%s is masked", s)
		}
	}
}

// Names reach the restore as they are, commas and quotes included.
func TestRestoreBook(t *testing.T) {
	to, err := target("/x/sp ace=1")
	if err != nil || to.Path != "/x/sp ace=1" || to.DSN != "" {
		t.Fatalf("%+v %v", to, err)
	}
	for _, only := range [][]string{{"a,b", `c "d"`, "ä: #e"}, {"one,file"}} {
		rb := restoreBook(&inventory.Workload{Name: "files"}, to, only)
		for _, st := range rb.Steps {
			for _, act := range st.Actions() {
				if act.Name != "restore" {
					continue
				}
				if got := strings.Split(strings.TrimSuffix(act.Args["select"], "\n"), "\n"); !reflect.DeepEqual(got, only) || !strings.HasSuffix(act.Args["select"], "\n") {
					t.Errorf("select %q of %q: %v", act.Args["select"], only, rb.Problems)
				}
				if act.Args["path"] != to.Path {
					t.Errorf("path %q", act.Args["path"])
				}
			}
		}
	}
	wd, _ := os.Getwd()
	for in, want := range map[string]string{"relout": filepath.Join(wd, "relout"), "./a://b": filepath.Join(wd, "a:/b")} {
		if to, _ := target(in); to.Path != want {
			t.Errorf("target(%q) = %+v", in, to)
		}
	}
	if to, _ := target("host=a dbname=b"); to.DSN == "" {
		t.Errorf("%+v", to)
	}
}
