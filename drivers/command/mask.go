package command

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/url"
	"slices"
	"strings"
)

// masked stands in the place of a secret.
const masked = "[masked]"

// mask replaces secrets in what is written to it.
type mask struct {
	w        io.Writer
	patterns [][]byte      // longest first
	starts   [256]bool     // first bytes of patterns
	pairs    [1 << 16]bool // first two bytes of patterns: most output has none of them
	carry    []byte        // may be the start of a secret
	err      error
}

// NewMask returns a writer that passes on what is written to it with every
// secret replaced: as it is, URL-encoded, and within base64 at any offset. A
// secret that spans writes is found: what may be the start of one is held
// back until it is known, at the latest until Close. Close does not close w.
func NewMask(w io.Writer, secrets []string) io.WriteCloser {
	m := &mask{w: w, patterns: patterns(secrets)}
	for _, p := range m.patterns {
		m.starts[p[0]] = true
		for second := range 256 {
			if len(p) == 1 || p[1] == byte(second) {
				m.pairs[int(p[0])<<8|second] = true
			}
		}
	}
	return m
}

// patterns are all the forms of the secrets that are looked for.
func patterns(secrets []string) [][]byte {
	seen := map[string]bool{}
	add := func(p string, least int) {
		if len(p) >= least {
			seen[p] = true
		}
	}
	for _, s := range secrets {
		s = strings.Trim(s, "\r\n")
		if s == "" {
			continue
		}
		add(s, 1)
		add(url.QueryEscape(s), 1)
		add(url.PathEscape(s), 1)
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			for offset := range 3 {
				add(core(e, s, offset), 6)
			}
		}
		if lines := strings.Split(s, "\n"); len(lines) > 1 { // a private key, printed line by line
			for _, l := range lines {
				add(strings.TrimSpace(l), 8)
			}
		}
	}
	out := make([][]byte, 0, len(seen))
	for p := range seen {
		out = append(out, []byte(p))
	}
	slices.SortFunc(out, func(a, b []byte) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return bytes.Compare(a, b)
	})
	return out
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

// Write masks b and what was held back before it.
func (m *mask) Write(b []byte) (int, error) {
	if m.err != nil {
		return 0, m.err
	}
	buf := b
	if len(m.carry) > 0 {
		buf = append(m.carry, b...)
	}
	out, rest := m.replace(buf, false)
	if len(out) > 0 {
		_, m.err = m.w.Write(out)
	}
	m.carry = bytes.Clone(rest)
	if m.err != nil {
		return 0, m.err
	}
	return len(b), nil
}

// Close writes what is still held back.
func (m *mask) Close() error {
	if m.err != nil {
		return m.err
	}
	out, _ := m.replace(m.carry, true)
	m.carry = nil
	if len(out) > 0 {
		_, m.err = m.w.Write(out)
	}
	return m.err
}

// replace masks buf as far as it is sure; rest may be the start of a secret.
// Where there is nothing to mask, out is buf itself.
func (m *mask) replace(buf []byte, last bool) (out, rest []byte) {
	done := 0 // of buf, as far as it is in out
	for i := m.next(buf, 0); i < len(buf); i = m.next(buf, i) {
		n, wait := m.match(buf[i:], last)
		switch {
		case wait && out == nil:
			return buf[:i], buf[i:]
		case wait:
			return append(out, buf[done:i]...), buf[i:]
		case n > 0:
			out = append(append(out, buf[done:i]...), masked...)
			i += n
			done = i
		default:
			i++
		}
	}
	if out == nil {
		return buf, nil
	}
	return append(out, buf[done:]...), nil
}

// next is the first place from i on at which a secret may begin.
func (m *mask) next(buf []byte, i int) int {
	if i >= len(buf) {
		return i
	}
	pair := uint16(buf[i])
	for i++; i < len(buf); i++ {
		pair = pair<<8 | uint16(buf[i])
		if m.pairs[pair] {
			return i - 1
		}
	}
	if m.starts[byte(pair)] {
		return i - 1
	}
	return i
}

// match gives the length of the longest secret that b starts with, or asks to
// wait for more when b is the start of one.
func (m *mask) match(b []byte, last bool) (n int, wait bool) {
	for _, p := range m.patterns {
		if bytes.HasPrefix(b, p) {
			return len(p), false
		}
		if !last && len(b) < len(p) && bytes.HasPrefix(p, b) {
			return 0, true
		}
	}
	return 0, false
}
