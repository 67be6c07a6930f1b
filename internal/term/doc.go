// Package term makes text of unknown origin safe to show in a terminal. It
// knows nothing of the domain.
package term
