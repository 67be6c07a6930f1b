// Package all names every driver. It is the only one that imports them.
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
