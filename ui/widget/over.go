package widget

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Over lays a block over a screen of w × h cells at a position; what lies
// under it is kept left and right of it.
func Over(under, block string, x, y, w, h int) string {
	rows := strings.Split(Box(under, w, h, ""), "\n")
	for i, line := range strings.Split(block, "\n") {
		if y+i < 0 || y+i >= len(rows) || x >= w {
			continue
		}
		lw := min(Width(line), w-x)
		row := rows[y+i]
		left := Fit(ansi.Truncate(row, x, ""), x, "")
		right := ansi.TruncateLeft(row, x+lw, "")
		if Width(right) > w-x-lw { // half of a wide sign was covered
			right = ansi.TruncateLeft(row, x+lw+1, "")
			right = Blank(w-x-lw-Width(right)) + right
		}
		gap := w - x - lw - Width(right)
		rows[y+i] = left + "\x1b[m" + ansi.Truncate(line, lw, "") + "\x1b[m" + Blank(gap) + right
	}
	return strings.Join(rows, "\n")
}
