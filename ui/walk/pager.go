package walk

import (
	"fmt"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

const (
	pageBytes = 256 << 10 // of the file that are held at once
	pageMore  = pageBytes / 2
)

// pager shows all output of one task, a part of its file at a time.
type pager struct {
	task  string
	title string
	scroller
	lines []string
	at    []int64 // where each line begins in the file
	end   int64   // of what is held
	size  int64
	live  bool // the task runs: only its end is held
	err   error
	query string
	hit   int64 // the line that was found; -1: none
	ask   *pageAsk
}

// pageAsk is a part of the file that is wanted: what ends at end (-1: the end),
// with the line of anchor in view.
type pageAsk struct{ end, anchor int64 }

// paged brings a part of the file.
type paged struct {
	by     *Model
	task   string
	lines  []string
	at     []int64
	end    int64
	size   int64
	live   bool
	anchor int64
	hit    int64
	err    error
}

// openOutput shows all output of the task that is looked at.
func (m *Model) openOutput() tea.Cmd {
	if m.sees == "" {
		return nil
	}
	return m.openPage(m.sees)
}

func (m *Model) openPage(task string) tea.Cmd {
	m.back, m.view = m.view, viewOutput
	m.page = pager{task: task, hit: -1, title: task}
	if t := m.s.Task(task); t != nil {
		m.page.title = clean(t.Task.Title)
	}
	return m.load(pageAsk{end: -1, anchor: -1}, -1)
}

// load reads a part of the file, in a Cmd.
func (m *Model) load(ask pageAsk, hit int64) tea.Cmd {
	task, desk, id := m.page.task, m.desk, m.id
	file := filepath.Join(m.desk.RunDir(m.id), task+".out")
	t := m.s.Task(task)
	running := t != nil && t.Result == nil
	return func() tea.Msg {
		out := paged{by: m, task: task, anchor: ask.anchor, hit: hit}
		out.live = running
		var text []byte
		var from int64
		// What runs in this process has not brought all of its output to the file.
		if o, here := desk.Feed(id, task).(*drill.Output); here && running {
			text = o.Tail(pageBytes)
			_, _, out.size = o.Quiet()
			from = out.size - int64(len(text))
		} else {
			text, from, out.size, out.err = readBack(file, ask.end, pageBytes)
		}
		out.end = from + int64(len(text))
		out.lines, out.at = splitLines(text, from)
		return out
	}
}

// splitLines cleans the lines of a text and says where each begins.
func splitLines(text []byte, from int64) (lines []string, at []int64) {
	for len(text) > 0 {
		line, n := string(text), len(text)
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line, n = line[:i], i+1
		}
		at = append(at, from)
		from, text = from+int64(n), text[n:]
		line = strings.TrimRight(line, "\r")
		if i := strings.LastIndexByte(line, '\r'); i >= 0 {
			line = line[i+1:]
		}
		lines = append(lines, clean(line[:min(len(line), 4096)]))
	}
	return lines, at
}

// paged takes a part of the file.
func (m *Model) paged(msg paged) {
	p := &m.page
	if msg.task != p.task {
		return
	}
	p.lines, p.at, p.end, p.size, p.live, p.err, p.hit = msg.lines, msg.at, msg.end, msg.size, msg.live, msg.err, msg.hit
	p.len, p.top = len(p.lines), len(p.lines)
	for i, at := range p.at {
		if msg.anchor >= 0 && at >= msg.anchor {
			p.top = i
			break
		}
	}
	if msg.hit >= 0 {
		p.top -= p.h / 3
	}
	p.clamp()
}

// move scrolls, and asks for another part of the file at the ends of this one.
func (p *pager) move(how string) {
	before := p.top
	p.scroller.move(how)
	first, last := int64(0), p.end
	if len(p.at) > 0 {
		first = p.at[0]
	}
	switch {
	case p.live || len(p.at) == 0:
	case how == "top" && first > 0:
		p.ask = &pageAsk{end: pageBytes, anchor: 0}
	case how == "bottom" && last < p.size:
		p.ask = &pageAsk{end: -1, anchor: -1}
	case p.top == 0 && first > 0 && (how == "up" || how == "pgup"):
		p.ask = &pageAsk{end: first + pageMore, anchor: p.at[min(before, len(p.at)-1)]}
	case p.top >= p.len-p.h && last < p.size && (how == "down" || how == "pgdown"):
		p.ask = &pageAsk{end: last + pageMore, anchor: p.at[p.top]}
	}
}

// more loads what the last move asked for; while the task runs and its end is
// in view, the end.
func (m *Model) more() tea.Cmd {
	p := &m.page
	switch {
	case m.view != viewOutput:
		return nil
	case p.ask != nil:
		ask := *p.ask
		p.ask = nil
		return m.load(ask, -1)
	case p.live && p.top >= p.len-p.h:
		return m.load(pageAsk{end: -1, anchor: -1}, -1)
	}
	return nil
}

// pageView fills the room under the clocks with the output.
func (m *Model) pageView(w, h int) string {
	st, pg := m.env.Styles, &m.page
	p := widget.Pane{Title: "Output: " + pg.title, Focused: true, Pad: 1, Count: m.pagePlace()}
	iw, ih := p.Inner(w, h)
	lines := pg.fit(pg.lines, ih, 0, 0)
	out := make([]string, len(lines))
	for i, l := range lines {
		style := st.Text
		if strings.HasPrefix(l, "$ ") {
			style = st.Accent
		}
		if pg.hit >= 0 && pg.at[pg.top+i] == pg.hit {
			style = st.Match
		}
		out[i] = style.Render(widget.Cut(l, iw, st.Glyph.Ellipsis))
	}
	switch {
	case pg.err != nil:
		out = []string{st.Bad.Render("Its output can't be read: " + clean(pg.err.Error()))}
	case len(out) == 0:
		out = []string{st.Muted.Render("It has printed nothing.")}
	}
	p.Body, p.Scroll = strings.Join(out, "\n"), pg.scroll()
	return p.Render(st, w, h)
}

// pagePlace says where in the file the view is.
func (m *Model) pagePlace() string {
	p := &m.page
	switch {
	case p.size == 0 || len(p.at) == 0:
		return ""
	case p.live && p.at[0] > 0:
		return "the last " + widget.Bytes(p.end-p.at[0]) + " of " + widget.Bytes(p.size) + "; all of it once it has ended"
	}
	bottom := p.end
	if i := p.top + p.h; i < len(p.at) {
		bottom = p.at[i]
	}
	return fmt.Sprintf("%s, %d %%", widget.Bytes(p.size), bottom*100/max(p.size, 1))
}

func (m *Model) pageActions() []keys.Action {
	return []keys.Action{
		m.closing("walk.output", "o", "Close the output"),
		{
			ID: "walk.search", Keys: []string{"/"}, Title: "Search the output", Short: "search", Group: "look",
			Help: "Finds a text in all of the output, from here on.", Run: m.askSearch, Disabled: m.noSearch,
		},
		{
			ID: "walk.again", Keys: []string{"n"}, Title: "Next place", Short: "next", Group: "look",
			Help: "Where the text stands next.", Run: func() tea.Cmd { return m.search(m.page.query) },
			Disabled: func() string {
				if m.page.query == "" {
					return "nothing is searched for: press /"
				}
				return ""
			},
		},
	}
}

func (m *Model) noSearch() string {
	if m.page.live {
		return "it still runs: its output can be searched once it has ended"
	}
	return ""
}

func (m *Model) askSearch() tea.Cmd {
	in := dialog.NewInput("Search the output", "Which text? Case does not matter.", m.page.query)
	m.env.Dialogs.Push(in, func(r dialog.Result) tea.Cmd {
		if !r.OK || r.Text == "" {
			return nil
		}
		return m.search(r.Text)
	})
	return nil
}

// search finds the next line that holds the query, from the line after the
// last hit, else after the top of the view.
func (m *Model) search(query string) tea.Cmd {
	m.page.query = query
	p := &m.page
	after := p.hit
	if after < 0 && p.top < len(p.at) {
		after = p.at[p.top] - 1
	}
	ctx, id := m.env.Context, p.task
	file := filepath.Join(m.desk.RunDir(m.id), id+".out")
	size := p.size
	return func() tea.Msg {
		hit, err := findLine(ctx, file, query, after)
		switch {
		case err != nil:
			return paged{by: m, task: id, err: err, hit: -1}
		case hit < 0:
			return screen.Toast{Text: fmt.Sprintf("%q is not in it", query), Level: screen.LevelWarn}
		}
		out := paged{by: m, task: id, anchor: hit, hit: hit}
		var text []byte
		var from int64
		text, from, out.size, out.err = readBack(file, min(hit+pageMore, size), pageBytes)
		out.end = from + int64(len(text))
		out.lines, out.at = splitLines(text, from)
		return out
	}
}
