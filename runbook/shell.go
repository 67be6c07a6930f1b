package runbook

import (
	"errors"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// parseShell parses a script after its placeholders have become identifiers
// of the same width, so that positions in the tree are those of the script.
func parseShell(script, language string) (*syntax.File, error) {
	variant := syntax.LangBash
	switch language {
	case "sh":
		variant = syntax.LangPOSIX
	case "zsh":
		variant = syntax.LangZsh
	}
	return syntax.NewParser(syntax.Variant(variant), syntax.KeepComments(true)).
		Parse(strings.NewReader(maskPlaceholders(script)), "")
}

// parseRunbookShell parses a fence for `sh` too as bash: in runbooks the label
// rarely promises POSIX, and the walk's session is bash by default.
func parseRunbookShell(script, language string) (*syntax.File, error) {
	if language == "sh" {
		language = "bash"
	}
	return parseShell(script, language)
}

// shellErrorPos is the 1-based place in the script at which parsing stopped.
func shellErrorPos(err error) (Pos, string) {
	var pe syntax.ParseError
	if errors.As(err, &pe) {
		return Pos{max(int(pe.Pos.Line()), 1), max(int(pe.Pos.Col()), 1)}, pe.Text
	}
	var le syntax.LangError
	if errors.As(err, &le) {
		return Pos{max(int(le.Pos.Line()), 1), max(int(le.Pos.Col()), 1)}, le.Error()
	}
	return Pos{1, 1}, err.Error()
}

// isShell holds for languages that the shell runs.
func isShell(language string) bool {
	switch language {
	case "sh", "bash", "zsh":
		return true
	}
	return false
}

// literal is the text of a word that holds no expansion; ok is false for one
// that does.
func literal(w *syntax.Word) (text string, ok bool) {
	if w == nil {
		return "", false
	}
	var b strings.Builder
	for _, part := range w.Parts {
		if !writeLiteral(&b, part) {
			return b.String(), false
		}
	}
	return b.String(), true
}

func writeLiteral(b *strings.Builder, part syntax.WordPart) bool {
	switch p := part.(type) {
	case *syntax.Lit:
		b.WriteString(unescape(p.Value))
	case *syntax.SglQuoted:
		b.WriteString(p.Value)
	case *syntax.DblQuoted:
		for _, inner := range p.Parts {
			if !writeLiteral(b, inner) {
				return false
			}
		}
	default:
		return false
	}
	return true
}

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
