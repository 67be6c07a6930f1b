package main

import (
	"github.com/spf13/cobra"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/walk"
)

// keysCommand prints the reference of keys from the table that the screens
// use; docs/keys.md is made with it.
func keysCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "keys", Short: "Print the keys of every screen", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			d := &drill.Desk{Engine: &drill.Engine{Estate: &drill.Estate{}}}
			a.printf("%s", keys.Markdown(ui.Reference(ui.Options{Now: a.now, Desk: d, Walk: walk.Screen(d)})))
			return nil
		},
	}
}
