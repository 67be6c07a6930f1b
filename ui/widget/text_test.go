package widget_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                             "plain",
		"two\r\nlines":                      "two\nlines",
		"a\tb":                              "a       b",
		"abcdefg\tb":                        "abcdefg b",
		"\x1b[31mred\x1b[0m \x1b[2J\x1b[H!": "red !",
		"\x1b]0;title\x07text":              "text",
		"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\": "link",
		"a\x1b\x1b[1mb":              "ab",
		"bell\a back\b del\x7f":      "bell back del",
		"rtl \u202eevil\u202c":       "rtl evil",
		"zero\u200bwidth\ufeff":      "zerowidth",
		"family 👨‍👩‍👧 and ❤️ and 👍🏽": "family 👨 and ❤ and 👍",
		"bad \xff utf8":              "bad \uFFFD utf8",
		"e\u0301 stays":              "e\u0301 stays",
		"漢字":                         "漢字",
		"c1 \u009b31m":               "c1 31m",
	} {
		if got := widget.Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
	if got := widget.CleanLine("one\ntwo\r\n\nthree"); got != "one two three" {
		t.Errorf("CleanLine: %q", got)
	}
}

// FuzzClean: whatever comes in, nothing that can move the cursor or hide text
// comes out, and a second time changes nothing.
func FuzzClean(f *testing.F) {
	for _, s := range []string{"\x1b[31mx", "\x1b]0;a\x07b", "👨‍👩‍👧", "\xff\xfe", "a\tb\r\nc", "\u202e", "\x9b31m", "🇩🇪"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := widget.Clean(s)
		for _, r := range out {
			if r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) {
				t.Fatalf("%q came through in %q", r, out)
			}
		}
		if again := widget.Clean(out); again != out {
			t.Fatalf("not stable: %q, then %q", out, again)
		}
		for _, l := range strings.Split(out, "\n") {
			if got, want := widget.Width(l), ansi.StringWidth(l); got != want {
				t.Fatalf("Width(%q) = %d, want %d", l, got, want)
			}
		}
	})
}

func FuzzWidth(f *testing.F) {
	for _, s := range []string{"│ ✓ ok", "\x1b[1;38;5;12mx\x1b[m", "é", "e\u0301", "▶\ufe0f", "漢", "\x1b[2J", "a\tb", "█▌░…"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := widget.Width(s), ansi.StringWidth(s); got != want {
			t.Fatalf("Width(%q) = %d, want %d", s, got, want)
		}
	})
}

func FuzzMarkdown(f *testing.F) {
	f.Add("# a\n\n- b\n\t- c\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", 20)
	f.Add("> ```sh\n> echo \"$(\n", 40)
	f.Add("1. x\n\n   ```\n   y\n", 12)
	f.Fuzz(func(t *testing.T, src string, w int) {
		if w < 10 || w > 200 {
			return
		}
		doc := widget.Markdown(st, src, w, 1)
		if len(doc.Lines) != len(doc.Source) {
			t.Fatalf("%d lines, %d sources", len(doc.Lines), len(doc.Source))
		}
		for i, l := range doc.Lines {
			if strings.Contains(l, "\n") || ansi.StringWidth(l) > w {
				t.Fatalf("line %d of %d cells: %q", i, w, l)
			}
			if i > 0 && doc.Source[i] < 1 {
				t.Fatalf("line %d comes from line %d", i, doc.Source[i])
			}
		}
	})
}

func TestMarkdownKnowsItsLines(t *testing.T) {
	src := "---\ntitle: x\n---\n# One\n\ntext\n\n## Two\n\n```sh\na\nb\n```\n\n- c\n- d\n"
	doc := widget.Markdown(st, src, 40, 1)
	for text, line := range map[string]int{"One": 4, "text": 6, "Two": 8, "a": 11, "b": 12, "c": 15, "d": 16} {
		at := doc.LineOf(line)
		if got := ansi.Strip(doc.Lines[at]); !strings.Contains(got, text) {
			t.Errorf("line %d: %q, want %q", line, got, text)
		}
		if doc.SourceOf(at) != line {
			t.Errorf("SourceOf(%d) = %d, want %d", at, doc.SourceOf(at), line)
		}
	}
}

func TestTables(t *testing.T) {
	for src, want := range map[string]string{
		"| a | b |\n|---|---|\n| 1 | 2 |\n": "a  b\n────\n1  2",
		"| | |\n|---|---|\n| 1 | 2 |\n":     "1  2",
		"| a |\n|---|\n| one two three |\n": "a\n──────────\none two\nthree",
	} {
		doc := widget.Markdown(st, src, 10, 1)
		var lines []string
		for _, l := range doc.Lines {
			lines = append(lines, strings.TrimRight(ansi.Strip(l), " "))
		}
		if got := strings.Join(lines, "\n"); got != want {
			t.Errorf("%q:\n%s\nwant:\n%s", src, got, want)
		}
	}
}

func TestSizesAndSentences(t *testing.T) {
	for n, want := range map[int64]string{-1: "?", 0: "0 B", 554 << 10: "554 KiB", 2 << 30: "2.0 GiB"} {
		if got := widget.Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
	for text, want := range map[string]string{
		"": "", "this is destructive": "This is destructive", "so, no": "So, no", "écrit par": "Écrit par", "it's live": "It's live",
		"shop-20261122T025510Z.db: checksum fails": "shop-20261122T025510Z.db: checksum fails", "pg_restore failed": "pg_restore failed",
		"psql: no such host": "psql: no such host", "/srv is full": "/srv is full", "shop… is bad": "shop… is bad", "顧客 x": "顧客 x",
	} {
		if got := widget.Sentence(text); got != want {
			t.Errorf("Sentence(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestFormats(t *testing.T) {
	h, day := time.Hour, 24*time.Hour
	for d, want := range map[time.Duration]string{
		0: "0s", 40 * time.Second: "40s", 12 * time.Minute: "12m", 3*time.Minute + time.Second: "3m1s",
		12*time.Minute + 30*time.Second: "12m", 7*h + 14*time.Minute: "7h14m", 3*day + 4*h: "3d4h", 45*day + h: "45d",
		day: "24h", 31*h + 12*time.Minute: "31h", 2*day + h: "2d1h", 385 * day: "1y20d", -5 * time.Minute: "-5m",
	} {
		if got := widget.Span(d); got != want {
			t.Errorf("Span(%s) = %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{7 * time.Second: "0:07", 27*time.Minute + 41*time.Second: "27:41", h: "1:00:00", -5 * time.Second: "-0:05"} {
		if got := widget.Clock(d); got != want {
			t.Errorf("Clock(%s) = %q, want %q", d, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{{"abcdef", 6, "abcdef"}, {"abcdef", 4, "abc…"}, {"漢字漢字", 4, "漢…"}, {"abc", 0, ""}, {"abc", 1, "a"}} {
		if got := widget.Cut(c.in, c.w, "…"); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
	if got := widget.CutMiddle("/mnt/nas/orders/2026.dump", 12, "…"); got != "/mnt/n….dump" {
		t.Errorf("CutMiddle: %q", got)
	}
}

func TestRing(t *testing.T) {
	r := widget.NewRing(3)
	for i := range 5 {
		r.Add(fmt.Sprint(i))
	}
	if got := fmt.Sprint(r.Tail(9, 0), r.Tail(2, 1), r.Len(), r.Total()); got != "[2 3 4] [2 3] 3 5" {
		t.Errorf("ring: %s", got)
	}
	r = widget.NewRing(10)
	for _, chunk := range []string{"one\ntw", "o\n10 %\r20 %", "\r30 %", "\nend\n"} {
		if _, err := r.Write([]byte(chunk)); err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(r.Tail(9, 0)); got != "[one two 30 % end]" {
		t.Errorf("written: %s", got)
	}
}

func TestListStaysInside(t *testing.T) {
	l := &widget.List{}
	keys := []string{"up", "down", "pgup", "pgdown", "home", "end", "j", "k", "x"}
	for i := range 3000 {
		switch i % 7 {
		case 0:
			l.SetLen(i * 31 % 50)
		case 3:
			l.Fit(i * 17 % 20)
		case 5:
			l.Wheel(i%9 - 4)
		}
		l.Key(keys[i*13%len(keys)])
		if l.Cursor < 0 || (l.Len > 0 && l.Cursor >= l.Len) || l.Offset < 0 || l.Offset > max(0, l.Len-1) {
			t.Fatalf("after %d: %+v", i, *l)
		}
	}
}

func TestHighlight(t *testing.T) {
	for lang, src := range map[string]string{
		"sh": "if a; then\n  echo \"$X\" # hi\nfi", "bash": "broken ( \"", "sql": "select 'x' -- y", "lifeboat": "action: restore\n# c", "go": "x := 1",
	} {
		lines := widget.Highlight(st, lang, src)
		if got := ansi.Strip(strings.Join(lines, "\n")); got != src {
			t.Errorf("%s: %q became %q", lang, src, got)
		}
	}
	if !strings.Contains(widget.Highlight(st, "sh", "psql <name>")[0], "4m") {
		t.Error("a placeholder is not underlined")
	}
}

func TestOver(t *testing.T) {
	under := strings.Join([]string{"0123456789", "漢字漢字漢字", "0123456789"}, "\n")
	got := ansi.Strip(widget.Over(under, "AB\nCD", 3, 1, 12, 3))
	if want := "0123456789  \n漢 AB 字漢字\n012CD56789  "; got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
