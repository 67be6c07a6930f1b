package command

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

const secret = "s3cr3t/p@ss+word"

func maskAll(t *testing.T, text string, cut func(rest string) int, secrets ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := NewMask(&b, secrets)
	for text != "" {
		n := cut(text)
		if _, err := io.WriteString(w, text[:n]); err != nil {
			t.Fatal(err)
		}
		text = text[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func whole(rest string) int { return len(rest) }

func TestMaskForms(t *testing.T) {
	for name, form := range map[string]string{
		"plain":         secret,
		"query":         url.QueryEscape(secret),
		"path":          url.PathEscape(secret),
		"base64":        base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64 url":    base64.URLEncoding.EncodeToString([]byte(secret)),
		"basic auth":    base64.StdEncoding.EncodeToString([]byte("user:" + secret)),
		"basic auth, 1": base64.StdEncoding.EncodeToString([]byte("a:" + secret + ":more")),
		"basic auth, 2": base64.StdEncoding.EncodeToString([]byte("ab:" + secret + "x")),
	} {
		t.Run(name, func(t *testing.T) {
			got := maskAll(t, "before "+form+" after", whole, secret)
			if strings.Contains(got, form) || !strings.Contains(got, masked) {
				t.Errorf("%q is shown: %s", form, got)
			}
			if !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") {
				t.Errorf("more than the secret is gone: %s", got)
			}
		})
	}
}

// However output is cut into writes, no part of a secret is shown.
func TestMaskChunks(t *testing.T) {
	text := strings.Repeat("x "+secret+" s3cr "+secret+secret+" "+base64.StdEncoding.EncodeToString([]byte("u:"+secret))+"\n", 5)
	want := maskAll(t, text, whole, secret)
	if strings.Contains(want, secret) || strings.Count(want, masked) != 20 {
		t.Fatalf("%d masks: %s", strings.Count(want, masked), want)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		if got := maskAll(t, text, func(rest string) int { return 1 + rnd.IntN(min(9, len(rest))) }, secret); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
}

func TestMaskLongestAndUnfinished(t *testing.T) {
	if got := maskAll(t, "abcdef abc abcd", whole, "abc", "abcdef"); got != masked+" "+masked+" "+masked+"d" {
		t.Errorf("got %s", got)
	}
	if got := maskAll(t, "nothing here: s3cr3t/p@", whole, secret, ""); got != "nothing here: s3cr3t/p@" {
		t.Errorf("got %s", got)
	}
	key := "-----BEGIN-----\nMIIEvAIBADANBg\nkqhkiG9w0BAQEF\n-----END-----\n"
	if got := maskAll(t, "line: kqhkiG9w0BAQEF\n", whole, key); strings.Contains(got, "kqhkiG") {
		t.Errorf("a line of a key is shown: %s", got)
	}
}

func TestRedact(t *testing.T) {
	var out, errs bytes.Buffer
	r := Redact(Local{}, secret)
	exit, err := r.Run(t.Context(), drivers.Command{
		Argv: []string{"sh", "-c", "printf '%s' '" + secret + "'; printf 'E %s' '" + secret + "' >&2"}, Stdout: &out, Stderr: &errs,
	})
	if err != nil || !exit.OK() {
		t.Fatal(exit, err)
	}
	if out.String() != masked || errs.String() != "E "+masked {
		t.Errorf("stdout %q, stderr %q", out.String(), errs.String())
	}
	var both bytes.Buffer
	if _, err := r.Run(t.Context(), drivers.Command{Argv: []string{"sh", "-c", "echo '" + secret + "'; echo two >&2"}, Stdout: &both, Stderr: &both}); err != nil {
		t.Fatal(err)
	}
	if both.String() != masked+"\ntwo\n" {
		t.Errorf("both: %q", both.String())
	}
}

func TestRecordReplay(t *testing.T) {
	var tape bytes.Buffer
	rec := Record(Local{}, &tape)
	run := func(r drivers.Runner) (string, error) {
		var out, errs bytes.Buffer
		var said []string
		for _, script := range []string{"echo one; echo two >&2; exit 3", "printf '\\377'"} {
			exit, err := r.Run(t.Context(), drivers.Command{Argv: []string{"sh", "-c", script}, Stdout: &out, Stderr: &errs})
			if err != nil {
				return "", err
			}
			said = append(said, fmt.Sprint(exit.Code))
		}
		path, err := r.Look("sh")
		return fmt.Sprintf("%s %q %q %s", said, out.String(), errs.String(), path), err
	}
	want, err := run(rec)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := Replay(&tape)
	if err != nil {
		t.Fatal(err)
	}
	got, err := run(rep)
	if err != nil || got != want {
		t.Errorf("replayed %s, recorded %s: %v", got, want, err)
	}
	if _, err := run(rep); err == nil {
		t.Error("a command that was not recorded is answered")
	}
	if _, err := rep.Look("no-such-tool"); !errors.Is(err, drivers.ErrToolMissing) {
		t.Errorf("look: %v", err)
	}
	if _, err := Replay(strings.NewReader("{}\nnonsense\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("bad recording: %v", err)
	}
}

func TestDryRun(t *testing.T) {
	var shown []string
	r := DryRun(Local{}, func(c drivers.Command) { shown = append(shown, strings.Join(c.Argv, " ")) })
	exit, err := r.Run(t.Context(), drivers.Command{Argv: []string{"sh", "-c", "exit 1"}})
	if err != nil || !exit.OK() || len(shown) != 1 {
		t.Errorf("%v %v %v", exit, err, shown)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Run(ctx, drivers.Command{Argv: []string{"true"}}); !errors.Is(err, context.Canceled) || len(shown) != 1 {
		t.Errorf("after cancel: %v %v", err, shown)
	}
}
