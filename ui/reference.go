package ui

import (
	"context"
	"errors"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
)

// Reference lists the tables of every screen, for the key reference in the
// docs. Only opt.Now and opt.Walk are used: nothing is opened.
func Reference(opt Options) []keys.Section {
	opt.Desk, opt.Books, opt.History, opt.First = nobody{}, nil, nil, nil
	a := New(opt)
	out := make([]keys.Section, 0, len(a.tabs)+4)
	for _, t := range a.tabs {
		out = append(out, keys.Section{Title: t.title, Actions: t.screen.Actions()})
	}
	if opt.Walk != nil {
		out = append(out, keys.Section{Title: "Walk", Actions: opt.Walk(a.env, screen.OpenWalk{}).Actions()})
	}
	return append(out,
		keys.Section{Title: "Report", Actions: a.report("").Actions()},
		keys.Section{Title: "Everywhere", Actions: a.global()},
		keys.Section{Title: "Lists", Actions: movement},
		keys.Section{Title: "Dialogs", Actions: dialog.Keys},
	)
}

// movement are the keys that every list and every reader understands.
var movement = []keys.Action{
	{ID: "list.down", Keys: []string{"down", "j"}, Title: "One line down"},
	{ID: "list.up", Keys: []string{"up", "k"}, Title: "One line up"},
	{ID: "list.page", Keys: []string{"pgdown", "space", "ctrl+f"}, Title: "One page down"},
	{ID: "list.back", Keys: []string{"pgup", "ctrl+b"}, Title: "One page up"},
	{ID: "list.top", Keys: []string{"home", "g"}, Title: "To the first line"},
	{ID: "list.end", Keys: []string{"end", "G"}, Title: "To the last line"},
	{ID: "app.interrupt", Keys: []string{"ctrl+c"}, Title: "Close the dialog, or quit; asks first while a run is live"},
}

// nobody has no workload.
type nobody struct{}

func (nobody) Workloads() []*inventory.Workload { return nil }

func (nobody) Status(context.Context, *inventory.Workload) (drill.Status, error) {
	return drill.Status{}, errors.New("there is no workload")
}

func (nobody) StartFor(context.Context, drill.StartRequest) (*drill.Run, error) {
	return nil, errors.New("there is no workload")
}
