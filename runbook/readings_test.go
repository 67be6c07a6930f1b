package runbook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A reading is what a careful person found in a document, before any parser
// did: the lines of its steps, and its commands.
type readingOf struct {
	Document   string           `json:"document"`
	Repository string           `json:"repository"`
	Path       string           `json:"path"`
	Commit     string           `json:"commit"`
	Licence    string           `json:"licence"`
	Set        string           `json:"set"` // dev, held
	Steps      []int            `json:"steps"`
	Commands   []commandReading `json:"commands"`
}

// commandReading identifies a script by its first line, and by a sum of its
// words, so that documents of others need not be copied here.
type commandReading struct {
	Line     int    `json:"line"`
	Language string `json:"language"`
	Sum      string `json:"sum"`
}

// atLeast holds the scores that a set of readings has to reach.
type atLeast struct{ stepF1, commandF1 float64 }

var (
	publicScores = atLeast{0.90, 0.95}
	ownScores    = atLeast{1, 1} // nothing in our own documents is in doubt
)

// TestReadings scores Parse against readings made by hand: of the documents
// in testdata/readings, and of public runbooks where LIFEBOAT_READINGS names a
// directory with copies of them. See testdata/readings/README.md.
func TestReadings(t *testing.T) {
	scoreReadings(t, "own", "testdata/readings", loadReadings(t, "testdata/readings/own.json"), ownScores)
	dir := os.Getenv("LIFEBOAT_READINGS")
	if dir == "" {
		return
	}
	sets := map[string][]readingOf{}
	for _, r := range loadReadings(t, "testdata/readings/public.json") {
		sets[r.Set] = append(sets[r.Set], r)
	}
	for set, readings := range sets {
		scoreReadings(t, set, dir, readings, publicScores)
	}
}

func loadReadings(t *testing.T, path string) []readingOf {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var readings []readingOf
	if err := json.Unmarshal(data, &readings); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return readings
}

func scoreReadings(t *testing.T, name, dir string, readings []readingOf, least atLeast) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		var steps, commands score
		for _, r := range readings {
			src, err := os.ReadFile(filepath.Join(dir, r.Document))
			if err != nil {
				t.Fatal(err)
			}
			s, c := scoreDocument(t, r, Parse(r.Document, src))
			steps.add(s)
			commands.add(c)
		}
		t.Logf("%d documents: steps %v, commands %v", len(readings), steps, commands)
		if steps.f1() < least.stepF1 {
			t.Errorf("steps: F1 %.3f, want at least %.2f", steps.f1(), least.stepF1)
		}
		if commands.f1() < least.commandF1 {
			t.Errorf("commands: F1 %.3f, want at least %.2f", commands.f1(), least.commandF1)
		}
	})
}

func scoreDocument(t *testing.T, r readingOf, rb *Runbook) (steps, commands score) {
	t.Helper()
	var found []int
	titles := map[int]string{}
	for _, st := range rb.Steps {
		found = append(found, st.Line)
		titles[st.Line] = st.Title
	}
	steps = matchLines(r.Steps, found, func(int, int) bool { return true })

	var lines, want []int
	sums := map[int]string{}
	rb.allSteps(func(st *Step) {
		for _, c := range st.Commands() {
			lines = append(lines, c.Line)
			sums[c.Line] = sumOf(c.Script)
		}
	})
	wantSums := map[int]string{}
	for _, c := range r.Commands {
		want = append(want, c.Line)
		wantSums[c.Line] = c.Sum
	}
	commands = matchLines(want, lines, func(w, g int) bool { return wantSums[w] == sums[g] })
	if steps.wrong() > 0 || commands.wrong() > 0 {
		t.Logf("%s: steps %v missed %v extra %v; commands %v missed %v extra %v",
			r.Document, steps, steps.missed, titled(steps.extra, titles), commands, commands.missed, commands.extra)
	}
	return steps, commands
}

func titled(lines []int, titles map[int]string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = fmt.Sprintf("%d %q", l, titles[l])
	}
	return out
}

// sumOf is a sum of a script's words.
func sumOf(script string) string {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(script), " ")))
	return hex.EncodeToString(sum[:])[:12]
}

// score counts what was found rightly, and lists what was not.
type score struct {
	hits          int
	missed, extra []int
}

func (s *score) add(o score) {
	s.hits += o.hits
	s.missed = append(s.missed, o.missed...)
	s.extra = append(s.extra, o.extra...)
}

func (s score) wrong() int { return len(s.missed) + len(s.extra) }

func (s score) f1() float64 {
	if s.hits+s.wrong() == 0 {
		return 1
	}
	return 2 * float64(s.hits) / float64(2*s.hits+s.wrong())
}

func (s score) String() string {
	return fmt.Sprintf("F1 %.3f (%d right, %d missed, %d extra)", s.f1(), s.hits, len(s.missed), len(s.extra))
}

// matchLines pairs the lines wanted with those got, at most one apart.
func matchLines(want, got []int, same func(want, got int) bool) score {
	var s score
	used := map[int]bool{}
	for _, w := range want {
		match := -1
		for _, distance := range []int{0, 1, -1} {
			for i, g := range got {
				if match < 0 && !used[i] && g == w+distance && same(w, g) {
					match = i
				}
			}
		}
		if match < 0 {
			s.missed = append(s.missed, w)
			continue
		}
		used[match] = true
		s.hits++
	}
	for i, g := range got {
		if !used[i] {
			s.extra = append(s.extra, g)
		}
	}
	return s
}
