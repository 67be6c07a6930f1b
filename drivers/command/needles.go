package command

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
)

// needles are the forms in which secrets are looked for. Those that can be
// written down are found by their first bytes; escaped ones (see spell) by
// their first escape; base64 in lines by the line's end. It never changes.
type needles struct {
	plain    [][]byte      // the secrets themselves
	cores    [][]byte      // what base64 makes of them
	starting [256][][]byte // plain, hexadecimal and base64 forms by first byte, longest first
	begins   [256]bool     // first bytes of any form
	escapes  []byte        // that can stand for a byte of a secret
	holding  [256][]spot   // where in the secrets a byte stands
	breaking [256][]spot   // where in the cores a digit stands, but for the last

	grams   grams // of the first bytes of the forms: see literal
	breaks  grams // of the digits around a line's end
	step    int   // every so many bytes one is looked up
	least   int   // length of the shortest form
	longest int   // length of the longest one
	span    int   // how long it can be when every byte is escaped
	lines   bool  // a form holds a line's end
}

// spot is a place in a secret or core.
type spot struct {
	in []byte
	at int
}

const gramBits = 17

// newNeedles prepares for secrets; nil: there are none.
func newNeedles(secrets []string) *needles {
	n := &needles{}
	seen := map[string]bool{}
	for _, s := range secrets {
		s = strings.Trim(s, "\r\n")
		n.add(s, seen)
		if lines := strings.Split(s, "\n"); len(lines) > 1 { // a private key, printed line by line
			for _, l := range lines {
				if l = strings.TrimSpace(l); len(l) >= 8 {
					n.add(l, seen)
				}
			}
		}
	}
	if len(n.plain) == 0 {
		return nil
	}
	n.index()
	return n
}

func (n *needles) add(s string, seen map[string]bool) {
	if s == "" || seen[s] {
		return
	}
	seen[s] = true
	n.plain = append(n.plain, []byte(s))
	for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for offset := range 3 {
			if c := core(e, s, offset); len(c) >= 4 && !seen[c] {
				seen[c] = true
				n.cores = append(n.cores, []byte(c))
			}
		}
	}
}

// core is what base64 makes of s alone when offset bytes stand before it: the
// digits that share bits with its neighbours are cut off.
func core(e *base64.Encoding, s string, offset int) string {
	digits := e.EncodeToString(append(make([]byte, offset), s...))
	from := (offset*8 + 5) / 6
	to := (offset + len(s)) * 8 / 6
	if to <= from {
		return ""
	}
	return digits[from:to]
}

// index fills what the search goes by.
func (n *needles) index() {
	literals := slices.Concat(n.plain, n.cores)
	for _, s := range n.plain {
		if len(s) >= 3 {
			low := hex.EncodeToString(s)
			literals = append(literals, []byte(low), []byte(strings.ToUpper(low)))
		}
	}
	slices.SortFunc(literals, func(a, b []byte) int { return len(b) - len(a) })
	n.longest, n.least = len(literals[0]), len(literals[len(literals)-1])
	n.step = min(n.least-2, 8)
	for _, p := range literals {
		n.starting[p[0]], n.begins[p[0]] = append(n.starting[p[0]], p), true
		for i := range n.step {
			n.grams.add(gram(uint32(p[i]) | uint32(p[i+1])<<8 | uint32(p[i+2])<<16))
		}
	}
	n.escapes = []byte(`%\&`)
	for _, s := range n.plain {
		n.lines = n.lines || bytes.IndexByte(s, '\n') >= 0
		n.span = max(n.span, len(s)*longestEscape, n.longest)
		for _, e := range [][2]byte{{' ', '+'}, {'\'', '\''}, {'"', '"'}} {
			if bytes.IndexByte(s, e[0]) >= 0 && !slices.Contains(n.escapes, e[1]) {
				n.escapes = append(n.escapes, e[1])
			}
		}
		for i, c := range s {
			n.holding[c] = append(n.holding[c], spot{s, i})
		}
	}
	n.longest = max(n.longest, n.span)
	for _, e := range n.escapes {
		n.begins[e] = true
	}
	for _, c := range n.cores {
		n.learnBreaks(c)
	}
}

func (n *needles) leads(c byte) bool { return bytes.IndexByte(n.escapes, c) >= 0 }

// grams is a set of hashes of three bytes. It may hold more than was added.
type grams [1 << (gramBits - 6)]uint64

func (g *grams) add(h uint32)      { g[h>>6] |= 1 << (h & 63) }
func (g *grams) has(h uint32) bool { return g[h>>6]&(1<<(h&63)) != 0 }

// gram hashes three bytes, the low ones of u.
func gram(u uint32) uint32 { return (u << 8 * 0x9E3779B1) >> (32 - gramBits) }

// literal finds the first form that is written down, at or after from; -1:
// there is none. Each form has, among its first bytes, three that stand at one
// of the places that are looked at.
func (n *needles) literal(b []byte, from int) int {
	at := from
	if n.step >= 1 {
		i := from + n.step - 1
		for ; i+4 <= len(b); i += n.step {
			if !n.grams.has(gram(binary.LittleEndian.Uint32(b[i:]))) {
				continue
			}
			if s := n.first(b, i-n.step+1, i+1); s >= 0 {
				return s
			}
		}
		at = max(from, i-n.step+1)
	}
	return n.first(b, at, len(b))
}

// first looks at every place.
func (n *needles) first(b []byte, from, to int) int {
	for i := from; i < to; i++ {
		for _, p := range n.starting[b[i]] {
			if len(p) <= len(b)-i && string(b[i:i+len(p)]) == string(p) {
				return i
			}
		}
	}
	return -1
}
