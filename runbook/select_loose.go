package runbook

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

func (s *selector) emit(sec *section) { *s.dest = append(*s.dest, sec) }
