// Package theme turns colour tokens into the one Styles value that every
// widget draws with. No other package names a colour.
//
// Meaning is never carried by colour alone: every state has a glyph, and
// without colour selection and focus are shown by reverse video and weight.
package theme

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
)

// Options say what the terminal can show.
type Options struct {
	Dark    bool // background
	Color   bool
	Unicode bool
}

// Detect reads the options from the environment. Dark is assumed until the
// terminal has answered.
func Detect(getenv func(string) string) Options {
	o := Options{Dark: true, Color: true, Unicode: true}
	term := getenv("TERM")
	if getenv("NO_COLOR") != "" || term == "dumb" {
		o.Color = false
	}
	if term == "dumb" || term == "linux" {
		o.Unicode = false
	}
	for _, k := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := getenv(k); v != "" {
			v = strings.ToLower(v)
			if !strings.Contains(v, "utf-8") && !strings.Contains(v, "utf8") {
				o.Unicode = false
			}
			break
		}
	}
	return o
}

// Styles is everything that the interface is drawn with.
type Styles struct {
	Options
	Glyph Glyphs

	Text, Strong, Muted, Faint     lipgloss.Style
	Accent, Good, Bad, Warn, Note  lipgloss.Style
	Selected, SelectedDim          lipgloss.Style // a row: in the focused pane, in another
	Border, BorderFocus            lipgloss.Style
	Title, TitleFocus, Count       lipgloss.Style
	Header                         lipgloss.Style // of a table
	Key, KeyText, Disabled         lipgloss.Style
	Brand, Tab, TabOn              lipgloss.Style
	Drill, Incident, Tabletop      lipgloss.Style // chips: the mode of a run
	ChipGood, ChipBad, ChipWarn    lipgloss.Style
	ChipNote                       lipgloss.Style
	BarGood, BarWarn, BarBad       lipgloss.Style
	BarEmpty                       lipgloss.Style
	DialogBorder, DialogDanger     lipgloss.Style
	Button, ButtonOn, ButtonDanger lipgloss.Style
	Input, Cursor, Match           lipgloss.Style
	Markdown                       Markdown
	Code                           Code
}

// Markdown is how a document is drawn.
type Markdown struct {
	H1, H2, H3, Emph, Strong, Code, Link, Quote, Rule, Bullet lipgloss.Style
}

// Code is how shell and SQL are drawn.
type Code struct {
	Plain, Command, Keyword, String, Variable, Comment, Operator, Placeholder, Gutter lipgloss.Style
}

// New makes the styles for a terminal.
func New(o Options) *Styles {
	t := light
	if o.Dark {
		t = dark
	}
	s := &Styles{Options: o, Glyph: unicodeGlyphs}
	if !o.Unicode {
		s.Glyph = asciiGlyphs
	}
	p := painter{color: o.Color}
	s.text(p, t)
	s.chrome(p, t)
	s.chips(p, t)
	s.document(p, t)
	return s
}

// painter makes styles, leaving colours out where there are none.
type painter struct{ color bool }

func (p painter) fg(c color.Color) lipgloss.Style {
	if !p.color {
		return lipgloss.NewStyle()
	}
	return lipgloss.NewStyle().Foreground(c)
}

// on paints text on a background; without colour that is reverse video.
func (p painter) on(fg, bg color.Color) lipgloss.Style {
	if !p.color {
		return lipgloss.NewStyle().Reverse(true)
	}
	return lipgloss.NewStyle().Foreground(fg).Background(bg)
}

func (s *Styles) text(p painter, t tokens) {
	s.Text = p.fg(t.text)
	s.Strong = p.fg(t.text).Bold(true)
	s.Muted = p.fg(t.muted)
	s.Faint = p.fg(t.faint)
	s.Accent = p.fg(t.accent)
	s.Good = p.fg(t.good)
	s.Bad = p.fg(t.bad).Bold(true)
	s.Warn = p.fg(t.warn)
	s.Note = p.fg(t.note)
	s.Match = p.fg(t.accent).Bold(true).Underline(true)
	s.Disabled = p.fg(t.faint).Strikethrough(true)
	s.Header = p.fg(t.muted).Bold(true)
	s.BarGood, s.BarWarn, s.BarBad, s.BarEmpty = p.fg(t.good), p.fg(t.warn), p.fg(t.bad), p.fg(t.track)
	if !p.color {
		s.Muted, s.Faint = lipgloss.NewStyle(), lipgloss.NewStyle().Faint(true)
		s.Disabled = lipgloss.NewStyle().Faint(true).Strikethrough(true)
	}
}

func (s *Styles) chrome(p painter, t tokens) {
	s.Selected = p.on(t.onSelect, t.selected).Bold(true)
	s.SelectedDim = p.on(t.text, t.selectedDim)
	if !p.color {
		s.SelectedDim = lipgloss.NewStyle().Bold(true).Underline(true)
	}
	s.Border = p.fg(t.border)
	s.BorderFocus = p.fg(t.accent)
	s.Title = p.fg(t.muted).Bold(true)
	s.TitleFocus = p.fg(t.accent).Bold(true)
	s.Count = p.fg(t.muted)
	if !p.color {
		s.Border = lipgloss.NewStyle().Faint(true)
		s.BorderFocus = lipgloss.NewStyle().Bold(true)
		s.TitleFocus = lipgloss.NewStyle().Bold(true).Reverse(true)
	}
	s.Key = p.fg(t.accent).Bold(true)
	s.KeyText = p.fg(t.muted)
	s.Brand = p.on(t.onBrand, t.brand).Bold(true)
	s.Tab = p.fg(t.muted)
	s.TabOn = p.fg(t.text).Bold(true).Underline(true)
	s.DialogBorder = p.fg(t.accent)
	s.DialogDanger = p.fg(t.bad)
	s.Button = p.on(t.text, t.selectedDim)
	if !p.color {
		s.Button = lipgloss.NewStyle()
	}
	s.ButtonOn = p.on(t.onSelect, t.selected).Bold(true)
	s.ButtonDanger = p.on(t.onChip, t.bad).Bold(true)
	s.Input = p.on(t.text, t.field)
	if !p.color {
		s.Input = lipgloss.NewStyle().Underline(true)
	}
	s.Cursor = lipgloss.NewStyle().Reverse(true)
}

func (s *Styles) chips(p painter, t tokens) {
	chip := func(bg color.Color) lipgloss.Style { return p.on(t.onChip, bg).Bold(true) }
	s.Drill = chip(t.accent)
	s.Incident = chip(t.bad)
	s.Tabletop = chip(t.note)
	s.ChipGood = chip(t.good)
	s.ChipBad = chip(t.bad)
	s.ChipWarn = chip(t.warn)
	s.ChipNote = p.on(t.text, t.selectedDim)
}

func (s *Styles) document(p painter, t tokens) {
	s.Markdown = Markdown{
		H1: p.fg(t.text).Bold(true), H2: p.fg(t.accent).Bold(true), H3: p.fg(t.text).Bold(true),
		Emph: p.fg(t.text).Italic(true), Strong: p.fg(t.text).Bold(true),
		Code: p.fg(t.code), Link: p.fg(t.note).Underline(true),
		Quote: p.fg(t.muted).Italic(true), Rule: p.fg(t.border), Bullet: p.fg(t.accent),
	}
	s.Code = Code{
		Plain: p.fg(t.text), Command: p.fg(t.accent), Keyword: p.fg(t.note),
		String: p.fg(t.good), Variable: p.fg(t.warn), Comment: p.fg(t.muted).Italic(true),
		Operator: p.fg(t.note), Placeholder: p.fg(t.warn).Bold(true).Underline(true),
		Gutter: p.fg(t.border),
	}
}
