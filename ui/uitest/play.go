package uitest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// Play does what a script says, a line a deed.
func (s *Sheet) Play(script string) {
	s.t.Helper()
	for n, line := range strings.Split(script, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		verb, rest, _ := strings.Cut(line, " ")
		if err := s.do(verb, strings.TrimSpace(rest)); err != nil {
			s.t.Fatalf("line %d of the script: %q: %v", n+1, line, err)
		}
	}
}

func (s *Sheet) do(verb, rest string) error {
	s.t.Helper()
	text := rest
	if q, err := strconv.Unquote(rest); err == nil {
		text = q
	}
	switch verb {
	case "press":
		for _, k := range strings.Fields(text) {
			s.Press(k)
		}
	case "type":
		s.Type(text)
	case "paste":
		s.Paste(text)
	case "see":
		s.See(text)
	case "miss":
		s.Miss(text)
	case "click":
		s.Click(text)
	case "golden":
		s.Golden(text)
	default:
		return s.rare(verb, text)
	}
	return nil
}

func (s *Sheet) rare(verb, text string) error {
	s.t.Helper()
	switch verb {
	case "wheel":
		way, at, _ := strings.Cut(text, " ")
		b := tea.MouseWheelDown
		if way == "up" {
			b = tea.MouseWheelUp
		}
		s.Wheel(b, strings.Trim(at, `"`))
	case "resize":
		var w, h int
		if _, err := fmt.Sscanf(text, "%dx%d", &w, &h); err != nil {
			return err
		}
		s.Resize(w, h)
	case "wait":
		d, err := time.ParseDuration(text)
		if err != nil {
			return err
		}
		s.Wait(d)
	case "fits":
		s.Fits()
	case "ended":
		if !s.Ended() {
			return fmt.Errorf("the program still runs:\n%s", s.Screen())
		}
	default:
		return fmt.Errorf("no such verb")
	}
	return nil
}

var special = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "backspace": tea.KeyBackspace,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
	"home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	"space": tea.KeySpace, "delete": tea.KeyDelete, "insert": tea.KeyInsert, "f1": tea.KeyF1, "f5": tea.KeyF5,
}

// Key makes the message of a key as Bubble Tea names it: "ctrl+c", "enter", "?".
func Key(name string) tea.KeyPressMsg {
	var mod tea.KeyMod
	for {
		head, rest, ok := strings.Cut(name, "+")
		if !ok || rest == "" {
			break
		}
		switch head {
		case "ctrl":
			mod |= tea.ModCtrl
		case "alt":
			mod |= tea.ModAlt
		case "shift":
			mod |= tea.ModShift
		}
		name = rest
	}
	if code, ok := special[name]; ok {
		k := tea.KeyPressMsg{Code: code, Mod: mod}
		if name == "space" && mod == 0 {
			k.Text = " "
		}
		return k
	}
	r, _ := utf8.DecodeRuneInString(name)
	k := tea.KeyPressMsg{Code: r, Mod: mod}
	if mod == 0 {
		k.Text = name
	}
	return k
}
