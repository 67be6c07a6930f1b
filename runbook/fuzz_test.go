package runbook

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// seedDocuments gives a fuzzer the documents of testdata and a few shapes
// that once were trouble.
func seedDocuments(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob("testdata/readings/*.md")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seed documents: %v", err)
	}
	for _, path := range files {
		src, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	for _, s := range []string{
		"", "\n", "---\n", "---\n---", "\ufeff---\ntitle: x\n...\n# y", "# \n```", "1.\n   ```sh\n\tls\n", "> ```bash\n> ls\n",
		"* \n\n      ls -l\n", "```console\n$ \n$ cat <<E\n> a\n> E\n```", "# a\r\n```sh\r\nls\r\n```\r\n", "Step 1\n===\n- [x]\n",
		"<!-- lifeboat: budget=x -->\n# {a=}\n```lifeboat\n- a\n```", "**1.**", "a | b\n-|-\n1 | 2\n",
	} {
		f.Add([]byte(s))
	}
}

// FuzzParse: reading never panics, is the same each time, keeps its lines
// within the file, and takes every script from the file's text.
func FuzzParse(f *testing.F) {
	seedDocuments(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		rb := Parse("fuzz.md", src)
		if again := Parse("fuzz.md", src); !reflect.DeepEqual(rb, again) {
			t.Fatalf("two readings differ:\n%s", cmp.Diff(rb, again))
		}
		lines := strings.Split(string(src), "\n")
		inFile := func(what string, line int) {
			if line < 1 || line > len(lines) {
				t.Fatalf("%s on line %d of %d", what, line, len(lines))
			}
		}
		rb.allSteps(func(st *Step) {
			inFile("step", st.Line)
			for _, b := range st.Blocks {
				inFile("block", b.Line)
				inFile("block's end", b.EndLine)
			}
			for _, it := range st.Items() {
				inFile("item", it.Line)
			}
			for _, c := range st.Commands() {
				checkOrigin(t, lines, c)
			}
		})
		for _, p := range rb.Problems {
			inFile("problem "+p.Rule, p.Line)
		}
		for _, p := range rb.Placeholders {
			inFile("placeholder", p.Line)
		}
		for _, p := range Lint(rb, LintEnv{LookTool: func(string) bool { return false }}) {
			inFile("lint "+p.Rule, p.Line)
		}
	})
}

// checkOrigin holds a script's lines against the lines of the file from
// which they say they come.
func checkOrigin(t *testing.T, lines []string, c *Command) {
	t.Helper()
	script := strings.Split(c.Script, "\n")
	if len(script) != len(c.Origin) {
		t.Fatalf("%d lines of script, %d origins", len(script), len(c.Origin))
	}
	for i, o := range c.Origin {
		if o.Line < 1 || o.Line > len(lines) || o.Column < 1 || o.Column > len(lines[o.Line-1])+1 {
			t.Fatalf("origin %v is not in the file", o)
		}
		if rest := strings.TrimRight(lines[o.Line-1][o.Column-1:], "\r"); rest != script[i] {
			t.Fatalf("line %d of the script is %q, the file has %q", i+1, script[i], rest)
		}
	}
}

// FuzzFill: filling never panics, leaves nothing missing that was answered,
// and in shell a value can't break out of the word it stands in.
func FuzzFill(f *testing.F) {
	for _, s := range []string{
		"aws s3 cp s3://<bucket>/YYYYMMDD .", `echo "<a> '$(cat <b>)'"`, "cat <<EOF\n<name>\nEOF", "cat <<'EOF'\n{{ name }}\nEOF",
		"# <note>\nls CHANGEME", "diff <a >b", "echo '<x>'y\"<z>\"", "x=<y> ./run", "echo <unclosed", "echo $(( <n> + 1 ))",
	} {
		f.Add(s, "it's; rm -rf / #")
	}
	f.Fuzz(func(t *testing.T, script, value string) {
		c := Command{Script: script, Language: "bash"}
		_, missing := c.Fill(nil)
		answers := map[string]string{}
		for _, name := range missing {
			answers[name] = value
		}
		filled, left := c.Fill(answers)
		if len(left) > 0 {
			t.Fatalf("still missing %q", left)
		}
		if len(missing) == 0 && filled != script {
			t.Fatalf("changed without a placeholder: %q", filled)
		}
		if strings.ContainsAny(value, "\x00\r\n") || !utf8.ValidString(value) {
			return
		}
		before, err := parseShell(script, "bash")
		if err != nil || !plainCalls(before) {
			return
		}
		after, err := parseShellRaw(filled)
		if err != nil {
			t.Fatalf("%q no longer parses: %v", filled, err)
		}
		if got, want := countCalls(after), countCalls(before); got != want {
			t.Fatalf("%q has %d calls, %q had %d", filled, got, script, want)
		}
	})
}

// FuzzDanger: judging never panics, and keeps its findings within the script.
func FuzzDanger(f *testing.F) {
	for _, c := range dangerCases {
		f.Add(c.script, c.language)
	}
	for _, script := range append(destructiveScripts, harmlessScripts...) {
		f.Add(script, "bash")
	}
	for _, name := range []string{"destructive.txt", "destructive-3.txt", "harmless-3.txt"} {
		for _, c := range dangerList(f, name) {
			f.Add(c.script, c.language)
		}
	}
	f.Fuzz(func(t *testing.T, script, language string) {
		lines := strings.Count(script, "\n") + 1
		for _, found := range Danger(script, language) {
			if found.Line < 1 || found.Line > lines || found.Column < 1 {
				t.Fatalf("finding at %d:%d of %d lines", found.Line, found.Column, lines)
			}
			if found.What == "" || found.Why == "" {
				t.Fatalf("finding says nothing: %+v", found)
			}
		}
	})
}
