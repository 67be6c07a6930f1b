package report

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// parse reads Markdown as code hosts do.
func parse(src []byte) ast.Node {
	return goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(src))
}

// kinds counts what a document is made of.
func kinds(src []byte) map[ast.NodeKind]int {
	out := map[ast.NodeKind]int{}
	_ = ast.Walk(parse(src), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			out[n.Kind()]++
		}
		return ast.WalkContinue, nil
	})
	return out
}

// Whatever somebody else wrote stays text: no link, picture, raw HTML, mention
// or heading comes from it, in whatever place of the report it stands.
func TestHostileTextStaysText(t *testing.T) {
	s := hostile(t).fold()
	var b bytes.Buffer
	if err := Markdown(&b, &s); err != nil {
		t.Fatal(err)
	}
	got := kinds(b.Bytes())
	for _, k := range []ast.NodeKind{ast.KindLink, ast.KindImage, ast.KindAutoLink, ast.KindHTMLBlock} {
		if got[k] != 0 {
			t.Errorf("%d × %s in\n%s", got[k], k, b.String())
		}
	}
	if got[ast.KindRawHTML] != strings.Count(b.String(), "<!-- -->") {
		t.Errorf("HTML of somebody else's in\n%s", b.String())
	}
	for _, bad := range []string{"\x1b", "\a", "\u202e", "hunter2"} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("%q is in the report", bad)
		}
	}
	_ = ast.Walk(parse(b.Bytes()), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if row, ok := n.(*east.TableRow); ok && entering && row.ChildCount() != row.Parent().FirstChild().ChildCount() {
			t.Errorf("a row of %d cells in a table of %d", row.ChildCount(), row.Parent().FirstChild().ChildCount())
		}
		return ast.WalkContinue, nil
	})
}

// FuzzEscape: any text reads as itself in a list and in a table, and makes no
// node of its own; as code too.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"order_lines", "# 1", "1. x", "1) x", "- x", "a|b", "`", "``a`", "<b>", "&amp;", "*a*", "~~a~~", "\\", "https://x.example/a_b", "www.x.example", "a@b.example", "@team", "$1", "+ x", "> x", "==", "[a]: b", "![a](b)", "https\\://", "日本 _x_", "ftp://x.example", "mailto:a@b.example", "x #"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := line(s)
		if want == "" {
			return
		}
		for _, place := range []string{"- %\n", "| a |\n| --- |\n| % |\n", "# x: %\n"} {
			src := []byte(strings.Replace(place, "%", esc(s), 1))
			plain := kinds([]byte(strings.Replace(place, "%", "x", 1)))
			got := kinds(src)
			for k, n := range got {
				if k != ast.KindText && k != ast.KindRawHTML && k != ast.KindString && n != plain[k] && !email(want) {
					t.Errorf("%q: %d × %s in %s", s, n, k, src)
				}
			}
			if read := reading(src); !strings.HasSuffix(read, strings.ReplaceAll(want, " ", "")) {
				t.Errorf("%q reads as %q in %s", want, read, src)
			}
		}
		src := []byte("| a |\n| --- |\n| " + cell(s) + " |\n")
		if n := kinds(src)[ast.KindCodeSpan]; n != 1 || kinds(src)[east.KindTableCell] != 2 {
			t.Errorf("%q: %d code spans in %s", s, n, src)
		}
	})
}

// email says that a text may hold an address, which code hosts link by
// themselves: it leads to nobody else than it says.
func email(s string) bool { return strings.ContainsRune(s, '@') }

// reading is what a person sees of a document, without spaces.
func reading(src []byte) string {
	var b strings.Builder
	_ = ast.Walk(parse(src), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.WriteString(unescape(string(n.Value(src))))
		case *ast.AutoLink:
			b.Write(n.Label(src))
		}
		return ast.WalkContinue, nil
	})
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, b.String())
}

// unescape takes the backslashes of Markdown away.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && s[i+1] < 0x80 && (unicode.IsPunct(rune(s[i+1])) || unicode.IsSymbol(rune(s[i+1]))) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
