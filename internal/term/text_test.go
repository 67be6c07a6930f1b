package term

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// Nothing in a text erases what stands before it.
func TestText(t *testing.T) {
	for in, text := range map[string]string{
		"failed\rpassed":           "failed\npassed",
		"failed\b\b\b\b\b\bpassed": "failedpassed",
		"one\r\ntwo\r":             "one\ntwo",
		"a\vb\fc\u2028d\u2029e":    "a\nb\nc\nd\ne",
		"a\u0085b":                 "a\nb",
		"a\x1b]0;t\nb":             "a\nb",
		"tab\there":                "tab\there",
		"zero\u200bwidth \ufeff\ufe0f\U000e0041\u180e\u3164": "zerowidth ",
	} {
		if got := Text(in); got != text {
			t.Errorf("Text(%q) = %q, want %q", in, got, text)
		}
		line := strings.NewReplacer("\n", " ", "\t", " ").Replace(text)
		if got := Line(in); got != line {
			t.Errorf("Line(%q) = %q, want %q", in, got, line)
		}
	}
}

// A tower of marks is cut, and none stands on what is not of the text.
func TestMarks(t *testing.T) {
	tower := "e" + strings.Repeat("\u0301", 50) + "x\u0302"
	if got := Clean(tower); got != "e\u0301\u0301\u0301\u0301x\u0302" {
		t.Errorf("%q", got)
	}
	for _, in := range []string{"\u0301a", "\u20e3a", "\x1b[31m\u0301a"} {
		if got := Clean(in); got != "a" {
			t.Errorf("Clean(%q) = %q", in, got)
		}
	}
	if got := Clean("a\n\u0301b"); got != "a\nb" {
		t.Errorf("%q", got)
	}
}

// All of what will be run is seen.
func TestLiteral(t *testing.T) {
	for in, want := range map[string]string{
		"echo hi\n\tls":             "echo hi\n\tls",
		"ls #\rrm -rf /":            "ls #␍rm -rf /",
		": '\x1b]0;'; rm x; '\x07'": ": '␛]0;'; rm x; '␇'",
		"a\u202eb\u200bc\x7f":       "a<U+202E>b<U+200B>c␡",
		"a\xffb":                    "a<FF>b",
		"Grüße e\u0301":             "Grüße e\u0301",
		"\u0301x":                   "<U+0301>x",
	} {
		if got := Literal(in); got != want {
			t.Errorf("Literal(%q) = %q, want %q", in, got, want)
		}
	}
}

// A document reads as it did, and steers no terminal.
func TestJSON(t *testing.T) {
	in := map[string]string{"a\u009b": "x\u007f\u0080\u202e\U000e0041\ufeffGrüße 🙂\u2028\x1b\t\n"}
	var b bytes.Buffer
	enc := json.NewEncoder(JSON(&b))
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(in); err != nil {
		t.Fatal(err)
	}
	for _, r := range b.String() {
		if Hidden(r) && r != '\n' {
			t.Errorf("%U is in %q", r, b.String())
		}
	}
	var back map[string]string
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || back["a\u009b"] != in["a\u009b"] {
		t.Errorf("%v: %q", err, back)
	}
	if !strings.Contains(b.String(), "Grüße 🙂") {
		t.Errorf("%s", b.String())
	}
}

func FuzzText(f *testing.F) {
	f.Add("a\r\x1b[31mb\u202e\b")
	f.Fuzz(func(t *testing.T, s string) {
		for name, clean := range map[string]func(string) string{"Text": Text, "Line": Line, "Literal": Literal, "Clean": Clean} {
			got := clean(s)
			for _, r := range got {
				if Hidden(r) && (r != '\n' && r != '\t' || name == "Line") {
					t.Errorf("%s(%q) = %q has %U", name, s, got, r)
				}
			}
			if !utf8.ValidString(got) || clean(got) != got {
				t.Errorf("%s(%q) = %q, then %q", name, s, got, clean(got))
			}
		}
	})
}
