package runbook

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"mvdan.cc/sh/v3/syntax"
)

func parseShellRaw(script string) (*syntax.File, error) {
	return syntax.NewParser(syntax.Variant(syntax.LangBash), syntax.KeepComments(true)).Parse(strings.NewReader(script), "")
}

func countCalls(file *syntax.File) int {
	n := 0
	syntax.Walk(file, func(node syntax.Node) bool {
		if _, ok := node.(*syntax.CallExpr); ok {
			n++
		}
		return true
	})
	return n
}

// plainCalls holds for a script without arithmetic, patterns and heredocs,
// where a value may change how the rest is read, or is data.
func plainCalls(file *syntax.File) bool {
	plain := true
	syntax.Walk(file, func(node syntax.Node) bool {
		switch n := node.(type) {
		case nil, *syntax.File, *syntax.Stmt, *syntax.Word, *syntax.Lit, *syntax.SglQuoted, *syntax.BinaryCmd:
		case *syntax.DblQuoted:
			plain = plain && !n.Dollar
		case *syntax.CallExpr:
			plain = plain && len(n.Assigns) == 0
		default:
			plain = false
		}
		if q, ok := node.(*syntax.SglQuoted); ok && q.Dollar {
			plain = false
		}
		return true
	})
	return plain
}

func TestFill(t *testing.T) {
	answers := map[string]string{"bucket": "my bucket", "YYYYMMDD": "20260102", "name": `a"b$c`, "who": "it's", "YOUR_REGION": "eu-west-1"}
	tests := []struct{ language, script, want string }{
		{"bash", "aws s3 ls s3://<bucket>/db-YYYYMMDD", "aws s3 ls s3://'my bucket'/db-20260102"},
		{"bash", `echo "{{ name }}"`, `echo "a\"b\$c"`},
		{"bash", `echo '<who>'`, `echo 'it'\''s'`},
		{"bash", "echo <who>", `echo "it's"`},
		{"bash", "cat <<EOF\n{{ name }}\nEOF", "cat <<EOF\na\"b\\$c\nEOF"},
		{"bash", "cat <<'EOF'\n{{ name }}\nEOF", "cat <<'EOF'\na\"b$c\nEOF"},
		{"bash", `echo "$(cat <bucket>)"`, `echo "$(cat 'my bucket')"`},
		{"bash", "aws --region YOUR_REGION s3 ls ${BUCKET}", "aws --region eu-west-1 s3 ls ${BUCKET}"},
		{"bash", "sort <in >out", "sort <in >out"},
		{"bash", "docker ps --format '{{.Names}}'", "docker ps --format '{{.Names}}'"},
		{"sql", "select * from t where name = '<who>'", "select * from t where name = 'it's'"},
	}
	for _, tt := range tests {
		got, missing := Command{Script: tt.script, Language: tt.language}.Fill(answers)
		if got != tt.want || missing != nil {
			t.Errorf("Fill(%q) = %q, missing %q; want %q", tt.script, got, missing, tt.want)
		}
	}
}

func TestFillMissing(t *testing.T) {
	got, missing := Command{Script: "cp <from> <to> && ls <to>", Language: "bash"}.Fill(map[string]string{"from": "a"})
	if want := "cp a <to> && ls <to>"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if diff := cmp.Diff([]string{"to"}, missing); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
}

func TestFillAction(t *testing.T) {
	a := Action{Name: "restore", Args: map[string]string{"to": "<target>", "point": "latest"}}
	got, missing := a.Fill(map[string]string{"target": "my db"})
	if got.Args["to"] != "my db" || got.Args["point"] != "latest" || missing != nil {
		t.Errorf("got %v, missing %v", got.Args, missing)
	}
	if a.Args["to"] != "<target>" {
		t.Error("Fill changed the action it was called on")
	}
}

func TestPlaceholders(t *testing.T) {
	src := "---\nvars:\n  DB: shop\n---\n# Steps\n\n1. Get it\n\n   ```bash\n" +
		"   export KEY=1\n   aws s3 cp s3://<bucket>/$DB-YYYY-MM-DD.dump $DEST/$KEY ${TMP_X:-/tmp} $HOME $1\n   psql -c \"select to_char(now(), 'YYYY-MM-DD')\" $LIFEBOAT_TARGET_DSN\n   ```\n\n" +
		"2. Load it\n\n   ```sh {capture=ROWS}\n   for f in *; do read -r LINE; echo \"$f $LINE $(cat <<<\"$DEST\")\"; done\n   ```\n\n" +
		"3. Say it\n\n   ```sh\n   echo $ROWS {{ operator }} CHANGEME '<br>' '$NOT_ONE'\n   ```\n"
	got := Parse("p.md", []byte(src)).Placeholders
	want := []Placeholder{
		{Text: "<bucket>", Name: "bucket", Form: "angle", Line: 11, Column: 19, Count: 1},
		{Text: "YYYY-MM-DD", Name: "YYYY_MM_DD", Form: "date", Line: 11, Column: 32, Count: 1},
		{Text: "$DEST", Name: "DEST", Form: "variable", Line: 11, Column: 48, Count: 2},
		{Text: "{{ operator }}", Name: "operator", Form: "template", Line: 24, Column: 15, Count: 1},
		{Text: "CHANGEME", Name: "CHANGEME", Form: "word", Line: 24, Column: 30, Count: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("placeholders (-want +got):\n%s", diff)
	}
}
