package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// tokens are the colours by what they mean. They are chosen so that the nearest
// ones of 256 and of 16 colours keep their meaning, too.
type tokens struct {
	text, muted, faint, border, track, field color.Color
	accent, good, bad, warn, note, code      color.Color
	selected, onSelect, selectedDim          color.Color
	brand, onBrand, onChip                   color.Color
}

var dark = tokens{
	text:   lipgloss.Color("#dadada"),
	muted:  lipgloss.Color("#949494"),
	faint:  lipgloss.Color("#767676"),
	border: lipgloss.Color("#585858"),
	track:  lipgloss.Color("#444444"),
	field:  lipgloss.Color("#303030"),

	accent: lipgloss.Color("#4cc3e0"),
	good:   lipgloss.Color("#5fd08a"),
	bad:    lipgloss.Color("#ff6b6b"),
	warn:   lipgloss.Color("#e6c35c"),
	note:   lipgloss.Color("#b79cf2"),
	code:   lipgloss.Color("#9ccfd8"),

	selected:    lipgloss.Color("#005f87"),
	onSelect:    lipgloss.Color("#ffffff"),
	selectedDim: lipgloss.Color("#3a3a3a"),

	brand:   lipgloss.Color("#ff7a3d"),
	onBrand: lipgloss.Color("#1c1c1c"),
	onChip:  lipgloss.Color("#1c1c1c"),
}

var light = tokens{
	text:   lipgloss.Color("#1c1c1c"),
	muted:  lipgloss.Color("#5f5f5f"),
	faint:  lipgloss.Color("#767676"),
	border: lipgloss.Color("#b2b2b2"),
	track:  lipgloss.Color("#d0d0d0"),
	field:  lipgloss.Color("#e4e4e4"),

	accent: lipgloss.Color("#006b8f"),
	good:   lipgloss.Color("#14743f"),
	bad:    lipgloss.Color("#c22727"),
	warn:   lipgloss.Color("#7d6b00"),
	note:   lipgloss.Color("#6a45b8"),
	code:   lipgloss.Color("#8a4b12"),

	selected:    lipgloss.Color("#006b8f"),
	onSelect:    lipgloss.Color("#ffffff"),
	selectedDim: lipgloss.Color("#dadada"),

	brand:   lipgloss.Color("#e2571b"),
	onBrand: lipgloss.Color("#ffffff"),
	onChip:  lipgloss.Color("#ffffff"),
}
