// Package keys holds bindings as data. One table a screen and one for the
// whole program; footer, help, palette and the reference in the docs are
// generated from them, so that none can lie.
//
// An action that is not possible now stays in the table with its reason: it
// is shown struck through, and pressing its key says why.
package keys

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Action is one thing that the operator can do.
type Action struct {
	ID    string   // "walk.run": stable, for tests and docs
	Keys  []string // as Bubble Tea names them: "enter", "ctrl+p", "?"
	Title string   // "Start the drill": help and palette
	Short string   // "drill": the footer; empty: not in the footer
	Help  string   // one sentence
	Group string   // heading in the help

	// Run does it: it may change the screen's state and return a Cmd.
	Run func() tea.Cmd
	// Disabled gives the reason why not now, or "". Nil: always possible.
	Disabled func() string
}

// Reason gives why the action is not possible now, or "".
func (a *Action) Reason() string {
	if a.Disabled == nil {
		return ""
	}
	return a.Disabled()
}

// Bound says whether the action answers to the key.
func (a *Action) Bound(key string) bool { return slices.Contains(a.Keys, key) }

// Find returns the action that answers to the key: the first possible one,
// else the first one. Nil when no action does.
func Find(actions []Action, key string) *Action {
	var off *Action
	for i := range actions {
		if !actions[i].Bound(key) {
			continue
		}
		if actions[i].Reason() == "" {
			return &actions[i]
		}
		if off == nil {
			off = &actions[i]
		}
	}
	return off
}

// ByID returns the action with that id, or nil.
func ByID(actions []Action, id string) *Action {
	for i := range actions {
		if actions[i].ID == id {
			return &actions[i]
		}
	}
	return nil
}

// Conflicts names the keys that two actions claim, for tests. Two actions may
// share a key only when they are never possible at once, and say so by
// sharing their ID's last part.
func Conflicts(actions []Action) []string {
	seen := map[string]string{}
	var out []string
	for _, a := range actions {
		for _, k := range a.Keys {
			if other, ok := seen[k]; ok && tail(other) != tail(a.ID) {
				out = append(out, k+": "+other+" and "+a.ID)
			}
			seen[k] = a.ID
		}
	}
	return out
}

func tail(id string) string { return id[strings.LastIndexByte(id, '.')+1:] }

// Name writes a key for a person.
func Name(key string, unicode bool) string {
	if unicode {
		switch key {
		case "up":
			return "↑"
		case "down":
			return "↓"
		case "left":
			return "←"
		case "right":
			return "→"
		}
	}
	switch key {
	case "pgdown":
		return "pgdn"
	case " ":
		return "space"
	}
	return key
}

// Names writes an action's keys for a person, the first ones first.
func (a *Action) Names(unicode bool) string {
	out := make([]string, len(a.Keys))
	for i, k := range a.Keys {
		out[i] = Name(k, unicode)
	}
	return strings.Join(out, ", ")
}
