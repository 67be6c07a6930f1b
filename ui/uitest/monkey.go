package uitest

import (
	"math/rand/v2"

	tea "charm.land/bubbletea/v2"
)

var monkeyKeys = []string{
	"enter", "esc", "tab", "up", "down", "left", "right", "home", "end", "pgup", "pgdown", "space",
	"backspace", "delete", "ctrl+p", "ctrl+s", "ctrl+u", "ctrl+w", "ctrl+k", "?", ":", "/", "f5", "shift+tab",
	"1", "2", "3", "a", "b", "d", "e", "g", "G", "h", "i", "j", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "y",
	"é", "漢", "👩‍🚒", "~",
}

// Monkey presses n random keys and does other things that a hand may do:
// clicks, wheels, pastes, resizes. Keys of skip are never pressed. Now and then
// it looks that the screen is still exactly as large as the terminal. It stops
// when the program has quit, and returns how much it did.
func (s *Sheet) Monkey(n int, seed uint64, skip ...string) int {
	s.t.Helper()
	r := rand.New(rand.NewPCG(seed, seed))
	not := map[string]bool{}
	for _, k := range skip {
		not[k] = true
	}
	for i := range n {
		switch p := r.IntN(100); {
		case p < 84:
			if k := monkeyKeys[r.IntN(len(monkeyKeys))]; !not[k] {
				s.Press(k)
			}
		case p < 88:
			s.send(tea.MouseClickMsg{X: r.IntN(s.w + 2), Y: r.IntN(s.h + 2), Button: tea.MouseLeft})
		case p < 92:
			b := tea.MouseWheelUp
			if r.IntN(2) == 0 {
				b = tea.MouseWheelDown
			}
			s.send(tea.MouseWheelMsg{X: r.IntN(s.w + 2), Y: r.IntN(s.h + 2), Button: b})
		case p < 94:
			s.Paste("a\tpaste\x1b[2J\nof 漢字 \u202e👩‍🚒\r\n")
		case p < 97:
			s.Resize(1+r.IntN(260), 1+r.IntN(80))
		default:
			s.Send(tea.BlurMsg{})
		}
		if s.Ended() {
			return i + 1
		}
		if i%4 == 0 {
			s.Fits()
		}
	}
	return n
}
