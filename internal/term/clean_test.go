package term

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"plain":                  {"one\ttwo\nthree", "one\ttwo\nthree"},
		"colours":                {"\x1b[1;31mred\x1b[0m.", "red."},
		"cursor and screen":      {"a\x1b[2J\x1b[10;10Hb\x1b[?1049hc", "abc"},
		"title by BEL":           {"a\x1b]0;you are root\x07b", "ab"},
		"title by ST":            {"a\x1b]0;you are root\x1b\\b", "ab"},
		"string without an end":  {"a\x1b]0;hidden\nsecond line", "a\nsecond line"},
		"device control string":  {"a\x1bPq#0;1\x1b\\b", "ab"},
		"bell, null, backspace":  {"a\a\x00bc\b\bd", "ad"},
		"progress":               {" 10%\r 50%\r100%\ndone\n", "100%\ndone\n"},
		"progress to the end":    {" 10%\r 50%\r", " 50%"},
		"CR LF":                  {"one\r\ntwo\r\n", "one\ntwo\n"},
		"erase and redraw":       {"\x1b[2K\r 5%\x1b[2K\r 6%\n", " 6%\n"},
		"UTF-8 kept":             {"Grüße ✓ 日本 🙂\n", "Grüße ✓ 日本 🙂\n"},
		"C1 as UTF-8":            {"a\u009b2Jb", "a2Jb"},
		"C1 as a byte":           {"a\x9b2Jb", "a\ufffd2Jb"},
		"not UTF-8":              {"a\xff\xe2\x82b", "a\ufffd\ufffd\ufffdb"},
		"direction":              {"a\u202etxt.exe\u2066b", "atxt.exeb"},
		"escape at the end":      {"a\x1b[31", "a"},
		"hyperlink":              {"\x1b]8;;http://x\x1b\\text\x1b]8;;\x1b\\", "text"},
		"character cut in lines": {"a\xe2\x82\nb", "a\ufffd\ufffd\nb"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Clean(c.in); got != c.want {
				t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

// However text is cut into writes, the same comes out.
func TestCleanChunks(t *testing.T) {
	text := strings.Repeat("Grüße \x1b[31m✓\x1b[0m\r50%\r100%\n\x1b]0;t\x07日本\xff\n", 20)
	want := Clean(text)
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var b bytes.Buffer
		w := NewClean(&b)
		for rest := text; rest != ""; {
			n := 1 + rnd.IntN(min(7, len(rest)))
			if _, err := w.Write([]byte(rest[:n])); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if b.String() != want {
			t.Fatalf("got %q, want %q", b.String(), want)
		}
	}
}

func TestCleanLongLine(t *testing.T) {
	s := strings.Repeat("x", 3*longest+5)
	if got := Clean(s); got != s {
		t.Errorf("%d bytes of %d are left", len(got), len(s))
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\x1b[31mb\r\n")
	f.Add("\x1b]0;t\x07\xff\u202e")
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) {
			t.Errorf("%q is no UTF-8", got)
		}
		for _, r := range got {
			if r != '\n' && r != '\t' && unicode.IsControl(r) {
				t.Errorf("Clean(%q) = %q has the control %q", s, got, r)
			}
		}
		if again := Clean(got); again != got {
			t.Errorf("not stable: %q, then %q", got, again)
		}
	})
}
