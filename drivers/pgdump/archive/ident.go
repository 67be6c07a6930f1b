package archive

import (
	"errors"
	"fmt"
	"strings"
)

// CopyTarget is what a COPY … FROM stdin statement fills.
type CopyTarget struct {
	Schema  string
	Table   string
	Columns int
}

// ParseCopy reads a COPY statement as pg_dump writes it:
// COPY schema.table (a, "b c") FROM stdin;
func ParseCopy(stmt string) (CopyTarget, error) {
	bad := fmt.Errorf("%q is no COPY statement", clip(stmt))
	rest, ok := strings.CutPrefix(stmt, "COPY ")
	if !ok {
		return CopyTarget{}, bad
	}
	body, ok := strings.CutSuffix(strings.TrimRight(rest, "\n"), " FROM stdin;")
	if !ok {
		return CopyTarget{}, bad
	}
	name, rest, err := cutName(body)
	if err != nil {
		return CopyTarget{}, bad
	}
	c := CopyTarget{Table: name[len(name)-1]}
	if len(name) > 1 {
		c.Schema = name[0]
	}
	cols := strings.TrimSpace(rest)
	if cols == "" {
		return c, nil
	}
	if cols[0] != '(' || cols[len(cols)-1] != ')' {
		return CopyTarget{}, bad
	}
	c.Columns, err = countNames(cols[1 : len(cols)-1])
	if err != nil {
		return CopyTarget{}, bad
	}
	return c, nil
}

func countNames(list string) (int, error) {
	n := 0
	for {
		_, rest, err := CutIdent(list)
		if err != nil {
			return 0, err
		}
		n++
		var more bool
		if list, more = strings.CutPrefix(rest, ", "); !more {
			if rest != "" {
				return 0, errors.New("odd text between names")
			}
			return n, nil
		}
	}
}

// cutName reads a dotted name.
func cutName(v string) (parts []string, rest string, err error) {
	for {
		part, after, err := CutIdent(v)
		if err != nil {
			return nil, "", err
		}
		parts = append(parts, part)
		var more bool
		if v, more = strings.CutPrefix(after, "."); !more {
			return parts, after, nil
		}
	}
}

// CutIdent reads one identifier, quoted or plain, as PostgreSQL's quote_ident
// writes it, and returns it without its quotes.
func CutIdent(v string) (name, rest string, err error) {
	if v == "" {
		return "", "", errors.New("a name is missing")
	}
	if v[0] != '"' {
		end := strings.IndexFunc(v, func(r rune) bool { return !plainIdent(r) })
		if end < 0 {
			end = len(v)
		}
		if end == 0 {
			return "", "", fmt.Errorf("no name at %q", clip(v))
		}
		return v[:end], v[end:], nil
	}
	var b strings.Builder
	for i := 1; i < len(v); i++ {
		if v[i] != '"' {
			b.WriteByte(v[i])
			continue
		}
		if i+1 < len(v) && v[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		return b.String(), v[i+1:], nil
	}
	return "", "", errors.New("a quoted name does not end")
}

func plainIdent(r rune) bool {
	return r == '_' || r == '$' || r >= 0x80 ||
		(r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9')
}

// QuoteIdent writes a name so that PostgreSQL reads exactly it.
func QuoteIdent(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}
