package runbook

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// parseInfo splits a fence's info string into its language label and the
// attributes in braces: `bash {name=locate timeout=5m danger}` or Runme's
// JSON, `sh {"name":"x","interactive":"false"}`.
func parseInfo(info string) (label string, attrs map[string]string) {
	info = strings.TrimSpace(info)
	open := strings.IndexByte(info, '{')
	if open < 0 {
		return firstField(info), nil
	}
	label = firstField(info[:open])
	rest := strings.TrimSpace(info[open:])
	if attrs = parseJSONAttrs(rest); attrs == nil {
		attrs = parseAttrs(strings.TrimSuffix(strings.TrimPrefix(rest, "{"), "}"))
	}
	if label == "" { // pandoc's `{.bash name=x}`
		if m := fenceClass.FindStringSubmatch(rest); m != nil {
			label = strings.ToLower(m[1])
			delete(attrs, "."+m[1])
		}
		if _, printed := attrs[".no-copy"]; printed {
			label = "output"
		}
	}
	return label, attrs
}

// fenceClass is the first class in a fence's braces.
var fenceClass = lazyregexp.New(`^\{\s*\.([\w+-]+)`)

func firstField(s string) string {
	fields := strings.Fields(s)
	if len(fields) == 0 {
		return ""
	}
	return strings.ToLower(strings.Trim(fields[0], ",:"))
}

func parseJSONAttrs(s string) map[string]string {
	var raw map[string]any
	if json.Unmarshal([]byte(s), &raw) != nil || len(raw) == 0 {
		return nil
	}
	attrs := make(map[string]string, len(raw))
	for k, v := range raw {
		attrs[k] = strings.Trim(fmt.Sprint(v), "[]")
	}
	return attrs
}

// parseAttrs reads `key=value key="a value" flag`, separated by space or
// comma. A flag has the value "true".
func parseAttrs(s string) map[string]string {
	attrs := map[string]string{}
	for i := 0; i < len(s); {
		if strings.IndexByte(" \t,", s[i]) >= 0 {
			i++
			continue
		}
		start := i
		for i < len(s) && strings.IndexByte(" \t,=", s[i]) < 0 {
			i++
		}
		key := s[start:i]
		if i >= len(s) || s[i] != '=' {
			attrs[key] = "true"
			continue
		}
		var value string
		value, i = attrValue(s, i+1)
		if key != "" {
			attrs[key] = value
		}
	}
	if len(attrs) == 0 {
		return nil
	}
	return attrs
}

// attrValue reads one value at i, quoted or bare, and says where it ends.
func attrValue(s string, i int) (string, int) {
	if i < len(s) && (s[i] == '"' || s[i] == '\'') {
		if end := strings.IndexByte(s[i+1:], s[i]); end >= 0 {
			return s[i+1 : i+1+end], i + end + 2
		}
	}
	end := i
	for end < len(s) && s[end] != ' ' && s[end] != '\t' {
		end++
	}
	return strings.TrimRight(s[i:end], ","), end
}

// headingAttrs matches the braces at the end of a heading.
var headingAttrs = lazyregexp.New(`\s*\{([^{}]*=[^{}]*|#[\w-]+[^{}]*)\}\s*$`)

// cutHeadingAttrs takes `{budget=10m phase=restore}` off a heading's text.
func cutHeadingAttrs(text string) (string, map[string]string) {
	if !strings.HasSuffix(text, "}") {
		return text, nil
	}
	m := headingAttrs.FindStringSubmatchIndex(text)
	if m == nil {
		return text, nil
	}
	return text[:m[0]], parseAttrs(text[m[2]:m[3]])
}

// commentAttrs reads `<!-- lifeboat: budget=10m modes=drill,incident -->`.
func commentAttrs(html string) map[string]string {
	body, ok := strings.CutPrefix(strings.TrimSpace(html), "<!--")
	if !ok {
		return nil
	}
	body, _, _ = strings.Cut(body, "-->")
	body, ok = strings.CutPrefix(strings.TrimSpace(body), "lifeboat:")
	if !ok {
		return nil
	}
	return parseAttrs(strings.Join(strings.Fields(body), " "))
}

// attrBool reads a flag as people write them.
func attrBool(value string) bool {
	b, err := strconv.ParseBool(strings.ToLower(value))
	return err == nil && b
}

// splitList splits "drill, incident" or "drill incident".
func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '|' })
}

var dayPart = lazyregexp.New(`^(\d+(?:\.\d+)?)([dw])`)

// parseDuration reads Go's durations and, before them, days and weeks: 90s,
// 1h30m, 1d12h, 2w. A bare number other than 0 has no unit and is refused.
func parseDuration(s string) (time.Duration, error) {
	rest := strings.ReplaceAll(strings.TrimSpace(s), " ", "")
	var total time.Duration
	for m := dayPart.FindStringSubmatch(rest); m != nil; m = dayPart.FindStringSubmatch(rest) {
		n, _ := strconv.ParseFloat(m[1], 64)
		unit := 24 * time.Hour
		if m[2] == "w" {
			unit *= 7
		}
		total += time.Duration(n * float64(unit))
		rest = rest[len(m[0]):]
	}
	if rest != "" {
		d, err := time.ParseDuration(rest)
		if err != nil {
			return 0, fmt.Errorf("%q is not a duration; write 90s, 15m, 1h30m or 2d", s)
		}
		total += d
	}
	if total < 0 || (rest == "" && total == 0) {
		return 0, fmt.Errorf("%q is not a duration; write 90s, 15m, 1h30m or 2d", s)
	}
	return total, nil
}
