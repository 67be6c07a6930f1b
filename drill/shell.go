package drill

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/runbook"
)

// shell decides a command: answers first, then the guard rails.
func (d decision) shell(i int, script, typed string) ([]Body, error) {
	c, err := d.command(d.s.Current, i)
	if err != nil && script == "" {
		return nil, err
	}
	if strings.Contains(script, Hidden) {
		return nil, refuse(RefuseNow, "it says "+Hidden+" where a secret was", "write the secret as a variable, or do this by hand")
	}
	if c == nil { // edited: only what surrounds it is of the runbook
		st := d.s.Step()
		c = st.StepDef.Step.Blocks[st.Units[i].Block].Command
	}
	text, missing := c.Fill(d.vars())
	if script != "" {
		text, missing = script, nil
	}
	missing = append(missing, d.unset(c.Script)...)
	if len(missing) > 0 {
		return nil, &Refusal{
			Kind: RefuseAnswer, Missing: missing,
			Reason: "needs an answer for " + strings.Join(missing, ", "),
			Hint:   "give it with --set " + missing[0] + "=VALUE",
		}
	}
	if d.s.Info.Mode == ModeTabletop {
		return []Body{UnitEnded{Step: d.s.Current, Unit: i, Status: UnitDone, Note: "tabletop: shown, not run"}}, nil
	}
	var confirmed []Body
	no, noClobber := d.guard(text, c.Language, c.Danger, typed)
	if no != nil {
		return nil, no
	}
	if typed != "" {
		confirmed = []Body{Confirmed{Step: d.s.Current, Unit: i, What: firstLine(text)}}
	}
	t := d.task(i)
	t.Kind, t.Shell = TaskShell, c.Language
	if c.Language == "sql" {
		t.Kind, t.Target = TaskSQL, d.s.Target
	}
	t.Script, t.Timeout, t.Capture, t.Final = text, c.Timeout, c.Capture, true
	t.Title, t.Dir, t.Optional = firstLine(text), d.s.Info.Dir, c.Optional
	if c.Cwd != "" {
		t.Dir = c.Cwd
	}
	t.NoClobber = noClobber
	t.Terminal = c.Interactive && !d.s.Info.Unattended // nobody would type
	_, t.IsCheck = c.Attrs["check"]
	t.Vars = d.s.open()
	return append(confirmed, TaskStarted{Task: t}), nil
}

// unset names the variables that this command needs and nobody has answered.
func (d decision) unset(script string) []string {
	var out []string
	for _, p := range d.s.Missing() {
		if p.Form == "variable" && mentions(script, p.Name) {
			out = append(out, p.Name)
		}
	}
	return out
}

// mentions says that a script uses a variable.
func mentions(script, name string) bool {
	for i := 0; ; {
		at := strings.Index(script[i:], name)
		if at < 0 {
			return false
		}
		start, end := i+at, i+at+len(name)
		before := strings.HasSuffix(script[:start], "$") || strings.HasSuffix(script[:start], "{")
		if before && (end == len(script) || !isName("_"+script[end:end+1])) {
			return true
		}
		i = end
	}
}

// guard keeps destructive commands from running unasked. In a drill only the
// scratch target may be hurt: a command is refused unless everything that any
// of its destructive calls acts on lies within the scratch target.
//
// noClobber says that it may run if > overwrites nothing.
func (d decision) guard(text, language string, declared bool, typed string) (no *Refusal, noClobber bool) {
	var found []runbook.Finding
	if d.g.Danger != nil {
		found = d.g.Danger(d.answered(text, language), language)
	}
	if declared && len(found) == 0 {
		found = []runbook.Finding{{What: firstLine(text), Why: "the runbook declares it destructive"}}
	}
	if len(found) == 0 || (d.haveScratch() && language == "sql") {
		return nil, false
	}
	if d.s.Info.Mode == ModeDrill && !declared && !d.withinScratch(found) && d.keepsFiles(text, language, found) {
		return nil, true
	}
	var told []string
	for _, f := range found {
		told = append(told, f.What+": "+f.Why)
	}
	switch {
	case d.s.Info.Mode == ModeDrill && !d.withinScratch(found):
		return &Refusal{
			Kind: RefuseGuard, Danger: told,
			Reason: "refused in a drill: " + strings.Join(told, "; "),
			Hint:   "aim it at the scratch target ($LIFEBOAT_TARGET_PATH, $LIFEBOAT_TARGET_DSN), or skip it with a reason",
		}, false
	case d.s.Info.Mode == ModeDrill, typed == d.s.Info.Workload:
		return nil, false
	}
	return &Refusal{
		Kind: RefuseConfirm, Danger: told,
		Reason: "destructive: " + strings.Join(told, "; "),
		Hint:   "type " + d.s.Info.Workload + " to run it",
	}, false
}

// keepFiles is a shell's promise that > overwrites no file that is there.
const keepFiles = "set -C\n"

// keepsFiles says that all there is to a script's destructiveness are
// redirections onto files, of which none is there: it may run in a drill, with
// keepFiles.
func (d decision) keepsFiles(text, language string, found []runbook.Finding) bool {
	if language == "sql" || d.g.Danger == nil || d.g.Exists == nil {
		return false
	}
	left := d.g.Danger(keepFiles+d.answered(text, language), language)
	if len(left) > 0 && !d.withinScratch(left) {
		return false
	}
	for _, f := range found {
		for _, o := range f.Operands {
			if !filepath.IsAbs(o) {
				o = filepath.Join(d.s.Info.Dir, o)
			}
			if d.g.Exists(o) {
				return false
			}
		}
	}
	return true
}

// answered puts the answers that a script uses before it: `bash -c "$STOP"` is
// judged by what it will run.
func (d decision) answered(text, language string) string {
	if language == "sql" {
		return text
	}
	var set strings.Builder
	vars := d.s.open()
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		if !strings.HasPrefix(name, "LIFEBOAT_") && mentions(text, name) {
			set.WriteString("export " + name + "='" + strings.ReplaceAll(vars[name], "'", `'\''`) + "'; ")
		}
	}
	return set.String() + text
}

// withinScratch says that every operand of every finding is the scratch
// target of this run, or lies in it. A call without operands acts on what its
// environment says, which can't be told: that is no.
func (d decision) withinScratch(found []runbook.Finding) bool {
	if !d.haveScratch() {
		return false
	}
	for _, f := range found {
		if len(f.Operands) == 0 {
			return false
		}
		for _, o := range f.Operands {
			if !d.scratchOperand(o) {
				return false
			}
		}
	}
	return true
}

// scratchOperand says that a word is the scratch target's address, or a path
// within its directory.
func (d decision) scratchOperand(word string) bool {
	word = strings.ReplaceAll(strings.ReplaceAll(word, "${", "$"), "}", "")
	if word == "$LIFEBOAT_TARGET_DSN" || d.s.Target.DSN != "" && word == d.s.Target.DSN {
		return true
	}
	within := func(root string) bool {
		rest, ok := strings.CutPrefix(word, root)
		return ok && root != "" && (rest == "" || rest[0] == '/') && !strings.Contains(rest, "..") && !strings.Contains(rest, "$")
	}
	dir := ""
	if d.s.Target.Scratch != nil {
		dir = d.s.Target.Scratch.Dir
	}
	return within("$LIFEBOAT_TARGET_PATH") || within(dir)
}

func firstLine(s string) string {
	s, _, more := strings.Cut(strings.TrimSpace(s), "\n")
	if more {
		return s + " …"
	}
	return s
}
