package walk

import "github.com/lifeboat-dr/lifeboat/ui/widget"

// scroller is where the operator is in something long.
type scroller struct {
	top    int
	follow bool // keep what matters in view, until the operator scrolls
	len, h int  // at the last fit
}

// move scrolls by a key of movement.
func (s *scroller) move(how string) {
	s.follow = false
	switch how {
	case "down":
		s.top++
	case "up":
		s.top--
	case "pgdown":
		s.top += max(1, s.h-1)
	case "pgup":
		s.top -= max(1, s.h-1)
	case "top":
		s.top = 0
	case "bottom":
		s.top = s.len
	}
	s.clamp()
}

func (s *scroller) clamp() { s.top = max(0, min(s.top, s.len-s.h)) }

// fit gives the lines in view of n rows. While it follows, the lines from
// from to to are kept in view, and the first of them where both can't be.
func (s *scroller) fit(lines []string, n, from, to int) []string {
	s.len, s.h = len(lines), n
	if s.follow {
		s.top = 0
		if to >= n {
			s.top = min(to-n+1, from)
		}
	}
	s.clamp()
	return lines[s.top:min(s.top+n, len(lines))]
}

func (s *scroller) scroll() widget.Scroll {
	return widget.Scroll{Offset: s.top, Visible: s.h, Total: s.len}
}

func moveList(l *widget.List, how string) {
	switch how {
	case "down":
		l.Move(1)
	case "up":
		l.Move(-1)
	case "pgdown":
		l.Page(1)
	case "pgup":
		l.Page(-1)
	case "top":
		l.To(0)
	case "bottom":
		l.To(l.Len - 1)
	}
}
