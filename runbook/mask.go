package runbook

import (
	"bytes"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// maskForParser copies src with front matter blanked, and with the inner
// fences of nested markdown samples, so that such a sample is one block.
func maskForParser(src []byte, body int) []byte {
	masked := bytes.Clone(src)
	blank(masked[:body])
	fenced := "" // the marks of the fence that the line is in
	for offset := body; offset < len(masked); {
		line, next := lineAt(masked, offset)
		switch {
		case markdownFence.Match(line):
			next = maskNested(masked, next)
		case fenced != "":
			if bytes.HasPrefix(bytes.TrimSpace(line), []byte(fenced)) {
				fenced = ""
			}
		case anyFence.Match(line):
			fenced = string(bytes.TrimSpace(line)[:3])
		case admonition.Match(line):
			maskAdmonition(line, masked[next:])
		}
		offset = next
	}
	return masked
}

var (
	// markdownFence opens a sample of markdown by three backticks. Authors
	// who use more need no help.
	markdownFence = lazyregexp.New("^\\s*```(?:markdown|md)\\b[^`]*$")
	innerFence    = lazyregexp.New("^\\s*```\\w[^`]*$")
	anyFence      = lazyregexp.New("^\\s*(?:```[^`]*$|~~~)")
	bareFence     = lazyregexp.New("^\\s*```\\s*$")
)

// maskNested blanks the fences within the sample that begins at offset, and
// returns where the sample ends. Where the fences do not pair up, nothing is
// changed.
func maskNested(text []byte, offset int) int {
	var inner [][]byte
	depth := 0
	for at := offset; at < len(text); {
		line, next := lineAt(text, at)
		switch {
		case innerFence.Match(line):
			depth++
			inner = append(inner, line)
		case bareFence.Match(line) && depth > 0:
			depth--
			inner = append(inner, line)
		case bareFence.Match(line):
			for _, l := range inner {
				blank(l)
			}
			return next
		}
		at = next
	}
	return offset
}

// admonition opens a remark or a tab of MkDocs, whose text is indented by
// four columns: `!!! note`, `??? tip "Title"`, `=== "Debian"`.
var admonition = lazyregexp.New(`^\s*(?:!!!|\?\?\?\+?|===) ?["\pL]`)

// maskAdmonition makes a list item of an admonition, for what is indented
// below it to be read as markdown, and not as code.
func maskAdmonition(line, after []byte) {
	indent := len(line) - len(bytes.TrimLeft(line, " "))
	for len(after) > 0 {
		below, next := lineAt(after, 0)
		if text := bytes.TrimLeft(below, " "); len(bytes.TrimSpace(text)) > 0 {
			if len(below)-len(text) >= indent+4 {
				copy(line[indent:], "+  ")
			}
			return
		}
		after = after[next:]
	}
}

// lineAt is the line that begins at offset, and where the next begins.
func lineAt(text []byte, offset int) (line []byte, next int) {
	if end := bytes.IndexByte(text[offset:], '\n'); end >= 0 {
		return text[offset : offset+end], offset + end + 1
	}
	return text[offset:], len(text)
}

func blank(b []byte) {
	for i := range b {
		if b[i] != '\n' && b[i] != '\r' {
			b[i] = ' '
		}
	}
}
