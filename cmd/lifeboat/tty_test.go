package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
)

// tty is the program on a terminal, and every byte that it sent there.
type tty struct {
	t    *testing.T
	cmd  *exec.Cmd
	file *os.File
	mu   sync.Mutex
	sent bytes.Buffer
	more chan struct{} // something came
	over chan struct{} // the program has closed the terminal
}

// onTerminal starts it on a terminal of this size.
func (p *program) onTerminal(cols, rows uint16, args ...string) *tty {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), p.path, args...)
	cmd.Dir, cmd.Env = p.dir, append(slices.Clone(p.env), "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8")
	file, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: cols, Rows: rows})
	if err != nil {
		p.t.Fatal(err)
	}
	y := &tty{t: p.t, cmd: cmd, file: file, more: make(chan struct{}, 1), over: make(chan struct{})}
	go y.read()
	p.t.Cleanup(func() {
		_ = cmd.Process.Kill() // it has mostly ended
		_ = file.Close()
		<-y.over
	})
	return y
}

func (y *tty) read() {
	defer close(y.over)
	b := make([]byte, 64<<10)
	for {
		n, err := y.file.Read(b)
		y.mu.Lock()
		y.sent.Write(b[:n])
		y.mu.Unlock()
		select {
		case y.more <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// bytes are those that came after the first from.
func (y *tty) bytes(from int) []byte {
	y.mu.Lock()
	defer y.mu.Unlock()
	return bytes.Clone(y.sent.Bytes()[min(from, y.sent.Len()):])
}

// press types keys and gives what is drawn because of them: all that comes
// until nothing has come for a moment.
func (y *tty) press(keys string) string {
	y.t.Helper()
	from := len(y.bytes(0))
	if _, err := y.file.WriteString(keys); err != nil {
		y.t.Fatal(err)
	}
	return string(y.quiet(from))
}

// quiet waits until nothing comes for a moment.
func (y *tty) quiet(from int) []byte {
	for first := true; ; first = false {
		still := 150 * time.Millisecond
		if first {
			still = time.Second
		}
		select {
		case <-y.more:
		case <-y.over:
			return y.bytes(from)
		case <-time.After(still):
			return y.bytes(from)
		}
	}
}

// see waits until a text has been drawn. It must be of one word: a screen that
// is drawn anew leaves out what stands there already.
func (y *tty) see(word string) {
	y.t.Helper()
	deadline := time.After(time.Minute)
	for !bytes.Contains(y.bytes(0), []byte(word)) {
		select {
		case <-y.more:
		case <-y.over:
			y.t.Fatalf("it ended before it showed %q: %q", word, tailOf(y.bytes(0)))
		case <-deadline:
			y.t.Fatalf("it did not show %q: %q", word, tailOf(y.bytes(0)))
		}
	}
}

func tailOf(b []byte) []byte { return b[max(0, len(b)-2000):] }

// end asks the program to end, as a closed connection does.
func (y *tty) end() {
	y.t.Helper()
	if err := y.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		y.t.Fatal(err)
	}
	select {
	case <-y.over:
	case <-time.After(time.Minute):
		y.t.Fatal("it did not end")
	}
	_ = y.cmd.Wait() // how it ends is told elsewhere
}

// own are the sequences that lifeboat and Bubble Tea send. Whatever else
// reaches a terminal came from somebody else.
var own = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`[\r\n\t\x08]`,
	`\x1b\[(?:\d{1,3}(?:;\d{1,3})?)?[ABCDGHIJKLMPSTXZ@` + "`" + `bdr]`, `\x1bM`, `\x1b\[(?:\?7|4)[hl]`, // cursor, erase, scroll, repeat; wrapping, inserting
	`\x1b\[\?(?:25|1002|1004|1006|1049|2004|2026|2027)[hl]`, `\x1b\[\?1003l`, // cursor, mouse, focus, screen, paste, synchronised, graphemes
	`\x1b\[\?5W`,                                  // tab stops
	`\x1b\[\?(?:2026|2027)\$p`, `\x1b\]11;\?\x07`, // asks: modes, the background's colour
	`\x1b\[(?:[<>]1|\?)u`, `\x1b\[>4(?:;2)?m`, // keyboard
	`\x1b\]2;(?:lifeboat[^\x00-\x1f\x7f-\x9f]*)?\x07`, // title
}, "|") + `)$`)

// style is a colour or a way to write that the theme has.
var style = regexp.MustCompile(`^\x1b\[(?:(?:0|1|2|3|4|7|9|2[2-4]|27|29|39|49|59|[34][0-7]|9[0-7]|10[0-7]|[345]8[;:](?:5[;:]\d{1,3}|2[;:]\d{1,3}[;:]\d{1,3}[;:]\d{1,3}))(?:;|m))*m?$`)

// foreign names what is sent to a terminal and is none of lifeboat's own.
func foreign(sent []byte) error {
	var state byte
	parser := ansi.NewParser()
	for i := 0; i < len(sent); {
		seq, _, n, next := ansi.DecodeSequence(sent[i:], state, parser)
		near := sent[max(0, i-60):min(len(sent), i+60)]
		first, _ := utf8.DecodeRune(seq)
		switch {
		case n == 0 || !utf8.Valid(seq):
			return fmt.Errorf("nothing is read at byte %d: %q", i, near)
		case first >= 0x20 && !steers(first):
			for _, r := range string(seq) {
				if steers(r) {
					return fmt.Errorf("%U at byte %d: %q", r, i, near)
				}
			}
		case !own.Match(seq) && !style.Match(seq):
			return fmt.Errorf("%q at byte %d: %q", seq, i, near)
		case bytes.Contains(seq, []byte(evil)):
			return fmt.Errorf("a sequence holds text of others: %q", seq)
		}
		state = next
		i += n
	}
	return nil
}

// All of ten thousand hostile strings on the screens: while they are printed,
// in the pager, in the log, in the report.
func TestHostileScreens(t *testing.T) {
	t.Parallel()
	all := hostile(10_000)
	p := newProgram(t, t.TempDir(), map[string]string{"SUDO_USER": "op\x1b[31m" + evil + "\u202e"})
	text := "BEGINNING0123456789\n" + strings.Join(all, "\n") + "\nTHEEND9876543210\n"
	p.write("out", text)
	p.write("hostile.md", "# Drill \x1b[31m"+evil+"\x1b]0;"+evil+"\a \u202e \u009b2J title\n\n## Steps\n\n1. Print \x1b[7m"+evil+" \u009b31337;1H\n\n   ```sh\n   cat out # \x1b]2;"+evil+"\a \u202e \x1b[2J\n   ```\n\n2. Fail "+
		strings.Repeat("\u0301", 50)+"\n\n   ```sh\n   tail -c 3000 out >&2; false\n   ```\n")
	y := p.onTerminal(250, 200, "run", "hostile.md")
	y.see("Print")
	y.press("\r")                       // begin
	shown := len(y.press("\r"))         // run it
	waitOutput(t, p.state(), len(text)) // to its end
	y.see("THEEND9876543210")
	y.press("o")
	pages := 0
	for found := false; !found && pages < 200; pages++ {
		drawn := y.press("\x1b[5~")
		shown += len(drawn)
		found = strings.Contains(drawn, "BEGINNING0123456789")
	}
	if !bytes.Contains(y.bytes(0), []byte("BEGINNING0123456789")) || pages < 20 {
		t.Fatalf("%d pages did not lead to the beginning: %q", pages, tailOf(y.bytes(0)))
	}
	y.press("\x1b")
	for _, keys := range []string{"\r", "\r", "l", "\x1b", "e", "\x1b", "m", "\x1b", "?", "\x1b", "n" + "note" + "\r", "x", "\r", "\r"} {
		y.press(keys)
	}
	y.end()
	sent := y.bytes(0)
	if err := foreign(sent); err != nil {
		t.Error(err)
	}
	t.Logf("%d bytes, %d pages", len(sent), pages)
	if n := bytes.Count(sent, []byte(evil[:3])); n < 3000 {
		t.Errorf("the strings were drawn %d times only", n)
	}
}

// waitOutput waits until a run has kept so much output of one task.
func waitOutput(t *testing.T, state string, size int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		found, _ := filepath.Glob(filepath.Join(state, "runs", "*", "*.out"))
		for _, f := range found {
			if info, err := os.Stat(f); err == nil && info.Size() >= int64(size) {
				return
			}
		}
	}
	t.Fatal("the output did not come")
}

func TestForeignSeesThem(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"plain ✓ text", "\x1b[1;38;2;1;2;3mbold\x1b[m", "\x1b[12;3Hx\x1b[K", "\x1b]2;lifeboat: Dashboard\a"} {
		if err := foreign([]byte(good)); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	missed := 0
	for _, s := range hostile(10_000) {
		if strings.ContainsAny(s, "\x1b\x00\u009b\u202e") && foreign([]byte(s)) == nil {
			missed++
		}
	}
	if missed > 400 { // some are cut to what lifeboat sends too
		t.Errorf("%d of them pass", missed)
	}
	if err := foreign([]byte("\x1b]52;c;UFdORUQ=\a")); err == nil {
		t.Error(errors.New("a clipboard is written, and nobody minds"))
	}
}
