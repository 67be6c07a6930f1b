package runbook

import (
	"strings"

	"github.com/yuin/goldmark/ast"
)

type fenceKind int

const (
	fenceSample fenceKind = iota
	fenceCommand
	fenceAction
)

// fence is a code block as it was read.
type fence struct {
	kind     fenceKind
	language string // of a command: sh, bash, zsh, sql; of a sample: its label
	attrs    map[string]string
	line     int       // of the fence itself, for its attributes
	lines    []srcLine // all of the block
	script   []srcLine // of a command: what runs
}

// labels maps a fence's label to the language that a command in it has.
// Labels under "" say nothing: there the text decides.
var labels = map[string]string{
	"sh": "sh", "bash": "bash", "shell": "bash", "zsh": "zsh", "ksh": "bash", "shellscript": "bash", "shell-script": "bash", "bashrc": "bash",
	"console": "console", "terminal": "console", "shell-session": "console", "shellsession": "console", "sh-session": "console",
	"bash-session": "console", "session": "console",
	"sql": "sql", "psql": "sql", "mysql": "sql", "pgsql": "sql", "postgresql": "sql", "postgres": "sql", "mariadb": "sql", "sqlite": "sql",
	"plpgsql": "sql",
	"":        "plain", "text": "plain", "plaintext": "plain", "plain": "plain", "txt": "plain", "cmd": "plain", "code": "plain", "none": "plain",
	"command": "plain", "cli": "plain", "commandline": "plain", "raw": "plain", "default": "plain", "bat": "plain", "nohighlight": "plain",
}

// transcripts are labels of what a program printed, or of a shell that we do
// not speak.
var transcripts = wordSet(`log logs output stdout diff patch none mermaid powershell pwsh ps1 batch dos`)

// fence reads a code block, once.
func (d *document) fence(n ast.Node) *fence {
	if f, ok := d.fences[n]; ok {
		return f
	}
	f := &fence{line: d.line(n), lines: d.codeLines(n)}
	label := ""
	if fenced, ok := n.(*ast.FencedCodeBlock); ok && fenced.Info != nil {
		label, f.attrs = parseInfo(string(fenced.Info.Segment.Value(d.src)))
	}
	_, indented := n.(*ast.CodeBlock)
	if indented && f.unwrap(&label) {
		indented = false
	}
	f.language = label
	d.fences[n] = f
	d.judge(f, label, d.textBefore(n), indented)
	return f
}

// judge decides whether a code block is a command.
func (d *document) judge(f *fence, label, lead string, indented bool) {
	if label == "lifeboat" {
		f.kind = fenceAction
		return
	}
	if attrBool(f.attrs["ignore"]) || !anyText(f.lines) {
		return
	}
	family := labels[label]
	switch {
	case label != "" && family == "":
		if !transcripts[label] && mislabelled(texts(f.lines)) {
			f.command("bash", f.lines)
		}
	case family == "sql":
		f.readSQL(lead)
	case family == "console":
		f.readConsole(lead)
	case family == "plain":
		f.readPlain(lead, indented)
	default:
		f.readShell(lead, family)
	}
}

// readShell reads a block that its label calls shell: a command, unless it is
// plainly something else.
func (f *fence) readShell(lead, language string) {
	if typed, ok := splitSession(f.lines, false); ok {
		f.command(language, typed)
		return
	}
	all := texts(f.lines)
	if looksLikeOutput(all) || namesFile(all) || isReplSession(f.lines) {
		return
	}
	if filePresented.MatchString(lead) && (!f.beginsAsShell() || strings.HasPrefix(all[0], "#!")) {
		return
	}
	if expectedOutput.MatchString(lead) && !f.beginsAsShell() {
		return
	}
	f.command(language, f.lines[:f.outputStart()])
}

// readConsole reads a session in a terminal.
func (f *fence) readConsole(lead string) {
	if typed, ok := splitSession(f.lines, true); ok {
		f.command("bash", typed)
		return
	}
	f.readPlain(lead, false)
}

// readPlain reads a block of which nothing says what it is: a command where
// it reads as shell.
func (f *fence) readPlain(lead string, indented bool) {
	if typed, ok := splitSession(f.lines, false); ok && typedShell(typed) {
		f.command("bash", typed)
		return
	}
	if typed, ok := splitSQLSession(f.lines); ok && readsSQL(texts(typed)) {
		f.command("sql", typed)
		return
	}
	all := texts(f.lines)
	if looksLikeOutput(all) || namesFile(all) || isReplSession(f.lines) {
		return
	}
	end := shellPrefix(all, indented)
	if end == 0 {
		if !indented && readsSQL(all) && !expectedOutput.MatchString(lead) {
			f.command("sql", f.lines)
		}
		return
	}
	f.command("bash", f.lines[:end])
}

// readSQL reads a block that its label calls SQL.
func (f *fence) readSQL(lead string) {
	if typed, ok := splitSQLSession(f.lines); ok {
		f.command("sql", typed)
		return
	}
	all := texts(f.lines)
	switch {
	case looksLikeOutput(all), namesFile(all), filePresented.MatchString(lead), expectedOutput.MatchString(lead):
		return
	case f.beginsAsShell() && !readsSQL(all):
		f.command("bash", f.lines)
		return
	}
	f.command("sql", f.lines)
}

// command makes the block one, with blank lines around its script left out.
func (f *fence) command(language string, script []srcLine) {
	for len(script) > 0 && strings.TrimSpace(script[0].text) == "" {
		script = script[1:]
	}
	for len(script) > 0 && strings.TrimSpace(script[len(script)-1].text) == "" {
		script = script[:len(script)-1]
	}
	if len(script) == 0 || (isShell(language) && (onlyComments(script) || len(script) == 1 && isStub(script[0].text))) {
		return
	}
	f.kind, f.language, f.script = fenceCommand, language, script
}

// outputStart is the index of the line at which output follows a command
// without a prompt, else the number of lines.
func (f *fence) outputStart() int {
	all := texts(f.lines)
	blank := false
	for i, l := range all {
		if strings.TrimSpace(l) == "" {
			blank = true
			continue
		}
		if i > 0 && (blank || i == 1) && (tableHeader.MatchString(l) || commaFirst.MatchString(l)) {
			return i
		}
		if m := clientPrompt.FindStringSubmatch(l); m != nil && i > 0 && strings.Contains(strings.Join(all[:i], "\n"), m[1]) {
			return i
		}
		blank = false
	}
	return len(all)
}

// beginsAsShell holds where the first statement of the block reads as shell.
func (f *fence) beginsAsShell() bool {
	for _, c := range chunks(texts(f.lines)) {
		if c.reads != readsNeutral {
			return c.reads == readsShell
		}
	}
	return false
}

// codeLines gives the lines of a code block without the indentation of the
// block they stand in.
func (d *document) codeLines(n ast.Node) []srcLine {
	segments := n.Lines()
	out := make([]srcLine, 0, segments.Len())
	for i := range segments.Len() {
		seg := segments.At(i)
		text := strings.TrimRight(string(d.src[seg.Start:seg.Stop]), "\r\n")
		out = append(out, srcLine{text, d.ix.pos(seg.Start)})
	}
	return out
}

// textBefore is what the paragraph before a block says at its end.
func (d *document) textBefore(n ast.Node) string {
	lead := d.leadIn(n)
	if lead == "" && n.PreviousSibling() == nil {
		if item, ok := n.Parent().(*ast.ListItem); ok {
			lead = d.itemText(item)
		}
	}
	const enough = 160
	if len(lead) > enough {
		lead = lead[len(lead)-enough:]
	}
	return lead
}
