package theme

import "charm.land/lipgloss/v2"

// Glyphs are the marks of the interface. Each is one cell wide, but for Arrow.
type Glyphs struct {
	OK, Fail, Warn, Run, Todo, Skip, Held, Unknown string
	Cursor, Ellipsis, Dot, Arrow, Up, Down         string
	BarFull, BarHalf, BarEmpty                     string
	Bullet, Quote, Rule, Gutter, Thumb, Mark       string
	Spark                                          []string // low to high
	Border                                         lipgloss.Border
}

var unicodeGlyphs = Glyphs{
	OK: "✓", Fail: "✗", Warn: "!", Run: "▶", Todo: "·", Skip: "»", Held: "‖", Unknown: "?",
	Cursor: "▸", Ellipsis: "…", Dot: "·", Arrow: "→", Up: "↑", Down: "↓",
	BarFull: "█", BarHalf: "▌", BarEmpty: "░",
	Bullet: "•", Quote: "▎", Rule: "─", Gutter: "│", Thumb: "┃", Mark: "●",
	Spark:  []string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
	Border: lipgloss.RoundedBorder(),
}

var asciiGlyphs = Glyphs{
	OK: "+", Fail: "x", Warn: "!", Run: ">", Todo: ".", Skip: "~", Held: "=", Unknown: "?",
	Cursor: ">", Ellipsis: "~", Dot: "-", Arrow: "->", Up: "^", Down: "v",
	BarFull: "#", BarHalf: "#", BarEmpty: "-",
	Bullet: "*", Quote: "|", Rule: "-", Gutter: "|", Thumb: "#", Mark: "o",
	Spark:  []string{"_", ".", "-", "=", "+", "*", "%", "#"},
	Border: lipgloss.ASCIIBorder(),
}
