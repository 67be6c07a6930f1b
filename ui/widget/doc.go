// Package widget draws. Everything here is a function of a value, the styles
// and a size, without I/O and without a word of the domain; what it returns is
// exactly as wide and as high as it was told.
//
// Text that somebody else wrote passes Clean (or CleanLine) before it is given
// to any of these.
package widget
