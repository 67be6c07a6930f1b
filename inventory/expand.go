package inventory

import "strings"

// Expand fills each ${NAME} of s with what env gives for NAME; $${ stands for
// a literal ${. A $ without a brace stays as it is. The error names the
// variable that is not set, or says what is wrong with the reference; it never
// holds a value.
func Expand(s string, env func(string) (string, bool)) (string, error) {
	var b strings.Builder
	err := references(s, func(text string) { b.WriteString(text) }, func(name string) error {
		value, ok := env(name)
		if !ok {
			return &hinted{"environment variable " + name + " is not set", "export " + name + " and try again"}
		}
		b.WriteString(value)
		return nil
	})
	if err != nil {
		return "", err
	}
	return b.String(), nil
}

// references walks over s: text gets what is literal, ref each variable's name.
func references(s string, text func(string), ref func(string) error) error {
	for {
		i := strings.Index(s, "${")
		if i < 0 {
			text(s)
			return nil
		}
		if i > 0 && s[i-1] == '$' {
			text(s[:i-1] + "${")
			s = s[i+2:]
			continue
		}
		text(s[:i])
		name, rest, ok := strings.Cut(s[i+2:], "}")
		if !ok {
			return &hinted{"${ without a closing brace", "write ${NAME}, or $${ for a literal ${"}
		}
		if !isName(name) {
			return &hinted{
				"${…} without a plain variable name in it",
				"write ${NAME} with letters, digits and _, or $${ for a literal ${",
			}
		}
		if err := ref(name); err != nil {
			return err
		}
		s = rest
	}
}

// checkReferences says whether Expand could read s.
func checkReferences(s string) error {
	return references(s, func(string) {}, func(string) error { return nil })
}

// onlyReferences says that s is made of ${NAME} and nothing else.
func onlyReferences(s string) bool {
	literal := false
	err := references(s, func(t string) { literal = literal || t != "" }, func(string) error { return nil })
	return err == nil && !literal
}

// isName says whether s is a name that a shell accepts for a variable.
func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
