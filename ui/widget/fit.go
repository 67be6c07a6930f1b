package widget

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Cut shortens a styled line to w cells, ending it with the mark when
// something was cut off.
func Cut(s string, w int, mark string) string {
	if w <= 0 {
		return ""
	}
	if Width(s) <= w {
		return s
	}
	if w <= Width(mark) {
		mark = ""
	}
	return ansi.Truncate(s, w, mark)
}

// CutMiddle shortens a plain line, keeping its head and its tail.
func CutMiddle(s string, w int, mark string) string {
	have := Width(s)
	if have <= w {
		return s
	}
	room := w - Width(mark)
	if room < 4 {
		return Cut(s, w, mark)
	}
	tail := room / 2
	return ansi.Truncate(s, room-tail, "") + mark + ansi.TruncateLeft(s, have-tail, "")
}

// Fit makes a styled line exactly w cells wide, cut or padded on the right.
func Fit(s string, w int, mark string) string {
	if w <= 0 {
		return ""
	}
	s = Cut(s, w, mark)
	return s + Blank(w-Width(s))
}

// FitRight is Fit with the padding on the left.
func FitRight(s string, w int, mark string) string {
	if w <= 0 {
		return ""
	}
	s = Cut(s, w, mark)
	return Blank(w-Width(s)) + s
}

// Blank is n blanks; none when n is negative.
func Blank(n int) string { return strings.Repeat(" ", max(n, 0)) }

// Box makes a text exactly w × h cells.
func Box(s string, w, h int, mark string) string {
	lines := strings.Split(s, "\n")
	out := make([]string, max(h, 0))
	for i := range out {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out[i] = Fit(line, w, mark)
	}
	return strings.Join(out, "\n")
}

// Spread puts left and right at the ends of a line of w cells. Where both
// don't fit, left is cut; right goes when less than a third would be left.
func Spread(left, right string, w int, mark string) string {
	rw := Width(right)
	if rw == 0 {
		return Fit(left, w, mark)
	}
	if room := w - rw - 1; Width(left) > room && room < w/3 {
		return Fit(left, w, mark)
	}
	return Fit(left, w-rw-1, mark) + " " + right
}

// Wrap breaks a plain or styled text at blanks into lines of at most w cells;
// words that are longer are broken within.
func Wrap(s string, w int) []string {
	if w <= 0 {
		return nil
	}
	return strings.Split(ansi.Wrap(s, w, ""), "\n")
}

// Beside joins blocks of the same height from left to right.
func Beside(blocks ...string) string {
	if len(blocks) == 0 {
		return ""
	}
	rows := strings.Split(blocks[0], "\n")
	for _, b := range blocks[1:] {
		for i, line := range strings.Split(b, "\n") {
			if i < len(rows) {
				rows[i] += line
			}
		}
	}
	return strings.Join(rows, "\n")
}

// Part is a piece of a line that may be left out when room is short.
type Part struct {
	Text string
	Rank int // 0 stays to the last; the highest goes first
}

// Parts joins what fits into w cells, separated by gap, leaving out the parts
// of the highest rank first. What is left may still be longer than w.
func Parts(w int, gap string, parts ...Part) string {
	keep := make([]Part, 0, len(parts))
	for _, p := range parts {
		if Width(p.Text) > 0 { // a styled nothing is nothing
			keep = append(keep, p)
		}
	}
	for {
		s := joinParts(keep, gap)
		worst := -1
		for i, p := range keep {
			if p.Rank > 0 && (worst < 0 || p.Rank >= keep[worst].Rank) {
				worst = i
			}
		}
		if Width(s) <= w || worst < 0 {
			return s
		}
		keep = append(keep[:worst], keep[worst+1:]...)
	}
}

func joinParts(parts []Part, gap string) string {
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = p.Text
	}
	return strings.Join(out, gap)
}
