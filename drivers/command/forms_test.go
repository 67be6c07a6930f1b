package command

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"math/rand/v2"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"unicode/utf16"
)

// spellings are ways in which programs write a secret.
func spellings(t testing.TB, s string) map[string]string {
	t.Helper()
	quoted, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	forms := map[string]string{
		"plain": s, "query": url.QueryEscape(s), "path": url.PathEscape(s),
		"query, lower case": lowerEscapes(url.QueryEscape(s)),
		"every byte":        each(s, "%%%02X"), "every byte, lower case": each(s, "%%%02x"), "every byte, mixed": mixed(s),
		"json": string(quoted[1 : len(quoted)-1]), "json in ASCII": ascii(s), "go": strings.Trim(fmt.Sprintf("%+q", s), `"`),
		"c, hexadecimal": each(s, `\x%02x`), "c, octal": each(s, `\%03o`),
		"hexadecimal": hex.EncodeToString([]byte(s)), "hexadecimal, upper case": strings.ToUpper(hex.EncodeToString([]byte(s))),
		"html":       html.EscapeString(s),
		"sql":        strings.ReplaceAll(s, "'", "''"),
		"shell word": strings.ReplaceAll(s, "'", `'\''`), "shell word, other quotes": strings.ReplaceAll(s, "'", `'"'"'`),
	}
	for name, script := range map[string]string{"printf %q": `printf %q "$S"`, "declare": `declare -p S | sed 's/^[^"]*"//; s/"$//'`, "xtrace": `(set -x; : "$S") 2>&1 | sed "s/^+ : //"`} {
		cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
		cmd.Env = []string{"S=" + s, "PATH=/usr/bin:/bin"}
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		forms[name] = strings.TrimRight(string(out), "\n")
	}
	for _, before := range []string{"", "u:", "user:", "some user: ", strings.Repeat("longer ", 20)} {
		for _, after := range []string{"", "@", ":x", " and more of it"} {
			name := fmt.Sprintf("base64 %d %d", len(before), len(after))
			forms[name] = base64.StdEncoding.EncodeToString([]byte(before + s + after))
			forms[name+" url"] = base64.URLEncoding.EncodeToString([]byte(before + s + after))
		}
	}
	return forms
}

func each(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

func lowerEscapes(s string) string {
	b := []byte(s)
	for i := range b {
		if b[i] == '%' {
			copy(b[i:], bytes.ToLower(b[i:i+3]))
		}
	}
	return string(b)
}

// mixed has one digit of each escape in the other case.
func mixed(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%X%x", s[i]>>4, s[i]&15)
	}
	return b.String()
}

// ascii is what Python's json writes.
func ascii(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		switch {
		case u == '"' || u == '\\':
			b.WriteByte('\\')
			b.WriteByte(byte(u))
		case u < ' ' || u > '~':
			fmt.Fprintf(&b, `\u%04x`, u)
		default:
			b.WriteByte(byte(u))
		}
	}
	return b.String()
}

var hard = []string{
	`s3cr3t/p@ss+word`, `it's "quoted" $HOME`, `back\slash\n%41`, "pässwörd-秘密-🙂", `a b&c<d>e;f`, `100%&amp;+x`, "tab\there", "simple0123", `''""\\%%`,
}

// seen says that a text, or what the usual decoders make of it, holds a secret.
func seen(text, s string) bool {
	if strings.Contains(text, s) {
		return true
	}
	if u, err := url.QueryUnescape(text); err == nil && strings.Contains(u, s) {
		return true
	}
	if u, err := url.PathUnescape(text); err == nil && strings.Contains(u, s) {
		return true
	}
	return strings.Contains(html.UnescapeString(text), s)
}

func TestMaskSpellings(t *testing.T) {
	for _, s := range hard {
		for name, form := range spellings(t, s) {
			got := maskAll(t, "before "+form+" after", whole, s)
			if !strings.Contains(got, masked) || strings.Contains(got, form) || seen(got, s) {
				t.Errorf("%s of %q: %q is shown as %q", name, s, form, got)
			}
			if !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") {
				t.Errorf("%s of %q: more than the secret is gone: %s", name, s, got)
			}
			if text := MaskText([]string{s})("before " + form + " after"); text != got {
				t.Errorf("%s of %q: MaskText gives %q, NewMask %q", name, s, text, got)
			}
		}
	}
}

// base64 in lines, as tools write it: no part that tells of the secret is left.
func TestMaskWrapped(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for n := range 200 {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", n) + secret + strings.Repeat("y", 90)))
		for _, end := range []string{"\n", "\r\n"} {
			var lines []string
			for rest := text; rest != ""; {
				k := min(64+12*(n%2), len(rest))
				lines = append(lines, rest[:k])
				rest = rest[k:]
			}
			in := "-----\n" + strings.Join(lines, end) + end + "-----\n"
			got := maskAll(t, in, whole, secret)
			if strings.Count(got, masked) != 1 {
				t.Fatalf("%d bytes before: %s", n, got)
			}
			for range 20 {
				if again := maskAll(t, in, func(rest string) int { return 1 + rnd.IntN(min(40, len(rest))) }, secret); again != got {
					t.Fatalf("in pieces %q, whole %q", again, got)
				}
			}
		}
	}
	if in := "a word c2Vjc\nmNyMw ends\n"; maskAll(t, in, whole, "secr3cr3") != in {
		t.Error("a line that is no base64 is masked")
	}
}

// However output is cut into writes, the same comes out.
func TestMaskAnyCut(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	secrets := append([]string{"abc", "abcdef", "cde", "line one\nline two\nand three"}, hard...)
	var pieces []string
	for _, s := range secrets {
		for _, f := range spellings(t, s) {
			pieces = append(pieces, f)
		}
	}
	pieces = append(pieces, " ", "\n", "\r\n", "%", "\\", "&", "'", `"`, "plain text", strings.Repeat("QUJD", 20), "50%", `\x`, "&am", "\x00\xff")
	for range 60 {
		var b strings.Builder
		for range 60 {
			p := pieces[rnd.IntN(len(pieces))]
			if rnd.IntN(3) == 0 {
				p = p[:rnd.IntN(len(p)+1)]
			}
			b.WriteString(p)
		}
		want := maskAll(t, b.String(), whole, secrets...)
		for range 20 {
			width := 1 + rnd.IntN(60)
			if got := maskAll(t, b.String(), func(rest string) int { return 1 + rnd.IntN(min(width, len(rest))) }, secrets...); got != want {
				t.Fatalf("of %q\nin pieces %q\nwhole     %q", b.String(), got, want)
			}
		}
		for _, s := range secrets {
			if strings.Contains(want, s) {
				t.Fatalf("%q is shown in %q", s, want)
			}
		}
	}
}

// What is no secret goes through as it is, at once.
func TestMaskLeavesOthers(t *testing.T) {
	var b bytes.Buffer
	w := NewMask(&b, hard)
	var want strings.Builder
	for i := range 2000 {
		l := fmt.Sprintf("pg_restore: processing item %d TABLE DATA \"orders\\%x\" 50%% &c. +1 'x' c2VjcmV0\n", i, i)
		want.WriteString(l)
		if _, err := io.WriteString(w, l); err != nil {
			t.Fatal(err)
		}
		if b.String() != want.String() {
			t.Fatalf("%d bytes of %d came at once: %q", b.Len(), want.Len(), l)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add("a %73%33cr3t", "s3cr3t", uint8(3))
	f.Add(`x \u0073\x33c"`, `s3c"r`, uint8(1))
	f.Fuzz(func(t *testing.T, text, s string, cut uint8) {
		if len(s) < 3 || strings.Contains(masked, s) || strings.ContainsAny(s, "[]\r\n") || len(s) > 64 {
			return
		}
		got := maskAll(t, text, whole, s)
		if strings.Contains(got, s) && !strings.Contains(strings.ReplaceAll(text, s, ""), s) && !strings.Contains(s, "masked") {
			t.Fatalf("%q is shown in %q", s, got)
		}
		if again := maskAll(t, text, func(rest string) int { return min(int(cut)+1, len(rest)) }, s); again != got {
			t.Fatalf("in pieces %q, whole %q", again, got)
		}
	})
}

// BenchmarkMask tells the throughput beside that of counting line ends.
func BenchmarkMask(b *testing.B) {
	var text []byte
	for i := 0; len(text) < 4<<20; i++ {
		text = fmt.Appendf(text, "%06d pg_restore: processing data for table \"public.order_lines\", row %d of 48210 at /srv/backups/orders\n", i, i*7)
	}
	b.Run("bytes.Count", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			bytes.Count(text, []byte{'\n'})
		}
	})
	for _, n := range []int{0, 5, 50} {
		var secrets []string
		for i := range n {
			secrets = append(secrets, fmt.Sprintf("pA%d/ss-w0rd+%x", i, i*7919))
		}
		for name, piece := range map[string]int{"": 32 << 10, "/lines": 0} {
			b.Run(fmt.Sprintf("secrets=%d%s", n, name), func(b *testing.B) {
				w := NewMask(io.Discard, secrets)
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				for b.Loop() {
					for rest := text; len(rest) > 0; {
						k := min(piece, len(rest))
						if piece == 0 {
							k = bytes.IndexByte(rest, '\n') + 1
						}
						if _, err := w.Write(rest[:k]); err != nil {
							b.Fatal(err)
						}
						rest = rest[k:]
					}
				}
			})
		}
	}
}
