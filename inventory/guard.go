package inventory

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

const (
	maxBytes  = 4 << 20
	maxValues = 1_000_000 // after aliases are filled in
)

// checkText finds what no YAML parser explains well.
func (r *reader) checkText(src []byte) bool {
	if len(src) > maxBytes {
		r.fail(pos{}, "", "larger than 4 MiB, so this is no inventory", "name a lifeboat.yaml")
		return false
	}
	if !utf8.Valid(src) {
		r.fail(invalidAt(src), "", "not UTF-8 text", "save the file as UTF-8")
		return false
	}
	if i := bytes.IndexByte(src, 0); i >= 0 {
		r.fail(position(src, i), "", "holds a NUL byte, so this is no text", "name a lifeboat.yaml")
		return false
	}
	return r.checkTabs(string(src))
}

func invalidAt(src []byte) pos {
	for i := 0; i < len(src); {
		c, n := utf8.DecodeRune(src[i:])
		if c == utf8.RuneError && n == 1 {
			return position(src, i)
		}
		i += n
	}
	return pos{}
}

// position gives line and column of the byte at i.
func position(src []byte, i int) pos {
	before := src[:i]
	start := bytes.LastIndexByte(before, '\n') + 1
	return pos{bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1}
}

var blockScalar = lazyregexp.New(`(^|[:\-]\s+|\s)[|>][-+0-9]*\s*(#.*)?$`)

// checkTabs refuses tabs in an indentation, but for those in the text of a
// block scalar (| or >).
func (r *reader) checkTabs(src string) bool {
	ok, inside := true, -1 // indentation of the line that began a block scalar
	for n, line := range strings.Split(src, "\n") {
		line = strings.TrimRight(line, "\r")
		text := strings.TrimLeft(line, " \t")
		spaces := len(line) - len(strings.TrimLeft(line, " "))
		if text == "" || inside >= 0 && spaces > inside {
			continue
		}
		inside = -1
		if line[spaces] == '\t' && text[0] != '#' {
			r.fail(pos{n + 1, spaces + 1}, "", "a tab in the indentation", "YAML wants spaces: two a level")
			ok = false
		}
		if blockScalar.MatchString(text) {
			inside = spaces
		}
	}
	return ok
}
