package runbook

import (
	"strings"
	"unicode"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// headingParts is a heading's text with its number taken off.
type headingParts struct {
	title    string
	number   string
	explicit bool // "Step 3: …"
	phase    bool // "Phase 2: …", "Scenario A: …"
}

// ordinal matches " 3:", " 2.1 –" and, with a mark after it, " B:" or " iv.",
// then the rest of the title.
const ordinal = `\s*#?(?:\s*(\d+(?:\.\d+)*[a-z]?)\b\s*[:.)\]/\-–—|]*|\s+([ivx]+|[a-z])(?:[:.)]|\s+[-–—]\s|$))\s*(.*)$`

var (
	explicitStep = lazyregexp.New(`(?i)^(?:step|task|action item)` + ordinal)
	phaseStep    = lazyregexp.New(`(?i)^[a-z]+` + ordinal)
	plainNumber  = lazyregexp.New(`^\(?(\d+(?:\.\d+)*)(?:[.):\]]+\s*|\s*[-–—]\s+)(.+)$`)
	dottedNumber = lazyregexp.New(`^(\d+(?:\.\d+)+)[.):]?\s+(.+)$`)
	isoDate      = lazyregexp.New(`^\d{4}[-./]\d`)
)

// keycap is what follows a digit in an emoji such as 1️⃣.
var keycap = strings.NewReplacer("\ufe0f\u20e3", ". ", "\u20e3", ". ")

// splitHeading takes "3.", "2.1", "Step 3:" or "Phase 2 –" off a heading.
// Symbols and emoji before the text go too.
func splitHeading(text string) headingParts {
	text = strings.TrimSpace(keycap.Replace(text))
	bare := strings.TrimLeftFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("`<\"'({[$/._~", r)
	})
	if bare == "" {
		return headingParts{title: text}
	}
	if unicode.IsLetter(rune(bare[0])) {
		return splitWordNumber(bare)
	}
	if isoDate.MatchString(bare) {
		return headingParts{title: bare}
	}
	for _, re := range []*lazyregexp.Regexp{dottedNumber, plainNumber} {
		if m := re.FindStringSubmatch(bare); m != nil {
			inner := splitHeading(m[2])
			return headingParts{title: inner.title, number: m[1], explicit: inner.explicit}
		}
	}
	return headingParts{title: bare}
}

// splitWordNumber takes "Step 3:" or "Phase 2 –" off a heading that begins
// with a letter.
func splitWordNumber(text string) headingParts {
	end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		return headingParts{title: text}
	}
	switch word := strings.ToLower(text[:end]); {
	case word == "step" || word == "task" || word == "action":
		if m := explicitStep.FindStringSubmatch(text); m != nil {
			return headingParts{title: firstNonEmpty(m[3], text), number: firstNonEmpty(m[1], m[2]), explicit: true}
		}
	case phaseWords[word]:
		if m := phaseStep.FindStringSubmatch(text); m != nil {
			return headingParts{title: firstNonEmpty(m[3], text), number: firstNonEmpty(m[1], m[2]), phase: true}
		}
	}
	return headingParts{title: text}
}

// phaseWords frame steps more often than they name one.
var phaseWords = wordSet(`phase stage part scenario option method approach case section path`)
