package widget

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
)

// Ring keeps the last lines of an output, cleaned. The zero value is not
// ready: use NewRing.
type Ring struct {
	lines []string
	start int
	total int64 // lines ever added
	open  bool  // the last line has no end yet
}

// maxLine is how many bytes of a line are kept: what is longer can't be read
// on a screen, and is in the output's file.
const maxLine = 4096

// NewRing makes a ring of n lines.
func NewRing(n int) *Ring { return &Ring{lines: make([]string, 0, max(n, 1))} }

// Add appends one line, cleaned. Of a line that a program overwrote with
// carriage returns the last state is kept.
func (r *Ring) Add(line string) {
	if len(line) > maxLine {
		line = line[:maxLine]
	}
	line = strings.TrimRight(line, "\r")
	if i := strings.LastIndexByte(line, '\r'); i >= 0 {
		line = line[i+1:]
	}
	r.total++
	line = CleanLine(line)
	if len(r.lines) < cap(r.lines) {
		r.lines = append(r.lines, line)
		return
	}
	r.lines[r.start] = line
	r.start = (r.start + 1) % len(r.lines)
}

// Write takes raw output, in pieces; a line that has no end yet is shown, too.
func (r *Ring) Write(p []byte) (int, error) {
	parts := strings.Split(string(p), "\n")
	for i, part := range parts {
		last := i == len(parts)-1
		if last && part == "" {
			break
		}
		if r.open {
			r.extend(part)
		} else {
			r.Add(part)
		}
		r.open = last
	}
	return len(p), nil
}

// extend continues the last line.
func (r *Ring) extend(part string) {
	at := (r.start + len(r.lines) - 1) % len(r.lines)
	line := r.lines[at] + part
	if i := strings.LastIndexByte(strings.TrimRight(line, "\r"), '\r'); i >= 0 {
		line = line[i+1:]
	}
	r.lines[at] = CleanLine(line[:min(len(line), maxLine)])
}

// Reset forgets all lines.
func (r *Ring) Reset() { r.lines, r.start, r.total, r.open = r.lines[:0], 0, 0, false }

// Len is how many lines are kept.
func (r *Ring) Len() int { return len(r.lines) }

// Total is how many lines there ever were.
func (r *Ring) Total() int64 { return r.total }

// Line gives the i-th kept line, the oldest first.
func (r *Ring) Line(i int) string { return r.lines[(r.start+i)%len(r.lines)] }

// Tail gives the n lines that end up lines above the last one.
func (r *Ring) Tail(n, up int) []string {
	end := max(0, len(r.lines)-max(up, 0))
	from := max(0, end-n)
	out := make([]string, 0, end-from)
	for i := from; i < end; i++ {
		out = append(out, r.Line(i))
	}
	return out
}

// Log draws the tail of a ring; Up scrolls back.
type Log struct {
	Ring  *Ring
	Up    int
	Empty string // shown while there is no line
	Style func(line string) string
}

// Clamp keeps Up within what there is for a view of h rows.
func (l *Log) Clamp(h int) { l.Up = max(0, min(l.Up, l.Ring.Len()-h)) }

// Render draws the log in exactly w × h cells, lines cut at the right.
func (l Log) Render(st *theme.Styles, w, h int) string {
	lines := l.Ring.Tail(h, l.Up)
	if len(lines) == 0 {
		return Box(st.Muted.Render(l.Empty), w, h, st.Glyph.Ellipsis)
	}
	out := make([]string, len(lines))
	for i, s := range lines {
		s = Cut(s, w, st.Glyph.Ellipsis)
		if l.Style != nil {
			out[i] = l.Style(s)
		} else {
			out[i] = st.Text.Render(s)
		}
	}
	return Box(strings.Join(out, "\n"), w, h, "")
}

// Scroll says what of the ring is in view of h rows.
func (l Log) Scroll(h int) Scroll {
	n := l.Ring.Len()
	return Scroll{Offset: max(0, n-h-l.Up), Visible: h, Total: n}
}
