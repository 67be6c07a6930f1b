package runbook

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// commandKeys are the attributes that a command may have. Those after the
// first line come from Runme, so that its runbooks load; they change nothing
// here beyond what commandAttrs says.
var commandKeys = wordSet(`name timeout capture check danger interactive optional cwd
	id background tag category excludeFromRunAll interpreter promptEnv ignore transform closeTerminalOnSuccess
	terminalRows mimeType`)

// commandAttrs reads the attributes of a fence into its command.
func (w *blockWriter) commandAttrs(c *Command, f *fence) {
	at := Pos{f.line, 1}
	for _, key := range slices.Sorted(maps.Keys(f.attrs)) {
		value := f.attrs[key]
		var err error
		switch key {
		case "name":
			c.Name = value
		case "timeout":
			c.Timeout, err = parseDuration(value)
		case "capture":
			if c.Capture = value; !isVariable(value) {
				err = errors.New("is not a variable name; use letters, digits and _")
			}
		case "danger":
			c.Danger = attrBool(value)
		case "interactive":
			c.Interactive = attrBool(value)
		case "optional":
			c.Optional = attrBool(value)
		case "cwd":
			c.Cwd = value
		default:
			if !commandKeys[key] && !strings.HasPrefix(key, ".") {
				w.rb.report(unknownAttribute(at, key, "name, timeout, capture, check, danger, interactive, optional, cwd"))
			}
		}
		if err != nil {
			w.rb.report(badValue(at, key, err))
		}
	}
}

// isVariable holds for the name of a shell variable.
func isVariable(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || (c|0x20 >= 'a' && c|0x20 <= 'z')
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
