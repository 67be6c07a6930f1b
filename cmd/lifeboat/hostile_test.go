package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/tabwriter"
	"unicode"
	"unicode/utf8"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/report"
	"github.com/lifeboat-dr/lifeboat/internal/term"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// evil marks what must never stand where only lifeboat speaks: in a sequence,
// or at the start of a line.
const evil = "PWNED"

// hostile makes n strings of everything that a terminal's manual knows, and
// the next ones at random. None has a line feed but the forged lines.
func hostile(n int) []string {
	rnd := rand.New(rand.NewPCG(31337, 7))
	out := manual()
	for len(out) < n {
		var b strings.Builder
		for range 1 + rnd.IntN(6) {
			b.WriteString(piece(rnd, out))
		}
		out = append(out, b.String())
	}
	return out[:n]
}

// manual is one of each sequence, 7 bit, 8 bit and as UTF-8.
func manual() []string {
	var out []string
	for c := range 0x20 {
		if c != '\n' {
			out = append(out, "a"+string([]byte{byte(c)})+evil)
		}
	}
	out = append(out, "a\x7f"+evil)
	for c := 0x80; c < 0xa0; c++ {
		out = append(out, "a"+string([]byte{byte(c)})+evil, "a"+string(rune(c))+evil)
	}
	for c := 0x30; c < 0x7f; c++ {
		out = append(out, fmt.Sprintf("\x1b%c%s", c, evil))
		for _, inter := range []string{"#", "(", ")", "*", "+", " ", "%", "-", ".", "/"} {
			out = append(out, fmt.Sprintf("\x1b%s%c%s", inter, c, evil))
		}
	}
	for c := 0x40; c < 0x7f; c++ {
		for _, intro := range []string{"\x1b[", "\x9b", "\u009b"} {
			for _, params := range []string{"", "31337;31337", "?1000", ">4;1", "=1", "<u", "0 ", "1$", "2'", "5;6;8", "\"", "!", ":::"} {
				out = append(out, fmt.Sprintf("%s%s%c%s", intro, params, c, evil))
			}
		}
	}
	for _, intro := range []string{"\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x9d", "\x90", "\x9f", "\x9e", "\x98", "\u009d", "\u0090", "\u009f", "\u009e", "\u0098"} {
		for _, body := range []string{"0;" + evil, "2;" + evil, "52;c;UFdORUQ=", "8;;http://" + evil, "4;1;?", "10;?", "1337;File=:" + evil, "777;notify;" + evil, "9;" + evil, "$qm", "+q544e", "1;2q" + evil} {
			for _, end := range []string{"\a", "\x1b\\", "\x9c", "\u009c", "", "\x18", "\x1a", "\x1b"} {
				out = append(out, intro+body+end+evil)
			}
		}
	}
	return append(out,
		"\x1b[\x1b]0;"+evil+"\a31m", "\x1b\x1b\x1b[31m", "\x1b[3\x001\x00m", "\x1b[31\n32m"+evil, "\x1b]0;\x1b[31m"+evil+"\a",
		"\xc0\x9b31m", "\xe0\x80\x9b31m", "\xf0\x80\x80\x9b2J", "\xed\xa0\x80\xed\xb0\x80", "\xff\xfe\xfd", "\xe2\x80", "\xf4\x90\x80\x80",
		"a\u202e"+evil+"\u2066b\u2069\u202c", "a\u200b\u200d\u2060\ufeff"+evil, "\U000e0041\U000e0042\U000e007f"+evil, "x\ufe0f\U000e0100"+evil,
		"z"+strings.Repeat("\u0301\u0489\u20dd", 200)+evil, strings.Repeat("\u0300", 300), "\u3164\u115f\u1160\u034f\u17b4\u2800"+evil, "\ue000\U000f0000"+evil,
		"real line\r"+evil+" overwrites", "abc\b\b\b"+evil, "\r\r\r\r", "a\v\f\x85b", "line\u2028"+evil+"\u2029"+evil,
		"x\n12:00:00  concluded: passed "+evil, "x\r\n  ✓ readable "+evil, "x\nverdict   PASSED "+evil, "x\n"+evil,
		strings.Repeat("long "+evil+" ", 2000), strings.Repeat("\x1b[31m", 2000)+evil, strings.Repeat("\x1b]0;", 500)+evil, "\t\t\t"+evil,
		"👨‍👩‍👧‍👦👍🏽🇩🇪🏴\U000e0067\U000e0062\U000e007f"+evil, "ＦＵＬＬ漢字"+evil, "\u0e33\u0e33\u0f77"+evil,
	)
}

// piece is a random part of a hostile string: bytes, or one of the known ones,
// perhaps cut short.
func piece(rnd *rand.Rand, known []string) string {
	if rnd.IntN(2) == 0 {
		b := make([]byte, 1+rnd.IntN(12))
		for i := range b {
			b[i] = byte(rnd.IntN(256))
			if b[i] == '\n' {
				b[i] = 0x1b
			}
		}
		return string(b)
	}
	s := known[rnd.IntN(len(known))]
	return s[:rnd.IntN(min(len(s), 60)+1)]
}

// steers says that a character moves a cursor or others, or is not seen. It
// is told here anew, from the Unicode tables alone.
func steers(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp,
		unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// safe says what is wrong with bytes that reach a terminal outside the screens.
func safe(text []byte) error {
	if !utf8.Valid(text) {
		return errors.New("it is no UTF-8")
	}
	for i, r := range string(text) {
		if steers(r) && r != '\n' && r != '\t' {
			return fmt.Errorf("%U at byte %d: %q", r, i, text[max(0, i-40):min(len(text), i+20)])
		}
	}
	return nil
}

// forged says that a line of somebody else's begins like one of lifeboat's own.
func forged(text string) error {
	for l := range strings.Lines(text) {
		for _, own := range []string{"12:00:00  concluded", "verdict   PASSED", "  ✓ readable", evil} {
			if strings.HasPrefix(l, own) && strings.Contains(l, evil) {
				return fmt.Errorf("a forged line: %q", l)
			}
		}
	}
	return nil
}

// Whatever stands in a text, each way in which lifeboat shows it is safe.
func TestHostileText(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 1))
	for _, s := range hostile(10_000) {
		for name, got := range shown(t, rnd, s) {
			if err := safe([]byte(got)); err != nil {
				t.Errorf("%s of %q: %v", name, s, err)
			}
			if err := forged(got); err != nil && !strings.HasPrefix(name, "several") {
				t.Errorf("%s of %q: %v", name, s, err)
			}
		}
		if t.Failed() {
			return
		}
	}
}

// shown is a text in every place that can show it.
func shown(t *testing.T, rnd *rand.Rand, s string) map[string]string {
	t.Helper()
	var stdout, stderr, table, pieces bytes.Buffer
	a := &app{streams: streams{nil, &stdout, &stderr}, getenv: func(string) (string, bool) { return "", false }}
	a.printf("  %-10s %s\n", "own", s)
	a.printf("  %v %v\n", errors.New(s), []string{s})
	a.say("[%s] ", s)
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, cleanf("%s\t%s\t%s", "own", s, s))
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(&stderr, "lifeboat: ", message(errors.New("own: "+s)))
	c := cleaner(&pieces)
	for rest := s; rest != ""; {
		n := 1 + rnd.IntN(min(5, len(rest)))
		if _, err := io.WriteString(c, rest[:n]); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	ring := widget.NewRing(5)
	_, _ = io.WriteString(ring, "own "+s)
	return map[string]string{
		"stdout": stdout.String(), "stderr": stderr.String(), "table": table.String(),
		"several lines: text": clean(s), "several lines: output in pieces": pieces.String(), "several lines: literal": term.Literal(s),
		"several lines: on a screen": widget.Clean(s), "several lines: script on a screen": widget.Script(s),
		"on a line of a screen": "own " + widget.CleanLine(s), "several lines: output on a screen": strings.Join(ring.Tail(5, 0), "\n"),
	}
}

// A run that holds such text gives reports that hold none.
func TestHostileReports(t *testing.T) {
	t.Parallel()
	all := hostile(10_000)
	for len(all) > 0 {
		n := min(500, len(all))
		s := drill.State{Info: drill.RunInfo{Workload: all[0], Title: all[1], Operator: all[2], Owner: all[3]}}
		for i, text := range all[:n] {
			s.Notes = append(s.Notes, drill.Note{Text: text})
			s.Reasons = append(s.Reasons, text)
			s.Tasks = append(s.Tasks, drill.TaskState{
				Task:   drill.Task{ID: fmt.Sprint(i), Title: text, Script: text, Step: -1},
				Result: &drill.Result{Error: text, Warnings: []string{text}},
			})
		}
		all = all[n:]
		for name, write := range map[string]func(io.Writer, *drill.State) error{"md": report.Markdown, "json": report.JSON, "summary": report.Summary} {
			var b bytes.Buffer
			if err := write(&b, &s); err != nil {
				t.Fatal(err)
			}
			if err := safe(b.Bytes()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if b.Len() < 1000 && name != "summary" {
				t.Errorf("%s holds %d bytes", name, b.Len())
			}
		}
	}
}

// plainRunbook prints the strings, a few a command, and fails each time, so
// that --plain shows them. The names in it are hostile too.
func plainRunbook(t *testing.T, dir string, all []string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("# Drill \x1b[31m" + evil + "\x1b]0;" + evil + "\a \u202e \u009b2J title\n\n## Steps\n\n")
	for i := 0; len(all) > 0; i++ {
		n := min(12, len(all))
		name := fmt.Sprintf("out-%d", i)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Join(all[:n], "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		step := strings.ToValidUTF8(strings.NewReplacer("\n", " ", "\r", " ", "\x00", "0").Replace(all[0]), "?")
		fmt.Fprintf(&b, "%d. Step %d %s\n\n   Words %s\n\n   ```sh {optional}\n   cat %s >&2; false # %s\n   ```\n\n", i+1, i+1, step, step, name, step)
		all = all[n:]
	}
	return b.String()
}

// `run --plain --yes` under a pipe.
func TestHostilePlain(t *testing.T) {
	t.Parallel()
	all := hostile(10_000)
	var some []string
	for i := 0; i < len(all); i += 25 {
		some = append(some, all[i])
	}
	p := newProgram(t, t.TempDir(), map[string]string{"SUDO_USER": "op\x1b[31m" + evil + "\u202e"})
	p.write("hostile.md", plainRunbook(t, p.dir, some))
	p.write("two\nlines \x1b[31m.md", "# x\n")
	out, _ := p.run("run", "hostile.md", "--plain", "--yes", "--mode", "drill")
	if strings.Count(out, "          | ") < len(some)/2 {
		t.Fatalf("little was shown: %s", out)
	}
	for _, args := range [][]string{
		{"report"},
		{"report", "--json"},
		{"history"},
		{"history", "--json"},
		{"inspect", "hostile.md"},
		{"inspect", "hostile.md", "--json"},
		{"lint", "hostile.md"},
		{"lint", "hostile.md", "--json"},
		{"lint", "two\nlines \x1b[31m.md"},
		{"run", "\x1b[31m" + evil + ".md", "--yes"},
		{"status\x1b[31m\n" + evil},
		{"run", "hostile.md", "--yes", "--set", "a\x1b[2J\u202e=b"},
		{"--\x1b[31m" + evil},
		{"-C", "\x1b]0;" + evil + "\a", "status"},
		{"__complete", "run", ""},
	} {
		_, _ = p.run(args...) // what it prints is looked at, whatever it says
	}
	if err := safe(ownEcho(p.all.Bytes())); err != nil {
		t.Error(err)
	}
	if err := forged(p.all.String()); err != nil {
		t.Error(err)
	}
}

// ownEcho takes out the lines in which the test itself notes what it ran.
func ownEcho(all []byte) []byte {
	var out [][]byte
	for _, l := range bytes.Split(all, []byte("\n")) {
		if !bytes.HasPrefix(l, []byte("\x00")) {
			out = append(out, l)
		}
	}
	return bytes.Join(out, []byte("\n"))
}
