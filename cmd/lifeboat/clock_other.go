//go:build !linux

package main

import "time"

// clock gives the time of day.
func clock() func() time.Time { return time.Now } //nolint:forbidigo // the entry point
