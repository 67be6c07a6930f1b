package drill_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/drilltest"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

// secretive makes an engine keep secrets as the program does: by their names,
// and those that are registered.
func secretive(e *drill.Engine, registered ...string) {
	e.IsSecret = func(name string) bool { return strings.Contains(strings.ToLower(name), "password") }
	e.Mask = func(more []string) func(string) string {
		return command.MaskText(append(slices.Clone(registered), more...))
	}
	e.Executor.(*drill.Local).Mask = func(w io.Writer) io.WriteCloser { return command.NewMask(w, append(registered, hidden)) }
}

// again is an engine of another process on the same journal.
func again(d *drill.Desk, mem *drilltest.Memory, registered ...string) *drill.Engine {
	e := &drill.Engine{
		Journal: mem, History: mem, Executor: d.Executor, Estate: d.Estate, Now: d.Now, RunsDir: d.RunsDir,
		ScratchDir: d.ScratchDir, Operator: "another", Host: d.Host,
	}
	secretive(e, registered...)
	return e
}

// nowhere proves that a run's journal, its summary, and every file of its
// engine hold no secret. It gives the journal as it is stored.
func nowhere(t *testing.T, d *drill.Desk, mem *drilltest.Memory, run string) string {
	t.Helper()
	events, err := mem.Events(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, e := range events {
		all.WriteString(stored(t, e.Body))
	}
	sum, err := mem.FindRun(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	if text := all.String() + fmt.Sprintf("%+v", sum); strings.Contains(text, hidden) {
		i := strings.Index(text, hidden)
		t.Errorf("the journal has it: %s", text[max(0, i-200):min(len(text), i+100)])
	}
	err = filepath.WalkDir(d.RunsDir, func(path string, f os.DirEntry, err error) error {
		if err != nil || f.IsDir() {
			return err
		}
		if b, err := os.ReadFile(path); err != nil || strings.Contains(string(b), hidden) {
			t.Errorf("%s has it (%v)", path, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return all.String()
}

func effectOf(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(b)
}

// walkBook is one step with one command, which writes to a file.
func walkBook(script string) string {
	return "# Secrets\n\n## Steps\n\n1. Use it\n\n   ```bash\n   " + script + "\n   ```\n"
}

// The names alone keep it out, whatever is masked besides.
func TestSetSecretIsGivenAndNotKept(t *testing.T) {
	t.Run("masked", func(t *testing.T) { setSecret(t, true) })
	t.Run("by its name", func(t *testing.T) { setSecret(t, false) })
}

func setSecret(t *testing.T, masked bool) {
	t.Helper()
	d, mem := drilltest.Desk(t, fake(), nil)
	secretive(d.Engine)
	if !masked {
		d.Mask = nil
	}
	effect := filepath.Join(t.TempDir(), "effect")
	r := start(t, d, drill.StartRequest{
		Runbook: book(walkBook(`printf %s "$DB_PASSWORD $bucket" >> ` + effect + `; echo "it is $DB_PASSWORD"`)),
		Vars:    map[string]string{"DB_PASSWORD": hidden, "bucket": "backups"}, Unattended: true,
	})
	if err := drill.Walk(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	if got := effectOf(t, effect); got != hidden+" backups" {
		t.Errorf("the command saw %q", got)
	}
	s := r.State()
	if s.Vars["DB_PASSWORD"] != drill.Hidden || !slices.Contains(s.Hidden, "DB_PASSWORD") || s.Vars["bucket"] != "backups" {
		t.Errorf("vars %v, hidden %v", s.Vars, s.Hidden)
	}
	if out := effectOf(t, filepath.Join(d.RunDir(s.Info.ID), drill.OutputName(s.Tasks[0].Task.ID))); out != "it is "+drill.Hidden+"\n" {
		t.Errorf("output %q", out)
	}
	if text := nowhere(t, d, mem, s.Info.ID); !strings.Contains(text, "backups") {
		t.Error("what is no secret is not kept")
	}
	sameAfterReplay(t, mem, r)
}

func TestSecretPlaceholderIsFilled(t *testing.T) {
	d, mem := drilltest.Desk(t, fake(), nil)
	secretive(d.Engine)
	effect := filepath.Join(t.TempDir(), "effect")
	r := start(t, d, drill.StartRequest{Runbook: book(walkBook("printf %s <password> >> " + effect + "; echo <password>"))})
	s := r.State()
	missing := s.Missing()
	if len(missing) != 1 {
		t.Fatalf("it asks for %+v", missing)
	}
	if err := r.Do(t.Context(), drill.Next{}); err != nil {
		t.Fatal(err)
	}
	var no *drill.Refusal
	if err := r.Do(t.Context(), drill.Next{}); !errors.As(err, &no) || no.Kind != drill.RefuseAnswer {
		t.Fatalf("without an answer: %v", err)
	}
	if err := r.Do(t.Context(), drill.Answer{Name: missing[0].Name, Value: hidden}); err != nil {
		t.Fatal(err)
	}
	if err := drill.Walk(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	if got := effectOf(t, effect); got != hidden {
		t.Errorf("the command saw %q", got)
	}
	if s = r.State(); !s.Tasks[0].Result.OK || strings.Contains(s.Tasks[0].Task.Script+s.Tasks[0].Task.Title, hidden) {
		t.Errorf("%+v", s.Tasks[0])
	}
	nowhere(t, d, mem, s.Info.ID)
	sameAfterReplay(t, mem, r)
}

// A runbook that holds a registered secret word for word does what it says,
// and its journal does not say it.
func TestSecretInTheRunbook(t *testing.T) {
	dir := t.TempDir()
	effect, file := filepath.Join(dir, "effect"), filepath.Join(dir, "book.md")
	text := walkBook("printf %s "+hidden+" >> "+effect) + "\n2. Again\n\n   ```bash\n   printf %s " + hidden + " >> " + effect + "\n   ```\n"
	load := func(t *testing.T, text string) *runbook.Runbook {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		rb, err := runbook.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		return rb
	}
	// left is a run whose process died after the first command.
	left := func(t *testing.T) (*drill.Desk, *drilltest.Memory, *drill.Run) {
		t.Helper()
		_ = os.Remove(effect)
		d, mem := drilltest.Desk(t, fake(), nil)
		secretive(d.Engine, hidden)
		r := start(t, d, drill.StartRequest{Runbook: load(t, text)})
		until(t, r, func(s *drill.State) bool { return s.Current == 1 })
		if got := effectOf(t, effect); got != hidden {
			t.Fatalf("the first command saw %q", got)
		}
		if all := nowhere(t, d, mem, r.ID()); !strings.Contains(all, drill.Hidden) {
			t.Error("nothing is masked")
		}
		r.Die()
		return d, mem, r
	}
	t.Run("unchanged", func(t *testing.T) {
		d, mem, r := left(t)
		next, err := again(d, mem, hidden).Resume(t.Context(), r.ID(), true)
		if err != nil {
			t.Fatal(err)
		}
		if err := drill.Walk(t.Context(), next, nil); err != nil {
			t.Fatal(err)
		}
		if got := effectOf(t, effect); got != hidden+hidden {
			t.Errorf("the commands saw %q", got)
		}
		nowhere(t, d, mem, r.ID())
		sameAfterReplay(t, mem, next)
	})
	t.Run("changed since", func(t *testing.T) {
		d, mem, r := left(t)
		load(t, text+"\nA word more.\n")
		next, err := again(d, mem, hidden).Resume(t.Context(), r.ID(), false)
		if err != nil {
			t.Fatal(err)
		}
		var no *drill.Refusal
		if err := next.Do(t.Context(), drill.Next{}); !errors.As(err, &no) || !strings.Contains(no.Reason, "the runbook has changed since") {
			t.Fatalf("got %v", err)
		}
		if err := next.Do(t.Context(), drill.RunEdited{Script: "printf edited >> " + effect}); err != nil {
			t.Fatalf("edited: %v", err)
		}
		if err := next.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := effectOf(t, effect); got != hidden+"edited" {
			t.Errorf("the commands saw %q", got)
		}
		if err := next.Close("end of the test"); err != nil {
			t.Error(err)
		}
		nowhere(t, d, mem, r.ID())
	})
}

// What only the first process knew is asked for again, and never taken for the
// word that stands in its place.
func TestSecretIsAskedForAgain(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		vars   map[string]string
		answer bool
	}{
		"set, a variable":     {`printf %s "$DB_PASSWORD"`, map[string]string{"DB_PASSWORD": hidden}, false},
		"set, a placeholder":  {`printf %s <password>`, map[string]string{"password": hidden}, false},
		"answered beforehand": {`printf %s <password>`, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			effect := filepath.Join(t.TempDir(), "effect")
			d, mem := drilltest.Desk(t, fake(), nil)
			secretive(d.Engine)
			r := start(t, d, drill.StartRequest{Runbook: book(walkBook(c.script + " >> " + effect)), Vars: c.vars})
			if s := r.State(); c.answer {
				if err := r.Do(t.Context(), drill.Answer{Name: s.Missing()[0].Name, Value: hidden}); err != nil {
					t.Fatal(err)
				}
			}
			if s := r.State(); len(s.Missing()) > 0 {
				t.Fatalf("it asks for %+v", s.Missing())
			}
			r.Die()
			next, err := again(d, mem).Resume(t.Context(), r.ID(), false)
			if err != nil {
				t.Fatal(err)
			}
			s := next.State()
			if len(s.Missing()) != 1 {
				t.Fatalf("it asks for %+v", s.Missing())
			}
			if err := next.Do(t.Context(), drill.Next{}); err != nil {
				t.Fatal(err)
			}
			var no *drill.Refusal
			if err := next.Do(t.Context(), drill.Next{}); !errors.As(err, &no) || no.Kind != drill.RefuseAnswer || !slices.Contains(no.Missing, s.Missing()[0].Name) {
				t.Fatalf("without it: %v", err)
			}
			if err := next.Do(t.Context(), drill.Answer{Name: s.Missing()[0].Name, Value: hidden}); err != nil {
				t.Fatal(err)
			}
			if err := drill.Walk(t.Context(), next, nil); err != nil {
				t.Fatal(err)
			}
			if got := effectOf(t, effect); got != hidden {
				t.Errorf("the command saw %q", got)
			}
			nowhere(t, d, mem, r.ID())
			sameAfterReplay(t, mem, next)
		})
	}
}
