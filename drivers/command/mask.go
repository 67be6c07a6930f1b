package command

import (
	"bytes"
	"io"
	"slices"
	"sync"
)

// masked stands in the place of a secret.
const masked = "[masked]"

// mask replaces secrets in what is written to it.
type mask struct {
	w      io.Writer
	needle *needles
	held   []byte // may be the start of a secret
	out    []byte
	run    int // base64 digits that the last text ended with, up to wrapRun
	err    error
}

// NewMask returns a writer that passes on what is written to it with every
// secret replaced: as it is, escaped as in URLs, JSON, C and shells, as
// hexadecimal digits, and within base64 at any offset. A secret that spans
// writes is found: what may be the start of one is held back until it is
// known, at the latest until Close. Close does not close w.
func NewMask(w io.Writer, secrets []string) io.WriteCloser {
	n := newNeedles(secrets)
	if n == nil {
		return passing{w}
	}
	return &mask{w: w, needle: n}
}

// MaskText returns a function that replaces every secret in a text, as NewMask
// does. It may be called from several goroutines.
func MaskText(secrets []string) func(string) string {
	n := newNeedles(secrets)
	if n == nil {
		return func(s string) string { return s }
	}
	pool := sync.Pool{New: func() any { return new([]byte) }}
	return func(s string) string {
		if len(s) < n.least {
			return s
		}
		b := pool.Get().(*[]byte) // New makes nothing else
		defer pool.Put(b)
		*b = append((*b)[:0], s...)
		out, _ := n.replace(nil, *b, 0, true)
		if out == nil {
			return s
		}
		return string(out)
	}
}

// passing is the mask of no secrets.
type passing struct{ io.Writer }

// Close does nothing.
func (passing) Close() error { return nil }

// Write masks b and what was held back before it.
func (m *mask) Write(b []byte) (int, error) {
	if m.err != nil {
		return 0, m.err
	}
	data := b
	if len(m.held) > 0 {
		m.held = append(m.held, b...)
		data = m.held
	}
	rest := m.pass(data, false)
	m.held = append(m.held[:0], rest...)
	if m.err != nil {
		return 0, m.err
	}
	return len(b), nil
}

// Close writes what is still held back.
func (m *mask) Close() error {
	if m.err == nil && len(m.held) > 0 {
		m.pass(m.held, true)
		m.held = nil
	}
	return m.err
}

// pass writes b, masked, as far as it is known; rest may be the start of a
// secret.
func (m *mask) pass(b []byte, last bool) (rest []byte) {
	out, rest := m.needle.replace(m.out[:0], b, m.run, last)
	done := b[:len(b)-len(rest)]
	m.run = runBefore(done, len(done), m.run)
	if len(out) == 0 { // nothing to mask: no need for a copy
		out = done
	} else {
		m.out = out
	}
	if len(out) > 0 {
		_, m.err = m.w.Write(out)
	}
	return rest
}

// endless bounds how far masks that overlap are made one.
const endless = 64 << 10

// replace appends b to dst with its secrets masked. It gives dst empty when
// there is nothing to mask. rest may be the start of a secret, unless this is
// the last of the text. run is what stood before b: see mask.run.
func (n *needles) replace(dst, b []byte, run int, last bool) (out, rest []byte) {
	known := len(b)
	if !last {
		known = n.open(b, run)
	}
	pos, hit := 0, false
	for pos < known {
		from, to := n.next(b, pos, run)
		if from < 0 || from >= known {
			break
		}
		if to > known && to-from < endless { // more of it may come
			known = from
			break
		}
		dst = append(append(dst, b[pos:from]...), masked...)
		pos, hit = to, true
	}
	if !hit {
		return dst, b[known:]
	}
	known = max(known, pos)
	return append(dst, b[pos:known]...), b[known:]
}

// next finds the first secret at or after from, together with those that
// overlap it; -1: there is none.
func (n *needles) next(b []byte, from, run int) (start, end int) {
	start = n.literal(b, from)
	bound := len(b)
	if start >= 0 {
		bound = min(bound, start+n.longest)
	}
	for _, s := range []int{n.spelled(b, from, bound), n.wrapped(b, from, bound, run)} {
		if s >= 0 && (start < 0 || s < start) {
			start = s
		}
	}
	if start < 0 {
		return -1, -1
	}
	end = start + n.at(b, start, run)
	for i := start + 1; i < end && end-start < endless; i++ {
		end = max(end, i+n.at(b, i, run))
	}
	return start, end
}

// at is how long the longest secret is that begins at i, in any form.
func (n *needles) at(b []byte, i, run int) int {
	longest := 0
	for _, p := range n.starting[b[i]] {
		if len(p) <= len(b)-i && string(b[i:i+len(p)]) == string(p) {
			longest = len(p) // they are sorted
			break
		}
	}
	for _, s := range n.plain {
		if got, how := spell(b[i:], s); how == entire {
			longest = max(longest, got)
		}
	}
	for _, c := range n.cores {
		if got, how := unwrap(b, i, c, run); how == entire {
			longest = max(longest, got)
		}
	}
	return longest
}

// open is where the earliest end of b begins that may become a secret when
// more comes; len(b): nowhere.
func (n *needles) open(b []byte, run int) int {
	from := max(0, len(b)-n.span)
	line := from + bytes.LastIndexByte(b[from:], '\n')
	end := line
	if bytes.HasSuffix(b, []byte("\r")) { // its \n may come
		end = len(b)
	}
	first := len(b)
	if end >= from {
		first = n.openWrapped(b, end, run)
	}
	if line >= from && !n.lines {
		from = line + 1
	}
	for i := from; i < len(b) && i < first; i++ {
		if n.begins[b[i]] && n.unfinished(b[i:]) {
			return i
		}
	}
	return first
}

// unfinished says that b is the beginning of some form of a secret.
func (n *needles) unfinished(b []byte) bool {
	for _, p := range n.starting[b[0]] {
		if len(p) > len(b) && string(p[:len(b)]) == string(b) {
			return true
		}
	}
	return slices.ContainsFunc(n.plain, func(s []byte) bool {
		if b[0] != s[0] && !n.leads(b[0]) {
			return false
		}
		_, how := spell(b, s)
		return how == partly
	})
}
