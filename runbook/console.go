package runbook

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// srcLine is a line of a code block with its place in the file.
type srcLine struct {
	text string
	pos  Pos
}

// from is the line without its first n bytes.
func (l srcLine) from(n int) srcLine {
	return srcLine{l.text[n:], Pos{l.pos.Line, l.pos.Column + n}}
}

func texts(lines []srcLine) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.text
	}
	return out
}

var (
	// shellPrompt matches `$ `, `user@host:~$ `, `[root@db1 ~]# `, `worker$ `,
	// `/ $ `, `bash-5.1$ `, `% `; a lone `# ` is left to rootPrompt.
	shellPrompt = lazyregexp.New(`^\s{0,3}(?:\$|%|[\w.-]+@[\w.-]+[:\s]?[^\s$#]*\s?[$#%]|\[[^\]]+\]\s?[$#%]|\([\w.-]+\)\s?\$|[\w.-]{2,20}\$|[a-z][\w.-]{1,20}#|(?:ba|z|k)?sh-[\d.]+[$#]|[~/][\w./-]*\s[$#])(?:\s+|$)`)
	rootPrompt  = lazyregexp.New(`^\s{0,3}#\s+`)
	// replPrompt matches the prompt of a client that is no shell: `mysql> `,
	// `postgres=# `, `sftp> `, `10.0.0.1:6379> `.
	replPrompt = lazyregexp.New(`^\s{0,3}([\w.:@-]*[\w)\]](?:=|-|\(|'|")?[#>]|[\w.]+ \[[^\]]*\]>|MariaDB \[[^\]]*\]>|>>>)\s*`)
	sqlPrompt  = lazyregexp.New(`^\s{0,3}(?:(?:mysql|sqlite|psql|sql|cqlsh(?::\w+)?|MariaDB \[[^\]]*\])>|[\w-]+(?:=|-|\()[#>]|\s+->)\s+`)
	morePrompt = lazyregexp.New(`^\s*>\s?`)
)

// splitSession takes the typed lines of a terminal session: prompts are
// stripped, output is left out. ok is false where no line has a prompt.
// A lone "# " is a prompt only where rootOK says that it is no comment.
func splitSession(lines []srcLine, rootOK bool) (typed []srcLine, ok bool) {
	prompt := shellPrompt
	switch {
	case anyMatch(lines, prompt):
	case gluedSession(lines):
		prompt = gluedPrompt
	default:
		if !rootOK || !rootSession(lines) {
			return nil, false
		}
		prompt = rootPrompt
	}
	for i := 0; i < len(lines); i++ {
		m := prompt.FindStringIndex(lines[i].text)
		if m == nil {
			if prompt != rootPrompt && i > 0 && promptForgotten(lines[i-1].text, lines[i].text) {
				typed = append(typed, lines[i])
			}
			continue
		}
		command := lines[i].from(m[1])
		if command.text == "" {
			continue
		}
		typed = append(typed, command)
		for n := 1; i+1 < len(lines) && n < longestStatement; n++ {
			if !unfinished(lines[i].text, command.text) || prompt.MatchString(lines[i+1].text) {
				break
			}
			i++
			next := lines[i]
			if m := morePrompt.FindStringIndex(next.text); m != nil {
				next = next.from(m[1])
			}
			typed = append(typed, next)
			command.text += "\n" + next.text
		}
	}
	return typed, len(typed) > 0
}

// promptForgotten holds for a call of a known program without a prompt, right
// below a comment that says what it is for.
func promptForgotten(above, line string) bool {
	word, rest, _ := strings.Cut(line, " ")
	return strings.HasPrefix(above, "# ") && rest != "" && beginsWithTool(line) && !commonWords[word]
}

// unfinished holds while a typed command goes on with the next line.
func unfinished(lastLine, command string) bool {
	return continues(lastLine) || incompleteShell(command)
}

func anyMatch(lines []srcLine, re *lazyregexp.Regexp) bool {
	for _, l := range lines {
		if strings.ContainsAny(l.text, "$%#>") && re.MatchString(l.text) {
			return true
		}
	}
	return false
}

// gluedPrompt is a dollar with the command right behind it.
var gluedPrompt = lazyregexp.New(`^\s{0,3}\$`)

// gluedSession holds where the first line is a known program behind a dollar:
// "$tar xf dump.tar", which is no variable.
func gluedSession(lines []srcLine) bool {
	for _, l := range lines {
		text := strings.TrimSpace(l.text)
		if text == "" {
			continue
		}
		rest, ok := strings.CutPrefix(text, "$")
		return ok && beginsWithTool(rest)
	}
	return false
}

// rootSession holds where `# ` is a prompt: every line that has it goes on
// with a program's name, and no other line does.
func rootSession(lines []srcLine) bool {
	found := false
	for _, l := range lines {
		m := rootPrompt.FindStringIndex(l.text)
		if m == nil {
			continue
		}
		if !beginsWithTool(l.text[m[1]:]) {
			return false
		}
		found = true
	}
	return found
}

// splitSQLSession takes the typed lines of a database client's session.
func splitSQLSession(lines []srcLine) (typed []srcLine, ok bool) {
	if !anyMatch(lines, sqlPrompt) {
		return nil, false
	}
	for _, l := range lines {
		if m := sqlPrompt.FindStringIndex(l.text); m != nil && len(l.text) > m[1] {
			typed = append(typed, l.from(m[1]))
		}
	}
	return typed, len(typed) > 0
}

// isReplSession holds where the first line was typed into a client that is no
// shell.
func isReplSession(lines []srcLine) bool {
	for _, l := range lines {
		if strings.TrimSpace(l.text) != "" {
			return replPrompt.MatchString(l.text) && !shellPrompt.MatchString(l.text)
		}
	}
	return false
}
