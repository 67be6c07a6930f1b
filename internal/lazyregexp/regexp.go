// Package lazyregexp compiles regular expressions at their first use. The
// program has a hundred of them, and most commands need none: compiled at the
// start they would cost each of them several milliseconds.
package lazyregexp

import (
	"regexp"
	"sync"
)

// Regexp is a regular expression that is compiled when it is first used. It
// is safe for use by several goroutines.
type Regexp struct {
	src string
	get func() *regexp.Regexp
}

// New makes an expression. A bad one panics at its first use: expressions are
// constants, and a test uses each.
func New(src string) *Regexp {
	return &Regexp{src: src, get: sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(src) })}
}

// The methods are those of regexp.Regexp.

// String is the expression as it was written.
func (r *Regexp) String() string { return r.src }

// MatchString is that of regexp.Regexp.
func (r *Regexp) MatchString(s string) bool { return r.get().MatchString(s) }

// FindStringIndex is that of regexp.Regexp.
func (r *Regexp) FindStringIndex(s string) []int { return r.get().FindStringIndex(s) }

// FindStringSubmatch is that of regexp.Regexp.
func (r *Regexp) FindStringSubmatch(s string) []string { return r.get().FindStringSubmatch(s) }

// FindStringSubmatchIndex is that of regexp.Regexp.
func (r *Regexp) FindStringSubmatchIndex(s string) []int {
	return r.get().FindStringSubmatchIndex(s)
}

// FindAllStringIndex is that of regexp.Regexp.
func (r *Regexp) FindAllStringIndex(s string, n int) [][]int {
	return r.get().FindAllStringIndex(s, n)
}

// FindAllStringSubmatch is that of regexp.Regexp.
func (r *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return r.get().FindAllStringSubmatch(s, n)
}

// ReplaceAllString is that of regexp.Regexp.
func (r *Regexp) ReplaceAllString(s, repl string) string { return r.get().ReplaceAllString(s, repl) }

// ReplaceAllStringFunc is that of regexp.Regexp.
func (r *Regexp) ReplaceAllStringFunc(s string, f func(string) string) string {
	return r.get().ReplaceAllStringFunc(s, f)
}

// ReplaceAllFunc is that of regexp.Regexp.
func (r *Regexp) ReplaceAllFunc(b []byte, f func([]byte) []byte) []byte {
	return r.get().ReplaceAllFunc(b, f)
}

// Match is that of regexp.Regexp.
func (r *Regexp) Match(b []byte) bool { return r.get().Match(b) }
