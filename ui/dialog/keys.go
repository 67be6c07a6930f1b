package dialog

import "github.com/lifeboat-dr/lifeboat/ui/keys"

// Keys are what dialogs answer to, for the reference in the docs.
var Keys = []keys.Action{
	{ID: "dialog.take", Keys: []string{"enter"}, Title: "Take the answer in focus; a new line where several are edited"},
	{ID: "dialog.cancel", Keys: []string{"esc"}, Title: "Cancel"},
	{ID: "dialog.next", Keys: []string{"tab", "right"}, Title: "Next answer"},
	{ID: "dialog.back", Keys: []string{"shift+tab", "left"}, Title: "Answer before"},
	{ID: "dialog.save", Keys: []string{"ctrl+s"}, Title: "Take the text that was edited"},
	{ID: "dialog.clear", Keys: []string{"ctrl+u"}, Title: "Clear the line to its beginning"},
	{ID: "dialog.word", Keys: []string{"ctrl+w"}, Title: "Remove the word before the cursor"},
}
