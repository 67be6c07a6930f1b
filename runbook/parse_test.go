package runbook

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file in testdata, or writes it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestInspectGolden(t *testing.T) {
	for _, name := range []string{"database-recovery", "alert-replica-lag", "annotated", "sessions"} {
		rb, err := Load(filepath.Join("testdata", "readings", name+".md"))
		if err != nil {
			t.Fatal(err)
		}
		var buf bytes.Buffer
		enc := json.NewEncoder(&buf)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(rb.Report()); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".json", buf.Bytes())
		buf.Reset()
		if err := rb.Report().WriteText(&buf); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".txt", buf.Bytes())
	}
}

func TestInspectListsAreNeverNull(t *testing.T) {
	data, err := json.Marshal(Parse("", []byte("# A\n\n## Steps\n\n1. Do it\n")).Report())
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte("null")) {
		t.Errorf("a null in %s", data)
	}
}

// stepTitles gives "number title" of each step.
func stepTitles(steps []Step) []string {
	var out []string
	for _, st := range steps {
		out = append(out, strings.TrimSpace(st.Number+" "+st.Title))
	}
	return out
}

func TestSteps(t *testing.T) {
	tests := []struct {
		name, src                    string
		steps, prereqs, rollback, po []string
	}{
		{
			name: "numbered headings", src: "# T\n## 1. Assess\ntext\n## 2) Restore it\ntext\n## 3 - Check\nx",
			steps: []string{"1 Assess", "2 Restore it", "3 Check"},
		},
		{
			name: "step headings", src: "# T\n## Step 1: Stop\nx\n### Detail\ny\n## Step 2 – Go\nx",
			steps: []string{"1 Stop", "2 Go"},
		},
		{name: "keycaps and emoji", src: "# 🔥 T\n## 1️⃣ Stop\nx\n## 2️⃣ Go\nx", steps: []string{"1 Stop", "2 Go"}},
		{name: "list under the title", src: "# T\n1. Stop it\n2. Start it\n", steps: []string{"1 Stop it", "2 Start it"}},
		{name: "list that tells", src: "# T\nThe alert has these causes:\n1. Stop of a node\n2. A full disk\n"},
		{name: "section with bullets", src: "# T\n## Mitigation\n- Restart it\n- Wait\n", steps: []string{"Mitigation"}},
		{name: "sub-headings", src: "# T\n## Recovery Steps\n### Stop\nx\n### Load\nx\n", steps: []string{"Stop", "Load"}},
		{
			name: "special sections", src: "# T\n## Before you begin\n- a\n## Procedure\n1. Load it\n## Back-out\n1. Undo it\n## Lessons learned\n- b\n",
			steps: []string{"1 Load it"}, prereqs: []string{"Before you begin"}, rollback: []string{"1 Undo it"}, po: []string{"Lessons learned"},
		},
		{name: "numbered post-recovery is a step", src: "# T\n## Steps\n### 1. Load\nx\n### 2. Post-Recovery\n- tell\n", steps: []string{"1 Load", "2 Post-Recovery"}},
		{name: "context is no step", src: "# T\n## Overview\nx\n## Impact\n1. Check this\n2. Check that\n## References\n- a\n## Escalation\n- b"},
		{
			name: "numbered chapters", src: "# T\n## 1. Overview\nx\n## 2. Prerequisites\nx\n## 3. Restore\nx\n## 4. References\nx",
			steps: []string{"3 Restore"}, prereqs: []string{"2 Prerequisites"},
		},
		{name: "numbered sub-steps", src: "# T\n## 1. Stop\nx\n## 2. Load\n### 2.1 Copy\nx\n### 2.2 Play\nx\n", steps: []string{"1 Stop", "2.1 Copy", "2.2 Play"}},
		{name: "glued heading", src: "# T\n##Stop it\n\n```\nsystemctl stop x\n```\n", steps: []string{"Stop it"}},
		{name: "bold number", src: "# T\n**1.** Stop it. Wait.\n\n**2.** Start it.\n", steps: []string{"1 Stop it", "2 Start it"}},
		{name: "setext", src: "T\n=\n\nSteps\n---\n1. Load it\n", steps: []string{"1 Load it"}},
		{name: "nothing", src: "# T\n\nJust words.\n"},
		{name: "no markdown", src: ""},
	}
	for _, tt := range tests {
		rb := Parse("t.md", []byte(tt.src))
		for _, c := range []struct {
			list string
			want []string
			got  []Step
		}{{"steps", tt.steps, rb.Steps}, {"prerequisites", tt.prereqs, rb.Prerequisites}, {"rollback", tt.rollback, rb.Rollback}, {"post-recovery", tt.po, rb.PostRecovery}} {
			if diff := cmp.Diff(c.want, stepTitles(c.got)); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", tt.name, c.list, diff)
			}
		}
	}
}

func TestAttributes(t *testing.T) {
	src := "# Steps\n\n## Load it {budget=1h30m phase=restore modes=drill,incident}\n\n" +
		"```bash {name=load timeout=5m capture=OUT danger cwd=\"/srv/a b\"}\nls\n```\n\n" +
		"```sh {\"name\":\"say\",\"interactive\":\"false\",\"closeTerminalOnSuccess\":\"true\"}\nls\n```\n\n" +
		"```sh {interactive=true optional colour=red}\nls\n```\n"
	rb := Parse("a.md", []byte(src))
	st := rb.Steps[0]
	if st.Title != "Load it" || st.Budget != 90*time.Minute || st.Phase != "restore" || strings.Join(st.Modes, " ") != "drill incident" {
		t.Errorf("step %+v", st)
	}
	cs := st.Commands()
	if c := cs[0]; c.ID != "load" || c.Timeout != 5*time.Minute || c.Capture != "OUT" || !c.Danger || c.Cwd != "/srv/a b" {
		t.Errorf("first command %+v", c)
	}
	if c := cs[1]; c.Name != "say" || c.Interactive {
		t.Errorf("second command %+v", c)
	}
	if c := cs[2]; c.ID != "load-it-3" || !c.Interactive || !c.Optional {
		t.Errorf("third command %+v", c)
	}
	if len(rb.Problems) != 1 || rb.Problems[0].Rule != "unknown-attribute" || rb.Problems[0].Line != 13 {
		t.Errorf("problems %+v", rb.Problems)
	}
}

func TestFrontMatter(t *testing.T) {
	src := "---\ntitle: Shop\nworkload: shop\nmodes: [drill, tabletop]\nrto: 1h\nrpo: 1d\nvars:\n  A: 1\nshell: zsh\n---\n# Other\n"
	rb := Parse("f.md", []byte(src))
	want := FrontMatter{
		Title: "Shop", Workload: "shop", Modes: []string{"drill", "tabletop"}, RTO: time.Hour, RPO: 24 * time.Hour,
		Vars: map[string]string{"A": "1"}, Shell: "zsh",
	}
	if diff := cmp.Diff(want, rb.Front); diff != "" {
		t.Errorf("front matter (-want +got):\n%s", diff)
	}
	if rb.Title != "Shop" || len(rb.Problems) > 0 {
		t.Errorf("title %q, problems %v", rb.Title, rb.Problems)
	}
}

func TestFrontMatterProblems(t *testing.T) {
	tests := []struct {
		src  string
		line int
	}{
		{"---\ntitle: x\nrto: soon\n---\n", 3},
		{"---\ntitle: x\nmodes: [war]\n---\n", 3},
		{"---\ntitel: x\n---\n", 2},
		{"---\na: [\n---\n", 2},
		{"---\n- a\n- b\n---\n", 2},
	}
	for _, tt := range tests {
		p := Parse("f.md", []byte(tt.src)).Problems
		if len(p) != 1 || p[0].Rule != "front-matter" || p[0].Line != tt.line {
			t.Errorf("%q: %+v, want one front-matter problem on line %d", tt.src, p, tt.line)
		}
	}
}

func TestActions(t *testing.T) {
	src := "# Steps\n\n## Restore\n\n```lifeboat\naction: restore\nto: scratch\njobs: 4\n```\n\n## Bad\n\n```lifeboat\nto: [a\n```\n\n```lifeboat\nto: x\n```\n"
	rb := Parse("a.md", []byte(src))
	a := rb.Steps[0].Actions()[0]
	want := Action{ID: "restore-1", Line: 6, Name: "restore", Args: map[string]string{"to": "scratch", "jobs": "4"}, ArgLines: map[string]int{"to": 7, "jobs": 8}}
	if diff := cmp.Diff(want, *a); diff != "" {
		t.Errorf("action (-want +got):\n%s", diff)
	}
	var lines []int
	for _, p := range rb.Problems {
		lines = append(lines, p.Line)
	}
	if diff := cmp.Diff([]int{14, 18}, lines); diff != "" {
		t.Errorf("lines of problems (-want +got):\n%s", diff)
	}
}

func TestBlocksInOrder(t *testing.T) {
	src := "# T\n\nIntro.\n\n## Steps\n\n### Load\n\nFirst *this*.\n\n- one\n- [x] two\n  ```sh\n  ls\n  ```\n\n```yaml\na: b\n```\n\nLast.\n"
	rb := Parse("b.md", []byte(src))
	var got []string
	for _, b := range rb.Steps[0].Blocks {
		switch {
		case b.Command != nil:
			got = append(got, "command "+b.Command.Script)
		case b.Item != nil:
			got = append(got, "item "+b.Item.Text)
		case b.Sample != nil:
			got = append(got, "sample "+b.Sample.Language)
		default:
			got = append(got, "prose "+b.Prose)
		}
	}
	want := []string{"prose First *this*.", "item one", "item two", "command ls", "sample yaml", "prose Last."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	if rb.Intro != "Intro.\n\n## Steps" {
		t.Errorf("intro %q", rb.Intro)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for path, want := range map[string]error{
		filepath.Join(dir, "absent.md"):                       os.ErrNotExist,
		write("binary.md", []byte{0xff, 0xfe, 0, 1}):          ErrNotText,
		write("nul.md", []byte("a\x00b")):                     ErrNotText,
		write("large.md", bytes.Repeat([]byte("a\n"), 3<<20)): ErrTooLarge,
		write("restore-orders.md", []byte("text")):            nil,
	} {
		rb, err := Load(path)
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", filepath.Base(path), err, want)
		}
		if err == nil && rb.Title != "restore orders" {
			t.Errorf("title %q", rb.Title)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	src, err := os.ReadFile("testdata/readings/database-recovery.md")
	if err != nil {
		b.Fatal(err)
	}
	src = bytes.Repeat(src, 6500/len(src)+1)[:6500]
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		Parse("bench.md", src)
	}
}
