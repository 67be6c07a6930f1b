package widget_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/uitest/fake"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

var (
	st    = theme.New(theme.Options{Dark: true, Color: true, Unicode: true})
	ascii = theme.New(theme.Options{})
	sizes = [][2]int{{60, 20}, {80, 24}, {120, 40}}
)

// widgets draw themselves in a size.
var widgets = map[string]func(st *theme.Styles, w, h int) string{
	"steps":  drawSteps,
	"clocks": drawClocks,
	"table":  drawTable,
	"log":    drawLog,
	"markdown": func(st *theme.Styles, w, h int) string {
		return widget.Markdown(st, fake.Runbook, w, 1).View(st, 0, w, h)
	},
	"trend": drawTrend,
	"empty": func(st *theme.Styles, w, h int) string {
		return widget.Empty(st, "Nothing here yet", []string{"Put a file into runbooks/ of the workspace, then press r to look again."}, w, h)
	},
}

func drawSteps(st *theme.Styles, w, h int) string {
	m := time.Minute
	items := []widget.Step{
		{Title: "Before", Section: true},
		{Title: "You can log in", State: widget.Done, Elapsed: 12 * time.Second},
		{Title: "Steps", Section: true},
		{Number: "1", Title: "Assess", State: widget.Done, Elapsed: 2*m + 10*time.Second},
		{Number: "2", Title: "Locate", State: widget.Warned, Elapsed: 31 * time.Second},
		{Number: "3", Title: "Fetch the newest dump from the bucket of the other region, and its manifest", Note: "s3  2.1 GB", State: widget.Done, Elapsed: 11 * m, Budget: 10 * m},
		{Number: "4", Title: "Verify", State: widget.Running, Elapsed: 6*m + 12*time.Second, Budget: 10 * m},
		{Number: "5", Title: "Restore", State: widget.Todo, Budget: 20 * m},
		{Number: "6", Title: "顧客データを検証する", Note: "3 checks", State: widget.Todo, Budget: 5 * m},
		{Number: "7", Title: "Cut over", State: widget.Skipped},
		{Number: "8", Title: "Clean up", State: widget.Failed, Elapsed: 3 * time.Second},
		{Number: "9", Title: "Somebody pulled the plug", State: widget.Unknown, Elapsed: m},
	}
	p := widget.Pane{Title: "Steps", Focused: true, Count: "4 of 9"}
	iw, ih := p.Inner(w, h)
	p.Body = widget.Steps{Items: items, List: &widget.List{Cursor: 6}, Focused: true}.Render(st, iw, ih)
	return p.Render(st, w, h)
}

func drawClocks(st *theme.Styles, w, h int) string {
	h1 := time.Hour
	lines := []string{
		widget.RTO{Elapsed: 27*time.Minute + 41*time.Second, Target: h1, Projected: 41 * time.Minute}.Render(st, w),
		widget.RTO{Elapsed: 27 * time.Minute, Target: h1, Projected: 58 * time.Minute}.Render(st, w),
		widget.RTO{Elapsed: 27 * time.Minute, Target: h1, Projected: 65 * time.Minute}.Render(st, w),
		widget.RTO{Elapsed: 72 * time.Minute, Target: h1, Projected: 95 * time.Minute}.Render(st, w),
		widget.RTO{Elapsed: 40 * time.Minute, Target: h1, Done: true}.Render(st, w),
		widget.RTO{Elapsed: 40 * time.Minute, Target: h1, Held: true}.Render(st, w),
		widget.RTO{Elapsed: 40 * time.Minute}.Render(st, w),
		widget.RTO{Target: h1}.Render(st, w),
		"",
		widget.RPO{Point: "recovery point 02:00:04", Lost: 7*h1 + 14*time.Minute, Target: 5 * time.Minute, Known: true}.Render(st, w),
		widget.RPO{Point: "newest row 09:12:40", Lost: 2 * time.Minute, Target: 5 * time.Minute, Known: true, Measured: true}.Render(st, w),
		widget.RPO{Point: "recovery point 02:00:04", Lost: h1, Known: true, Soft: true}.Render(st, w),
		widget.RPO{Target: 5 * time.Minute}.Render(st, w),
	}
	return widget.Box(strings.Join(lines, "\n"), w, h, "")
}

func drawTable(st *theme.Styles, w, h int) string {
	l := &widget.List{Len: 2000, Cursor: 7}
	t := widget.Table{
		Focused: true, List: l,
		Columns: []widget.Column{
			{Title: "", Width: 1},
			{Title: "Workload", Width: 12, Grow: 2, Max: 30},
			{Title: "Tier", Width: 4, Rank: 3},
			{Title: "Size", Width: 8, Right: true, Rank: 2},
			{Title: "Finding", Width: 20, Grow: 5, Rank: 1},
			{Title: "Owner", Width: 24, Rank: 4},
		},
		Row: func(i int) []string {
			return []string{
				widget.State(i % 9).Glyph(st), st.Text.Render(fmt.Sprintf("顧客-orders-%04d", i)), fmt.Sprint(1 + i%3),
				widget.Bytes(int64(i) * 1e7), st.Warn.Render("the newest recovery point is stale"), "payments@example.com",
			}
		},
	}
	p := widget.Pane{Title: "Workloads", Extra: "2 bad", Focused: true, Count: widget.Place(7, 2000)}
	iw, ih := p.Inner(w, h)
	p.Body = t.Render(st, iw, ih)
	p.Scroll = l.Scroll()
	return p.Render(st, w, h)
}

func drawLog(st *theme.Styles, w, h int) string {
	r := widget.NewRing(100)
	for i := range 200 {
		r.Add(fmt.Sprintf("\x1b[31mprocessing data\x1b[0m for table \"public.orders_%04d\" \x1b[2J of a schema with a long name", i))
	}
	log := widget.Log{Ring: r, Up: 3}
	p := widget.Pane{Title: "Output", Count: widget.Count(int(r.Total()), "line", "lines"), Pad: 1}
	iw, ih := p.Inner(w, h)
	p.Body, p.Scroll = log.Render(st, iw, ih), log.Scroll(ih)
	return p.Render(st, w, h)
}

func drawTrend(st *theme.Styles, w, h int) string {
	t := widget.Trend{Name: "RTO", Target: time.Hour}
	for i, m := range []int{52, 48, 66, 41, 38, 29, 20, 33, 61, 27} {
		s := widget.Done
		if i == 6 {
			s = widget.Failed
		}
		t.Samples = append(t.Samples, widget.Sample{Value: time.Duration(m) * time.Minute, State: s, Label: fmt.Sprintf("2026-%02d-01", i+1)})
	}
	return t.Render(st, w, h)
}

func TestWidgets(t *testing.T) {
	for name, draw := range widgets {
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				out := draw(st, size[0], size[1])
				fits(t, out, size[0], size[1])
				golden.RequireEqual(t, ansi.Strip(out))
			})
		}
		t.Run(name+"-ascii", func(t *testing.T) {
			out := ansi.Strip(draw(ascii, 60, 20))
			fits(t, out, 60, 20)
			for _, r := range out {
				if r > 0x7f && name != "steps" && name != "table" { // titles are the caller's
					t.Fatalf("%q is not ASCII", r)
				}
			}
		})
	}
}

// TestEverySize draws every widget in every small size: it may say little
// there, but it has to keep to its box.
func TestEverySize(t *testing.T) {
	for name, draw := range widgets {
		for w := 1; w < 66; w += 5 {
			for h := 1; h < 12; h += 3 {
				out := draw(st, w, h)
				if name == "markdown" && w < 10 {
					continue // laid out for 10 cells, and cut
				}
				fits(t, out, w, h)
			}
		}
	}
}

func fits(t *testing.T, out string, w, h int) {
	t.Helper()
	lines := strings.Split(out, "\n")
	if len(lines) != h {
		t.Fatalf("%d lines, not %d", len(lines), h)
	}
	for i, l := range lines {
		if got := ansi.StringWidth(l); got != w {
			t.Fatalf("%dx%d: line %d is %d cells wide: %q", w, h, i+1, got, ansi.Strip(l))
		}
	}
}
