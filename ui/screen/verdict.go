package screen

import (
	"charm.land/lipgloss/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// VerdictState is how a verdict is drawn.
func VerdictState(v drill.Verdict) widget.State {
	switch v {
	case drill.VerdictPassed:
		return widget.Done
	case drill.VerdictFailed:
		return widget.Failed
	case drill.VerdictInconclusive:
		return widget.Unknown
	case drill.VerdictAborted:
		return widget.Skipped
	}
	return widget.Running
}

// VerdictMark is a verdict's glyph, styled.
func VerdictMark(st *theme.Styles, v drill.Verdict) string { return VerdictState(v).Glyph(st) }

// VerdictStyle is the colour of a verdict's words.
func VerdictStyle(st *theme.Styles, v drill.Verdict) lipgloss.Style {
	switch v {
	case drill.VerdictPassed:
		return st.Good
	case drill.VerdictFailed:
		return st.Bad
	case drill.VerdictInconclusive:
		return st.Warn
	case drill.VerdictAborted:
		return st.Muted
	}
	return st.Accent
}

// Objective draws a measured value against its objective: ✓ 27:41 of 1:00:00.
func Objective(st *theme.Styles, value, target string, met *bool) string {
	switch {
	case value == "":
		return st.Faint.Render("-")
	case met == nil:
		return st.Text.Render(value)
	case *met:
		return st.Good.Render(st.Glyph.OK) + " " + st.Text.Render(value) + st.Muted.Render(of(target))
	}
	return st.Bad.Render(st.Glyph.Fail+" "+value) + st.Muted.Render(of(target))
}

func of(target string) string {
	if target == "" {
		return ""
	}
	return " of " + target
}

// ModeChip is a run's mode as a coloured label.
func ModeChip(st *theme.Styles, m drill.Mode) string {
	style, text := st.Drill, "DRILL"
	switch m {
	case drill.ModeIncident:
		style, text = st.Incident, "INCIDENT"
	case drill.ModeTabletop:
		style, text = st.Tabletop, "TABLETOP"
	}
	return widget.Chip(style, text)
}
