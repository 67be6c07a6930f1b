// Package house holds the tests of the architecture itself: which room may
// see which. It has no code of its own and imports no room; it reads the
// sources.
package house
