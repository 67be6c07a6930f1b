package runbook

import (
	"github.com/yuin/goldmark/ast"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// plan is which sections are steps, and of what kind.
type plan struct {
	steps, prerequisites, rollback, postRecovery []*section
}

// selector finds the steps that a reader would name. It walks the outline
// with one question: is the section at hand part of a procedure?
type selector struct {
	doc       *document
	undoing   bool // the whole document is about rolling back
	quiet     bool // outside of procedures, only commands make a step
	dest      *[]*section
	plan      plan
	commanded map[*section]int // how many sub-sections hold commands
	tasks     []*section       // sections named like a task, for documents with no other structure
	troubles  []*section       // "Troubleshooting", a procedure only where there is no other
}

func selectSteps(doc *document, root *section, title string) plan {
	s := &selector{doc: doc, commanded: map[*section]int{}, undoing: rollbackTitle.MatchString(normalTitle(title))}
	s.dest = &s.plan.steps
	s.root(root)
	if len(s.plan.steps) == 0 {
		for _, t := range s.troubles {
			s.procedure(t)
		}
	}
	if len(s.plan.steps) == 0 {
		s.plan.steps = s.tasks
	} else {
		s.addTasks()
	}
	if len(s.plan.steps) == 0 && len(s.plan.rollback) > 0 {
		s.plan.steps, s.plan.rollback = s.plan.rollback, nil
	}
	return s.plan
}

// root reads the text under the document's title, then the sections. Under a
// title such as "How to restore a table" they are parts of a procedure; one
// that only says "runbook" promises nothing of the kind.
func (s *selector) root(root *section) {
	procedural := root.role == roleProcedure && !genericTitle.MatchString(normalTitle(root.title))
	if procedural && len(root.children) == 0 {
		s.leaf(root)
		return
	}
	s.loose(root)
	s.sections(root.children, procedural)
}

var genericTitle = lazyregexp.New(`\b(runbook|playbook|checklist)\b`)

func (s *selector) sections(list []*section, procedural bool) {
	outline := s.isOutline(list)
	for _, sec := range list {
		s.section(sec, procedural, outline)
	}
}

// isOutline holds where headings are numbered as a document's chapters are
// ("1. Overview", "2. Prerequisites", "3. Procedure"), and not as steps. A
// numbered section with commands is a step, whatever its title sounds like.
func (s *selector) isOutline(list []*section) bool {
	for _, sec := range list {
		if sec.number == "" || sec.explicit {
			continue
		}
		switch sec.role {
		case roleContext:
			if !s.doc.hasCommand(sec.subtree()) {
				return true
			}
		case rolePrereq:
			return true
		case roleProcedure:
			if procedureWord.MatchString(normalTitle(sec.title)) && len(sec.children) > 0 {
				return true
			}
		}
	}
	return false
}

func (s *selector) section(sec *section, procedural, outline bool) {
	if sec.explicit || (sec.marked() && !sec.aside()) || (sec.number != "" && !sec.phase && !outline) {
		s.numbered(sec)
		return
	}
	switch s.roleOf(sec) {
	case rolePrereq:
		s.into(&s.plan.prerequisites, sec)
	case roleRollback:
		s.into(&s.plan.rollback, sec)
	case rolePost:
		s.into(&s.plan.postRecovery, sec)
	case roleContext:
		s.context(sec)
	case roleNotes:
		s.notes(sec)
	case roleProcedure:
		s.procedure(sec)
	default:
		if procedural {
			if s.remark(sec) {
				s.attach(sec)
				return
			}
			s.part(sec)
			return
		}
		s.plain(sec)
	}
}

// context explains, unless it is numbered among the steps and holds commands.
func (s *selector) context(sec *section) {
	if sec.number != "" && s.doc.hasCommand(sec.body) {
		s.numbered(sec)
		return
	}
	s.sections(sec.children, false)
}

func (s *selector) roleOf(sec *section) role {
	if sec.role == roleRollback && s.undoing {
		return roleProcedure
	}
	return sec.role
}

// notes belong to the step before them, for the commands that they hold.
func (s *selector) notes(sec *section) {
	n := len(*s.dest)
	switch {
	case !s.doc.hasCommand(sec.subtree()):
	case n == 0:
		s.plain(sec)
	default:
		s.attach(sec)
	}
}

// attach makes a section part of the step before it.
func (s *selector) attach(sec *section) {
	n := len(*s.dest)
	if n == 0 {
		return
	}
	step := *(*s.dest)[n-1]
	step.children = append(append([]*section(nil), step.children...), sec)
	(*s.dest)[n-1] = &step
}

// into reads a section as a procedure whose steps go to a list of their own.
// Within such a section, nothing changes the list again.
func (s *selector) into(dest *[]*section, sec *section) {
	if s.dest == &s.plan.steps {
		s.dest = dest
		defer func() { s.dest = &s.plan.steps }()
	}
	s.procedure(sec)
}

// numbered is a step, unless it holds numbered steps of its own: "2. Restore"
// over "2.1 Stop writes" and "2.2 Load the dump".
func (s *selector) numbered(sec *section) {
	if countNumbered(sec.children) < 2 {
		s.emit(sec)
		return
	}
	s.expand(sec)
}

func countNumbered(list []*section) int {
	n := 0
	for _, c := range list {
		if c.number != "" {
			n++
		}
	}
	return n
}

// procedure is a section known to hold steps: its sub-sections, else the
// items of its list, else itself.
func (s *selector) procedure(sec *section) {
	if len(sec.children) == 0 {
		s.leaf(sec)
		return
	}
	s.expand(sec)
}

// part is a section without a telling title inside of a procedure. Deeper
// headings belong to it, unless it only frames them.
func (s *selector) part(sec *section) {
	switch {
	case len(sec.children) == 0:
		s.leaf(sec)
	case countNumbered(sec.children) > 0, len(sec.body) == 0, s.frames(sec), hasAside(sec.children) && s.doc.hasStepList(sec.body):
		s.expand(sec)
	default:
		s.emit(sec)
	}
}

// hasAside holds where one of the sections is about what comes before or
// after the steps, or undoes them.
func hasAside(list []*section) bool {
	for _, c := range list {
		if c.aside() {
			return true
		}
	}
	return false
}

// frames holds for a section whose own text has no command while several of
// its sub-sections do.
func (s *selector) frames(sec *section) bool {
	if s.doc.hasCommand(sec.body) {
		return false
	}
	n := 0
	for _, c := range sec.children {
		if s.doc.hasCommand(c.subtree()) {
			n++
		}
	}
	return n >= 2
}

// expand takes the sub-sections for steps, after the section's own text where
// that holds something to do. Where none is a step, the section itself is.
func (s *selector) expand(sec *section) {
	before := len(*s.dest)
	own := sec.withoutChildren()
	carried := own.body
	if s.doc.hasCommand(own.body) || s.doc.hasStepList(own.body) || s.doc.hasInstructions(own.body) {
		s.leaf(own)
		carried = nil
	}
	first := len(*s.dest)
	s.sections(sec.children, true)
	if len(*s.dest) == before {
		if !explainsOnly(sec) {
			s.emit(sec)
		}
		return
	}
	if len(*s.dest) > first && len(carried) > 0 {
		step := *(*s.dest)[first]
		step.body = append(append([]ast.Node(nil), carried...), step.body...)
		(*s.dest)[first] = &step
	}
}

// explainsOnly holds for a document's title over nothing but sections that
// explain, where the steps follow under headings of the same level.
func explainsOnly(sec *section) bool {
	if len(sec.body) > 0 || !genericTitle.MatchString(normalTitle(sec.title)) {
		return false
	}
	for _, c := range sec.children {
		if c.role != roleContext {
			return false
		}
	}
	return true
}

// leaf is a section without sub-sections that belongs to a procedure: the
// items of its list of steps, else itself.
func (s *selector) leaf(sec *section) {
	items, prelude := s.doc.listSteps(sec.body, true)
	if len(items) == 0 {
		s.emit(sec)
		return
	}
	if s.doc.hasCommand(prelude) {
		own := *sec
		own.body = prelude
		s.emit(&own)
	} else {
		items[0].body = append(append([]ast.Node(nil), prelude...), items[0].body...)
	}
	for _, it := range items {
		s.emit(it)
	}
}
