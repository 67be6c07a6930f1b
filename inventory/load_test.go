package inventory

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "lifeboat.yaml")
	if err := os.WriteFile(path, []byte(design(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	inv, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if inv.Path != path || inv.Dir != dir || inv.Workloads[0].Runbook != filepath.Join(dir, "runbooks/orders.md") {
		t.Errorf("%+v", inv)
	}
	if _, err := Load(filepath.Join(dir, "none.yaml")); !errors.Is(err, fs.ErrNotExist) ||
		err.Error() != dir+"/none.yaml: there is no such file; run `lifeboat init` to write one, or name its directory with -C" {
		t.Error(err)
	}
	if _, err := Load(dir); err == nil ||
		err.Error() != dir+": this is a directory, not a file; name the lifeboat.yaml in it, or run `lifeboat init` to write one" {
		t.Error(err)
	}
}

// Root may read everything, so these errors are made by hand.
func TestUnreadable(t *testing.T) {
	denied := &fs.PathError{Op: "open", Path: "/x", Err: syscall.EACCES}
	e := unreadable("x.yaml", denied)
	if e.Error() != "x.yaml: no permission to read this file; ask its owner, or run as somebody who may" || !errors.Is(Errors{e}, fs.ErrPermission) {
		t.Error(e)
	}
	broken := &fs.PathError{Op: "read", Path: "/x", Err: syscall.EIO}
	if got := unreadable("x.yaml", broken).Error(); got != "x.yaml: reading stopped: input/output error; check the disk or the mount" {
		t.Error(got)
	}
}

func TestNoText(t *testing.T) {
	for want, src := range map[string]string{
		"x.yaml: larger than 4 MiB, so this is no inventory; name a lifeboat.yaml":          strings.Repeat("# long\n", maxBytes/7+1),
		"x.yaml:2:4: not UTF-8 text; save the file as UTF-8":                                "version: 1\nä: \xff\n",
		"x.yaml:1:1: not UTF-8 text; save the file as UTF-8":                                "\xff\xfev\x00e\x00",
		"x.yaml:2:1: holds a NUL byte, so this is no text; name a lifeboat.yaml":            "v\n\x00\n",
		"x.yaml:3:1: a second document in the same file; keep one: a file is one inventory": "{}\n---\n{}\n",
	} {
		_, err := Parse("x.yaml", []byte(src))
		if err == nil || err.Error() != want {
			t.Errorf("want %s\n got %v", want, err)
		}
	}
}

// What a file holds can't act on the terminal that its errors are shown on.
func TestErrorsArePlainText(t *testing.T) {
	_, err := Parse("x.yaml", []byte("version: 1\nworkloads:\nx\u202ey: 1\n\"a\\e[31m\\nb\": *c\x1b[2J\n"))
	want := "x.yaml:4:15: no anchor &c\ufffd[2J before this alias; a text that starts with * needs quotes"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%q", err)
	}
	if err != nil {
		checkErrors(t, err)
	}
}

// Files made to exhaust the reader are refused, and soon.
func TestBombs(t *testing.T) {
	laugh := "version: 1\nworkloads:\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	merge := "version: 1\nworkloads:\nm0: &m0 {a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9, j: 0}\n"
	for i := '1'; i <= '9'; i++ {
		ref := "*a" + string(i-1)
		laugh += "a" + string(i) + ": &a" + string(i) + " [" + strings.Repeat(ref+", ", 9) + ref + "]\n"
		ref = "*m" + string(i-1)
		merge += "m" + string(i) + ": &m" + string(i) + " {<<: [" + strings.Repeat(ref+", ", 9) + ref + "]}\n"
	}
	bombs := map[string]string{
		"laughs": laugh, "merges": merge, "itself": "version: 1\nworkloads: &w {a: *w}\n",
		"indented": indented(1200), "braces": "{" + strings.Repeat("a: b,\n", 15_000) + "}",
		"colons": "[" + strings.Repeat("a:\n", 15_000), "question marks": strings.Repeat("? a\n", 15_000), "documents": strings.Repeat("--- a\n", 15_000),
		"comments": "[" + strings.Repeat("#\n a: b\n", 15_000), "questions": "{" + strings.Repeat("? a\n", 15_000), "wide": strings.Repeat("a: b\n", 15_000), "dashes on lines": dashes(2000),
	}
	for _, part := range []string{
		"[", "{", "- ", "? ", "{a: ", "[a: ", "!a ", "&a ", "*a ", "a: ", ": ", "\"", "'", "[\n", "[a:\n", "? \n ", "[],", "!a\n", "&a\n", "- - a\n", "a: |\n x\n", "---\n", "%a\n",
	} {
		bombs[part] = strings.Repeat(part, 50_000/len(part))
	}
	for name, src := range bombs {
		start := time.Now()
		if inv, err := Parse("x.yaml", []byte(src)); err == nil || inv != nil {
			t.Errorf("%q: accepted", name)
		}
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%q: %v", name, took)
		}
	}
}

func indented(levels int) string {
	var b strings.Builder
	for i := range levels {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func dashes(levels int) string {
	var b strings.Builder
	for i := range levels {
		b.WriteString(strings.Repeat(" ", i) + "-\n")
	}
	return b.String()
}

func FuzzParse(f *testing.F) {
	for _, path := range []string{"testdata/design.yaml", "testdata/full.yaml"} {
		src, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	bad, err := os.ReadFile(badFile)
	if err != nil {
		f.Fatal(err)
	}
	for part := range strings.SplitSeq(string(bad), "=== ") {
		_, src, _ := strings.Cut(part, "\n")
		src, _, _ = strings.Cut(src, "--- says")
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		inv, err := Parse("/dr/lifeboat.yaml", src)
		if (inv == nil) == (err == nil) {
			t.Fatalf("inventory %v, error %v", inv, err)
		}
		if err != nil {
			checkErrors(t, err)
			return
		}
		for _, w := range inv.Workloads {
			for _, c := range w.Copies {
				c.StaleAfter(w)
			}
			if w.Kind == "" || w.Tier == "" {
				t.Errorf("%+v", w)
			}
		}
	})
}

// checkErrors holds errors to what they promise.
func checkErrors(t *testing.T, err error) {
	t.Helper()
	es, ok := err.(Errors)
	if !ok || len(es) == 0 {
		t.Fatalf("%T %v", err, err)
	}
	for _, e := range es {
		if e.Message == "" || e.Line < 0 || e.Line > 0 && e.Column < 1 || strings.ContainsAny(e.Error(), "\n\r\x1b\x00") {
			t.Errorf("%+v", e)
		}
	}
}
