//go:build demo

package all

import (
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/sqlite"
)

// Registry knows the driver that needs nothing installed.
func Registry() *drivers.Registry { return drivers.NewRegistry(sqlite.Factory) }
