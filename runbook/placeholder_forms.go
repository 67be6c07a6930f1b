package runbook

import (
	"sort"
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// The forms of a placeholder.
const (
	formAngle    = "angle"
	formDate     = "date"
	formTemplate = "template"
	formVariable = "variable"
	formWord     = "word"
)

// hole is a place in a script that a human would fill in.
type hole struct {
	start, end int // bytes of the script
	form       string
	name       string
}

var (
	angleForm    = lazyregexp.New(`<[A-Za-z][A-Za-z0-9 _.:/|'-]{0,60}>`)
	templateForm = lazyregexp.New(`\{\{\s*[A-Za-z_][\w.-]*\s*\}\}`)
	dateForm     = lazyregexp.New(`Y{4}[-_/.]?M{2}[-_/.]?D{2}(?:[-_T ]?(?:HH|hh)[-_:]?(?:MM|mm)(?:[-_:]?(?:SS|ss))?Z?)?`)
	wordForm     = lazyregexp.New(`\b(?:CHANGE_?ME|CHANGE-ME|REPLACE_?ME|REPLACE-ME|YOUR_[A-Z0-9_]*[A-Z0-9]|your-[a-z0-9]+(?:-[a-z0-9]+)*)\b`)
	// dateFormat matches what stands before a date form that a program reads.
	dateFormat = lazyregexp.New(`(?i)(to_char|to_date|to_timestamp|date_format|strftime|format)\s*\([^;\n]*$`)
)

// formMarks are in every placeholder of a form, for a quick look.
var formMarks = map[string]hinted{
	formTemplate: hint(templateForm, "{{"), formAngle: hint(angleForm, "<"), formDate: hint(dateForm, "YYYY"),
	formWord: hint(wordForm, "CHANGE", "REPLACE", "YOUR_", "your-"),
}

// notHoles are names in braces that a template engine takes for itself.
var notHoles = wordSet(`end else range if with template block define json len index`)

// findHoles finds the textual placeholders of a script, in order. Variables
// are not among them: only a parser can tell those. What is escaped with a
// backslash stands for itself.
func findHoles(script string) []hole {
	var holes []hole
	add := func(form string, name func(text string) string, keep func(start, end int) bool) {
		if !formMarks[form].mayMatch(script) {
			return
		}
		for _, m := range formMarks[form].re.FindAllStringIndex(script, -1) {
			if keep(m[0], m[1]) && !continues(script[:m[0]]) && !overlaps(holes, m[0], m[1]) {
				holes = append(holes, hole{m[0], m[1], form, name(script[m[0]:m[1]])})
			}
		}
	}
	inner := func(text string) string { return identifier(strings.Trim(text, "<>{} \t")) }
	add(formTemplate, inner, func(start, end int) bool {
		return !notHoles[strings.Trim(script[start:end], "{} \t")] && !strings.HasSuffix(script[:start], "$")
	})
	add(formAngle, inner, func(start, end int) bool { return isAngleHole(script, start, end) })
	add(formDate, identifier, func(start, _ int) bool {
		lineStart := strings.LastIndexByte(script[:start], '\n') + 1
		return !dateFormat.MatchString(script[lineStart:start])
	})
	add(formWord, identifier, func(start, _ int) bool {
		return start == 0 || !strings.ContainsRune("$-", rune(script[start-1])) && !strings.HasSuffix(script[:start], "${")
	})
	sort.Slice(holes, func(i, j int) bool { return holes[i].start < holes[j].start })
	return holes
}

func overlaps(holes []hole, start, end int) bool {
	for _, h := range holes {
		if start < h.end && h.start < end {
			return true
		}
	}
	return false
}

// isAngleHole tells <bucket> from redirections, heredocs and markup.
func isAngleHole(script string, start, end int) bool {
	text := script[start:end]
	content := text[1 : len(text)-1]
	switch {
	case strings.TrimSpace(content) != content:
		return false // cmd <in >out
	case start > 0 && (script[start-1] == '<' || script[start-1] == '&'):
		return false // a heredoc
	case strings.Contains(script, "</"+content+">"), htmlTags.MatchString(text) && !shellHole[strings.ToLower(content)]:
		return false // markup
	case strings.HasPrefix(script[end:], "("), strings.HasPrefix(script[end:], "&"):
		return false // <a>(…), <a>&1
	}
	return true
}

// shellHole are names in angle brackets that are HTML too, and in a script
// mean something to fill in.
var shellHole = wordSet(`a b i p s u code link meta title table body section details summary time style form label`)

// identifier makes a name of a placeholder's text: <backup-file> is kept as
// backup_file.
func identifier(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '_' || (r >= '0' && r <= '9') || (r|0x20 >= 'a' && r|0x20 <= 'z'):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	name := strings.Trim(b.String(), "_")
	if name == "" {
		return "value"
	}
	if name[0] >= '0' && name[0] <= '9' {
		return "_" + name
	}
	return name
}

// maskPlaceholders replaces each placeholder with an identifier of the same
// width, so that <bucket> is no redirection to the shell's parser.
func maskPlaceholders(script string) string {
	holes := findHoles(script)
	if len(holes) == 0 {
		return script
	}
	b := []byte(script)
	for _, h := range holes {
		for i := h.start; i < h.end; i++ {
			b[i] = 'x'
		}
	}
	return string(b)
}
