package runbook

import (
	"strconv"
	"strings"
)

var quotedEscapes = strings.NewReplacer(`\$`, "$", "\\`", "`", `\"`, `"`, `\\`, `\`, "\\\n", "")

// ansiC gives the text of $'…', and what printf and echo -e print.
func ansiC(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 >= len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		digits, base, most := "", 16, 2
		switch s[i] {
		case 'x':
			i++
		case 'u':
			i, most = i+1, 4
		case 'U':
			i, most = i+1, 8
		case '0', '1', '2', '3', '4', '5', '6', '7':
			base, most = 8, 3
			if s[i] == '0' {
				most = 4
			}
		default:
			b.WriteString(plainEscape(s[i]))
			continue
		}
		for i < len(s) && len(digits) < most && strings.Contains("0123456789abcdef"[:base], strings.ToLower(s[i:i+1])) {
			digits += s[i : i+1]
			i++
		}
		i--
		if n, err := strconv.ParseUint(digits, base, 32); err == nil {
			if most > 4 || n > 127 && most == 4 && base == 16 {
				b.WriteRune(rune(n))
			} else {
				b.WriteByte(byte(n))
			}
		}
	}
	return b.String()
}

func plainEscape(c byte) string {
	switch c {
	case 'n', 'r':
		return "\n"
	case 't', 'v', 'f':
		return "\t"
	case 'a', 'b', 'e', 'E':
		return ""
	case '\'', '"', '\\', '?':
		return string(c)
	}
	return `\` + string(c)
}
