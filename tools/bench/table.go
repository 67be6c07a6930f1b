package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// print writes the table.
func print(w io.Writer, rows []row) {
	cells := [][]string{{"figure", "measured", "reference command", "ratio", "goal", "ok"}}
	for _, r := range rows {
		measured, reference := r.Measured, r.Reference
		if r.Missing != "" {
			measured = r.Missing
		}
		if r.Against != "" {
			reference += ": " + r.Against
		}
		cells = append(cells, []string{r.Figure + ": " + r.What, measured, reference, ratio(r.Ratio), r.Goal, mark(r)})
	}
	widths := make([]int, len(cells[0]))
	for _, line := range cells {
		for i, c := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	for n, line := range cells {
		for i, c := range line {
			line[i] = c + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
		}
		fmt.Fprintln(w, strings.TrimRight(strings.Join(line, "  "), " "))
		if n == 0 {
			total := 2 * (len(widths) - 1)
			for _, width := range widths {
				total += width
			}
			fmt.Fprintln(w, strings.Repeat("-", total))
		}
	}
}

func ratio(x float64) string {
	if x == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", x)
}

func mark(r row) string {
	switch {
	case r.OK == nil:
		return "-"
	case *r.OK:
		return "yes"
	}
	return "NO"
}

// document is what is kept of a run.
type document struct {
	When    string   `json:"when"`
	Version string   `json:"version"`
	Machine []string `json:"machine"`
	Quick   bool     `json:"quick"`
	Figures []row    `json:"figures"`
}

func (d document) write(path string) error {
	b, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // figures are for everybody
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o644) //nolint:gosec // figures are for everybody
}
