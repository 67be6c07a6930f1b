package dialog_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"github.com/lifeboat-dr/lifeboat/ui/dialog"
	"github.com/lifeboat-dr/lifeboat/ui/keys"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/uitest"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

var st = theme.New(theme.Options{Dark: true, Color: true, Unicode: true})

// clock is a clock that tests move.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

// table is a stack with one dialog, and what it answered.
type table struct {
	*dialog.Stack
	clock *clock
	got   *dialog.Result
}

func open(d dialog.Dialog) *table {
	c := &clock{t: time.Unix(1_800_000_000, 0)}
	tb := &table{Stack: dialog.NewStack(c.now), clock: c}
	tb.Push(d, func(r dialog.Result) tea.Cmd { tb.got = &r; return nil })
	return tb
}

func (tb *table) press(names ...string) *table {
	for _, k := range names {
		tb.Update(uitest.Key(k))
		tb.View(st, "", 80, 24)
	}
	return tb
}

func (tb *table) typed(s string) *table { return tb.press(strings.Split(s, "")...) }

func (tb *table) screen() string { return ansi.Strip(tb.View(st, "", 80, 24)) }

func TestConfirm(t *testing.T) {
	make := func() *dialog.Confirm {
		return dialog.NewConfirm("Abort?", "The run ends.",
			dialog.Button{ID: "stay", Text: "Stay", Key: "s"},
			dialog.Button{ID: "abort", Text: "Abort", Key: "a", Danger: true},
			dialog.Button{ID: "never", Text: "Never", Key: "n", Off: "it is not possible"})
	}
	for keys, want := range map[string]string{
		"enter": "stay", "tab enter": "abort", "a": "abort", "left left enter": "abort", "esc": "", "n s": "stay",
	} {
		tb := open(make()).press(strings.Fields(keys)...)
		if tb.got == nil || tb.got.Choice != want || tb.got.OK != (want != "") || tb.Open() {
			t.Errorf("%s: %+v", keys, tb.got)
		}
	}
	tb := open(make()).press("right", "right")
	if s := tb.screen(); !strings.Contains(s, "it is not possible") {
		t.Errorf("no reason:\n%s", s)
	}
	if tb.press("enter"); tb.got != nil {
		t.Errorf("a disabled button was pressed: %+v", tb.got)
	}
}

func TestALongBodyCanBeRead(t *testing.T) {
	tb := open(dialog.NewInfo("Plan", strings.Repeat("a line\n", 60)+"the end")).press("pgdown", "pgdown", "pgdown", "pgdown")
	if s := tb.screen(); !strings.Contains(s, "the end") || !strings.Contains(s, "OK") {
		t.Fatalf("the end can't be reached:\n%s", s)
	}
}

func TestTypedTakesNoPaste(t *testing.T) {
	tb := open(dialog.NewTyped("Restore over the live system", "orders-db is overwritten.", "orders-db"))
	tb.Update(tea.PasteMsg{Content: "orders-db"})
	if s := tb.screen(); !strings.Contains(s, "a paste doesn't count") {
		t.Errorf("nothing said:\n%s", s)
	}
	if tb.press("enter"); tb.got != nil {
		t.Fatal("a paste confirmed")
	}
	if tb.typed("orders-d").press("enter"); tb.got != nil {
		t.Fatal("half of the word confirmed")
	}
	if tb.typed("b").press("enter"); tb.got == nil || !tb.got.OK {
		t.Fatal("the word did not confirm")
	}
}

func TestUnaskedDialogWaitsForQuiet(t *testing.T) {
	tb := open(dialog.NewInfo("below", ""))
	tb.Clear()
	done := false
	tb.PushUnasked(dialog.NewInfo("It failed", "Look at it."), func(dialog.Result) tea.Cmd { done = true; return nil })
	for range 20 {
		tb.clock.t = tb.clock.t.Add(300 * time.Millisecond)
		tb.press("enter")
	}
	if done {
		t.Fatal("a key that was meant for elsewhere closed it")
	}
	if s := tb.screen(); !strings.Contains(s, "keys wait until you stop typing") {
		t.Errorf("it does not say that it waits:\n%s", s)
	}
	tb.clock.t = tb.clock.t.Add(dialog.Quiet)
	if tb.press("enter"); !done {
		t.Fatal("it does not take keys after a quiet time")
	}
}

// A typed confirmation that opened by itself takes neither what was being
// typed, pasted or clicked when it came, nor a paste later.
func TestUnaskedTypedConfirmation(t *testing.T) {
	tb := open(dialog.NewInfo("below", ""))
	tb.Clear()
	tb.PushUnasked(dialog.NewTyped("Restore", "shop is overwritten.", "ok"), func(r dialog.Result) tea.Cmd { tb.got = &r; return nil })
	for _, msg := range []tea.Msg{tea.PasteMsg{Content: "ok"}, tea.MouseClickMsg{X: 40, Y: 12, Button: tea.MouseLeft}} {
		tb.clock.t = tb.clock.t.Add(dialog.Quiet - time.Millisecond)
		tb.Update(msg)
	}
	if tb.typed("ok").press("enter"); tb.got != nil {
		t.Fatal("what was meant for elsewhere confirmed")
	}
	tb.clock.t = tb.clock.t.Add(dialog.Quiet)
	tb.Update(tea.PasteMsg{Content: "ok"})
	if tb.press("enter"); tb.got != nil {
		t.Fatal("a paste confirmed")
	}
	if tb.typed("ok").press("enter"); tb.got == nil || !tb.got.OK {
		t.Fatal("the word did not confirm")
	}
}

func TestInput(t *testing.T) {
	in := dialog.NewInput("Since", "When?", "now")
	in.Check = func(s string) string {
		if s == "" {
			return "say when"
		}
		return ""
	}
	tb := open(in).press("ctrl+u", "enter")
	if s := tb.screen(); !strings.Contains(s, "say when") || tb.got != nil {
		t.Fatalf("an empty answer was taken:\n%s", s)
	}
	tb.Update(tea.PasteMsg{Content: "x2\x1b[31m5m"})
	tb.press("home", "delete", "end", "left", "漢", "backspace", "enter")
	if tb.got == nil || tb.got.Text != "25m" {
		t.Fatalf("%+v", tb.got)
	}
}

func TestTypingReplacesTheDefault(t *testing.T) {
	for keys, want := range map[string]string{
		"2 5 m": "25m", "left x": "noxw", "end ! ": "now!", "backspace x": "x", "": "now",
	} {
		tb := open(dialog.NewInput("Since", "When?", "now")).press(strings.Fields(keys)...).press("enter")
		if tb.got == nil || tb.got.Text != want {
			t.Errorf("%q: %+v, want %q", keys, tb.got, want)
		}
	}
}

func TestLineMovesByGrapheme(t *testing.T) {
	var l dialog.Line
	l.SetText("aé漢b")
	for range 2 {
		l.Key(uitest.Key("left"))
	}
	l.Key(uitest.Key("backspace"))
	if l.Text != "a漢b" {
		t.Fatalf("%q", l.Text)
	}
	l.Key(uitest.Key("ctrl+k"))
	if l.Text != "a" || l.Cursor != 1 {
		t.Fatalf("%q %d", l.Text, l.Cursor)
	}
}

func TestText(t *testing.T) {
	tb := open(dialog.NewText("Edit", "The command", "one\ntwo"))
	tb.press("up", "end", "enter", "x", "down", "home", "backspace", "ctrl+s")
	if tb.got == nil || tb.got.Text != "one\nxtwo" {
		t.Fatalf("%+v", tb.got)
	}
	tb = open(dialog.NewText("Edit", "", "one")).press("x", "esc")
	if tb.got != nil {
		t.Fatal("changes were dropped without a word")
	}
	if tb.press("esc"); tb.got == nil || tb.got.OK {
		t.Fatal("esc twice does not cancel")
	}
	tb = open(dialog.NewText("Edit", "", "a"))
	tb.Update(tea.PasteMsg{Content: "b\r\nc\x1b[2J"})
	if tb.press("ctrl+s"); tb.got.Text != "ab\n\nc" && tb.got.Text != "ab\nc" {
		t.Fatalf("%q", tb.got.Text)
	}
}

func choices() []dialog.Choice {
	var out []dialog.Choice
	for i := range 30 {
		c := dialog.Choice{ID: fmt.Sprint(i), Title: fmt.Sprintf("2026-11-%02d 02:00  nightly", i+1), Note: "full  48 MB", Detail: []string{fmt.Sprintf("id %d", i)}}
		if i == 2 {
			c.Off = "it is empty"
		}
		out = append(out, c)
	}
	return out
}

func TestChoose(t *testing.T) {
	tb := open(dialog.NewChoose("Recovery points", "Choose one.", choices(), 1)).press("down", "enter")
	if s := tb.screen(); tb.got != nil || !strings.Contains(s, "it is empty") || !strings.Contains(s, "id 2") {
		t.Fatalf("a disabled item was taken, or no reason given:\n%s", s)
	}
	if tb.press("end", "enter"); tb.got == nil || tb.got.Index != 29 {
		t.Fatalf("%+v", tb.got)
	}
	c := dialog.NewChoose("Workloads", "", choices(), 0)
	c.Filter = true
	if tb = open(c).typed("11-07").press("enter"); tb.got == nil || tb.got.Index != 6 {
		t.Fatalf("%+v", tb.got)
	}
	if tb = open(dialog.NewChoose("None", "", nil, 0)).press("down", "enter", "esc"); tb.got == nil || tb.got.OK {
		t.Fatalf("%+v", tb.got)
	}
}

func sections() []keys.Section {
	run := func() tea.Cmd { return nil }
	return []keys.Section{{Title: "Walk", Actions: []keys.Action{
		{ID: "walk.run", Keys: []string{"enter"}, Title: "Run the command", Short: "run", Help: "Runs what is shown.", Run: run},
		{ID: "walk.skip", Keys: []string{"s"}, Title: "Skip the step", Short: "skip", Help: "With a reason.", Run: run, Disabled: func() string { return "it is over" }},
		{ID: "walk.note", Keys: []string{"n"}, Title: "Write a note", Short: "note", Help: "Into the journal.", Run: run, Group: "notes"},
	}}}
}

func TestPaletteAndHelp(t *testing.T) {
	if tb := open(dialog.NewPalette(sections())).typed("note").press("enter"); tb.got == nil || tb.got.Choice != "walk.note" {
		t.Errorf("%+v", tb.got)
	}
	tb := open(dialog.NewPalette(sections())).typed("skip").press("enter")
	if s := tb.screen(); tb.got != nil || !strings.Contains(s, "not now: it is over") {
		t.Errorf("%+v\n%s", tb.got, s)
	}
	tb = open(dialog.NewHelp(sections())).press("down")
	if s := tb.screen(); !strings.Contains(s, "not now: it is over") {
		t.Errorf("no reason:\n%s", s)
	}
	if tb.press("enter"); tb.got != nil {
		t.Error("a disabled action was taken")
	}
	if tb.press("down", "enter"); tb.got == nil || tb.got.Choice != "walk.note" {
		t.Errorf("%+v", tb.got)
	}
}

func TestClicks(t *testing.T) {
	tb := open(dialog.NewConfirm("Quit?", "", dialog.Button{ID: "a", Text: "First"}, dialog.Button{ID: "b", Text: "Second"}))
	for y, line := range strings.Split(tb.screen(), "\n") {
		if i := strings.Index(line, "Second"); i >= 0 {
			tb.Update(tea.MouseClickMsg{X: ansi.StringWidth(line[:i]), Y: y, Button: tea.MouseLeft})
		}
	}
	if tb.got == nil || tb.got.Choice != "b" {
		t.Fatalf("%+v", tb.got)
	}
}

func TestGoldens(t *testing.T) {
	long := strings.Repeat("What is going to happen is told in full, before anybody confirms it. ", 20)
	input := dialog.NewInput("Incident: orders-db", "When did the impact begin?", "now")
	input.Hint = "now, 25m (ago), 02:40"
	for name, d := range map[string]dialog.Dialog{
		"confirm": dialog.NewConfirm("The drill is live", "Nothing is stopped unless you say so.", dialog.Button{ID: "a", Text: "Stay", Key: "s"}, dialog.Button{ID: "b", Text: "Abort it, clean up and quit", Key: "a", Danger: true}),
		"long":    dialog.NewInfo("A long story", long),
		"typed":   dialog.NewTyped("Restore over the live system", "orders-db on db1 is overwritten by the point of 02:00.", "orders-db"),
		"choose":  dialog.NewChoose("Recovery points", "Choose one.", choices(), 3),
		"input":   input,
		"text":    dialog.NewText("Edit the command", "It runs as edited; the runbook stays as it is.", "set -e\nls -t /mnt/nas | head -n 1\n"),
		"palette": dialog.NewPalette(sections()),
		"help":    dialog.NewHelp(sections()),
	} {
		for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 40}} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				tb := open(d)
				under := strings.TrimSuffix(strings.Repeat(strings.Repeat(".", size[0])+"\n", size[1]), "\n")
				out := tb.View(st, under, size[0], size[1])
				lines := strings.Split(out, "\n")
				if len(lines) != size[1] || widget.Width(lines[3]) != size[0] {
					t.Fatalf("%d lines of %d cells", len(lines), widget.Width(lines[3]))
				}
				golden.RequireEqual(t, ansi.Strip(out))
			})
		}
	}
}
