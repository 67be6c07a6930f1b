//go:build !demo

// Package all names every driver. It is the only one that imports them. Built
// with the tag demo it names the embedded one alone: `make demo` is to start
// soon after a fresh clone.
package all

import (
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump"
	"github.com/lifeboat-dr/lifeboat/drivers/rsync"
	"github.com/lifeboat-dr/lifeboat/drivers/sqlite"
)

// Registry knows every driver of this program.
func Registry() *drivers.Registry {
	return drivers.NewRegistry(pgdump.Factory, rsync.Factory, sqlite.Factory)
}
