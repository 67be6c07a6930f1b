package main

// stripper takes control sequences and blanks out of what a program writes to
// a terminal. Sequences may be cut by a read.
type stripper struct{ state byte }

const (
	plain   = 0
	escape  = '\x1b'
	csi     = '['
	text    = ']' // OSC, DCS, APC: up to BEL or ST
	ending  = '\\'
	charset = '('
)

func (s *stripper) add(out, in []byte) []byte {
	for _, c := range in {
		switch s.state {
		case escape:
			s.state = after(c)
		case csi:
			if c >= 0x40 && c <= 0x7e {
				s.state = plain
			}
		case text:
			switch c {
			case '\a':
				s.state = plain
			case '\x1b':
				s.state = ending
			}
		case ending, charset:
			s.state = plain
		default:
			if c == '\x1b' {
				s.state = escape
			} else if c > ' ' {
				out = append(out, c)
			}
		}
	}
	return out
}

// after is what an ESC begins.
func after(c byte) byte {
	switch c {
	case '[':
		return csi
	case ']', 'P', '_', '^', 'X':
		return text
	case '(', ')', '*', '+':
		return charset
	}
	return plain
}
