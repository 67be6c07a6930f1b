package runbook

import (
	"slices"

	"github.com/yuin/goldmark/ast"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// plain is a section outside of any procedure, with a title that says nothing.
func (s *selector) plain(sec *section) {
	if isTroubleshooting(sec.title) && !s.quiet {
		s.troubles = append(s.troubles, sec)
		s.quiet = true
		defer func() { s.quiet = false }()
	}
	if s.loose(sec) == 0 && !s.quiet {
		switch {
		case commandTitle(sec.title) && len(sec.body) > 0 && len(sec.children) == 0, taskTitle(sec.title) && s.doc.hasCode(sec.body):
			s.emit(sec.withoutChildren())
		case taskTitle(sec.title):
			s.tasks = append(s.tasks, sec)
		}
	}
	s.sections(sec.children, false)
}

func isTroubleshooting(title string) bool {
	switch normalTitle(title) {
	case "troubleshooting", "troubleshoot", "common issues", "known issues", "common symptoms", "scenarios":
		return true
	}
	return false
}

// loose reads the own text of a section outside of any procedure: a list of
// instructions gives steps, commands make the section one. It returns how
// many steps it found.
func (s *selector) loose(sec *section) int {
	before := len(*s.dest)
	own := sec.withoutChildren()
	items, prelude := s.doc.listSteps(sec.body, false)
	switch {
	case s.quiet:
		if s.doc.hasCommand(sec.body) {
			s.emit(own)
		}
	case len(items) > 0:
		if s.doc.hasCommand(prelude) {
			own.body = prelude
			s.emit(own)
		}
		for _, it := range items {
			s.emit(it)
		}
	case s.doc.hasCommand(sec.body), s.doc.hasInstructions(sec.body):
		s.emit(own)
	}
	return len(*s.dest) - before
}

// asksTitle matches a title that asks what is the case, and not what to do.
var asksTitle = lazyregexp.New(`^(what|which|why|where) (?:[^t]|t[^o]|to\w)`)

// remark holds for a section of text alone, without a title that tells to do
// something, among sections that hold commands: it explains one of them.
func (s *selector) remark(sec *section) bool {
	if sec.parent == nil || len(sec.body) == 0 || sec.number != "" || len(sec.children) > 0 || taskTitle(sec.title) {
		return false
	}
	asks := asksTitle.MatchString(normalTitle(sec.title)) && !s.doc.hasCommand(sec.body)
	if !asks && s.doc.tellsToDo(sec.body) {
		return false
	}
	for _, n := range sec.body {
		if n.Kind() != ast.KindParagraph && !asks {
			return false
		}
	}
	return s.commanding(sec.parent) >= 2
}

// commanding counts the sub-sections that hold commands, once.
func (s *selector) commanding(parent *section) int {
	n, known := s.commanded[parent]
	if known {
		return n
	}
	for _, c := range parent.children {
		if s.doc.hasCommand(c.subtree()) {
			n++
		}
	}
	s.commanded[parent] = n
	return n
}

// addTasks takes sections named like a task for steps where two of their
// siblings are: "Switch the traffic", which needs no command, between "Create
// the copy" and "Remove the original", which do.
func (s *selector) addTasks() {
	begins := make([]int, len(s.plan.steps)) // lines
	for i, st := range s.plan.steps {
		begins[i] = st.line
	}
	slices.Sort(begins)
	giving := map[*section]int{} // sub-sections with steps, counted once
	for _, t := range s.tasks {
		if t.parent == nil || !namesTask(t.title) || !s.doc.tellsToDo(t.body) || t.holdsAny(begins) {
			continue
		}
		if _, known := giving[t.parent]; !known {
			giving[t.parent] = 0
			for _, c := range t.parent.children {
				if c.holdsAny(begins) {
					giving[t.parent]++
				}
			}
		}
		if giving[t.parent] >= 2 {
			s.plan.steps = append(s.plan.steps, t)
		}
	}
	slices.SortStableFunc(s.plan.steps, func(a, b *section) int { return a.line - b.line })
}

// holdsAny holds where one of the lines, which are sorted, is the section's.
func (s *section) holdsAny(lines []int) bool {
	i, _ := slices.BinarySearch(lines, s.line)
	return i < len(lines) && lines[i] <= s.last
}

func (s *selector) emit(sec *section) { *s.dest = append(*s.dest, sec) }
