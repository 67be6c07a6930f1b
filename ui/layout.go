package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

const (
	headerRows = 1
	footerRows = 1
	tabZone    = "tab"
)

// View implements tea.Model.
func (a *App) View() tea.View {
	v := tea.NewView(a.Draw())
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.ReportFocus = true
	v.WindowTitle = "lifeboat: " + widget.CleanLine(a.front().Title())
	return v
}

// Draw gives the whole screen, exactly as large as the terminal.
func (a *App) Draw() string {
	if a.w <= 0 || a.h <= 0 {
		return ""
	}
	if a.small() {
		return a.tooSmall()
	}
	a.zones.Reset()
	bodyH := a.h - headerRows - footerRows
	body := widget.Box(a.front().View(a.w, bodyH), a.w, bodyH, "")
	out := a.header() + "\n" + body + "\n" + a.footer()
	if a.toast.Text != "" {
		t := a.toastLine()
		out = widget.Over(out, t, a.w-widget.Width(t), a.h-2, a.w, a.h)
	}
	return a.env.Dialogs.View(a.env.Styles, out, a.w, a.h)
}

func (a *App) tooSmall() string {
	st := a.env.Styles
	x := "×"
	if !st.Unicode {
		x = "x"
	}
	text := fmt.Sprintf("terminal is %d%s%d; lifeboat needs %d%s%d: enlarge it, or run with --plain",
		a.w, x, a.h, MinWidth, x, MinHeight)
	lines := widget.Wrap(text, a.w)
	top := max(0, (a.h-len(lines))/2)
	out := make([]string, top, top+len(lines))
	for _, l := range lines {
		out = append(out, st.Warn.Render(widget.Blank((a.w-widget.Width(l))/2)+l))
	}
	return widget.Box(strings.Join(out, "\n"), a.w, a.h, "")
}

func (a *App) header() string {
	st := a.env.Styles
	brand := widget.Chip(st.Brand, "lifeboat")
	if b, ok := a.front().(screen.Bannered); ok {
		return widget.Fit(brand+b.Banner(a.w-widget.Width(brand)), a.w, "")
	}
	left := brand + "  "
	if len(a.stack) > 0 {
		left += st.Strong.Render(widget.CleanLine(a.front().Title()))
	} else {
		for i, t := range a.tabs {
			style := st.Tab
			if i == a.tab {
				style = st.TabOn
			}
			text := st.Key.Render(t.key) + " " + style.Render(t.title)
			a.zones.Add(tabZone, i, widget.Width(left), 0, widget.Width(text), 1)
			left += text + "   "
		}
	}
	clock := st.Muted.Render(a.opt.Now().Format("15:04:05"))
	room := a.w - widget.Width(left) - widget.Width(clock) - 4
	place := ""
	if room >= 10 {
		place = st.Faint.Render(widget.CutMiddle(widget.CleanLine(a.opt.Workspace), room, st.Glyph.Ellipsis)) + "  "
	}
	return widget.Spread(left, place+clock+" ", a.w, st.Glyph.Ellipsis)
}

func (a *App) footer() string {
	return keys.Footer(a.env.Styles, a.front().Actions(), a.pinned(), a.w, a.h-1, &a.zones)
}

func (a *App) toastLine() string {
	st := a.env.Styles
	style, mark := map[screen.Level]lipgloss.Style{
		screen.LevelInfo: st.ChipNote, screen.LevelGood: st.ChipGood,
		screen.LevelWarn: st.ChipWarn, screen.LevelBad: st.ChipBad,
	}[a.toast.Level], map[screen.Level]string{
		screen.LevelInfo: st.Glyph.Dot, screen.LevelGood: st.Glyph.OK,
		screen.LevelWarn: st.Glyph.Warn, screen.LevelBad: st.Glyph.Fail,
	}[a.toast.Level]
	text := widget.Cut(mark+" "+widget.CleanLine(a.toast.Text), a.w-4, st.Glyph.Ellipsis)
	return widget.Chip(style, text)
}
