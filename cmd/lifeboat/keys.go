package main

import (
	"github.com/spf13/cobra"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/walk"
)

// keyDoc is what `keys --json` prints, an array of.
type keyDoc struct {
	Screen string   `json:"screen"`
	ID     string   `json:"id"`
	Keys   []string `json:"keys"`
	Title  string   `json:"title"`
	Help   string   `json:"help,omitempty"`
}

func keyDocs(sections []keys.Section) []keyDoc {
	out := []keyDoc{}
	for _, s := range sections {
		for _, k := range s.Actions {
			out = append(out, keyDoc{s.Title, k.ID, append([]string{}, k.Keys...), k.Title, k.Help})
		}
	}
	return out
}

// keysCommand prints the reference of keys from the table that the screens
// use; docs/keys.md is made with it.
func keysCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "keys", Short: "Print the keys of every screen", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			d := &drill.Desk{Engine: &drill.Engine{Estate: &drill.Estate{}}}
			sections := ui.Reference(ui.Options{Now: a.now, Desk: d, Walk: walk.Screen(d)})
			if a.json {
				return a.printJSON(keyDocs(sections))
			}
			a.printf("%s", whole(keys.Markdown(sections)))
			return nil
		},
	}
}
