package library

import (
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/runbook"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// reader is the runbook that is shown.
type reader struct {
	ref      string
	runbook  *runbook.Runbook
	problems []runbook.Problem
	err      error
	steps    []entry
	doc      *widget.Doc
	docW     int
	style    *theme.Styles
	offset   int
	height   int
	pending  int // a source line to show once it is laid out
}

// entry is one line of the outline.
type entry struct {
	number, title string // cleaned
	line          int
	section       bool
	commands      int
	note          string
}

// outline lists the steps of a runbook, its other sections under headings.
func outline(rb *runbook.Runbook) []entry {
	var out []entry
	add := func(title string, steps []runbook.Step) {
		if len(steps) == 0 {
			return
		}
		if title != "" {
			out = append(out, entry{title: title, line: steps[0].Line, section: true})
		}
		for i := range steps {
			st := &steps[i]
			n := len(st.Commands()) + len(st.Actions())
			e := entry{number: widget.CleanLine(st.Number), title: widget.CleanLine(st.Title), line: st.Line, commands: n}
			switch {
			case st.Budget > 0:
				e.note = inventory.FormatDuration(st.Budget)
			case n > 0:
				e.note = widget.Count(n, "command", "commands")
			case len(st.Items()) > 0:
				e.note = widget.Count(len(st.Items()), "item", "items")
			default:
				e.note = "by hand"
			}
			out = append(out, e)
		}
	}
	add("Before", rb.Prerequisites)
	title := ""
	if len(rb.Prerequisites) > 0 {
		title = "Steps"
	}
	add(title, rb.Steps)
	add("Rollback", rb.Rollback)
	add("Afterwards", rb.PostRecovery)
	return out
}

// layout draws the document for a width, once.
func (r *reader) layout(st *theme.Styles, w int) {
	if r.runbook == nil || (r.doc != nil && r.docW == w && r.style == st) {
		return
	}
	at := 0
	if r.doc != nil {
		at = r.doc.SourceOf(r.offset)
	}
	r.doc, r.docW, r.style = widget.Markdown(st, r.runbook.Source, w, 1), w, st
	if at > 0 && r.offset > 0 {
		r.offset = r.doc.LineOf(at)
	}
	if r.pending > 0 {
		r.offset = r.doc.LineOf(r.pending)
		r.pending = 0
	}
}

func (r *reader) toLine(source int) {
	if r.doc == nil {
		r.pending = source
		return
	}
	r.to(r.doc.LineOf(source))
}

func (r *reader) to(offset int) {
	if r.doc == nil {
		return
	}
	r.offset = max(0, min(offset, len(r.doc.Lines)-r.height))
}

func (r *reader) key(key string) {
	if r.doc == nil {
		return
	}
	top := widget.List{Len: len(r.doc.Lines), Cursor: r.offset, Height: r.height}
	if top.Key(key) {
		r.to(top.Cursor)
	}
}
