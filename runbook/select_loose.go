package runbook

import (
	"slices"

	"github.com/yuin/goldmark/ast"
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

// remark holds for a section of text alone, without a title that tells to do
// something, among sections that hold commands: it explains one of them.
func (s *selector) remark(sec *section) bool {
	if sec.parent == nil || sec.number != "" || len(sec.children) > 0 || taskTitle(sec.title) {
		return false
	}
	for _, n := range sec.body {
		if n.Kind() != ast.KindParagraph {
			return false
		}
	}
	commanding := 0
	for _, sibling := range sec.parent.children {
		if s.doc.hasCommand(sibling.subtree()) {
			commanding++
		}
	}
	return commanding >= 2
}

// addTasks takes sections named like a task for steps where two of their
// siblings are: "Switch the traffic", which needs no command, between "Create
// the copy" and "Remove the original", which do.
func (s *selector) addTasks() {
	for _, t := range s.tasks {
		if t.parent == nil || !namesTask(t.title) || s.given(t) > 0 {
			continue
		}
		siblings := 0
		for _, c := range t.parent.children {
			siblings += min(s.given(c), 1)
		}
		if siblings >= 2 {
			s.plan.steps = append(s.plan.steps, t)
		}
	}
	slices.SortStableFunc(s.plan.steps, func(a, b *section) int { return a.line - b.line })
}

// given counts the steps that begin in a section.
func (s *selector) given(sec *section) int {
	last := s.doc.sectionEnd(sec)
	n := 0
	for _, st := range s.plan.steps {
		if st.line >= sec.line && st.line <= last {
			n++
		}
	}
	return n
}

func (s *selector) emit(sec *section) { *s.dest = append(*s.dest, sec) }
