package command

import "bytes"

// wrapRun is how many base64 digits a line has at least before its end may
// stand within a secret: tools break base64 at 64 or 76 digits.
const wrapRun = 16

// digits are the bytes that base64 uses, in either alphabet.
var digits = func() (is [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_") {
		is[c] = true
	}
	return is
}()

// runBefore counts the base64 digits before i, up to wrapRun. run is how many
// there were before b.
func runBefore(b []byte, i, run int) int {
	n := 0
	for ; n < wrapRun && n < i; n++ {
		if !digits[b[i-1-n]] {
			return n
		}
	}
	if n == i {
		n += run
	}
	return min(n, wrapRun)
}

// lineEnd is where the text of a line ends whose line feed is at p.
func lineEnd(b []byte, p int) int {
	if p > 0 && b[p-1] == '\r' {
		return p - 1
	}
	return p
}

// unwrap says how many bytes at i are a core that is broken into lines.
func unwrap(b []byte, i int, core []byte, run int) (n int, how fit) {
	start := i
	for k := 0; k < len(core); i++ {
		switch {
		case i == len(b):
			return 0, partly
		case b[i] == core[k]:
			k++
		case k > 0 && b[i] == '\r' && i+1 == len(b):
			return 0, partly
		case k > 0 && b[i] == '\r' && b[i+1] == '\n':
		case k > 0 && b[i] == '\n' && runBefore(b, lineEnd(b, i), run) == wrapRun:
		default:
			return 0, never
		}
	}
	return i - start, entire
}

// wrapped finds the first core that is broken into lines, the first of them
// ending before bound; -1: there is none.
func (n *needles) wrapped(b []byte, from, bound, run int) int {
	best := -1
	for p := from; p < bound; p++ {
		k := bytes.IndexByte(b[p:bound], '\n')
		if k < 0 {
			break
		}
		p += k
		if !n.mayBreak(b, from, p) {
			continue
		}
		if s := n.across(b, from, p, run, entire); s >= 0 && (best < 0 || s < best) {
			best, bound = s, min(bound, s+n.longest)
		}
	}
	return best
}

// mayBreak says that the digits around the line feed at p stand so in a core.
func (n *needles) mayBreak(b []byte, from, p int) bool {
	end := lineEnd(b, p)
	if end <= from {
		return false
	}
	around := uint32(b[end-1]) << 8
	if p+1 < len(b) {
		around |= uint32(b[p+1]) << 16
	}
	if n.breaks.has(gram(around)) {
		return true
	}
	return end-1 > from && n.breaks.has(gram(around|uint32(b[end-2])))
}

// learnBreaks prepares for a core that is broken anywhere. What stands before
// its first digit, or comes after a line feed that ends the text, is not known.
func (n *needles) learnBreaks(c []byte) {
	for i := range len(c) - 1 {
		n.breaking[c[i]] = append(n.breaking[c[i]], spot{c, i})
		around := uint32(c[i]) << 8
		if i > 0 {
			around |= uint32(c[i-1])
		}
		n.breaks.add(gram(around))
		n.breaks.add(gram(around | uint32(c[i+1])<<16))
	}
}

// across finds a core that the line feed at p breaks; -1: there is none.
func (n *needles) across(b []byte, from, p, run int, want fit) int {
	end := lineEnd(b, p)
	if end <= from || len(n.breaking[b[end-1]]) == 0 || runBefore(b, end, run) < wrapRun {
		return -1
	}
	best := -1
	for _, h := range n.breaking[b[end-1]] {
		start := end - h.at - 1
		if start < from || best >= 0 && start >= best || string(b[start:end]) != string(h.in[:h.at+1]) {
			continue
		}
		if _, how := unwrap(b, start, h.in, run); how == want {
			best = start
		}
	}
	return best
}

// openWrapped is where the earliest end of b begins that may become a core in
// lines; the last line feed is at p, or would be.
func (n *needles) openWrapped(b []byte, p, run int) int {
	first := len(b)
	for {
		if n.mayBreak(b, 0, p) {
			if s := n.across(b, 0, p, run, partly); s >= 0 {
				first = s
			}
		}
		i := lineEnd(b, p) - 1
		for i >= 0 && digits[b[i]] {
			i--
		}
		if i < 0 || b[i] != '\n' || len(b)-i > n.span { // only whole lines of digits go on
			return first
		}
		p = i
	}
}
