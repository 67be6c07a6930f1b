package runbook

import (
	"fmt"
	"time"
)

// Runbook is one markdown document, read. Parse never fails: what it could
// not make sense of is in Problems.
type Runbook struct {
	Path          string      // as given by the caller; may be empty
	Source        string      // the whole text, front matter included
	Title         string      // front matter, else the first heading, else the file's base name
	Front         FrontMatter // zero when the document has none
	Intro         string      // markdown before the first step, for the reader pane
	Steps         []Step
	Prerequisites []Step // pre-flight sections, in order
	Rollback      []Step // offered when a step fails
	PostRecovery  []Step // done after the data is back: lessons, cleanup, notifications
	Placeholders  []Placeholder
	Problems      []Problem
}

// FrontMatter is the optional YAML head of a runbook. Unknown keys are
// reported as problems with rule "front-matter".
type FrontMatter struct {
	Title    string
	Workload string   // the one workload it is for
	Driver   string   // or the driver
	Kind     string   // or the workload kind (postgresql, sqlite, files …)
	Modes    []string // drill, incident, tabletop; empty means all
	RTO      time.Duration
	RPO      time.Duration
	Timebox  time.Duration
	Vars     map[string]string // defaults of variables
	Shell    string            // bash (default), sh or zsh
}

// StepKind says what a step mainly asks for.
type StepKind string

// The kinds of step, as `inspect --json` prints them.
const (
	KindAction    StepKind = "action"    // has at least one driver action
	KindCommand   StepKind = "command"   // has at least one command, no action
	KindChecklist StepKind = "checklist" // only checklist items (and prose)
	KindManual    StepKind = "manual"    // only prose: a person does it
)

// Step is one numbered thing to do.
type Step struct {
	ID     string // slug of the title, unique within the runbook
	Title  string // plain text; number and "Step n:" prefixes removed
	Number string // as written ("3", "2.1"), empty when the document has none
	Line   int
	Kind   StepKind
	Blocks []Block       // in document order
	Budget time.Duration // 0: none given
	Phase  string        // detect, decide, locate, fetch, verify, restore, validate, cutover, cleanup; empty: none given
	Modes  []string      // empty: all modes
}

// Commands returns the step's commands in order.
func (s *Step) Commands() []*Command {
	var out []*Command
	for i := range s.Blocks {
		if c := s.Blocks[i].Command; c != nil {
			out = append(out, c)
		}
	}
	return out
}

// Actions returns the step's driver actions in order.
func (s *Step) Actions() []*Action {
	var out []*Action
	for i := range s.Blocks {
		if a := s.Blocks[i].Action; a != nil {
			out = append(out, a)
		}
	}
	return out
}

// Items returns the step's checklist items in order.
func (s *Step) Items() []*Item {
	var out []*Item
	for i := range s.Blocks {
		if it := s.Blocks[i].Item; it != nil {
			out = append(out, it)
		}
	}
	return out
}

// Block is one piece of a step. Exactly one of Prose, Command, Item, Action,
// Sample is set.
type Block struct {
	Line    int
	EndLine int
	Prose   string // markdown
	Command *Command
	Item    *Item
	Action  *Action
	Sample  *Sample
}

// Command is a fence (or indented block) that can be run.
type Command struct {
	ID          string // name attribute, else "<step id>-<n>"; unique within the runbook
	Line        int    // of the first line of the script, 1-based
	Column      int
	Language    string // sh, bash, zsh, sql … lower case; console fences become bash
	Script      string // what runs: prompts stripped, output lines left out
	Name        string // name attribute, empty without one
	Timeout     time.Duration
	Capture     string // variable that takes stdout, trailing newlines removed
	Danger      bool   // declared destructive by its author
	Interactive bool   // needs a terminal
	Optional    bool   // its failure does not fail the step
	Cwd         string
	Attrs       map[string]string // every attribute as written
	Fence       int               // line of the fence that holds it
	Origin      []Pos             // where each line of Script begins in the file
}

// Item is a checklist item: a task-list entry or a bullet that asks for something.
type Item struct {
	Line int
	Text string // plain text
	Task bool   // written as "- [ ]"
	Done bool   // written as "- [x]"
}

// Action is a `lifeboat` fence: work for the workload's driver.
type Action struct {
	ID   string
	Line int
	Name string // locate, choose, verify, provision, restore, check, backup, cleanup
	Args map[string]string
	// ArgLines gives the line of each argument, for messages.
	ArgLines map[string]int
}

// Sample is a fence that is shown and not run: output, a log, configuration.
type Sample struct {
	Line     int
	Language string
	Text     string
}

// Placeholder is something a human would replace before running a command.
type Placeholder struct {
	Text   string // as written: "<bucket>", "YYYYMMDD", "{{ name }}", "${REGION}"
	Name   string // identifier under which the answer is kept: bucket, YYYYMMDD, name, REGION
	Form   string // angle, date, template, variable, word
	Line   int    // first place
	Column int
	Count  int // places in commands
}

// Problem is one finding of Parse or Lint.
type Problem struct {
	Line     int
	Column   int
	Rule     string
	Severity string // error, warning
	Message  string // what is wrong and what to do
}

// Format gives the compiler form "file:line:col: rule: message".
func (p Problem) Format(file string) string {
	return fmt.Sprintf("%s:%d:%d: %s: %s", file, p.Line, max(p.Column, 1), p.Rule, p.Message)
}
