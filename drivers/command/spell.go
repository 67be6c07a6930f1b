package command

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// fit is how far a text goes with a secret.
type fit int

const (
	never  fit = iota
	partly     // the text ends before the secret does
	entire
)

// longestEscape is how many bytes may stand for one.
const longestEscape = 10

// patience bounds the ways that are tried to read one text.
const patience = 4 << 10

// unit is one way to read the beginning of a text: n bytes stand for dec.
type unit struct {
	n   int
	dec []byte
}

// spell says how many bytes of b spell s, where each byte may be escaped in
// any of the usual ways: as in a URL, in C or JSON, for a shell, in XML.
func spell(b, s []byte) (n int, how fit) {
	left := patience
	return spellOn(b, s, &left)
}

func spellOn(b, s []byte, left *int) (n int, how fit) {
	for {
		switch {
		case len(s) == 0:
			return n, entire
		case len(b) == 0:
			return n, partly
		case !special(b[0]):
			if b[0] != s[0] {
				return n, never
			}
			b, s, n = b[1:], s[1:], n+1
			continue
		}
		break
	}
	if *left--; *left < 0 {
		return n, never
	}
	var room [5]unit
	ways, cut := units(b, room[:0])
	best := 0
	if cut {
		how = partly
	}
	for _, u := range ways {
		if !bytes.HasPrefix(s, u.dec) {
			continue
		}
		m, got := spellOn(b[u.n:], s[len(u.dec):], left)
		if got == entire {
			best, how = max(best, n+u.n+m), entire
		}
		how = max(how, got)
	}
	return best, how
}

// special says that a byte may begin an escape.
func special(c byte) bool {
	switch c {
	case '%', '\\', '&', '+', '\'', '"':
		return true
	}
	return false
}

// units appends every way to read the beginning of b. cut says that b may be
// an escape that ends too early.
func units(b []byte, to []unit) (ways []unit, cut bool) {
	to = append(to, unit{1, b[:1]})
	switch b[0] {
	case '+':
		return append(to, unit{1, []byte(" ")}), false
	case '%':
		return numbered(b, 1, 2, 2, 16, to)
	case '\\':
		return backslashed(b, to)
	case '&':
		return entity(b, to)
	}
	// '' and "" within quotes; '\'' and '"'"' in a shell.
	q := b[0]
	for _, w := range []string{string([]byte{q, q}), `'\''`, `'"'"'`} {
		if w[0] != q {
			continue
		}
		if len(b) < len(w) && w[:len(b)] == string(b) {
			cut = true
		}
		if len(b) >= len(w) && string(b[:len(w)]) == w {
			to = append(to, unit{len(w), b[:1]})
		}
	}
	return to, cut
}

// numbered reads an escape of least to most digits that begin at from, and
// stand for one byte.
func numbered(b []byte, from, least, most, base int, to []unit) (ways []unit, cut bool) {
	for n := least; n <= most; n++ {
		if len(b) < from+n {
			_, err := strconv.ParseUint("0"+string(b[min(from, len(b)):]), base, 32)
			return to, err == nil
		}
		v, err := strconv.ParseUint(string(b[from:from+n]), base, 32)
		if err != nil || v > 0xff {
			break
		}
		to = append(to, unit{from + n, []byte{byte(v)}})
	}
	return to, false
}

// named are the letters that stand for control characters after a backslash.
var named = [256][]byte{
	'n': {'\n'}, 't': {'\t'}, 'r': {'\r'}, 'b': {'\b'}, 'f': {'\f'}, 'a': {'\a'}, 'v': {'\v'}, 'e': {0x1b}, 'E': {0x1b},
}

func backslashed(b []byte, to []unit) (ways []unit, cut bool) {
	if len(b) < 2 {
		return to, true
	}
	to = append(to, unit{2, b[1:2]})
	switch c := b[1]; {
	case named[c] != nil:
		return append(to, unit{2, named[c]}), false
	case c == 'x':
		return numbered(b, 2, 1, 2, 16, to)
	case c >= '0' && c <= '7':
		return numbered(b, 1, 1, 3, 8, to)
	case c == 'u':
		return unicoded(b, 6, to)
	case c == 'U':
		return unicoded(b, 10, to)
	}
	return to, false
}

// unicoded reads \uXXXX, and two of them where one is half of a character, and
// \UXXXXXXXX: n bytes.
func unicoded(b []byte, n int, to []unit) (ways []unit, cut bool) {
	if len(b) < n {
		return to, true
	}
	v, err := strconv.ParseUint(string(b[2:n]), 16, 32)
	if err != nil {
		return to, false
	}
	r := rune(v)
	if utf16.IsSurrogate(r) {
		if len(b) < 12 {
			return to, true
		}
		low, err := strconv.ParseUint(string(b[8:12]), 16, 32)
		if err != nil || b[6] != '\\' || b[7] != 'u' {
			return to, false
		}
		r, n = utf16.DecodeRune(r, rune(low)), 12
	}
	return append(to, unit{n, utf8.AppendRune(nil, r)}), false
}

var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'"}

// entity reads &name; and &#number;.
func entity(b []byte, to []unit) (ways []unit, cut bool) {
	end := bytes.IndexByte(b[:min(len(b), 9)], ';')
	if end < 0 {
		return to, len(b) < 9
	}
	name := string(b[1:end])
	if s, ok := entities[name]; ok {
		return append(to, unit{end + 1, []byte(s)}), false
	}
	if len(name) < 2 || name[0] != '#' {
		return to, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	v, err := strconv.ParseUint(digits, base, 21)
	if err != nil {
		return to, false
	}
	return append(to, unit{end + 1, utf8.AppendRune(nil, rune(v))}), false
}

// spelled finds the first secret that has an escape in it and begins at or
// after from; its first escape stands before bound. -1: there is none.
func (n *needles) spelled(b []byte, from, bound int) int {
	best := -1
	for _, e := range n.escapes {
		for p := from; p < bound; p++ {
			k := bytes.IndexByte(b[p:bound], e)
			if k < 0 {
				break
			}
			p += k
			if s := n.around(b, from, p); s >= 0 && (best < 0 || s < best) {
				best, bound = s, min(bound, s+n.longest)
			}
		}
	}
	return best
}

// around finds a secret whose first escape is at p: what stands before it is
// the secret as it is.
func (n *needles) around(b []byte, from, p int) int {
	best := -1
	var room [5]unit
	ways, _ := units(b[p:], room[:0])
	for _, u := range ways[1:] {
		for _, h := range n.holding[u.dec[0]] {
			start := p - h.at
			if start < from || best >= 0 && start >= best || string(b[start:p]) != string(h.in[:h.at]) {
				continue
			}
			if _, how := spell(b[p:], h.in[h.at:]); how == entire {
				best = start
			}
		}
	}
	return best
}
