package widget

import (
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/lifeboat-dr/lifeboat/ui/theme"
)

// class is what a byte of code is.
type class uint8

const (
	plainClass class = iota
	commandClass
	keywordClass
	stringClass
	variableClass
	commentClass
	operatorClass
	placeholderClass
)

// Highlight draws code, one styled string a source line. Shells, SQL and the
// lifeboat fences are coloured; the rest is plain.
func Highlight(st *theme.Styles, lang, src string) []string {
	src = Clean(src)
	var marks []class
	switch strings.ToLower(lang) {
	case "sh", "bash", "shell", "zsh", "console", "shell-session", "":
		marks = shellMarks(src, lang == "")
	case "sql", "psql", "mysql":
		marks = sqlMarks(src)
	case "yaml", "yml", "lifeboat":
		marks = yamlMarks(src)
	default:
		marks = make([]class, len(src))
	}
	return colour(st, src, marks)
}

func classStyle(st *theme.Styles, c class) lipgloss.Style {
	switch c {
	case commandClass:
		return st.Code.Command
	case keywordClass:
		return st.Code.Keyword
	case stringClass:
		return st.Code.String
	case variableClass:
		return st.Code.Variable
	case commentClass:
		return st.Code.Comment
	case operatorClass:
		return st.Code.Operator
	case placeholderClass:
		return st.Code.Placeholder
	}
	return st.Code.Plain
}

// colour draws each run of one class.
func colour(st *theme.Styles, src string, marks []class) []string {
	var out []string
	at := 0
	for _, line := range strings.Split(src, "\n") {
		var b strings.Builder
		for i := 0; i < len(line); {
			j := i + 1
			for j < len(line) && marks[at+j] == marks[at+i] {
				j++
			}
			b.WriteString(classStyle(st, marks[at+i]).Render(line[i:j]))
			i = j
		}
		out = append(out, b.String())
		at += len(line) + 1
	}
	return out
}

func yamlMarks(src string) []class {
	marks := make([]class, len(src))
	at := 0
	for _, line := range strings.SplitAfter(src, "\n") {
		if i := strings.Index(line, "#"); i >= 0 && strings.TrimSpace(line[:i]) == "" {
			fill(marks, at, at+len(line), commentClass)
		} else if i := strings.Index(line, ":"); i >= 0 {
			fill(marks, at, at+i, commandClass)
		}
		at += len(line)
	}
	return marks
}

var sqlWords = wordSet(`select from where insert into values update set delete create drop alter table
	index view join left right inner outer on group by order having limit and or not null is in exists as
	begin commit rollback truncate grant revoke count max min sum with union distinct database schema if
	primary key foreign references analyze vacuum explain copy returning case when then else end`)

func wordSet(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		out[w] = true
	}
	return out
}

func sqlMarks(src string) []class {
	marks := make([]class, len(src))
	for i := 0; i < len(src); {
		switch c := src[i]; {
		case strings.HasPrefix(src[i:], "--"):
			i = markTo(src, marks, i, "\n", commentClass)
		case c == '\'' || c == '"':
			i = markTo(src, marks, i, string(c), stringClass)
		case isWord(c):
			j := i
			for j < len(src) && isWord(src[j]) {
				j++
			}
			if sqlWords[strings.ToLower(src[i:j])] {
				fill(marks, i, j, keywordClass)
			}
			i = j
		default:
			i++
		}
	}
	return marks
}

// markTo marks from i up to and with the next end, or to the source's end.
func markTo(src string, marks []class, i int, end string, c class) int {
	j := strings.Index(src[i+1:], end)
	to := len(src)
	if j >= 0 {
		to = i + 1 + j + len(end)
	}
	fill(marks, i, to, c)
	return to
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func fill(marks []class, from, to int, c class) {
	for i := max(from, 0); i < min(to, len(marks)); i++ {
		marks[i] = c
	}
}
