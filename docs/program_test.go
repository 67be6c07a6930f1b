package docs

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// program is the command line, as the program itself tells it.
type program struct {
	t       *testing.T
	binary  string
	answers map[string][]string // of complete
	anyFlag map[string]bool
}

var flagForm = regexp.MustCompile(`^--[a-z][a-z0-9-]*$`)

// build builds lifeboat and asks it for its flags.
func build(t *testing.T) *program {
	t.Helper()
	touchSources(t)
	p := &program{t: t, binary: filepath.Join(t.TempDir(), "lifeboat"), answers: map[string][]string{}, anyFlag: map[string]bool{}}
	cmd := exec.Command("go", "build", "-o", p.binary, "./cmd/lifeboat")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build ./cmd/lifeboat: %v\n%s", err, out)
	}
	for _, sub := range append([]string{""}, p.subcommands(nil)...) {
		for _, f := range p.flags(strings.Fields(sub)) {
			p.anyFlag[f] = true
		}
	}
	return p
}

// touchSources opens every directory of the module, so that a cached result
// of this test does not outlive a change of the program: `go test` knows what
// a test opened, not what the compiler did.
func touchSources(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if name := d.Name(); err == nil && d.IsDir() && p != root && (strings.HasPrefix(name, ".") || name == "bin") {
			return filepath.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// complete asks for what could come after these words: cobra answers it for
// the shells' completions, without anything hidden.
func (p *program) complete(words ...string) []string {
	key := strings.Join(words, "\x00")
	if known, ok := p.answers[key]; ok {
		return known
	}
	var list []string
	for line := range strings.Lines(p.output(append([]string{"__complete"}, words...)...)) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if name != "" && !strings.HasPrefix(name, ":") {
			list = append(list, name)
		}
	}
	p.answers[key] = list
	return list
}

// output runs lifeboat away from any workspace, and gives what it prints.
func (p *program) output(args ...string) string {
	cmd := exec.Command(p.binary, args...)
	cmd.Dir = p.t.TempDir()
	cmd.Env = append(os.Environ(), "LIFEBOAT_STATE="+cmd.Dir, "HOME="+cmd.Dir)
	out, err := cmd.Output()
	if err != nil {
		p.t.Fatalf("lifeboat %q: %v", args, err)
	}
	return string(out)
}

func (p *program) subcommands(of []string) []string {
	return p.complete(append(slices.Clone(of), "")...)
}

func (p *program) flags(of []string) []string {
	var out []string
	for _, f := range p.complete(append(slices.Clone(of), "-")...) {
		if strings.HasPrefix(f, "-") {
			out = append(out, strings.TrimSuffix(f, "="))
		}
	}
	return out
}

// check says which words of a command line lifeboat does not know: the
// subcommand, and flags. Arguments are the reader's own.
func (p *program) check(words []string) []string {
	var wrong, command []string
	for i := 0; i < len(words); i++ {
		w := strings.Trim(words[i], "[]…")
		switch {
		case w == "-C":
			i++ // its directory
		case strings.HasPrefix(w, "-"):
			flag, _, _ := strings.Cut(w, "=")
			if flag != "-" && flag != "--" && !slices.Contains(p.flags(command), flag) {
				wrong = append(wrong, flag)
			}
		case len(command) == 0:
			if !slices.Contains(p.subcommands(nil), w) {
				return append(wrong, w)
			}
			command = append(command, w)
		}
	}
	return wrong
}
