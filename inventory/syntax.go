package inventory

import (
	"errors"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// syntax puts the parser's complaint into plain words. The text of the file is
// not repeated: it may hold a secret.
func (r *reader) syntax(src string, err error) {
	var e yaml.Error
	if !errors.As(err, &e) || e.GetToken() == nil || e.GetToken().Position == nil {
		r.fail(pos{}, "", "this is no YAML that can be read", "take the last change back, or run a YAML linter")
		return
	}
	p := e.GetToken().Position
	line := ""
	if lines := strings.Split(src, "\n"); p.Line >= 1 && p.Line <= len(lines) {
		line = lines[p.Line-1]
	}
	message, hint := explain(e.GetMessage(), line)
	r.fail(pos{p.Line, p.Column}, "", message, hint)
}

// slips are mistakes that a line shows better than the parser's words do.
var slips = []struct {
	line          *lazyregexp.Regexp
	message, hint string
}{
	{lazyregexp.New(`:\s+>\s*=?\s*-?[\d.]+|:\s+>=?\s*source`), "a comparison needs quotes", `write expect: ">= 1000"`},
	{lazyregexp.New(`:\s+\*(/\d+)?\s`), "a text that starts with * needs quotes", `write schedule: "*/5 * * * *"`},
	{lazyregexp.New("(:|-)\\s+[@`%]"), "a text that starts with @, % or ` needs quotes", `write schedule: "@daily"`},
	{lazyregexp.New(`[{,[].*[:,[]\s*[^"'\s]*\$\{`), "${NAME} within { } or [ ] needs quotes", `write "${NAME}"`},
}

// words replace those of the parser that mean little to people.
var words = []struct{ theirs, message, hint string }{
	{"mapping value is not allowed", "a second colon, or a wrong indentation on the next line", `put a text that holds ": " in quotes; give all keys of one level the same indentation`},
	{"value is not allowed in this context", "a value where none can be", "give all keys of one level the same indentation"},
	{"end character of single-quoted", "a ' that is never closed", "close the quote"},
	{"end character of double-quoted", `a " that is never closed`, "close the quote"},
	{"sequence end token", "a [ that is never closed", "close the bracket"},
	{"',' or ']'", "a [ that is never closed", "close the bracket"},
	{"flow mapping end token", "a { that is never closed", "close the brace"},
	{"',' or '}'", "a { that is never closed, or a comma missing in it", "close the brace"},
	{"unknown escape", `a \ in double quotes that YAML does not know`, "use single quotes"},
	{"block sequence entries are not allowed", "a list item on the line of its key", "begin the list on the next line"},
	{"non-map value is specified", "a line that is no key", `write "key: value", with a space behind the colon`},
	{"unexpected key name", "a line that is no key", `write "key: value", with a space behind the colon`},
	{"invalid header option", "text behind | or >", "begin the text on the next line, or put it in quotes"},
	{"document separator", "text behind ---", "begin on the next line"},
}

func explain(theirs, line string) (message, hint string) {
	for _, s := range slips {
		if s.line.MatchString(line) {
			return s.message, s.hint
		}
	}
	for _, w := range words {
		if strings.Contains(theirs, w.theirs) {
			return w.message, w.hint
		}
	}
	plain, _, _ := strings.Cut(theirs, `"`)
	return "no YAML: " + strings.TrimSpace(plain), "check the indentation and the quotes of this line"
}
