// Package report is the screen that shows a run's report, or any other
// markdown document that has to be fetched first.
package report

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// Screen shows one document.
type Screen struct {
	env    *screen.Env
	title  string
	load   func(ctx context.Context) (string, error)
	text   string
	err    error
	loaded bool
	doc    *widget.Doc
	docW   int
	style  *theme.Styles
	list   widget.List // Cursor is the first line in view
}

type loaded struct {
	of   *Screen
	text string
	err  error
}

// New makes the screen; load fetches the markdown.
func New(env *screen.Env, title string, load func(ctx context.Context) (string, error)) *Screen {
	return &Screen{env: env, title: title, load: load}
}

// Title implements screen.Screen.
func (s *Screen) Title() string { return s.title }

// Open implements screen.Opener.
func (s *Screen) Open() tea.Cmd {
	ctx, load := s.env.Context, s.load
	return func() tea.Msg {
		text, err := load(ctx)
		return loaded{of: s, text: text, err: err}
	}
}

// Update implements screen.Screen.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case loaded:
		if msg.of == s {
			s.text, s.err, s.loaded = msg.text, msg.err, true
		}
	case tea.KeyPressMsg:
		s.scroll(msg.String())
	case tea.MouseWheelMsg:
		d := 3
		if msg.Button == tea.MouseWheelUp {
			d = -3
		}
		s.to(s.list.Offset + d)
	}
	return nil
}

func (s *Screen) scroll(key string) {
	l := widget.List{Len: s.list.Len, Cursor: s.list.Offset, Height: s.list.Height}
	if l.Key(key) {
		s.to(l.Cursor)
	}
}

func (s *Screen) to(offset int) {
	s.list.Offset = max(0, min(offset, s.list.Len-s.list.Height))
}

// Actions implements screen.Screen.
func (s *Screen) Actions() []keys.Action {
	move := func(key string) func() tea.Cmd { return func() tea.Cmd { s.scroll(key); return nil } }
	return []keys.Action{
		{ID: "report.down", Keys: []string{"down", "j"}, Title: "Scroll down", Short: "scroll", Help: "One line.", Run: move("down")},
		{ID: "report.up", Keys: []string{"up", "k"}, Title: "Scroll up", Help: "One line.", Run: move("up")},
		{ID: "report.page", Keys: []string{"space", "pgdown"}, Title: "Next page", Short: "next page", Help: "One screen on.", Run: move("pgdown")},
		{ID: "report.back", Keys: []string{"pgup", "b"}, Title: "Page before", Help: "One screen back.", Run: move("pgup")},
		{ID: "report.end", Keys: []string{"end", "G"}, Title: "To the end", Help: "The last line.", Run: move("end")},
		{ID: "report.top", Keys: []string{"home", "g"}, Title: "To the beginning", Help: "The first line.", Run: move("home")},
	}
}

// View implements screen.Screen.
func (s *Screen) View(w, h int) string {
	st := s.env.Styles
	p := widget.Pane{Title: s.title, Focused: true, Pad: 1}
	iw, ih := p.Inner(w, h)
	switch {
	case !s.loaded:
		p.Body = st.Muted.Render("reading" + st.Glyph.Ellipsis)
	case s.err != nil:
		p.Danger = true
		p.Body = widget.Empty(st, "It can't be shown", []string{widget.Clean(s.err.Error()), "", "q goes back"}, iw, ih)
	default:
		if s.doc == nil || s.docW != iw || s.style != st {
			s.doc, s.docW, s.style = widget.Markdown(st, s.text, iw, 1), iw, st
		}
		s.list.Len, s.list.Height = len(s.doc.Lines), ih
		s.to(s.list.Offset)
		p.Body = s.doc.View(st, s.list.Offset, iw, ih)
		p.Scroll = widget.Scroll{Offset: s.list.Offset, Visible: ih, Total: len(s.doc.Lines)}
	}
	return p.Render(st, w, h)
}
